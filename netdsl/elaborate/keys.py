"""The names of modules in one scope of the state dict."""

from dataclasses import dataclass, field

from netdsl.diagnostics.modules import BadLabel, SameKey
from netdsl.elaborate.reserved import RESERVED
from netdsl.graph.mistakes import Mistake
from netdsl.source import Span


@dataclass
class Keys:
    """Which names of a scope are taken, and where; a dotted label opens scopes, which may be opened again."""

    taken: dict[str, Span] = field(default_factory=dict)
    opened: dict[str, "Keys"] = field(default_factory=dict)

    def place(self) -> str:
        """The name of an unlabelled module: how many modules stand before it."""
        return str(len(self.taken))

    def take(self, label: str, span: Span) -> str:
        """Takes a label, or for "" the place; raises a `Mistake` for a name that is taken or fits no module."""
        if not label:
            label = self.place()
        self._take(label.split("."), label, span)
        return label

    def _take(self, names: list[str], label: str, span: Span) -> None:
        name = names[0]
        reason = unfit(name)
        if reason:
            self.taken[f"refused at {span.start}"] = span
            raise Mistake(BadLabel(span=span, label_text=label, reason=reason))
        if len(names) > 1 and (name in self.opened or name not in self.taken):
            self.taken.setdefault(name, span)
            self.opened.setdefault(name, Keys())._take(names[1:], label, span)
        elif name in self.taken:
            raise Mistake(SameKey(span=span, key=label, first=self.taken[name]))
        else:
            self.taken[name] = span


def unfit(name: str) -> str:
    """Why a module cannot be called `name`; "" where it can."""
    if not name:
        return "a part of the name is empty"
    if name in RESERVED or name.startswith("__"):
        return "PyTorch's modules use that name for something else"
    if not name.isprintable():
        return "it has characters that cannot be seen"
    return ""
