"""What stands for values in the keys of caches."""

from netdsl.graph.model import Partial, Value


class Tokens:
    """Equal values have one token; 1, 1.0 and true have three.

    A list is gone through once, however often its token is asked for: a key that held the list itself would be compared
    element by element at each call that reads it, and a loop over a list would take its length squared.
    """

    def __init__(self) -> None:
        self._by_identity: dict[int, tuple[Value, int]] = {}
        self._known: dict[object, int] = {}

    def of(self, value: Value) -> object:
        """The token of a value."""
        if not isinstance(value, tuple | Partial):
            return type(value).__name__, value
        found = self._by_identity.get(id(value))
        if found is None:
            token = self._known.setdefault(self._parts(value), len(self._known))
            found = self._by_identity[id(value)] = value, token
        return found[1]

    def _parts(self, value: tuple[Value, ...] | Partial) -> object:
        if isinstance(value, tuple):
            return tuple([self.of(item) for item in value])
        return value.target, value.home, tuple([(name, self.of(argument)) for name, argument in value.fixed])
