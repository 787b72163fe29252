"""A scene as PNG, by resvg with the shipped fonts: the same picture on every machine."""

import resvg_py

from netdsl.targets.drawing.metrics import font_file
from netdsl.targets.drawing.scene import CannotDraw, Cut, Scene
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.writers.svg import svg

MOST_PIXELS = 64_000_000
"""A picture of more takes a quarter of a gigabyte and many seconds, and few programs open it."""


class TooManyPixels(CannotDraw):
    """A page is too large for pixels; the message says how it can be written."""


def png(scene: Scene, theme: Theme, ground: bool = True, width: int | None = None) -> bytes:
    """The page as a PNG file, as wide as the scene or `width` pixels. Raises `TooManyPixels`."""
    scale = 1.0 if width is None else width / scene.width
    wide, high = round(scene.width * scale), round(scene.height * scale)
    if wide * high > MOST_PIXELS:
        raise TooManyPixels(
            f"the picture would have {wide} × {high} pixels, more than {MOST_PIXELS:,}: "
            "write it as svg, pdf or html, fold it with --depth, or give a smaller --width"
        )
    picture = resvg_py.svg_to_bytes(
        svg_string=svg(scene, theme, ground),
        width=width,
        font_files=[str(font_file(cut)) for cut in Cut],
        skip_system_fonts=True,
    )
    return bytes(picture)
