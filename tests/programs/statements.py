"""The statements of random programs: their text, and what they do to the place where they stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import repeat
from textwrap import indent
from typing import Any

from netdsl.layers.vocabulary import kinds
from netdsl.shapes import Shape
from programs.world import MISFITS, Invalid, Keys, Module, Thing, World, apply


@dataclass(frozen=True)
class Statement:
    """A statement, with a blank line above and a comment behind it where the author was in the mood."""

    blank: bool = field(default=False, kw_only=True)
    comment: str = field(default="", kw_only=True)

    def text(self) -> str:
        raise NotImplementedError

    def run(self, world: World) -> None:
        """Does in `world` what the statement does; raises `Invalid`."""
        raise NotImplementedError


Body = tuple[Statement, ...]


def braces(body: Body) -> str:
    """The body in braces: on one line where it is short."""
    shown = [statement.text() for statement in body]
    remarks = any(statement.comment or statement.blank for statement in body)
    if not remarks and not any("\n" in text for text in shown) and sum(map(len, shown)) < 50:
        return f"{{ {'; '.join(shown)} }}" if shown else "{ }"
    lines = ("\n" * s.blank + text + s.comment for s, text in zip(body, shown, strict=True))
    return "{\n" + indent("\n".join(lines), "  ") + "\n}"


def run(world: World, body: Body) -> None:
    for statement in body:
        statement.run(world)


def inner(world: World, body: Body, arriving: Shape) -> Shape:
    """What a body in braces gives."""
    inside = world.at(arriving)
    run(inside, body)
    return inside.here()


Arguments = tuple[tuple[str, str], ...]
"""Name, or "" where it is given by position, and text."""


def parentheses(arguments: Arguments) -> str:
    listed = ", ".join(f"{name}={text}" if name else text for name, text in arguments)
    return f"({listed})" if listed else ""


@dataclass(frozen=True)
class Step:
    """One step of a path."""

    def text(self) -> str:
        raise NotImplementedError

    def run(self, world: World) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Call(Step):
    word: str
    arguments: Arguments = ()
    label: str = ""
    on: tuple[str, ...] = ()

    def text(self) -> str:
        label = f"{self.label}: " if self.label else ""
        on = f" on {', '.join(self.on)}" if self.on else ""
        return f"{label}{self.word}{parentheses(self.arguments)}{on}"

    def run(self, world: World) -> None:
        inputs = world.received(self.on)
        place = world.at(inputs[0])
        thing = place.worth(self.word)
        if not isinstance(thing, Thing):
            raise Invalid
        positional = [place.worth(text) for name, text in self.arguments if not name]
        named = {name: place.worth(text) for name, text in self.arguments if name}
        try:
            thing = thing(*positional, **named)
        except StopIteration:
            raise Invalid from None
        label = place.name(self.label) if self.label else None
        if isinstance(thing.target, Block):
            key = world.keys.take(label)
            gives, modules = thing.target.used(dict(thing.fixed), tuple(inputs), world.file)
            world.modules += [replace(module, key=f"{world.prefix}{key}.{module.key}") for module in modules]
        else:
            gives = self._layer(world, thing, inputs, label)
        if label is not None:
            world.bind(label, gives)
        world.given(gives)

    def _layer(self, world: World, thing: Thing, inputs: list[Shape], label: str | None) -> Shape:
        kind = thing.target
        assert isinstance(kind, type)
        gives = apply(kind, dict(thing.fixed), inputs)
        if not kind.wiring:
            key = world.keys.take(label)
            world.modules.append(Module(world.prefix + key, kind.word, gives.dims))
        elif label is not None:
            raise Invalid
        return gives


@dataclass(frozen=True)
class Scope(Step):
    label: str
    body: Body
    on: tuple[str, ...] = ()

    def text(self) -> str:
        return f"{self.label}: {braces(self.body)}" + (f" on {', '.join(self.on)}" if self.on else "")

    def run(self, world: World) -> None:
        arriving = world.received(self.on)[0]
        label = world.at(arriving).name(self.label)
        key = world.keys.take(label)
        gives = inner(replace(world, keys=Keys(), prefix=f"{world.prefix}{key}."), self.body, arriving)
        world.bind(label, gives)
        world.given(gives)


def branches(world: World, body: Body, receives: Iterator[Shape]) -> list[Shape]:
    """What the branches of a join give; each statement is one."""
    found = []
    for statement in body:
        if isinstance(statement, If):
            found += branches(world, statement.arm(world), receives)
        elif isinstance(statement, For | Repeat):
            for bound in statement.trips(world):
                for name, value in bound.items():
                    world.number(name, value)
                found += branches(world, statement.body, receives)
        else:
            found.append(inner(world, (statement,), next(receives)))
    return found


@dataclass(frozen=True)
class Join(Step):
    word: str
    body: Body

    def text(self) -> str:
        return f"{self.word} {braces(self.body)}"

    def run(self, world: World) -> None:
        given = branches(world, self.body, repeat(world.here()))
        world.given(apply(kinds()[self.word], {}, given))


@dataclass(frozen=True)
class Split(Step):
    body: Body

    def text(self) -> str:
        return f"split {braces(self.body)}"

    def run(self, world: World) -> None:
        whole = world.here()
        count = len(self.body)
        if whole.channels % count:
            raise Invalid
        share = replace(whole, channels=whole.channels // count)
        given = branches(world, self.body, iter([share] * count))
        world.given(apply(kinds()["concat"], {}, given) if count > 1 else given[0])


@dataclass(frozen=True)
class Gate(Step):
    body: Body

    def text(self) -> str:
        return f"gate {braces(self.body)}"

    def run(self, world: World) -> None:
        whole = world.here()
        made = inner(world, self.body, whole)
        if apply(kinds()["mul"], {}, [whole, made]) != whole:
            raise Invalid
        world.given(whole)


@dataclass(frozen=True)
class Residual(Step):
    body: Body
    drop: str = ""
    condition: str = ""
    shortcut: Body | None = None
    shortcut_condition: str = ""

    def text(self) -> str:
        text = "residual" + (f"(drop={self.drop})" if self.drop else "")
        text += (f" if {self.condition} " if self.condition else " ") + braces(self.body)
        if self.shortcut is not None:
            condition = f" if {self.shortcut_condition}" if self.shortcut_condition else ""
            text += f" shortcut{condition} {braces(self.shortcut)}"
        return text

    def run(self, world: World) -> None:
        arriving = world.here()
        if self.drop and not 0 <= world.worth(self.drop) <= 1:
            raise Invalid
        summed = world.holds(self.condition)
        gives = around = inner(world, self.body, arriving)
        if summed:
            around = arriving
            if self.shortcut is not None and world.holds(self.shortcut_condition):
                around = inner(world, self.shortcut, arriving)
        if gives != around:
            raise Invalid
        world.given(gives)


@dataclass(frozen=True)
class Path(Statement):
    steps: tuple[Step, ...]
    target: str = ""
    wrapped: bool = False

    def text(self) -> str:
        target = f"{self.target} = " if self.target else ""
        return target + ("\n  -> " if self.wrapped else " -> ").join(step.text() for step in self.steps)

    def run(self, world: World) -> None:
        for step in self.steps:
            step.run(world)
        if self.target:
            world.bind(world.name(self.target), world.here())


@dataclass(frozen=True)
class Let(Statement):
    name: str
    value: str

    def text(self) -> str:
        return f"let {self.name} = {self.value}"

    def run(self, world: World) -> None:
        world.number(self.name, world.worth(self.value))


@dataclass(frozen=True)
class If(Statement):
    condition: str
    body: Body
    otherwise: Body = ()

    def text(self) -> str:
        text = f"if {self.condition} {braces(self.body)}"
        if len(self.otherwise) == 1 and isinstance(self.otherwise[0], If):
            return f"{text} else {self.otherwise[0].text()}"
        return text + (f" else {braces(self.otherwise)}" if self.otherwise else "")

    def arm(self, world: World) -> Body:
        return self.body if world.holds(self.condition) else self.otherwise

    def run(self, world: World) -> None:
        run(world, self.arm(world))


@dataclass(frozen=True)
class For(Statement):
    pattern: str
    iterable: str
    body: Body

    def text(self) -> str:
        return f"for {self.pattern} in {self.iterable} {braces(self.body)}"

    def trips(self, world: World) -> list[dict[str, Any]]:
        """The loop names of each trip; Python itself takes the rows apart."""
        names = re.findall(r"\w+", self.pattern)
        bound = ", ".join(f"'{name}': {name}" for name in names)
        try:
            code = compile(f"[{{{bound}}} for {self.pattern} in rows]", "<for>", "eval")
            return list(eval(code, {"rows": world.worth(self.iterable)}))
        except MISFITS:
            raise Invalid from None

    def run(self, world: World) -> None:
        for bound in self.trips(world):
            for name, value in bound.items():
                world.number(name, value)
            run(world, self.body)


@dataclass(frozen=True)
class Repeat(Statement):
    count: str
    body: Body

    def text(self) -> str:
        return f"repeat {self.count} {braces(self.body)}"

    def trips(self, world: World) -> list[dict[str, Any]]:
        count = world.worth(self.count)
        if type(count) is not int or not 0 <= count <= 8:
            raise Invalid
        return [{}] * count

    def run(self, world: World) -> None:
        for _ in self.trips(world):
            run(world, self.body)


@dataclass(frozen=True)
class Aux(Statement):
    """What stands in it is made in training only, so its values are gone after it."""

    weight: str
    body: Body

    def text(self) -> str:
        return "aux" + (f"(weight={self.weight})" if self.weight else "") + f" {braces(self.body)}"

    def run(self, world: World) -> None:
        before = len(world.bound)
        inner(world, self.body, world.here())
        for name in world.bound[before:]:
            world.values.pop(name, None)


@dataclass(frozen=True)
class Input(Statement):
    shape: str

    def text(self) -> str:
        return f"input {self.shape}"

    def run(self, world: World) -> None:
        channels, *space = world.worth(self.shape)
        world.given(Shape(channels, tuple(space)))


@dataclass(frozen=True)
class Output(Statement):
    names: tuple[str, ...]

    def text(self) -> str:
        return f"output {', '.join(self.names)}"

    def run(self, world: World) -> None:
        for name in self.names:
            if name not in world.values:
                raise Invalid
            world.outputs.append(name)


@dataclass(frozen=True, eq=False)
class Block:
    """A block or net; `parameters` are names with their defaults, "" where there is none."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]
    body: Body
    is_net: bool = False
    doc: str = ""

    def text(self) -> str:
        doc = "".join(f"## {line}\n" for line in self.doc.splitlines())
        listed = ", ".join(f"{name}={default}" if default else name for name, default in self.parameters)
        on = f" on {', '.join(self.inputs)}" if self.inputs else ""
        parameters = f"({listed})" if listed else ""
        return f"{doc}{'net' if self.is_net else 'block'} {self.name}{parameters}{on} {braces(self.body)}"

    def world(self, given: Mapping[str, Any], inputs: tuple[Shape, ...], file: Mapping[str, Any]) -> World:
        """The place before its first statement; raises `Invalid`."""
        if not self.is_net and len(inputs) != max(1, len(self.inputs)):
            raise Invalid
        world = World(file, {}, {}, inputs[0] if inputs else None)
        if not given.keys() <= {name for name, _ in self.parameters}:
            raise Invalid
        for name, default in self.parameters:
            if name not in given and not default:
                raise Invalid
            world.numbers[name] = given[name] if name in given else world.worth(default)
        for name, shape in zip(self.inputs, inputs, strict=False):
            world.bind(name, shape)
        return world

    def used(
        self, given: Mapping[str, Any], inputs: tuple[Shape, ...], file: Mapping[str, Any]
    ) -> tuple[Shape, list[Module]]:
        """What it gives, and its modules; raises `Invalid`."""
        world = self.world(given, inputs, file)
        run(world, self.body)
        return world.here(), world.modules
