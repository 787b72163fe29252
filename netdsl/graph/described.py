"""Values in words."""

from netdsl.graph.model import Partial, Value
from netdsl.words.base import Word


def described(value: "Value | Word") -> str:
    """A value in words: `the number 3`, `a list of 2`."""
    match value:
        case bool():
            return "`true`" if value else "`false`"
        case int() | float():
            return f"{value}"
        case str():
            return f'"{value}"' if len(value) <= 40 else "a long string"
        case tuple():
            shown = f"[{', '.join(map(described, value))}]" if len(value) <= 6 else ""
            return shown if 0 < len(shown) <= 60 else f"a list of {len(value)}"
        case Partial(target=target):
            if isinstance(target, type):
                return f"the {target.noun} `{target.word}`"
            return f"the {'net' if target.is_net else 'block'} `{target.name}`"
        case Word():
            return f"the {value.noun} `{value.word}`"
    return "unknown"
