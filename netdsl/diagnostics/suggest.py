"""Did you mean: the nearest of the names that would do."""

from collections.abc import Iterable

MOST_NAMES = 1000
"""Of more names only those that begin alike are compared."""
LONGEST_NAME = 100
"""A longer name is like no other."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name closest to `name`, or "" where none is close."""
    from difflib import get_close_matches

    names = sorted({n for n in known if len(n) <= LONGEST_NAME}) if len(name) <= LONGEST_NAME else []
    folded = {n.lower().replace("_", ""): n for n in reversed(names)}
    exact = folded.get(name.lower().replace("_", ""))
    if exact:
        return exact
    if len(names) > MOST_NAMES:
        names = [n for n in names if n[:1] == name[:1]][:MOST_NAMES]
    found = get_close_matches(name, names, n=1, cutoff=0.65)
    return found[0] if found else ""


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in a row for a sentence: `a`, `b` and 3 more."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > most:
        return f"{', '.join(quoted[:most])} and {len(quoted) - most} more"
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def counted(count: int, noun: str) -> str:
    """`1 input`, `2 inputs`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
