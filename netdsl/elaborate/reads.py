"""What a call stands on: the names in it that may stand for something else the next time."""

from dataclasses import dataclass, field

from netdsl.tree.statements import Block, Call, For, Let
from netdsl.tree.walk import labels, mentioned, names, statements


@dataclass
class Reads:
    """Calls with the names in them that their own definition binds; each call and each definition is read once."""

    calls: dict[Call, tuple[str, ...]] = field(default_factory=dict)
    bound: dict[Block, frozenset[str] | None] = field(default_factory=dict)

    def of(self, node: Call, definition: Block) -> tuple[str, ...]:
        """The names that the word and the arguments of a call mention; those of the file's definitions left out."""
        found = self.calls.get(node)
        if found is None:
            found = self.calls[node] = self._read(node, definition)
        return found

    def _read(self, node: Call, definition: Block) -> tuple[str, ...]:
        if definition not in self.bound:
            self.bound[definition] = _bound(definition)
        bound = self.bound[definition]
        said = [node.word.name]
        for argument in node.arguments or ():
            said += mentioned(argument.value)
        return tuple(dict.fromkeys(name for name in said if bound is None or name in bound))


def _bound(definition: Block) -> frozenset[str] | None:
    """Every name that a definition binds; None where one of its labels is made up as it runs."""
    found = {parameter.name for parameter in definition.parameters} | set(definition.inputs)
    for statement in statements(definition.body):
        for label in labels(statement):
            if label.quoted:
                return None
            found.add(str(label.parts[0]))
        if isinstance(statement, Let):
            found.add(statement.name)
        elif isinstance(statement, For):
            found.update(names(statement.pattern))
    return frozenset(found)
