"""Every expression below another, and every statement below a body."""

from collections.abc import Iterator

from netdsl.tree import expressions as e
from netdsl.tree import statements as s


def parts(expr: e.Expr) -> tuple[e.Expr, ...]:
    """The expressions that `expr` is made of."""
    match expr:
        case e.Unary():
            return (expr.operand,)
        case e.Binary():
            return (expr.left, expr.right)
        case e.Ternary():
            return (expr.condition, expr.then, expr.otherwise)
        case e.Attribute():
            return (expr.owner,)
        case e.Index():
            return (expr.owner, expr.index)
        case e.Slice():
            return tuple(part for part in (expr.owner, expr.start, expr.stop) if part is not None)
        case e.Apply():
            return tuple(argument.value for argument in expr.arguments)
        case e.List():
            return expr.items
        case e.Comprehension():
            return tuple(part for part in (expr.item, expr.iterable, expr.condition) if part is not None)
    return ()


def within(expr: e.Expr) -> Iterator[e.Expr]:
    """`expr` and every expression in it."""
    yield expr
    for part in parts(expr):
        yield from within(part)


def mentioned(expr: e.Expr) -> Iterator[str]:
    """Every name in `expr`, those of functions too."""
    for part in within(expr):
        if isinstance(part, e.Name | e.Apply):
            yield part.name if isinstance(part, e.Name) else part.function.name


def names(pattern: e.Pattern) -> Iterator[str]:
    """All names that a pattern binds."""
    if pattern.name:
        yield pattern.name
    for part in pattern.parts:
        yield from names(part)


def bodies(node: s.Statement | s.Step) -> tuple[s.Body, ...]:
    """The bodies in the braces of a statement or step."""
    match node:
        case s.If():
            return (node.body, node.otherwise)
        case s.Residual():
            return (node.body, node.shortcut.body) if node.shortcut is not None else (node.body,)
        case s.For() | s.Repeat() | s.Aux() | s.Scope() | s.Join() | s.Gate() | s.Split():
            return (node.body,)
    return ()


def statements(body: s.Body) -> Iterator[s.Statement | s.Step]:
    """Every statement and step of `body`, with those in braces, in the order of the text."""
    for statement in body:
        yield statement
        for step in statement.steps if isinstance(statement, s.Path) else (statement,):
            if step is not statement:
                yield step
            for inner in bodies(step):
                yield from statements(inner)


def labels(node: s.Statement | s.Step) -> tuple[e.Label, ...]:
    """The labels that a statement or step gives."""
    if isinstance(node, s.Path):
        return (node.target,) if node.target is not None else ()
    if isinstance(node, s.Call | s.Scope):
        return (node.label,) if node.label is not None else ()
    return ()


def sources(node: s.Statement | s.Step) -> tuple[e.Label, ...]:
    """The values that a statement or step asks for by name."""
    if isinstance(node, s.Call | s.Scope):
        return node.on
    return node.names if isinstance(node, s.Output) else ()


def arguments(node: s.Statement | s.Step) -> tuple[e.Argument, ...]:
    """The arguments in the parentheses of a statement or step."""
    if isinstance(node, s.Call | s.Join | s.Residual | s.Aux):
        return node.arguments or ()
    return ()


def expressions(node: s.Statement | s.Step) -> Iterator[e.Expr]:
    """The expressions that stand in a statement or step itself, not in its braces."""
    yield from (argument.value for argument in arguments(node))
    for label in (*labels(node), *sources(node)):
        yield from (part for part in label.parts if not isinstance(part, str))
    match node:
        case s.Let():
            yield node.value
        case s.Input():
            yield node.shape
        case s.If():
            yield node.condition
        case s.For():
            yield node.iterable
        case s.Repeat():
            yield node.count
        case s.Residual():
            conditions = (node.condition, node.shortcut.condition if node.shortcut is not None else None)
            yield from (condition for condition in conditions if condition is not None)
