"""N04xx: shapes that do not fit."""

from netdsl.diagnostics.model import Diagnostic, Fix, Meant, Note
from netdsl.diagnostics.suggest import counted
from netdsl.source import Span


class LayerRefuses(Diagnostic):
    """A layer cannot work on what arrives.

    Wrong:
        net a { input 3x8x8; linear(10) }
    Right:
        net a { input 3x8x8; flatten; linear(10) }
    """

    code = "N0401"
    word: str
    arrives: tuple[str, ...]
    reason: str
    remedy: str
    came: tuple[Note, ...]

    @property
    def title(self) -> str:
        return f"`{self.word}` cannot stand here: {self.reason}"

    @property
    def label(self) -> str:
        return (
            f"{' and '.join(self.arrives)} arrives" if len(self.arrives) == 1 else ", ".join(self.arrives) + " arrive"
        )

    @property
    def notes(self) -> tuple[Note, ...]:
        return self.came

    @property
    def help(self) -> str:
        return self.remedy


class JoinMismatch(Diagnostic):
    """Branches cannot be joined: their shapes differ where they must be equal.

    Wrong:
        net a { input 3x8x8; concat { conv(8, 3x3); conv(8, 3x3, stride=2) } }
    Right:
        net a { input 3x8x8; concat { conv(8, 3x3); conv(8, 3x3) } }
    """

    code = "N0402"
    word: str
    reason: str
    remedy: str
    came: tuple[Note, ...]

    @property
    def title(self) -> str:
        return f"`{self.word}` cannot join these: {self.reason}"

    @property
    def notes(self) -> tuple[Note, ...]:
        return self.came

    @property
    def help(self) -> str:
        return self.remedy


class ResidualMismatch(Diagnostic):
    """The body of a `residual` or `gate` changes the shape, so its result cannot be added to what arrived.

    Wrong:
        net a { input 3x8x8; residual { conv(8, 3x3) } }
    Right:
        net a { input 3x8x8; residual { conv(8, 3x3) } shortcut { conv(8, 1x1) } }
    """

    code = "N0403"
    word: str
    inner: str
    around: str
    has_shortcut: bool
    came: tuple[Note, ...]

    @property
    def title(self) -> str:
        verb = "weighed by" if self.word == "gate" else "added to"
        return f"{self.around} cannot be {verb} {self.inner}"

    @property
    def notes(self) -> tuple[Note, ...]:
        return self.came

    @property
    def help(self) -> str:
        if self.word == "gate":
            return "a gate's body gives the shape that arrives, or one number per channel (`global_avgpool`)"
        if self.has_shortcut:
            return "the shortcut must give the same shape as the body: check its channels and its stride"
        return (
            "give it a shortcut, `residual { … } shortcut { conv(…, 1x1, stride=…) }`, "
            "or add only where it fits, `residual if stride == 1 and in.channels == width { … }`"
        )


class UnevenSplit(Diagnostic):
    """`split` cannot give each branch an equal share of the channels.

    Wrong:
        net a { input 3x8x8; split { identity; relu } }
    Right:
        net a { input 4x8x8; split { identity; conv(2, 3x3) } }
    """

    code = "N0404"
    channels: int
    branches: int

    @property
    def title(self) -> str:
        return f"{self.channels} channels cannot be shared equally by {self.branches} branches"

    @property
    def help(self) -> str:
        near = max(self.branches, round(self.channels / self.branches) * self.branches)
        return f"{near} channels would divide, or another number of branches"


class WrongInputs(Diagnostic):
    """A step was given another number of values than it takes.

    Wrong:
        net a { input 3x8x8; v = conv(8, 3x3); relu on v, v }
    Right:
        net a { input 3x8x8; v = conv(8, 3x3); relu on v }
    """

    code = "N0405"
    word: str
    takes: tuple[str, ...] | None
    """Names of the inputs it takes; None for any number from two."""
    given: int
    alone: Span | None = None
    """The only value that a join is given by `on`."""

    @property
    def title(self) -> str:
        if self.alone is not None:
            return f"`{self.word}` joins several values, and `on` names one"
        if self.takes is None:
            return f"`{self.word}` joins several values, and one arrives"
        return f"`{self.word}` takes {counted(len(self.takes), 'value')}, and got {self.given}"

    @property
    def help(self) -> str:
        if self.alone is not None:
            return f"for a join with what arrives write `{self._joined}`; else name all values behind `on`"
        if self.takes is None:
            return f"write its branches in braces, `{self.word} {{ …; … }}`, or name the values, `{self.word} on a, b`"
        if len(self.takes) > 1:
            return f"name them in this order: `{self.word}(…) on {', '.join(self.takes)}`"
        return f"leave one: `{self.word} on …`"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span.to(self.alone), self._joined) if self.alone is not None else None

    @property
    def _joined(self) -> str:
        return f"{self.word} {{ identity; identity on {self.alone.text if self.alone is not None else '…'} }}"


class NoBranches(Diagnostic):
    """A join has no branch, or braces stand after a layer with one input.

    Wrong:
        net a { input 3x8x8; concat { } }
    Right:
        net a { input 3x8x8; concat { conv(8, 3x3); conv(8, 1x1) } }
    """

    code = "N0406"
    word: str
    is_join: bool

    @property
    def title(self) -> str:
        if self.is_join:
            return f"`{self.word}` has no branches"
        return f"`{self.word}` takes one value: braces with branches do not belong to it"

    @property
    def help(self) -> str:
        if self.is_join:
            return "each statement in its braces is a branch"
        return f"write `{self.word}(…)` as a step of its own, or `label: {{ … }}` for a scope"


class LoneActivation(Diagnostic):
    """A branch is an activation alone: probably it belongs to the branch before it.

    Wrong:
        net a { input 3x8x8; concat { conv(8, 3x3); relu } }
    Right:
        net a { input 3x8x8; concat { conv(8, 3x3) -> relu; conv(8, 1x1) } }
    """

    code = "N0407"
    level = "warning"
    word: str
    before: str

    @property
    def title(self) -> str:
        return f"this branch is a lone `{self.word}`"

    @property
    def why(self) -> str:
        return "each statement in the braces of a join is a branch of its own, on the same input"

    @property
    def help(self) -> str:
        return f"to apply it to the branch before, write `{self.before} -> {self.word}`"


class ChannelsLast(Meant):
    """An input looks as if its channels stood last, as in Keras.

    Wrong:
        net a { input 32x32x3; conv(8, 3x3) }
    Right:
        net a { input 3x32x32; conv(8, 3x3) }
    """

    code = "N0408"
    level = "warning"

    @property
    def title(self) -> str:
        channels, height, width = self.span.text.split("x")
        return f"this input has {channels} channels, height {height} and width {width}"

    @property
    def why(self) -> str:
        return "the channels come first"

    @property
    def help(self) -> str:
        return f"for a picture of {self.span.text.rpartition('x')[0]} write `{self.meant}`"
