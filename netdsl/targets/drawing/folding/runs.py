"""Which units stand on one card."""

from collections.abc import Collection
from dataclasses import dataclass

from netdsl.graph.model import LayerRun
from netdsl.targets.drawing.folding.alike import apart, differently_wide, repeats
from netdsl.targets.drawing.folding.model import Group, Parted, Unit, every

STEM_UNITS = 3
STEM_SHARE = 0.05


@dataclass(slots=True, eq=False)
class Stage:
    """The units of one card; `label` is the name of the scope that holds them, `stem` says that they open the net."""

    units: list[Unit]
    label: str = ""
    whole: bool = False
    """Whether it is a scope; nothing is added to it."""
    stem: bool = False


def main_line(parts: Parted, units: list[Unit]) -> list[Unit]:
    """The longest way from the input to the result."""
    depth: dict[Unit, int] = {}
    for unit in units:
        depth[unit] = 1 + max((depth[read] for read in unit.reads), default=0)
    line = [parts.last]
    while line[-1].reads:
        line.append(max(line[-1].reads, key=lambda unit: depth[unit]))
    return line[::-1]


def read_from_afar(parts: Parted, line: list[Unit], units: list[Unit]) -> set[Unit]:
    """The units after which a run ends: a head, a join or a side path reads them.

    What a block with several inputs reads besides the line is its own affair.
    """
    before = dict(zip(line[1:], line, strict=False))
    found = {head.reads for head in parts.heads} | {unit for _, unit, _ in parts.outputs}
    for unit in units:
        if unit.join or unit not in before:
            found |= {read for read in unit.reads if before.get(unit) is not read}
    return found


def staged(parts: Parted, line: list[Unit], units: list[Unit], keep_apart: bool = True) -> list[Stage]:
    """The units as stages, in the order of the text. `keep_apart` honours uses that have names of their own."""
    ends = read_from_afar(parts, line, units)
    on_line = set(line)
    stages = _loose(parts.items, on_line, ends)
    wide = differently_wide(units) if keep_apart else set()
    folded: list[Stage] = []
    for stage in stages:
        last = folded[-1] if folded else None
        if last and _continues(last, stage, ends, on_line) and not apart(last.units[-1], stage.units[0], wide):
            last.units += stage.units
        else:
            folded.append(stage)
    return _with_stem(folded, ends, sum(unit.cost.parameters for unit in units))


def _loose(items: list[Unit | Group], line: Collection[Unit], ends: Collection[Unit]) -> list[Stage]:
    found: list[Stage] = []
    for item in items:
        if isinstance(item, Unit):
            found.append(Stage([item]))
        elif _is_one(item.units(), line, ends):
            found.append(Stage(item.units(), item.label, whole=True))
        else:
            found += _loose(item.items, line, ends)
    return found


def _is_one(units: list[Unit], line: Collection[Unit], ends: Collection[Unit]) -> bool:
    """Whether a scope is one card: equal heights and widths, and uses of one block or equal shapes."""
    if len({unit.gives.space for unit in units}) > 1 or any(unit not in line for unit in units):
        return False
    if any(unit in ends for unit in units[:-1]) or any(unit.join for unit in units[1:]):
        return False
    one_block = len({unit.block or unit for unit in units}) == 1
    return (one_block and bool(units[0].block)) or len({unit.gives for unit in units}) == 1


def _continues(last: Stage, stage: Stage, ends: Collection[Unit], line: Collection[Unit]) -> bool:
    before, unit = last.units[-1], stage.units[0]
    if last.whole or stage.whole or before in ends or unit.join or unit.reads[:1] != [before]:
        return False
    return before in line and unit in line and repeats(before, unit)


def _with_stem(stages: list[Stage], ends: Collection[Unit], parameters: int) -> list[Stage]:
    """The operators before the first block as one card, where they are several and weigh little."""
    first = next((at for at, stage in enumerate(stages) if any(unit.block for unit in stage.units)), 0)
    opening = [unit for stage in stages[1:first] for unit in stage.units]
    if len(opening) < STEM_UNITS or not all(isinstance(unit.run, LayerRun) for unit in opening):
        return stages
    light = sum(unit.cost.parameters for unit in opening) < STEM_SHARE * parameters
    if not light or any(unit in ends or unit.join for unit in opening[:-1]):
        return stages
    return [stages[0], Stage(opening, "stem", whole=True, stem=True), *stages[first:]]


def all_units(parts: Parted) -> list[Unit]:
    """Every unit, in the order of the text."""
    return list(every(parts.items))
