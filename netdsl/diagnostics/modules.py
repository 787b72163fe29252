"""N02xx: names of modules, which are the keys of their weights."""

from netdsl.diagnostics.model import Diagnostic, Note
from netdsl.source import Span


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
        parts = ".".join(filter(None, self.label_text.split(".")))
        another = parts if parts != self.label_text else f"{parts}_1"
        return f"write another name, for example `{another or 'conv'}`"


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


class LabelOnWire(Diagnostic):
    """A label on something that is no module: `identity`, `concat`, `add`, `mul`.

    Wrong:
        net a { input 3x8x8; v = conv(8, 3x3); both: add on v, v }
    Right:
        net a { input 3x8x8; v = conv(8, 3x3); both = add on v, v }
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
