"""Times taken side by side, so that what else the machine does falls on all alike."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def side_by_side(work: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each, from `rounds` in which all run in turn; a first round is not counted."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds + 1):
        for name, function in work.items():
            begin = perf_counter()
            function()
            if number:
                times[name].append(perf_counter() - begin)
    return {name: median(seconds) for name, seconds in times.items()}


def table(times: Mapping[str, float]) -> str:
    """A line for each, in milliseconds."""
    width = max(map(len, times))
    return "\n".join(f"  {name:<{width}}  {seconds * 1e3:10.1f} ms" for name, seconds in times.items())


def verdict(what: str, value: float, limit: float) -> str:
    """Whether a ratio keeps its limit."""
    return f"{'ok  ' if value <= limit else 'OVER'}  {what}: {value:.3f} (limit {limit:g})"
