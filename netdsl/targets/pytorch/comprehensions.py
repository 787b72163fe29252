"""Neighbours in an `nn.Sequential` that are alike, as one comprehension."""

import re
from itertools import count, takewhile

_WHOLE = re.compile(r"(?<![\w.])(\d+)(?![\w.])")


def compressed(made: list[tuple[str, int]]) -> list[str]:
    """Equal neighbours as one `*[… for _ in range(n)]`, and three or more that only count up likewise.

    Each stands with how often it comes in a row; 0 for what is several already.
    """
    rows: list[tuple[str, int]] = []
    for text, times in made:
        if times and rows and rows[-1][0] == text:
            times += rows.pop()[1]
        rows.append((text, times))
    found: list[str] = []
    while rows:
        text, times = rows[0]
        single = [text for text, _ in takewhile(lambda row: row[1] == 1, rows)]
        template, start, alike = _counting(single)
        if times > 1:
            found.append(f"*[{text} for _ in range({times})]")
        elif alike > 2:
            span = f"{start}, {start + alike}" if start else f"{alike}"
            found.append(f"*[{template} for i in range({span})]")
        else:
            found.append(text)
        rows = rows[alike if alike > 2 else 1 :]
    return found


def in_list(made: list[str]) -> str:
    """A list of what `compressed` gives."""
    return made[0][1:] if len(made) == 1 and made[0].startswith("*") else f"[{', '.join(made)}]"


def _counting(texts: list[str]) -> tuple[str, int, int]:
    """What the first blocks have in common but for one number `i` that counts up; where it begins, and how many."""
    if len(texts) < 3 or re.match(r"nn\.", texts[0]) or re.search(r"""["']|\bi\b""", texts[0]):
        return "", 0, 0
    first, second = (_WHOLE.split(text) for text in texts[:2])
    changed = {k for k, (one, other) in enumerate(zip(first, second, strict=False)) if one != other}
    starts = {first[k] for k in changed}
    if len(starts) != 1 or not (start := starts.pop()).isdecimal():
        return "", 0, 0

    def counted(number: int | str) -> str:
        return "".join(str(number) if k in changed else piece for k, piece in enumerate(first))

    alike = takewhile(lambda pair: pair[0] == counted(pair[1]), zip(texts, count(int(start)), strict=False))
    return counted("i"), int(start), len(list(alike))
