"""Parts that are too large for a page, as several: what goes around or runs beside leaves and arrives with a tag."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count, cycle

from netdsl.shapes import Shape
from netdsl.targets.drawing.blocks.measure import Look, extent
from netdsl.targets.drawing.blocks.parts import (
    Arrives,
    Bypass,
    Fused,
    Lanes,
    Leaves,
    Part,
    Series,
    Tag,
    begins,
    gives,
    merged,
    tags,
)
from netdsl.targets.drawing.blocks.values import LETTERS
from netdsl.targets.drawing.words import dims


def broken(line: Series, look: Look, wide: float, high: float) -> tuple[Series, int]:
    """The line with every part at most so wide and high, if that can be; and how many parts were broken for it."""
    breaker = _Breaker(look, wide, high, _letters(line), _numbers(line))
    for part in line.parts:
        breaker.add(part)
    return Series(tuple(breaker.found)), breaker.count


def _letters(line: Series) -> Iterator[str]:
    """Letters that are no words of other tags."""
    taken = {tag.words for tag in tags(line)}
    yield from cycle([letter for letter in LETTERS if letter not in taken] or ["…"])


def _numbers(line: Series) -> Iterator[int]:
    """Numbers that no value has."""
    yield from count(1 + max((tag.value for tag in tags(line)), default=0))


@dataclass(slots=True)
class _Breaker:
    look: Look
    wide: float
    high: float
    letters: Iterator[str]
    fresh: Iterator[int]
    found: list[Part] = field(default_factory=list)
    count: int = 0

    def add(self, part: Part) -> None:
        """A part as it is, or as several."""
        if self._fits(part):
            self.found.append(part)
            return
        self.count += 1
        match part:
            case Fused() if len(part.operators) > 1:
                half = len(part.operators) // 2
                self.add(Fused(part.operators[:half]))
                self.add(Fused(part.operators[half:]))
            case Bypass():
                self._bypass(part)
            case Lanes():
                self._lanes(part)
            case _:
                self.found.append(part)

    def _fits(self, part: Part) -> bool:
        room = extent(part, self.look)
        return room.width <= self.wide - self._arriving_width() and room.height <= self.high

    def _arriving_width(self) -> float:
        """What a value takes that arrives before the part; the input of the network may stand on a row of its own."""
        if not self.found or not isinstance(self.found[-1], Arrives) or self.found[-1].tags[0].port:
            return 0.0
        return extent(self.found[-1], self.look).width + self.look.gap

    def _bypass(self, part: Bypass) -> None:
        """What goes around waits until the end of what it goes around."""
        above = self._from_afar(part.above)
        for inner in part.main.parts:
            self.add(inner)
        if not self._fits(replace(part, main=Series(()), above=above)):
            main = self._leave(ends=True)
            above = self._result(above)
            self.found.append(Arrives((main,)))
        self.found.append(replace(part, main=Series(()), above=above))

    def _lanes(self, part: Lanes) -> None:
        """The largest lanes become lines of their own, until the others have room."""
        lanes = list(part.lanes)
        if part.split:
            shares = self._shares(part)
            lanes = [Series((Arrives((share,)), *lane.parts)) for share, lane in zip(shares, lanes, strict=True)]
        elif not begins(part):
            fork = self._leave(ends=True)
            lanes = [lane if _begins(lane) else Series((Arrives((fork,)), *lane.parts)) for lane in lanes]
        while not self._fits(whole := replace(part, lanes=merged(lanes), split=False)):
            long = [at for at, lane in enumerate(lanes) if len(lane.parts) > 1]
            if not long:
                break
            largest = max(long, key=lambda at: self._excess(lanes[at]))
            lanes[largest] = self._result(lanes[largest])
        self.found.append(whole)

    def _excess(self, lane: Series) -> tuple[float, float]:
        room = extent(lane, self.look)
        return max(0.0, room.width - self.wide / 2), room.height

    def _result(self, line: Series) -> Series:
        """A line of its own that ends with a tag; what arrives of it."""
        for part in line.parts:
            self.add(part)
        return Series((Arrives((self._leave(ends=True),)),))

    def _from_afar(self, path: Series) -> Series:
        if _begins(path):
            return path
        return Series((Arrives((self._leave(ends=False),)), *path.parts))

    def _leave(self, ends: bool) -> Tag:
        """The value at the end of what was found so far leaves there, if it does not already."""
        last = self.found[-1]
        if isinstance(last, Leaves) and not last.tag.port:
            self.found[-1] = replace(last, ends=ends)
            return last.tag
        tag = self._tag(gives(last))
        self.found.append(Leaves(tag, ends))
        return tag

    def _shares(self, part: Lanes) -> list[Tag]:
        """The shares of a split, each of which leaves."""
        arrives = gives(self.found[-1])
        share = replace(arrives, channels=arrives.channels // len(part.lanes))
        shares = [self._tag(share) for _ in part.lanes]
        lanes = tuple(Series((Leaves(tag, ends=True),)) for tag in shares)
        self.found.append(Lanes(lanes, "", share, split=True))
        return shares

    def _tag(self, shape: Shape) -> Tag:
        words = next(self.letters)
        return Tag(next(self.fresh), words, shape, notes=(words, dims(shape)))


def _begins(lane: Series) -> bool:
    return bool(lane.parts) and begins(lane.parts[0])
