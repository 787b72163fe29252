"""A scene as PNG, by resvg with the shipped fonts: the same picture on every machine."""

import resvg_py

from netdsl.targets.drawing.metrics import font_file
from netdsl.targets.drawing.scene import Cut, Scene
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.writers.svg import svg


def png(scene: Scene, theme: Theme, ground: bool = True, width: int | None = None) -> bytes:
    """The page as a PNG file, as wide as the scene or `width` pixels."""
    picture = resvg_py.svg_to_bytes(
        svg_string=svg(scene, theme, ground),
        width=width,
        font_files=[str(font_file(cut)) for cut in Cut],
        skip_system_fonts=True,
    )
    return bytes(picture)
