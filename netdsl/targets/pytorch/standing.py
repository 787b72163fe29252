"""What `forward` knows of the names of `__init__`: parameters are kept, and variables that stand for one thing."""

from collections.abc import Set

from netdsl.targets.pytorch.names import MODULE
from netdsl.targets.pytorch.plan import Item, Let, Loop, bound, every, inner
from netdsl.targets.pytorch.saying import Unsaid
from netdsl.targets.pytorch.terms import Name, Term, names, replaced


class Standing:
    """The names of one class."""

    def __init__(self, items: list[Item]) -> None:
        self.lets: dict[Name, Term] = {}
        self.loops = {name for item in every(items) if isinstance(item, Loop) for name in bound(item.pattern)}
        """Names of loops: `forward` has the same loops."""
        self.asked: list[Name] = []
        """Parameters that `forward` asks for."""
        self.kept_lets: set[Name] = set()
        """Variables that `forward` asks for."""
        self._changing: set[Name] = set()
        self._read(items, False)
        self._constant = {item.name for item in items if isinstance(item, Let) and self.is_constant(item.term)}
        self._constant -= self._changing

    def _read(self, items: list[Item], inside: bool) -> None:
        for item in items:
            if isinstance(item, Let):
                if inside or item.name in self.lets:
                    self._changing.add(item.name)
                self.lets[item.name] = item.term
            for body in inner(item):
                self._read(body, inside or isinstance(item, Loop))

    def term(self, term: Term, besides: Set[Name] = frozenset()) -> Term:
        """The term in parameters, names of loops and `besides`; raises `Unsaid` where a variable changes in a loop."""
        lets = {name: value for name, value in self.lets.items() if name not in besides}
        while names(term) & lets.keys():
            if names(term) & self._changing:
                raise Unsaid
            term = replaced(term, lets)
        return term

    def is_constant(self, term: Term) -> bool:
        """Whether the term stands for the same everywhere in the class."""
        try:
            return not names(self.term(term)) & self.loops
        except Unsaid:
            return False

    def kept(self, term: Term) -> Term:
        """The term as `forward` asks for it."""
        lets = names(term) & self._constant
        self.kept_lets |= lets
        term = self.term(term, lets)
        own = sorted(names(term) - self.loops, key=lambda name: name.shown)
        self.asked += [name for name in own if name not in self.asked and name not in lets]
        return replaced(term, {name: Name(attribute(name)) for name in own})


def attribute(name: Name) -> str:
    """The attribute that keeps a parameter."""
    return f"self.{name.shown}_" if name.shown in MODULE else f"self.{name.shown}"
