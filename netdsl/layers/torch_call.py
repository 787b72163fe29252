"""How a layer is said in PyTorch, as data: no torch is imported to know it."""

from enum import Enum
from typing import TypeVar

from netdsl.records import by_value


class Required(Enum):
    """Stands where an argument has no default."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED

T = TypeVar("T")

Plain = int | float | bool | str | tuple[int, ...] | tuple[int | float, int | float] | None


@by_value
class Given:
    """One argument of a PyTorch call.

    `formula` says in the language's own arithmetic where the value comes from: a field of the layer (`out`),
    the channels that arrive (`in`), or a sum of such (`kernel // 2`); empty for a constant of the kind.
    An argument with a `keyword` is written by it, and not at all where the value is PyTorch's `default`.
    """

    value: Plain
    formula: str = ""
    keyword: str = ""
    default: "Plain | Required" = REQUIRED


@by_value
class TorchCall:
    """A call of `name` with `arguments`. A name without a dot is a helper that the emitted file carries with it.

    A function is called with its inputs before the arguments, or its `name` is a template: `{}` is the next input,
    `{*}` all of them with commas between, `{word}` the argument of that keyword: `torch.cat([{*}], dim=1)`,
    `{factor} * {}`.
    """

    name: str
    arguments: tuple[Given, ...] = ()
    inplace: bool = False
    """Whether the module takes `inplace=True` and its backward pass still works after it."""


@by_value
class Torch:
    """The forms a layer can take: a module, a function of its inputs, or a parameter with an expression.

    A layer without weights may have both of the first two: `module` is for `nn.Sequential`, `function` is
    shorter in a `forward`. With `parameter`, `function` is a template in `{self}` and `{}`.
    """

    module: TorchCall | None = None
    general: TorchCall | None = None
    """A longer module that also does what `module` does for these arguments: for uses that must share one class."""
    function: TorchCall | None = None
    parameter: TorchCall | None = None


def short(pair: tuple[T, T]) -> T | tuple[T, T]:
    """One number for both sides where they are equal, as PyTorch takes it."""
    return pair[0] if pair[0] == pair[1] else pair


def module(name: str, *arguments: Given, inplace: bool = False) -> Torch:
    """A layer that is a module and has no shorter form."""
    return Torch(module=TorchCall(name, arguments, inplace))
