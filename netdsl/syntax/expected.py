"""What could stand at a place, in words."""

from netdsl.syntax.automaton import Automaton
from netdsl.syntax.tables import END
from netdsl.syntax.tokens import Token

_DEFINITION = frozenset({"USE", "NET", "BLOCK", "LET", "TRAIN"})
_STEP = frozenset({"NAME", "STRING", "RESIDUAL", "GATE", "SPLIT"})
_STATEMENT = _STEP | {"LET", "INPUT", "OUTPUT", "IF", "FOR", "REPEAT", "AUX"}
_VALUE = frozenset({"NUMBER", "SIZE", "STRING", "TRUE", "FALSE", "IN", "NAME", "LPAR", "LSQB", "NOT", "SIGN"})
_BETWEEN = frozenset({"COMPARE", "SIGN", "TIMES", "POWER", "AND", "OR"})
_OPERATOR = _BETWEEN | {"IF", "DOT", "LSQB", "LPAR"}
_HEADS = frozenset({"NET", "BLOCK", "FOR"})
_AROUND_IF = frozenset({"ELSE", "IF", "RESIDUAL", "SHORTCUT"})
_FORMS = {
    "LPAR": "`layer(value, name=value)`",
    "LSQB": "`[value, value]`",
    "NET": "`net name(parameters) { … }` or `net name = other(arguments)`",
    "BLOCK": "`block name(parameters) { … }` or `block name(parameters) on a, b { … }`",
    "USE": '`use "file.net"`',
    "TRAIN": "`train name for net { key = value }`",
    "LET": "`let name = value`",
    "FOR": "`for name in list { … }`",
    "IF": "`if condition { … } else { … }`",
    "REPEAT": "`repeat count { … }`",
    "INPUT": "`input 3x224x224`",
    "OUTPUT": "`output name, name`",
    "RESIDUAL": "`residual { … } shortcut if condition { … }`",
    "SHORTCUT": "`shortcut if condition { … }`",
    "AUX": "`aux(weight=0.3) { … }`",
    "GATE": "`gate { … }`",
    "SPLIT": "`split { … }`",
}


def expected(automaton: Automaton, before: Token | None) -> str:
    """What the automaton could take next, after the token `before`."""
    row = automaton.tables.states[automaton.states[-1]]
    kinds = {kind for kind in row if kind.isupper() and automaton.accepts([kind])}
    return _either(_words(kinds, before.kind if before else "", automaton.tables.texts))


def found(token: Token, part: str) -> str:
    """What stands there instead; `part` is what ends with the last token."""
    match token.kind:
        case "_NL":
            return "the line ends"
        case k if k == END:
            return f"the {part} ends"
    return f"found `{token.text}`"


def form(begun: list[str], around: list[str]) -> str:
    """How that is written of which `begun` are the words and signs so far, the last first; may be empty.

    `around` are those of everything that is open.
    """
    for place, kind in enumerate(begun):
        if kind == "IF" and not _AROUND_IF.issuperset(begun[place + 1 :]):
            return "`value if condition else value`"
        if kind in _FORMS and not (kind == "LPAR" and _HEADS.intersection(begun[place + 1 : place + 3])):
            return _FORMS[kind]
    if "LBRACE" not in around:
        return ""
    return "`key = value`" if "TRAIN" in around else "`label: layer(value, name=value)`"


def _words(kinds: set[str], before: str, texts: dict[str, str]) -> list[str]:
    words: list[str] = []
    if kinds >= _DEFINITION:
        words, kinds = ["`net`", "`block`", "`let`", "`use`", "`train`"], kinds - _DEFINITION
    elif kinds >= _STATEMENT:
        words, kinds = ["a layer", "a label"], kinds - _STATEMENT
    elif kinds >= _STEP:
        words, kinds = ["a layer"], kinds - _STEP
    elif {"NUMBER", "SIZE"} <= kinds:
        words, kinds = ["a value"], kinds - _VALUE
    elif kinds & _BETWEEN:
        words, kinds = ([] if kinds - _OPERATOR - {END} else ["an operator"]), kinds - _OPERATOR
    if "NAME" in kinds:
        words.append({"DOT": "`channels`, `height`, `width`, `size`", "COLON": "a layer"}.get(before, "a name"))
    if "STRING" in kinds and "NAME" not in kinds:
        words.append("a string")
    words += sorted(f"`{texts[kind]}`" for kind in kinds if kind in texts and kind != "SEMICOLON")
    words += ["a new line"] * ("_NL" in kinds)
    return words or ["the end of the file"]


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
