"""A page of the documentation as data: examples with the outputs below them, tables, links.

A fenced block is an example or an output of the example above it. Examples, by their first word: `net` is a whole
file, and its name and the codes that it must give may follow (`net tiny.net`, `net error N0302`); `python`, which the
name may follow by which the others of the page import it (`python published.py`); `sh`, which the exit status may
follow (`sh 1`). Outputs: `text` is what the example says or prints, `keys` the weights of a net, `python compiled` a
piece of the source that it is compiled to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?P<to>[^)\s]+)\)")
_CODE = re.compile(r"`+([^`]+)`+")


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after the fence, and the text with its last newline."""

    info: tuple[str, ...]
    text: str
    line: int

    @property
    def is_output(self) -> bool:
        return self.info in OUTPUTS


OUTPUTS = (("text",), ("keys",), ("python", "compiled"))


@dataclass(frozen=True)
class Example:
    """A block that is run, and what must come out."""

    page: Path
    block: Block
    outputs: tuple[Block, ...]

    @property
    def kind(self) -> str:
        return self.block.info[0]

    @property
    def name(self) -> str:
        """The name of the file, if it is one that others may use."""
        return next((word for word in self.block.info if word.endswith((".net", ".py"))), f"example.{self.kind}")

    @property
    def codes(self) -> list[str]:
        """The diagnostics that a file must give, in order."""
        return [word for word in self.block.info if re.fullmatch(r"N\d{4}", word)]

    def __str__(self) -> str:
        return f"{self.page.name}:{self.block.line} {self.kind}"


@cache
def examples(page: Path) -> tuple[Example, ...]:
    """All examples of a page; an output without one is a mistake of the page."""
    found: list[tuple[Block, list[Block]]] = []
    for block in _blocks(page):
        if not block.is_output:
            found.append((block, []))
        elif found:
            found[-1][1].append(block)
        else:
            raise ValueError(f"{page.name}:{block.line}: nothing gives this output")
    return tuple(Example(page, block, tuple(outputs)) for block, outputs in found)


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for fence in _FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(tuple(fence["info"].split()), fence["text"], line)


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def codes(text: str) -> list[str]:
    """The pieces of code in a text."""
    return _CODE.findall(text)


def rows(page: Path, *heads: str) -> list[list[str]]:
    """The rows of all tables of a page whose columns are called so."""
    found: list[list[str]] = []
    inside = False
    for line in prose(page).splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            inside = False
        elif cells == list(heads):
            inside = True
        elif inside and not all(set(cell) <= set("-:") for cell in cells):
            found.append(cells)
    return found


def links(page: Path) -> list[str]:
    """Where the links of a page lead within the project."""
    return [link["to"] for link in _LINK.finditer(prose(page)) if "://" not in link["to"]]


def anchors(page: Path) -> set[str]:
    """The names by which the headings of a page can be linked, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
