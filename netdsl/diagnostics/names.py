"""N02xx: names of files, definitions, layers, values and modules."""

from dataclasses import dataclass

from netdsl.diagnostics.model import Diagnostic, Fix, Note
from netdsl.diagnostics.suggest import counted, listed, nearest
from netdsl.source import Span

HABITS = {
    "True": "write `true`, in small letters",
    "False": "write `false`, in small letters",
    "None": "there is no `none`: leave the argument out, or write `identity` for a layer that does nothing",
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
FIXED_HABITS = {"True": "true", "False": "false"}


@dataclass(frozen=True, kw_only=True)
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
        return "" if self.owner else nearest(self.name, (*self.known, *self.words))

    @property
    def help(self) -> str:
        if self.is_value:
            return f"write `{self.name}.channels`, `{self.name}.height`, `{self.name}.width` or `{self.name}.size`"
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


@dataclass(frozen=True, kw_only=True)
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

    @property
    def title(self) -> str:
        return f"there is no layer or block `{self.name}`"

    @property
    def label(self) -> str:
        return f"called `{self.meant}` here" if self.meant else "not a layer, a block of this file, or a parameter"

    @property
    def better(self) -> str:
        """The word that was probably meant."""
        return self.meant or nearest(self.name, self.known)

    @property
    def help(self) -> str:
        return f"did you mean `{self.better}`?" if self.better else "`netdsl layers` lists the layers there are"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.better) if self.better else None


@dataclass(frozen=True, kw_only=True)
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

    @property
    def title(self) -> str:
        return f"no value is called `{self.name}` here"

    @property
    def help(self) -> str:
        near = nearest(self.name, self.known)
        if near:
            return f"did you mean `{near}`?"
        if self.known:
            return f"values named above: {listed(self.known)}"
        return f"name one above: `{self.name} = …`, or label a module"

    @property
    def fix(self) -> Fix | None:
        near = nearest(self.name, self.known)
        return Fix(self.span, near) if near else None


@dataclass(frozen=True, kw_only=True)
class SameKey(Diagnostic):
    """Two modules of one scope have the same name, so their weights would have the same keys.

    Wrong:
        net a { input 3x8x8; c: conv(8, 3x3); c: conv(8, 3x3) }
    Right:
        net a { input 3x8x8; c1: conv(8, 3x3); c2: conv(8, 3x3) }
    """

    code = "N0204"
    key: str
    first: Span

    @property
    def title(self) -> str:
        return f"a second module is called `{self.key}` in the same scope"

    @property
    def label(self) -> str:
        return "this one"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.first, "the first one"),)

    @property
    def why(self) -> str:
        return "a name is the key of the weights in the checkpoint, and a key can stand for one tensor only"

    @property
    def help(self) -> str:
        if self.span == self.first:
            return (
                'a loop makes it each time round: number it, as in `"conv{i}": …`, or use the module\'s place: no label'
            )
        return "give one of them another label, or put them into scopes of their own: `label: { … }`"


@dataclass(frozen=True, kw_only=True)
class SameDefinition(Diagnostic):
    """Two definitions have one name, in one file or through `use`.

    Wrong:
        block b { relu }
        block b { relu6 }
        net a { input 3x8x8; b }
    Right:
        block b { relu }
        block c { relu6 }
        net a { input 3x8x8; b; c }
    """

    code = "N0205"
    name: str
    first: Span

    @property
    def title(self) -> str:
        return f"`{self.name}` is defined twice"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.first, "first here"),)

    @property
    def help(self) -> str:
        return "rename one of the two"


@dataclass(frozen=True, kw_only=True)
class UseNotFound(Diagnostic):
    """`use` names a file that is neither beside this one nor in the shipped library.

    Wrong:
        use "blocks/mobil.net"
        net a { input 3x8x8; conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0206"
    path: str
    known: tuple[str, ...]

    @property
    def title(self) -> str:
        return f'there is no file "{self.path}"'

    @property
    def label(self) -> str:
        return "neither beside this file nor in the shipped library"

    @property
    def help(self) -> str:
        near = nearest(self.path, self.known)
        return f'did you mean "{near}"?' if near else 'a path is relative to this file: use "blocks/mine.net"'

    @property
    def fix(self) -> Fix | None:
        near = nearest(self.path, self.known)
        return Fix(self.span, f'"{near}"') if near else None


@dataclass(frozen=True, kw_only=True)
class UseOutside(Diagnostic):
    """`use` leads out of the folder of the file that is compiled.

    Wrong:
        use "../other/blocks.net"
        net a { input 3x8x8; conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0207"
    path: str

    @property
    def title(self) -> str:
        return f'"{self.path}" is outside the folder of this file'

    @property
    def why(self) -> str:
        return "a file may only read what lies beside or below the file that is compiled, and the shipped library"

    @property
    def help(self) -> str:
        return "copy the file beside this one; a link, an absolute path or `..` does not help"


@dataclass(frozen=True, kw_only=True)
class UseRefused(Diagnostic):
    """A file that is used has mistakes of its own, or uses itself.

    Wrong:
        use "this file.net"
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0208"
    path: str
    reason: str

    @property
    def title(self) -> str:
        return f'"{self.path}" cannot be used: {self.reason}'

    @property
    def help(self) -> str:
        return "definitions that two files need belong into a third that both use"


@dataclass(frozen=True, kw_only=True)
class BadLabel(Diagnostic):
    """A label that PyTorch cannot give to a module.

    Wrong:
        net a { input 3x8x8; forward: conv(8, 3x3) }
    Right:
        net a { input 3x8x8; conv1: conv(8, 3x3) }
    """

    code = "N0209"
    label_text: str
    reason: str

    @property
    def title(self) -> str:
        return f"a module cannot be called `{self.label_text}`: {self.reason}"

    @property
    def help(self) -> str:
        return f"write another name, for example `{self.label_text.strip('.') or 'conv'}_1`"


@dataclass(frozen=True, kw_only=True)
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
        return f"call the value or the module otherwise, for example `{self.name}_out`"


@dataclass(frozen=True, kw_only=True)
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
        return f"write the layer that takes it, for example `conv({self.name}, 3x3)`"


@dataclass(frozen=True, kw_only=True)
class WhichNet(Diagnostic):
    """A file has several nets, or none of the name that was asked for, and one was needed.

    Wrong:
        block b { relu }
        net a = b()
    Right:
        net a { input 3x8x8; relu }
    """

    code = "N0212"
    asked: str
    nets: tuple[str, ...]
    families: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        if self.asked in self.families:
            return f"`{self.asked}` is a family: some of its parameters have no value"
        if self.asked:
            return f"this file has no net `{self.asked}`"
        if not self.nets:
            return "this file has no net that could be built"
        return f"this file has {counted(len(self.nets), 'net')}: which one?"

    @property
    def help(self) -> str:
        near = nearest(self.asked, self.nets) if self.asked and self.asked not in self.families else ""
        if near:
            return f"did you mean `{near}`?"
        if self.nets:
            return f"choose with `--net NAME`: {listed(self.nets)}"
        if self.families:
            return f"give its parameters, as in `net mine = {self.families[0]}(…)`, or with `--set name=value`"
        return "write one: `net NAME { input 3x224x224 … }`"


@dataclass(frozen=True, kw_only=True)
class UnlabelledAfterIf(Diagnostic):
    """A layer with weights, without a label, after an `if`: its key would differ between uses of the block.

    Wrong:
        block b(wide) {
          if wide { conv(8, 3x3); batchnorm }
          residual { conv(in.channels, 3x3) }
        }
        net a { input 8x8x8; b(true); b(false) }
    Right:
        block b(wide) {
          if wide { expand: { conv(8, 3x3); batchnorm } }
          residual { conv: conv(in.channels, 3x3) }
        }
        net a { input 8x8x8; b(true); b(false) }
    """

    code = "N0213"
    word: str
    condition: Span

    @property
    def title(self) -> str:
        return f"this `{self.word}` has weights, no label, and a place that an `if` above decides"

    @property
    def label(self) -> str:
        return "label it"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.condition, "its modules are there in some uses of the block and not in others"),)

    @property
    def why(self) -> str:
        return "without a label its key is its place, and the place differs between uses of the block"

    @property
    def help(self) -> str:
        return f"give it a name: `{self.word}: {self.word}(…)`"


@dataclass(frozen=True, kw_only=True)
class LabelOnWire(Diagnostic):
    """A label on something that is no module: `identity`, `concat`, `add`, `mul`.

    Wrong:
        net a { input 3x8x8; both: concat { conv(8, 3x3); conv(8, 1x1) } }
    Right:
        net a { input 3x8x8; both = concat { conv(8, 3x3); conv(8, 1x1) } }
    """

    code = "N0214"
    word: str
    name: str

    @property
    def title(self) -> str:
        return f"`{self.word}` is a wire, not a module: it takes no label"

    @property
    def help(self) -> str:
        return f"to name the value it gives, write `{self.name} = {self.word} …`"


@dataclass(frozen=True, kw_only=True)
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
        habits = {"c": "channels", "h": "height", "w": "width", "shape": "size", "out_channels": "channels"}
        return habits.get(self.attribute) or nearest(self.attribute, self.known)

    @property
    def title(self) -> str:
        return f"a value has no `{self.attribute}`"

    @property
    def help(self) -> str:
        return f"did you mean `{self.better}`?" if self.better else f"it has {listed(self.known)}"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.better) if self.better else None


@dataclass(frozen=True, kw_only=True)
class NothingArrives(Diagnostic):
    """A step or `in` stands where no value has arrived: before `input`, or at file level.

    Wrong:
        net a { conv(8, 3x3); input 3x8x8 }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0216"

    @property
    def title(self) -> str:
        return "no value arrives here"

    @property
    def help(self) -> str:
        return "a net begins with its input, for example `input 3x224x224`"


@dataclass(frozen=True, kw_only=True)
class Misplaced(Diagnostic):
    """A statement that belongs elsewhere: `input` or `output` in a block or branch, a second `input`, `aux` in a block.

    Wrong:
        block b { input 3x8x8; relu }
        net a { input 3x8x8; b }
    Right:
        block b { relu }
        net a { input 3x8x8; b }
    """

    code = "N0217"
    word: str
    where: str
    remedy: str

    @property
    def title(self) -> str:
        return f"`{self.word}` cannot stand {self.where}"

    @property
    def help(self) -> str:
        return self.remedy


@dataclass(frozen=True, kw_only=True)
class NoInput(Diagnostic):
    """A net has no `input`, so nothing in it has a shape.

    Wrong:
        net a { }
    Right:
        net a { input 3x8x8; conv(8, 3x3) }
    """

    code = "N0218"
    net: str

    @property
    def title(self) -> str:
        return f"net `{self.net}` has no input"

    @property
    def help(self) -> str:
        return "begin its body with one, for example `input 3x224x224`: channels, height, width, without the batch"


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class NotShipped(Diagnostic):
    """A name without `.net` is that of a shipped network, and there is none of that name.

    Wrong:
        netdsl compile resnet35
    Right:
        netdsl compile resnet34
    """

    code = "N0220"
    name: str
    known: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no shipped network `{self.name}`"

    @property
    def help(self) -> str:
        near = nearest(self.name, self.known)
        tail = f"`netdsl list` lists them; a file of your own is given with its ending: `{self.name}.net`"
        return f"did you mean `{near}`? {tail}" if near else tail
