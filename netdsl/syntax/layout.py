"""Which line ends count, which brackets belong together, and how deep things stand inside one another."""

from netdsl.syntax.findings import Findings, Hopeless
from netdsl.syntax.tables import END
from netdsl.syntax.tokens import Token

_OPENS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSES = frozenset(_OPENS.values())
_ENDS = frozenset({"COMMA", "SEMICOLON", "ARROW"})
_NESTS = frozenset({"SIGN", "TIMES", "POWER", "COMPARE", "AND", "OR", "NOT", "IF", "ELSE", "DOT"})
_ROLES = {
    **dict.fromkeys(_OPENS, "open"),
    **dict.fromkeys(_CLOSES, "close"),
    **dict.fromkeys(_ENDS, "end"),
    **dict.fromkeys(_NESTS, "nest"),
    "_NL": "line",
}


def laid_out(raw: list[Token], end: int, findings: Findings) -> list[Token]:
    """The tokens without the line ends that do not count, brackets mended, the end token last.

    Raises Hopeless where something stands deeper than the budget allows.
    """
    last = Token(END, "", end, end)
    found = _laid_out([*raw, last], findings)
    if found is None:
        from netdsl.syntax.mending import mended

        found = _laid_out([*mended(raw, findings), last], findings)
    return found or [last]


def _laid_out(raw: list[Token], findings: Findings) -> list[Token] | None:
    """As above; None where brackets do not match.

    Depth counts open brackets and, inside each, the operators since the last comma or line, `else if` as one of them: a
    tree can be no deeper.
    """
    found: list[Token] = []
    expected: list[str] = []
    outside: list[int] = []
    here, allowed = 0, findings.budget.levels
    for place, token in enumerate(raw):
        match _ROLES.get(token.kind):
            case None:
                pass
            case "open":
                expected.append(_OPENS[token.kind])
                outside.append(here)
                here += 1
            case "close":
                if not expected or expected.pop() != token.kind:
                    return None
                here = outside.pop() + (token.kind == "RSQB")
            case "nest":
                here += not (token.kind == "IF" and raw[place - 1].kind == "ELSE")
            case "end":
                here = outside[-1] + 1 if outside else 0
            case "line":
                if not _counts(token, raw[place - 1], raw[place + 1], expected):
                    continue
                here = outside[-1] + 1 if outside else 0
        if here > allowed:
            findings.exceeded("levels", token.start, token.end)
            raise Hopeless
        found.append(token)
    return None if expected else found


def _counts(line_end: Token, before: Token, after: Token, expected: list[str]) -> bool:
    if after.kind == "_NL" or (expected and expected[-1] != "RBRACE") or after.kind == "ARROW":
        return False
    return not (before.kind == "RBRACE" and after.kind in ("ELSE", "SHORTCUT"))
