"""Bodies of random blocks: statements that fit every use."""

from dataclasses import replace
from typing import Any

from programs.author import Author, Column
from programs.idioms import IDIOMS
from programs.statements import Body, Call, For, If, Let, Path, Repeat, Statement, Step
from programs.steps import add, joined_values, layer_call, step
from programs.world import Invalid

COMMENTS = ("  # as in the paper", "  # \"quoted\" and 'odd' { } -> ;", "  # ünïcode", "  # noqa: E501", "  #")
VALUES = ("a", "b", "skip", "cur", "prev", '"v{1}"')


def write(author: Author, column: Column, size: int, keep: bool) -> Body:
    """Up to `size` statements; a try that does not fit is thrown away, and another is made."""
    column = [world.fork() for world in column]
    found: list[Statement] = []
    for _ in range(2 * size):
        if len(found) == size:
            break
        varied, level = author.manner.varied, author.manner.level
        try:
            statement = any_statement(author, column, keep)
            for world in column:
                statement.run(world.fork())
        except Invalid:
            author.manner.varied, author.manner.level = varied, level
            continue
        for world in column:
            statement.run(world)
        blank, comment = bool(found) and author.chance(8), author.one(COMMENTS) if author.chance(5) else ""
        found.append(replace(statement, blank=blank, comment=comment))
    return tuple(found) or (Path((Call("relu"),)),)


def any_statement(author: Author, column: Column, keep: bool) -> Statement:
    """A statement that may or may not fit."""
    manner, kind = author.manner, author.between(0, 99)
    if kind < 10 and not manner.chain and not keep:
        return author.one(IDIOMS)(author, column)
    if kind < 70 or manner.level >= 2:
        return path(author, column, keep)
    if kind < 78:
        return let(author, column)
    manner.level += 1
    try:
        return either(author, column, keep) if kind < 90 else loop(author, column, keep)
    finally:
        manner.level -= 1


def path(author: Author, column: Column, keep: bool) -> Path:
    """One step or several, on what arrives or on values, the result named or not."""
    column = [world.fork() for world in column]
    steps: list[Step] = []
    values = author.values(column)
    plain = author.manner.chain or keep
    if not plain and values and author.chance(8):
        add(steps, column, joined_values(author, column))
    elif not plain and values and author.chance(15):
        on = author.one(values)
        at = [world.at(world.received((on,))[0]) for world in column]
        add(steps, column, replace(layer_call(author, at, keep), on=(on,)))
    else:
        add(steps, column, step(author, column, keep))
    while author.chance(25) and len(steps) < 4:
        add(steps, column, step(author, column, keep))
    named = not author.manner.chain and author.chance(18)
    return Path(tuple(steps), author.one([*values, *VALUES]) if named else "", wrapped=author.chance(10))


def let(author: Author, column: Column) -> Let:
    """A new number, or another worth for an old one."""
    base = author.one(["hidden", "n", "half", "total"])
    if base in author.numbers(column, int):
        return Let(base, author.count(column, 2))
    name = author.number_name(base, column)
    return Let(name, author.count(column, 2) if author.chance(80) else author.condition(column))


def either(author: Author, column: Column, keep: bool) -> If:
    """`if`, with `else` or `else if` or without."""
    condition = author.condition(column)
    holds = [world.holds(condition) for world in column]
    arms = []
    for side in (True, False):
        here = [world for world, held in zip(column, holds, strict=True) if held is side] or column
        wanted = side or author.chance(60)
        arms.append(author.body(here, author.between(1, 2), keep) if wanted else ())
    author.manner.varied = True
    if arms[1] and author.chance(15):
        last = arms[1][:1] if author.chance(50) else ()
        return If(condition, arms[0], (If(author.condition(column), arms[1], last),))
    return If(condition, arms[0], arms[1])


def loop(author: Author, column: Column, keep: bool) -> Statement:
    """A `for` over a list, or a `repeat`; its body is written for the first trip and must fit all."""
    node: For | Repeat
    if author.chance(30):
        node, turn = Repeat(author.one([*author.numbers(column, int), "2", "3"]), ()), ""
    else:
        node, turn = header(author, column)
    rows = [node.trips(world) for world in column]
    if max(map(len, rows)) > 4 or not any(rows):
        raise Invalid
    inside = [world.fork() for world, trips in zip(column, rows, strict=True) if trips]
    for world, trips in zip(inside, (trips for trips in rows if trips), strict=True):
        for name, value in trips[0].items():
            world.number(name, value)
    author.manner.turns.append(turn)
    try:
        return replace(node, body=author.body(inside, author.between(1, 3), keep))
    finally:
        author.manner.turns.pop()
        author.manner.varied = True


def header(author: Author, column: Column) -> tuple[For, str]:
    """A `for` without a body, and the name that counts its trips, if one does."""
    i, w, s = (author.number_name(base, column) for base in ("i", "w", "s"))
    xs = author.one([*author.lists(column), "[4, 8]", "[8, 8, 16]", "[4 * k for k in range(1, 3)]"])
    options = [(f"{i}, {w}", f"enumerate({xs})", i), (w, xs, ""), (w, f"reversed({xs})", "")]
    options += [(i, f"range({author.one([*author.numbers(column, int), '2', '3'])})", i)]
    options += [(f"{w}, {s}", f"zip({xs}, [1, 2, 1])", ""), (f"{i}, {w}", f"reversed(enumerate({xs}))", i)]
    options += [(f"{w}, {s}", f"[[{w}, 2 * {w}] for {w} in {xs}]", "")]
    for rows in author.numbers(column, tuple):
        if all(_is_table(world.numbers[rows]) for world in column):
            options += [(f"{w}, {s}", rows, ""), (f"{i}, ({w}, {s})", f"enumerate({rows})", i)]
    pattern, iterable, turn = author.one(options)
    return For(pattern, iterable, ()), turn


def _is_table(value: Any) -> bool:
    return bool(value) and all(isinstance(row, tuple) and len(row) == 2 for row in value)
