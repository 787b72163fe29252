"""Rules of the grammar to nodes of the tree: one method for each rule, called with the place it covers."""

from collections.abc import Callable, Iterator
from typing import Any

from netdsl.source import Span
from netdsl.syntax.findings import Findings
from netdsl.syntax.tokens import Token
from netdsl.tree.expressions import (
    Apply,
    Argument,
    Arriving,
    Attribute,
    Binary,
    Comprehension,
    Expr,
    Index,
    Label,
    List,
    Literal,
    Lost,
    Name,
    Pattern,
    Size,
    Slice,
    Ternary,
    Unary,
)
from netdsl.tree.statements import (
    Aux,
    Block,
    Body,
    Call,
    Definition,
    File,
    For,
    Gate,
    If,
    Input,
    Instance,
    Join,
    Let,
    Output,
    Parameter,
    Path,
    Repeat,
    Residual,
    Scope,
    Setting,
    Shortcut,
    Split,
    Statement,
    Step,
    Train,
    UseFile,
)

Arguments = tuple[Argument, ...]

_MOST_DIGITS = 100


class Builder:
    """Makes the nodes of one file. A method bears the name of its rule, with `_` before it."""

    def __init__(self, findings: Findings, label: Callable[[Span, Token], Label]) -> None:
        self.findings = findings
        self.source = findings.source
        self._label = label

    def rule(self, name: str) -> Callable[..., Any]:
        """What makes the node of a rule, from its place and its children."""
        method: Callable[..., Any] = getattr(self, f"_{name}")
        return method

    def _place(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def _name(self, token: Token) -> Name:
        return Name(self._place(token), token.text)

    # expressions

    def _number(self, span: Span, token: Token) -> Literal | Lost:
        text = token.text
        if not text:
            return Lost(span)
        return Literal(span, _whole(text) if text.isdecimal() else float(text))

    def _size(self, span: Span, token: Token) -> Size:
        return Size(span, tuple(_whole(side) for side in token.text.split("x")))

    def _string(self, span: Span, token: Token) -> Literal:
        return Literal(span, token.text[1:-1])

    def _boolean(self, span: Span, token: Token) -> Literal:
        return Literal(span, token.text == "true")

    def _arriving(self, span: Span, _: Token) -> Arriving:
        return Arriving(span)

    def _variable(self, span: Span, token: Token) -> Name | Lost:
        return Name(span, token.text) if token.text else Lost(span)

    def _unary(self, span: Span, operator: Token, operand: Expr) -> Unary:
        return Unary(span, operator.text, operand)

    def _binary(self, span: Span, left: Expr, operator: Token, right: Expr) -> Binary:
        return Binary(span, operator.text, left, right)

    def _ternary(self, span: Span, then: Expr, condition: Expr, otherwise: Expr) -> Ternary:
        return Ternary(span, condition, then, otherwise)

    def _attribute(self, span: Span, owner: Expr, word: Token) -> Attribute:
        return Attribute(span, owner, word.text, self._place(word))

    def _index(self, span: Span, owner: Expr, index: Expr) -> Index:
        return Index(span, owner, index)

    def _slice(self, span: Span, owner: Expr, first: Expr | None, stop: Expr | None) -> Slice:
        return Slice(span, owner, first, stop)

    def _apply(self, span: Span, word: Token, arguments: Arguments) -> Apply:
        return Apply(span, self._name(word), arguments)

    def _argument(self, span: Span, name: Token | None, value: Expr) -> Argument:
        return Argument(span, name.text if name else None, value)

    def _arguments(self, _: Span, *arguments: Argument | None) -> Arguments:
        return tuple(a for a in arguments if a)

    def _list(self, span: Span, *items: Expr | None) -> List:
        return List(span, tuple(i for i in items if i))

    def _comprehension(
        self, span: Span, item: Expr, pattern: Pattern, iterable: Expr, condition: Expr | None
    ) -> Comprehension:
        return Comprehension(span, item, pattern, iterable, condition)

    def _pattern(self, span: Span, name: Token) -> Pattern:
        return Pattern(span, name.text, ())

    def _patterns(self, span: Span, *parts: Pattern) -> Pattern:
        return Pattern(span, "", parts)

    def _targets(self, span: Span, *parts: Pattern) -> Pattern:
        return parts[0] if len(parts) == 1 else Pattern(span, "", parts)

    # steps

    def _call(self, span: Span, label: Label | None, word: Token, arguments: Arguments | None) -> Call:
        return Call(span, label, self._name(word), arguments, ())

    def _call_on(self, span: Span, label: Label | None, word: Token, arguments: Arguments | None, *on: Label) -> Call:
        return Call(span, label, self._name(word), arguments, on)

    def _scope(self, span: Span, label: Label, body: Body) -> Scope:
        return Scope(span, label, body, ())

    def _scope_on(self, span: Span, label: Label, body: Body, *on: Label) -> Scope:
        return Scope(span, label, body, on)

    def _join(self, span: Span, word: Token, arguments: Arguments | None, body: Body) -> Join:
        return Join(span, self._name(word), arguments, body)

    def _residual(
        self,
        span: Span,
        word: Token,
        arguments: Arguments | None,
        condition: Expr | None,
        body: Body,
        shortcut: Shortcut | None,
    ) -> Residual:
        return Residual(span, self._place(word), arguments, condition, body, shortcut)

    def _shortcut(self, span: Span, condition: Expr | None, body: Body) -> Shortcut:
        return Shortcut(span, condition, body)

    def _gate(self, span: Span, word: Token, body: Body) -> Gate:
        return Gate(span, self._place(word), body)

    def _split(self, span: Span, word: Token, body: Body) -> Split:
        return Split(span, self._place(word), body)

    # statements

    def _path(self, span: Span, steps: list[Step]) -> Path:
        return Path(span, None, tuple(steps))

    def _path_named(self, span: Span, target: Label, steps: list[Step]) -> Path:
        return Path(span, target, tuple(steps))

    def _steps(self, _: Span, *steps: Step) -> list[Step]:
        return list(steps)

    def _let(self, span: Span, name: Token, value: Expr) -> Let:
        return Let(span, name.text, self._place(name), value)

    def _input(self, span: Span, shape: Expr) -> Input:
        return Input(span, shape)

    def _output(self, span: Span, *names: Label) -> Output:
        return Output(span, names)

    def _branch(self, span: Span, condition: Expr, body: Body, otherwise: Body | None) -> If:
        return If(span, condition, body, otherwise or ())

    def _else_body(self, _: Span, body: Body) -> Body:
        return body

    def _else_if(self, span: Span, condition: Expr, body: Body, otherwise: Body | None) -> Body:
        return (If(span, condition, body, otherwise or ()),)

    def _loop(self, span: Span, pattern: Pattern, iterable: Expr, body: Body) -> For:
        return For(span, pattern, iterable, body)

    def _repeat(self, span: Span, count: Expr, body: Body) -> Repeat:
        return Repeat(span, count, body)

    def _aux(self, span: Span, word: Token, arguments: Arguments | None, body: Body) -> Aux:
        return Aux(span, self._place(word), arguments, body)

    def _body(self, _: Span, *statements: Statement | None) -> Body:
        return tuple(s for s in statements if s)

    # definitions

    def _parameter(self, span: Span, name: Token, default: Expr | None) -> Parameter:
        return Parameter(span, name.text, default)

    def _parameters(self, _: Span, *parameters: Parameter | None) -> tuple[Parameter, ...]:
        return tuple(p for p in parameters if p)

    def _inputs(self, _: Span, *names: Token) -> tuple[str, ...]:
        return tuple(n.text for n in names)

    def _use(self, span: Span, path: Token) -> UseFile:
        return UseFile(span, path.text[1:-1], self._place(path))

    def _net(self, span: Span, name: Token, parameters: tuple[Parameter, ...], body: Body) -> Block:
        self._check_distinct(name, parameters)
        broken = self.findings.broken(span.start, span.end)
        return Block(span, name.text, self._place(name), True, parameters, (), body, self._doc(span), broken)

    def _block(
        self,
        span: Span,
        name: Token,
        parameters: tuple[Parameter, ...],
        inputs: tuple[str, ...] | None,
        body: Body,
    ) -> Block:
        self._check_distinct(name, parameters)
        broken, place = self.findings.broken(span.start, span.end), self._place(name)
        return Block(span, name.text, place, False, parameters, inputs or (), body, self._doc(span), broken)

    def _check_distinct(self, name: Token, parameters: tuple[Parameter, ...]) -> None:
        """Refuses a definition two of whose parameters have one name."""
        first: dict[str, Span] = {}
        for parameter in parameters:
            start = parameter.span.start
            place = Span(self.source, start, start + len(parameter.name))
            if first.setdefault(parameter.name, place) is not place:
                from netdsl.diagnostics.definitions import SameDefinition

                self.findings.report(SameDefinition(span=place, name=parameter.name, first=first[parameter.name]))
                self.findings.names.append(name.text)

    def _instance(self, span: Span, name: Token, value: Expr) -> Instance:
        return Instance(span, name.text, self._place(name), value, self._doc(span))

    def _setting(self, span: Span, name: Token, value: Expr) -> Setting:
        return Setting(span, name.text, value)

    def _settings(self, _: Span, *settings: Setting | None) -> tuple[Setting, ...]:
        return tuple(s for s in settings if s)

    def _train(self, span: Span, name: Token, net: Token, settings: tuple[Setting, ...]) -> Train:
        broken = self.findings.broken(span.start, span.end)
        return Train(span, name.text, self._place(name), self._name(net), settings, self._doc(span), broken)

    def _file(self, _: Span, *definitions: Definition | None) -> File:
        return File(self.source, tuple(d for d in definitions if d), frozenset(self.findings.names))

    def _doc(self, span: Span) -> str:
        return "\n".join(reversed([*self._lines_above(span)]))

    def _lines_above(self, span: Span) -> Iterator[str]:
        number = self.source.position(span.start)[0] - 1
        while number and (line := self.source.line(number).strip()).startswith("##"):
            yield line.removeprefix("##").removeprefix(" ")
            number -= 1


def _whole(text: str) -> int:
    """A whole number; of one with very many digits only that it is large, for it is refused when it is used."""
    return int(text[:_MOST_DIGITS])
