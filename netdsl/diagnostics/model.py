"""What is said about a mistake: a place, and words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Self

from netdsl.records import ByName, by_value
from netdsl.source import Span


@by_value
class Note:
    """A further place with a word about it: where a shape came from, which call led here."""

    span: Span
    text: str


@by_value
class Fix:
    """A change that is certain to be meant: put `text` at `span`."""

    span: Span
    text: str

    @classmethod
    def apart(cls, span: Span, text: str) -> "Fix":
        """The same, with a space where `text` would run together with a word beside it."""
        source = span.file.text
        before, after = source[span.start - 1 : span.start], source[span.end : span.end + 1]
        return cls(span, " " * _is_word(before + text[:1]) + text + " " * _is_word(text[-1:] + after))


def _is_word(pair: str) -> bool:
    return len(pair) == 2 and pair.replace("_", "a").isalnum()


class Diagnostic(ByName):
    """The base of all diagnostics. A kind is a class with a `code`, fields for values, and words in properties.

    Its docstring is its page of the manual: a sentence, then an example `Wrong:` and an example `Right:`.
    """

    code: ClassVar[str]
    level: ClassVar[str] = "error"

    span: Span
    trail: tuple[Note, ...] = ()
    """The calls that led here, innermost first."""

    def led_to_by(self, trail: tuple[Note, ...]) -> Self:
        """The same, with the calls that led here."""
        return type(self)(**(vars(self) | {"trail": trail}))

    @property
    def title(self) -> str:
        """What is wrong, in one line."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """A few words under the marked place; may be empty."""
        return ""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Further places."""
        return ()

    @property
    def why(self) -> str:
        """Why it is wrong, where the title does not say it; may be empty."""
        return ""

    @property
    def help(self) -> str:
        """What to write instead; may be empty only where nothing sensible can be said."""
        return ""

    @property
    def fix(self) -> Fix | None:
        """The change to make, where it is certain."""
        return None


class Meant(Diagnostic):
    """The base of diagnostics that know what is meant in the place of what is written."""

    meant: str
    """What to write; "" where that is not certain."""

    @property
    def help(self) -> str:
        return f"write `{self.meant}`" if self.meant else ""

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.meant) if self.meant else None


@dataclass
class Problems:
    """Everything found so far; one diagnostic per code and place, however often a loop or a call comes by."""

    found: list[Diagnostic] = field(default_factory=list)
    _seen: set[tuple[str, Span]] = field(default_factory=set)

    def add(self, diagnostic: Diagnostic) -> None:
        """Keeps `diagnostic` unless its like was said of the same place."""
        key = (diagnostic.code, diagnostic.span)
        if key not in self._seen:
            self._seen.add(key)
            self.found.append(diagnostic)

    @property
    def refused(self) -> bool:
        """Whether there is an error among them."""
        return any(d.level == "error" for d in self.found)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self.found, key=lambda d: (d.span.file.name, d.span.start, d.code)))


class Refused(Exception):
    """A file has mistakes; `problems` holds them all."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("\n".join(f"{d.code} {d.title}" for d in problems))
        self.problems = problems
