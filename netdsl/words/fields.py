"""The types of arguments, each with the words that say what it takes."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from netdsl.records import by_value
from netdsl.words.base import Word


@by_value
class Wanted:
    """What an argument takes, in words."""

    words: str


def _both(value: object) -> object:
    """One number stands for both sides."""
    return (value, value) if type(value) in (int, float) else value


def _rising(value: tuple[float, float]) -> tuple[float, float]:
    """Both ends of a range, the smaller first."""
    if value[0] > value[1]:
        raise ValueError("the smaller comes first")
    return value


_Positive = Annotated[int, Field(ge=1)]
_Natural = Annotated[int, Field(ge=0)]
_PositiveNumber = _Positive | Annotated[float, Field(gt=0, allow_inf_nan=False)]

Flag = Annotated[bool, Wanted("`true` or `false`")]
Count = Annotated[int, Field(ge=1), Wanted("a whole number from 1")]
Margin = Annotated[int, Wanted("a whole number")]
Number = Annotated[float, Field(allow_inf_nan=False), Wanted("a number")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), Wanted("a number above 0")]
Rate = Annotated[float, Field(ge=0, le=1), Wanted("a number from 0 to 1")]

Pair = Annotated[tuple[_Positive, _Positive], BeforeValidator(_both), Wanted("one or two whole numbers from 1")]
"""Height and width; in the language also one number for both."""

OptionalPair = Annotated[
    tuple[_Positive, _Positive] | None, BeforeValidator(_both), Wanted("one or two whole numbers from 1")
]
OptionalOffset = Annotated[
    tuple[_Natural, _Natural] | None, BeforeValidator(_both), Wanted("one or two whole numbers from 0")
]
Natural = Annotated[_Natural, Wanted("a whole number from 0")]
OptionalPositive = Annotated[float | None, Field(gt=0, allow_inf_nan=False), Wanted("a number above 0")]
Fraction = Annotated[float, Field(ge=0, lt=1), Wanted("a number from 0, below 1")]


def several(value: object) -> object:
    """One thing stands for a list of one."""
    return value if isinstance(value, tuple) else (value,)


Numbers = Annotated[
    tuple[Annotated[float, Field(allow_inf_nan=False)], ...],
    BeforeValidator(several),
    Wanted("a number, or a list of one for each channel"),
]
Moments = Annotated[
    tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...],
    BeforeValidator(several),
    Wanted("a list of numbers above 0"),
]
OptionalMoments = Annotated[
    tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] | None,
    BeforeValidator(several),
    Wanted("a list of numbers above 0"),
]
Range = Annotated[
    tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], Annotated[float, Field(gt=0, allow_inf_nan=False)]],
    AfterValidator(_rising),
    Wanted("a list of two numbers above 0, the smaller first"),
]
Patterns = Annotated[tuple[str, ...], BeforeValidator(several), Wanted("a string, or a list of strings")]

OptionalCount = Annotated[_Positive | None, Wanted("a whole number from 1")]
OptionalMargin = Annotated[int | None, Wanted("a whole number")]

Offset = Annotated[tuple[_Natural, _Natural], BeforeValidator(_both), Wanted("one or two whole numbers from 0")]
"""As `Pair`, with 0."""

OptionalFactor = Annotated[
    tuple[_PositiveNumber, _PositiveNumber] | None, BeforeValidator(_both), Wanted("one or two numbers above 0")
]
"""As `Pair`, with fractions; whole numbers stay whole."""

PoolPadding = Annotated[
    Literal["same"] | tuple[_Natural, _Natural],
    BeforeValidator(_both),
    Wanted('one or two whole numbers from 0, or "same"'),
]
"""What is added above and below, left and right."""

Padding = Annotated[
    Literal["auto", "same"] | tuple[_Natural, _Natural] | tuple[_Natural, _Natural, _Natural, _Natural],
    BeforeValidator(_both),
    Wanted('"auto", "same", one or two whole numbers from 0, or four: [left, right, top, bottom]'),
]
"""As `PoolPadding`; also chosen by the kind, or each side by itself."""

_Share = Annotated[float, Field(gt=0, le=1)]

Shares = Annotated[
    tuple[_Share, _Share],
    AfterValidator(_rising),
    Wanted("a list of two numbers above 0 and at most 1, the smaller first"),
]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False), Wanted("a number from 0")]


def wanted(kind: type[Word], field: str) -> str:
    """What the argument `field` of `kind` takes, in words: "a whole number from 1"."""
    for mark in kind.model_fields[field].metadata:
        if isinstance(mark, Wanted):
            return mark.words
    raise LookupError(f"{kind.__name__}.{field} has no words for what it takes")
