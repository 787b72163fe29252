"""N02xx: names of files, definitions, layers, values and modules."""

from netdsl.diagnostics.model import Diagnostic, Fix, Note
from netdsl.diagnostics.suggest import listed, nearest
from netdsl.source import Span

HABITS = {
    "True": "write `true`, in small letters",
    "False": "write `false`, in small letters",
    "None": "there is no `none`: leave the argument out, or write `identity` for a layer that does nothing",
    "null": "leave the argument out, or write `identity` for a layer that does nothing",
    "in_channels": "write `in.channels`: of the value that arrives here",
    "in_features": "write `in.channels`: of the value that arrives here",
    "none": "leave the argument out, or write `identity` for a layer that does nothing",
    "self": "a parameter stands by its name alone, and `in` is the value that arrives",
    "int": "write `floor(…)` or `//`",
    "str": 'a label holds expressions: `"layer{i}"`',
    "abs": "write `max(v, -v)`",
    "sqrt": "write `v ** 0.5`",
    "math": "the functions stand by their names alone: `ceil(v)`, `floor(v)`, `log(v)`",
    "torch": "layers are called by the field's words, without a prefix: `conv`, `relu`",
    "nn": "layers are called by the field's words, without a prefix: `conv`, `relu`",
    "F": "layers are called by the field's words, without a prefix: `conv`, `relu`",
}
FIXED_HABITS = {"True": "true", "False": "false", "in_channels": "in.channels", "in_features": "in.channels"}


class UnknownName(Diagnostic):
    """A name in an expression stands for nothing.

    Wrong:
        net a(width=8) { input 3x8x8; conv(widht, 3x3) }
    Right:
        net a(width=8) { input 3x8x8; conv(width, 3x3) }
    """

    code = "N0201"
    name: str
    known: tuple[str, ...]
    words: tuple[str, ...] = ()
    """Names of the language that could be meant as well."""
    meant: str = ""
    """The layer that other tools call so."""
    owner: str = ""
    """A definition that has a parameter of this name, in words."""
    is_value: bool = False
    """Whether it is a value, and its sides alone are numbers."""
    sides: bool = False
    """Whether it is asked for its sides, so that a value is meant."""

    @property
    def title(self) -> str:
        if self.is_value:
            return f"`{self.name}` is a value, and an expression needs a number of it"
        return f"there is no {'value ' * self.sides}`{self.name}` here"

    @property
    def label(self) -> str:
        if self.is_value:
            return "a tensor, not a number"
        return "" if self.sides else "not a parameter, `let`, loop name or definition"

    @property
    def better(self) -> str:
        """The name that was probably meant."""
        if self.is_value or self.name in HABITS:
            return FIXED_HABITS.get(self.name, "")
        if self.sides and self.name in ("x", "input", "inputs"):
            return "in"
        return "" if self.owner else nearest(self.name, self.known) or self.meant or nearest(self.name, self.words)

    @property
    def help(self) -> str:
        if self.is_value:
            sides = ", ".join(f"`{self.name}.{side}`" for side in ("channels", "height", "width"))
            return f"its sides are numbers: {sides}; a layer takes the value itself by `on {self.name}`"
        if self.name in HABITS:
            return HABITS[self.name]
        if self.better:
            return f"did you mean `{self.better}`?"
        if self.owner:
            return (
                f"{self.owner} has a `{self.name}`, but a block sees only its own: give it a parameter, and pass it on"
            )
        if self.known:
            return f"{'values' if self.sides else 'names'} known here: {listed(self.known)}"
        return f"name it above, `let {self.name} = …`, or make it a parameter"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.better) if self.better else None


class UnknownLayer(Diagnostic):
    """A step names no layer and no block.

    Wrong:
        net a { input 3x8x8; conf(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0202"
    name: str
    known: tuple[str, ...]
    meant: str = ""
    """The word of the language where `name` is another tool's for the same layer."""
    is_value: bool = False
    """Whether a value is called so, at which a step can begin."""
    sized: str = ""
    """The call that is meant by a name like `conv3x3`."""

    @property
    def title(self) -> str:
        if self.is_value:
            return f"`{self.name}` is a value, and a step is a layer or a block"
        return f"there is no layer or block `{self.name}`"

    @property
    def label(self) -> str:
        if self.is_value:
            return "a tensor, not a layer"
        return f"called `{self.meant}` here" if self.meant else "not a layer, a block of this file, or a parameter"

    @property
    def better(self) -> str:
        """The word that was probably meant."""
        return "" if self.is_value or self.sized else self.meant or nearest(self.name, self.known)

    @property
    def help(self) -> str:
        if self.is_value:
            return f"let a layer begin at it: `conv(…) on {self.name}`, or `identity on {self.name}` for itself"
        if self.sized:
            return f"the size is an argument: `{self.sized}`"
        if self.better:
            return f"did you mean `{self.better}`?"
        if self.span.file.text[self.span.end :].lstrip(" ").startswith("{"):
            return f"a scope of that name is written `{self.name}: {{ … }}`"
        return '`netdsl layers` lists the layers there are; a block of another file comes by `use "file.net"`'

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.better) if self.better else None


class UnknownValue(Diagnostic):
    """`on` or `output` names a value that no statement above has made.

    Wrong:
        net a { input 3x8x8; skip = conv(8, 3x3); relu; add on skp, skip }
    Right:
        net a { input 3x8x8; skip = conv(8, 3x3); rest = relu; add on rest, skip }
    """

    code = "N0203"
    name: str
    known: tuple[str, ...]
    apart: Span | None = None
    """Where an auxiliary path makes a value of this name."""
    parameter_of: str = ""
    """The block that has a parameter of this name, where a value is meant."""

    @property
    def title(self) -> str:
        return f"no value is called `{self.name}` here"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.apart, "an auxiliary path makes it here"),) if self.apart is not None else ()

    @property
    def why(self) -> str:
        return "what an auxiliary path makes exists in training only" if self.apart is not None else ""

    @property
    def help(self) -> str:
        if self.apart is not None:
            return f"make `{self.name}` before the `aux`, and use it in both places"
        if self.parameter_of:
            head = f"block {self.parameter_of}(…) on {self.name}"
            return f"`{self.name}` is a parameter, and parameters are numbers: a value is named by `on`, `{head}`"
        near = nearest(self.name, self.known)
        if near:
            return f"did you mean `{near}`?"
        if self.known:
            return f"values named above: {listed(self.known)}"
        return f"name one above: `{self.name} = …`, or label a module"

    @property
    def fix(self) -> Fix | None:
        near = "" if self.parameter_of else nearest(self.name, self.known)
        return Fix(self.span, near) if near else None


class ValueHidesNumber(Diagnostic):
    """A value has the name of a parameter, a `let` or a loop name.

    Wrong:
        net a(width=8) { input 3x8x8; width = conv(width, 3x3) }
    Right:
        net a(width=8) { input 3x8x8; wide = conv(width, 3x3) }
    """

    code = "N0210"
    name: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is a number here, and cannot be a value as well"

    @property
    def help(self) -> str:
        return (
            f"call the value or the module otherwise, for example `{self.name}_out`, or the number, where "
            f"`{self.name}` is a key that must stay"
        )


class LoopHidesName(Diagnostic):
    """A loop takes the name of a parameter, a `let` or a loop around it, whose value is lost: braces hide no names.

    Wrong:
        net a(width=8, widths=[16, 32]) { input 3x8x8; for width in widths { conv(width, 3x3) }; conv(width, 1x1) }
    Right:
        net a(width=8, widths=[16, 32]) { input 3x8x8; for w in widths { conv(w, 3x3) }; conv(width, 1x1) }
    """

    code = "N0221"
    level = "warning"
    name: str
    found: str

    @property
    def title(self) -> str:
        return f"this loop takes the name of {self.found}, `{self.name}`"

    @property
    def why(self) -> str:
        return "names hold in the whole block, so after the loop it stands for what the last trip had"

    @property
    def help(self) -> str:
        return "give the loop a name of its own"


class NotALayer(Diagnostic):
    """A step names something that is no layer and no block: a number, a list, a net.

    Wrong:
        net a(width=8) { input 3x8x8; width }
    Right:
        net a(width=8) { input 3x8x8; conv(width, 3x3) }
    """

    code = "N0211"
    name: str
    found: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is {self.found}, and a step is a layer or a block"

    @property
    def help(self) -> str:
        if self.found == "a net":
            return "put what both need into a `block`, and call that from both nets"
        if self.found.startswith('"'):
            return f"give the layer itself, without quotes, as in `{self.name}=relu`"
        return f"write the layer that takes it, for example `conv({self.name}, 3x3)`"


class UnknownAttribute(Diagnostic):
    """A value is asked for something other than its sides.

    Wrong:
        net a { input 3x8x8; conv(in.chanels, 3x3) }
    Right:
        net a { input 3x8x8; conv(in.channels, 3x3) }
    """

    code = "N0215"
    attribute: str
    known: tuple[str, ...] = ("channels", "height", "width", "size")

    @property
    def better(self) -> str:
        """The side that was probably meant."""
        habits = {"c": "channels", "h": "height", "w": "width", "shape": "", "out_channels": "channels"}
        return habits.get(self.attribute, nearest(self.attribute, self.known))

    @property
    def title(self) -> str:
        return f"a value has no `{self.attribute}`"

    @property
    def help(self) -> str:
        return f"did you mean `{self.better}`?" if self.better else f"it has {listed(self.known)}"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.better) if self.better else None


class CircularLet(Diagnostic):
    """Constants of a file that need one another.

    Wrong:
        let a = b + 1
        let b = a + 1
        net n { input 3x8x8; conv(a, 3x3) }
    Right:
        let a = 1
        let b = a + 1
        net n { input 3x8x8; conv(b, 3x3) }
    """

    code = "N0219"
    name: str

    @property
    def title(self) -> str:
        return f"the value of `{self.name}` needs itself"

    @property
    def help(self) -> str:
        return "give one of the names in the circle a value of its own"
