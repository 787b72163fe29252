"""Scenes as one HTML page: zoom, pan, an outline that folds, a tooltip for each layer, search; nothing from outside."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from netdsl.targets.drawing.metrics import legal
from netdsl.targets.drawing.outline import Entry
from netdsl.targets.drawing.scene import Node, Paint, Scene
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.words import dims
from netdsl.targets.drawing.writers.svg import TEXT, body, number
from netdsl.targets.drawing.writers.web import FOLDER, Table, web

OUTLINE = (FOLDER / "outline.css", FOLDER / "outline.js")


def html(scenes: Sequence[Scene], theme: Theme, modules: Sequence[Entry], ground: bool = True) -> str:
    """The page, with the outline of `modules` at its side. The same text for the same scenes."""
    title = scenes[0].title
    main = "".join(_page(scene, theme, ground) for scene in scenes)
    aside = (
        f"<header><h1>{escape(legal(title))}</h1>"
        '<input id="search" type="search" placeholder="Search names and layers" aria-label="Search">'
        '<output id="found"></output></header><div id="outline"></div>'
    )
    return web(title, main, aside, _data(scenes, theme, modules), theme, OUTLINE)


def _page(scene: Scene, theme: Theme, ground: bool) -> str:
    wide, high = number(scene.width), number(scene.height)
    rest = f'<rect width="{wide}" height="{high}" fill="{theme.colour(Paint("ground"))}"/>' if ground else ""
    return (
        f'<svg class="page" viewBox="0 0 {wide} {high}" {TEXT} data-width="{wide}" data-height="{high}" role="img">'
        f"<desc>{escape(legal(scene.description))}</desc>{rest}</svg>"
    )


def _data(scenes: Sequence[Scene], theme: Theme, modules: Sequence[Entry]) -> object:
    """What is drawn and the outline, each element and each text once."""
    words, shapes, fields, places, elements = Table(), Table(), Table(), Table(), Table()

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
