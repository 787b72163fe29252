"""Scenes as one HTML page: zoom, pan, an outline that folds, a tooltip for each layer, search; nothing from outside."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

from netdsl.targets.drawing.metrics import legal
from netdsl.targets.drawing.outline import Entry
from netdsl.targets.drawing.scene import Node, Paint, Scene
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.words import dims
from netdsl.targets.drawing.writers.svg import TEXT, body, number

FOLDER = Path(__file__).parent.parent / "page"
COLOURS = ("ground", "panel", "ink", "muted", "hairline", "join")


def html(scenes: Sequence[Scene], theme: Theme, modules: Sequence[Entry], ground: bool = True) -> str:
    """The page, with the outline of `modules` at its side. The same text for the same scenes.

    Its Content-Security-Policy allows this very script and style, by their hashes, and no request to anywhere.
    """
    variables = "".join(f"--{name}: {theme.colour(Paint(name))};" for name in COLOURS)
    style = f":root {{ {variables} }}\n{(FOLDER / 'page.css').read_text(encoding='utf-8')}"
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    title = escape(legal(scenes[0].title))
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>{style}</style></head><body>",
            f"<main>{''.join(_page(scene, theme, ground) for scene in scenes)}",
            f"<nav>{_buttons(len(scenes))}</nav></main>",
            f"<aside><header><h1>{title}</h1>",
            '<input id="search" type="search" placeholder="Search names and layers" aria-label="Search">',
            '<output id="found"></output></header><div id="outline"></div></aside>',
            '<div id="tip" role="tooltip" hidden></div>',
            f'<script type="application/octet-stream" id="data">{_packed(_data(scenes, theme, modules))}</script>',
            f"<script>{script}</script></body></html>",
            "",
        ]
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _page(scene: Scene, theme: Theme, ground: bool) -> str:
    wide, high = number(scene.width), number(scene.height)
    rest = f'<rect width="{wide}" height="{high}" fill="{theme.colour(Paint("ground"))}"/>' if ground else ""
    return (
        f'<svg class="page" viewBox="0 0 {wide} {high}" {TEXT} data-width="{wide}" data-height="{high}" role="img">'
        f"<desc>{escape(legal(scene.description))}</desc>{rest}</svg>"
    )


def _buttons(pages: int) -> str:
    tabs = [f'<button data-page="{at}" aria-pressed="false">{at + 1}</button>' for at in range(pages) if pages > 1]
    tools = (("out", "−", "Zoom out"), ("in", "+", "Zoom in"), ("fit", "Fit", "Show the whole page"))
    return "".join([*tabs, *(f'<button id="{name}" title="{title}">{text}</button>' for name, text, title in tools)])


def _packed(data: object) -> str:
    """JSON, deflated, in base64: a big network's pages repeat themselves, and nothing in it can end the element."""
    return b64encode(zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9)).decode()


def _data(scenes: Sequence[Scene], theme: Theme, modules: Sequence[Entry]) -> object:
    """What is drawn and the outline, each element and each text once."""
    words, shapes, fields, places, elements = _Table(), _Table(), _Table(), _Table(), _Table()

    def row(entry: Entry, prefix: str) -> list[object]:
        field = "all" if entry.reach.whole else "×".join(map(str, entry.reach.size))
        file = entry.span.file
        line = f"{Path(file.name).name}:{file.position(entry.span.start)[0]}"
        label = entry.key.removeprefix(f"{prefix}.") if prefix else entry.key
        made: list[object] = [label, words(entry.words), shapes(dims(entry.output))]
        made += [entry.cost.parameters, entry.cost.macs, fields(field), places(line)]
        return [*made, [row(part, entry.key) for part in entry.parts]] if entry.parts else made

    rows = [row(entry, "") for entry in modules]
    nodes = (item for scene in scenes for item in scene.items if isinstance(item, Node))
    cards = {node.name: node.keys for node in nodes if node.keys}
    drawn = [[elements(line) for line in body(scene.items, theme)] for scene in scenes]
    whole = {"modules": rows, "cards": cards, "drawn": drawn, "elements": elements.texts}
    return whole | {"words": words.texts, "shapes": shapes.texts, "fields": fields.texts, "places": places.texts}


class _Table:
    """Texts by number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))

    @property
    def texts(self) -> list[str]:
        """All texts by their numbers."""
        return list(self.numbers)
