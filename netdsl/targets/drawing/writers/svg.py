"""A scene as SVG: nothing executable in it, every text escaped, the same bytes for the same scene."""

from html import escape

from netdsl.targets.drawing.metrics import left, legal, width
from netdsl.targets.drawing.outlines import Step, shape_path, wire_path
from netdsl.targets.drawing.scene import Cut, Item, Node, Outline, Paint, Scene, Shape, Wire, Words
from netdsl.targets.drawing.theme import Theme

TEXT = 'font-family="Inter, Arial, sans-serif" xml:space="preserve"'
"""What all text has, for the outermost element."""
FAMILIES = {
    Cut.REGULAR: "",
    Cut.SEMIBOLD: ' font-family="Inter SemiBold, Inter, Arial, sans-serif" font-weight="600"',
    Cut.DISPLAY: ' font-family="Inter Display, Inter, Arial, sans-serif" font-weight="700"',
}


def svg(scene: Scene, theme: Theme, ground: bool = True) -> str:
    """The page as an SVG file; without `ground` it is transparent."""
    wide, high = number(scene.width), number(scene.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" {TEXT} role="img">',
        f"<title>{said(scene.title)}</title>",
        f"<desc>{said(scene.description)}</desc>",
    ]
    if ground:
        lines.append(f'<rect width="{wide}" height="{high}" fill="{theme.colour(Paint("ground"))}"/>')
    lines += body(scene.items, theme)
    return "\n".join([*lines, "</svg>", ""])


def body(items: tuple[Item, ...], theme: Theme) -> list[str]:
    """The elements of items, a line each."""
    lines: list[str] = []
    for item in items:
        match item:
            case Node():
                lines.append(f'<g id="{said(item.name)}">')
                if item.notes:
                    lines.append(f"<title>{said(chr(10).join(item.notes))}</title>")
                lines += [*body(item.items, theme), "</g>"]
            case Shape():
                lines.append(_shape(item, theme))
                lines += [_words(line, theme) for line in item.words]
            case Words():
                lines.append(_words(item, theme))
            case Wire():
                lines += _wire(item, theme)
    return lines


def number(value: float) -> str:
    """A coordinate in as few digits as a tenth of a pixel needs."""
    return f"{value:.1f}".removesuffix(".0") if round(value, 1) else "0"


def said(text: str) -> str:
    """Text that stands in XML."""
    return escape(legal(text))


def _shape(shape: Shape, theme: Theme) -> str:
    fill = theme.colour(shape.fill) if shape.fill else "none"
    line = f' stroke="{theme.colour(shape.stroke)}" stroke-width="{number(shape.thickness)}"' if shape.stroke else ""
    dashes = ' stroke-dasharray="8 6"' if shape.dashed else ""
    paint = f'fill="{fill}"{line}{dashes}/>'
    if shape.outline is Outline.BOX and len(set(shape.radius)) == 1:
        frame = shape.frame
        place = f'x="{number(frame.x)}" y="{number(frame.y)}"'
        extent = f'width="{number(frame.width)}" height="{number(frame.height)}"'
        radius = min(shape.radius[0], frame.width / 2, frame.height / 2)
        corner = f' rx="{number(radius)}"' if radius else ""
        return f"<rect {place} {extent}{corner} {paint}"
    return f'<path d="{path(shape_path(shape))}" {paint}'


def _words(words: Words, theme: Theme) -> str:
    wide = width(words.text, words.size, words.cut)
    place = f'x="{number(left(words))}" y="{number(words.y)}" font-size="{number(words.size)}"'
    length = f' textLength="{number(wide)}"' if len(words.text) > 1 else ""
    return f'<text {place}{FAMILIES[words.cut]} fill="{theme.colour(words.paint)}"{length}>{said(words.text)}</text>'


def _wire(wire: Wire, theme: Theme) -> list[str]:
    colour = theme.colour(wire.paint)
    dashes = ' stroke-dasharray="8 6"' if wire.dashed else ""
    steps, tip = wire_path(wire)
    lines = [f'<path d="{path(steps)}" fill="none" stroke="{colour}" stroke-width="{number(wire.thickness)}"{dashes}/>']
    if tip:
        corners = " ".join(f"{number(x)},{number(y)}" for x, y in tip)
        lines.append(f'<polygon points="{corners}" fill="{colour}"/>')
    return lines


def path(steps: tuple[Step, ...]) -> str:
    """The data of an SVG path."""
    return "".join(f"{step.letter}{' '.join(number(value) for value in step.numbers)}" for step in steps)
