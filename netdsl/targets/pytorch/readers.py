"""Who reads which value: what nobody stands on is never written, and what one step alone reads may stand inside it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from netdsl.targets.pytorch.plan import Fork, Held, Item, Loop, Measure, Number, Step, Value
from netdsl.targets.pytorch.terms import Side, Term, leaves


def counted(items: list[Item], results: Iterable[Held]) -> Counter[Held]:
    """How often each value that the results stand on is read at most, whichever way forks go.

    What an `nn.Sequential` hands from one module to the next is not among them.
    """
    counts = Counter(results)
    for item in reversed(items):
        match item:
            case Step() if any(value in counts for value in item.makes):
                counts.update(item.reads)
                for _, term in item.arguments:
                    counts.update(sides(term))
            case Measure() if item.number in counts:
                counts.update(sides(item.term))
            case Fork():
                counts = reduce(or_, (_through(item, k, counts) for k in range(len(item.arms))))
            case Loop():
                counts += _turning(item, counts)
    return counts


def _through(fork: Fork, arm: int, after: Counter[Held]) -> Counter[Held]:
    """The counts where a fork goes one way."""
    merged = (merge.arms[arm] for merge in fork.merges if merge.value in after)
    return counted(fork.arms[arm].items, [*after.elements(), *(value for value in merged if value is not None)])


def _turning(loop: Loop, after: Counter[Held]) -> Counter[Held]:
    """The counts of a loop itself; a value that it carries is read where the next trip needs it."""
    results = [c for c in loop.carried if c.value in after or c.after in after]
    while True:
        counts = counted(loop.items, [c.next for c in results])
        more = [c for c in loop.carried if c.value in counts or c in results]
        if len(more) == len(results):
            return counts + Counter(c.first for c in results)
        results = more


def sides(term: Term) -> Iterator[Held]:
    """The values whose sides a term reads."""
    for leaf in leaves(term):
        if isinstance(leaf, Side):
            assert isinstance(leaf.value, Value | Number)
            yield leaf.value
