"""The page of a diagnostic: what it means, an example of the mistake, and the same done right."""

from inspect import cleandoc, getdoc

from netdsl.diagnostics.catalogue import by_code, kinds
from netdsl.diagnostics.model import Diagnostic


def page(code: str) -> str:
    """The page of `code`, of which no more than the number need be given; KeyError where there is none."""
    digits = code.upper().removeprefix("N")
    kind = by_code()[f"N{digits.zfill(4)}"]
    return f"{kind.level}[{kind.code}]\n\n{meaning(kind)}\n"


def meaning(kind: type[Diagnostic]) -> str:
    """The docstring of a kind, without the indentation of the code it stands in."""
    return getdoc(kind) or ""


def contents() -> str:
    """All codes, each with its first sentence."""
    return "\n".join(f"{kind.code}  {meaning(kind).splitlines()[0]}" for kind in kinds()) + "\n"


def examples(kind: type[Diagnostic]) -> dict[str, str]:
    """`Wrong` and `Right` -> the text below it on the page."""
    parts = meaning(kind).split("\nWrong:\n")[1:]
    wrong, _, right = "".join(parts).partition("\nRight:\n")
    return {"Wrong": cleandoc(wrong), "Right": cleandoc(right)}
