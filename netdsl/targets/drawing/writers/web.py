"""What every HTML page of drawings has: one file that asks for nothing from outside, with its data packed."""

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

from netdsl.targets.drawing.metrics import legal
from netdsl.targets.drawing.scene import Paint
from netdsl.targets.drawing.theme import Theme

FOLDER = Path(__file__).parent.parent / "page"
COLOURS = ("ground", "panel", "ink", "muted", "hairline", "join")
TOOLS = (("out", "−", "Zoom out"), ("in", "+", "Zoom in"), ("fit", "Fit", "Show the whole page"))


def web(title: str, main: str, aside: str, data: object, theme: Theme, parts: Sequence[Path]) -> str:
    """A page whose drawings, in `main`, zoom and pan. The same text for the same arguments.

    `parts` are files of style and script that come after those of the canvas; `data` is what the script unpacks. The
    Content-Security-Policy allows this very script and style, by their hashes, and no request to anywhere.
    """
    files = (FOLDER / "canvas.css", FOLDER / "canvas.js", *parts)
    variables = "".join(f"--{name}: {theme.colour(Paint(name))};" for name in COLOURS)
    style = f":root {{ {variables} }}\n{_joined(files, '.css')}"
    script = _joined(files, ".js")
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    tools = "".join(f'<button id="{name}" title="{title}">{text}</button>' for name, text, title in TOOLS)
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(legal(title))}</title>",
            f"<style>{style}</style></head><body>",
            f'<main>{main}<nav><span id="pages"></span>{tools}</nav></main>',
            f"<aside>{aside}</aside>",
            '<div id="tip" role="tooltip" hidden></div>',
            f'<script type="application/octet-stream" id="data">{_packed(data)}</script>',
            f"<script>{script}</script></body></html>",
            "",
        ]
    )


class Table:
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


def _joined(files: Sequence[Path], ending: str) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in files if file.suffix == ending)


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _packed(data: object) -> str:
    """JSON, deflated, in base64: big networks' pages repeat themselves, and nothing in it can end the element."""
    return b64encode(zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9)).decode()
