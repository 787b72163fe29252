"""Scenes as TikZ: a standalone LaTeX document with a picture for each scene; no text in it is a command."""

from collections.abc import Sequence

from netdsl.targets.drawing.metrics import width
from netdsl.targets.drawing.outlines import Step, cubic, shape_path, wire_path
from netdsl.targets.drawing.scene import Anchor, Cut, Item, Node, Paint, Scene, Shape, Wire, Words
from netdsl.targets.drawing.theme import Theme

PIXEL = 0.02
"""Centimetres of a pixel: a page of 1920 pixels is 38.4 cm wide."""
POINT = PIXEL / 2.54 * 72.27
"""TeX's points of a pixel."""
ANCHORS = {Anchor.START: "base west", Anchor.MIDDLE: "base", Anchor.END: "base east"}
SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "×": r"$\times$", "→": r"$\rightarrow$", "–": "--",
    "—": "---", "…": r"\ldots{}", "·": r"$\cdot$", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "-": "{-}",
}  # fmt: skip
"""A letter -> how LaTeX prints it. ASCII letters, digits and the rest of the plain signs are themselves."""
PLAIN = " !()*+,./:;=?@[]"
HEAD = r"""\documentclass[tikz,border=0pt]{standalone}
\usepackage[T1]{fontenc}
\usepackage{textcomp}
\usepackage{helvet}
\usepackage{anyfontsize}
\renewcommand{\familydefault}{\sfdefault}
"""


def tikz(scenes: Sequence[Scene], theme: Theme, ground: bool = True) -> str:
    """The LaTeX source; it compiles with a plain TeX Live. The same text for the same scenes."""
    document = _Document(theme)
    pictures = [document.picture(scene, ground) for scene in scenes]
    colours = [rf"\definecolor{{{name}}}{{HTML}}{{{code}}}" for code, name in document.colours.items()]
    return "\n".join([HEAD + "\n".join(colours), r"\begin{document}", *pictures, r"\end{document}", ""])


class _Document:
    """Writes pictures, and remembers the colours they need."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.colours: dict[str, str] = {}

    def picture(self, scene: Scene, ground: bool) -> str:
        """One scene."""
        frame = f"(0,0) rectangle ({_number(scene.width)},{_number(scene.height)})"
        fill = rf"\fill[{self._colour(Paint('ground'))}] {frame};" if ground else rf"\path {frame};"
        options = rf"x={PIXEL}cm,y=-{PIXEL}cm,every node/.style={{inner sep=0,outer sep=0}}"
        body = "\n".join(self._items(scene.items))
        return "\n".join([rf"\begin{{tikzpicture}}[{options}]", fill, body, r"\end{tikzpicture}"])

    def _items(self, items: tuple[Item, ...]) -> list[str]:
        lines: list[str] = []
        for item in items:
            match item:
                case Node():
                    lines += self._items(item.items)
                case Shape():
                    lines += [self._shape(item), *self._items(item.words)]
                case Words():
                    lines.append(self._words(item))
                case Wire():
                    lines += self._wire(item)
        return lines

    def _shape(self, shape: Shape) -> str:
        options = [f"fill={self._colour(shape.fill)}"] if shape.fill else []
        options += [self._pen(shape.stroke, shape.thickness, shape.dashed)] if shape.stroke else []
        return rf"\path[{','.join(options)}] {_path(shape_path(shape))};"

    def _wire(self, wire: Wire) -> list[str]:
        steps, tip = wire_path(wire)
        lines = [rf"\path[{self._pen(wire.paint, wire.thickness, wire.dashed)}] {_path(steps)};"]
        if tip:
            corners = " -- ".join(_point(x, y) for x, y in tip)
            lines.append(rf"\fill[{self._colour(wire.paint)}] {corners} -- cycle;")
        return lines

    def _pen(self, paint: Paint, thickness: float, dashed: bool) -> str:
        dash = f",dash pattern=on {8 * POINT:.2f}pt off {6 * POINT:.2f}pt" if dashed else ""
        return f"draw={self._colour(paint)},line width={thickness * POINT:.2f}pt{dash}"

    def _words(self, words: Words) -> str:
        bold = r"\bfseries" if words.cut is not Cut.REGULAR else ""
        size = words.size * POINT
        options = f"anchor={ANCHORS[words.anchor]},text={self._colour(words.paint)}"
        font = rf"\fontsize{{{size:.2f}}}{{{size * 1.2:.2f}}}\selectfont{bold}"
        wide = width(words.text, words.size, words.cut) * PIXEL
        text = rf"\resizebox{{{wide:.3f}cm}}{{\height}}{{{said(words.text)}}}" if words.text.strip() else ""
        return rf"\node[{options}] at {_point(words.x, words.y)} {{{font} {text}}};"

    def _colour(self, paint: Paint) -> str:
        code = self.theme.colour(paint)[1:]
        return self.colours.setdefault(code, f"c{_letters(len(self.colours))}")


def said(text: str) -> str:
    """Text that LaTeX prints as it is; what it cannot print is a question mark."""
    return "".join(SIGNS.get(c, c if (c.isascii() and c.isalnum()) or c in PLAIN else "?") for c in text)


def _letters(number: int) -> str:
    """A name of letters only."""
    return chr(97 + number // 26) + chr(97 + number % 26)


def _path(steps: tuple[Step, ...]) -> str:
    words: list[str] = []
    for step in cubic(steps):
        points = [_point(*step.numbers[at : at + 2]) for at in range(0, len(step.numbers), 2)]
        match step.letter:
            case "M":
                words.append(points[0])
            case "L":
                words.append(f"-- {points[0]}")
            case "C":
                threes = (points[at : at + 3] for at in range(0, len(points), 3))
                words += [f".. controls {one} and {two} .. {end}" for one, two, end in threes]
            case "Z":
                words.append("-- cycle")
    return " ".join(words)


def _point(x: float, y: float) -> str:
    return f"({_number(x)},{_number(y)})"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
