"""A word as a file would have it, with every argument spelled out."""

from netdsl.words.base import Word


def written(value: object) -> str:
    """A value of an argument in the language: `sgd(lr=0.1, momentum=0.9)`; what is not given is left out."""
    match value:
        case Word():
            given = [(name, getattr(value, name)) for name in value.arguments()]
            said = [f"{name}={written(argument)}" for name, argument in given if argument is not None]
            return f"{value.word}({', '.join(said)})" if said else value.word
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(written, value))}]"
        case _:
            return repr(value)
