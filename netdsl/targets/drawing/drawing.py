"""A drawing: pages with their theme, written in any format, shown by itself in a notebook."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from netdsl.graph.model import Network
from netdsl.records import by_value
from netdsl.targets.drawing.scene import CannotDraw, Scene
from netdsl.targets.drawing.theme import Theme
from netdsl.targets.drawing.writers.svg import svg


class BadFormat(CannotDraw):
    """A drawing cannot be written so; the message says how it can."""


@by_value
class Drawing:
    """One or more pages of one network, or of several that are compared."""

    networks: tuple[Network, ...]
    pages: Sequence[Scene]
    theme: Theme
    ground: bool = True
    """Whether the page has a ground; it is transparent otherwise."""
    depth: int | None = None
    """For formats that are made from the graph itself: how many scopes deep modules are shown apart."""

    def svg(self, page: int = 0) -> str:
        """One page as SVG."""
        return svg(self.pages[page], self.theme, self.ground)

    def files(self, form: str, width: int | None = None) -> list[bytes]:
        """The drawing in a format of `FORMATS`: one file, or one for each page where a file holds no more.

        `width` is that of a PNG in pixels. Raises `BadFormat` for an unknown format, and where the library that
        writes it is missing.
        """
        if form not in FORMATS:
            raise BadFormat(f"there is no format '{form}': the formats are {', '.join(FORMATS)}")
        return FORMATS[form](self, width)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """What a notebook shows: the page, or all pages below each other."""
        if len(self.pages) == 1:
            return {"image/svg+xml": self.svg()}
        from base64 import b64encode

        pages = (b64encode(self.svg(page).encode()).decode() for page in range(len(self.pages)))
        return {"text/html": "".join(f'<img src="data:image/svg+xml;base64,{page}" width="100%">' for page in pages)}


def form_of(path: Path) -> str:
    """The format that a file's extension stands for. Raises `BadFormat`."""
    form = path.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise BadFormat(f"'{path.name}' has no extension that says its format: write one of {known}, or give --format")
    return form


def numbered(path: Path, pages: int) -> list[Path]:
    """The names of files for so many pages: `x.svg` alone, else `x-1.svg`, `x-2.svg` …"""
    if pages == 1:
        return [path]
    return [path.with_name(f"{path.stem}-{page}{path.suffix}") for page in range(1, pages + 1)]


def _writer(name: str) -> Callable[..., object]:
    """The function of that name in the module of that name; its library is imported only now."""
    try:
        found: Callable[..., object] = getattr(import_module(f"netdsl.targets.drawing.writers.{name}"), name)
    except ModuleNotFoundError as error:
        if str(error.name).startswith("netdsl"):
            raise
        message = f"the package '{error.name}', which writes {name}, is not installed: pip install {error.name}"
        raise BadFormat(message) from error
    return found


def _encoded(made: object) -> bytes:
    return made if isinstance(made, bytes) else str(made).encode()


def _pagewise(name: str) -> Callable[[Drawing, int | None], list[bytes]]:
    """A format whose files hold one page."""

    def files(drawing: Drawing, width: int | None) -> list[bytes]:
        options = {"width": width} if name == "png" else {}
        write = _writer(name)
        return [_encoded(write(page, drawing.theme, drawing.ground, **options)) for page in drawing.pages]

    return files


def _whole(name: str) -> Callable[[Drawing, int | None], list[bytes]]:
    """A format whose file holds all pages."""

    def files(drawing: Drawing, width: int | None) -> list[bytes]:
        return [_encoded(_writer(name)(drawing.pages, drawing.theme, drawing.ground))]

    return files


def _dot(drawing: Drawing, width: int | None) -> list[bytes]:
    from netdsl.targets.drawing.graphviz.dot import dot

    return [dot(_only(drawing), drawing.theme, drawing.depth).encode()]


def _mermaid(drawing: Drawing, width: int | None) -> list[bytes]:
    from netdsl.targets.drawing.flow import flow
    from netdsl.targets.drawing.writers.mermaid import mermaid

    return [mermaid(flow(_only(drawing), drawing.depth), drawing.theme).encode()]


def _html(drawing: Drawing, width: int | None) -> list[bytes]:
    from netdsl.targets.drawing.outline import outline
    from netdsl.targets.drawing.writers.html import html

    modules = outline(_only(drawing))
    return [html(drawing.pages, drawing.theme, modules, drawing.ground).encode()]


def _only(drawing: Drawing) -> Network:
    """The network of a format that is made from the graph and not from the pages."""
    if len(drawing.networks) > 1:
        raise BadFormat("a .html, .dot or .mmd file holds one network; write the comparison as svg, png, pdf or pptx")
    return drawing.networks[0]


FORMATS: dict[str, Callable[[Drawing, int | None], list[bytes]]] = {
    "svg": _pagewise("svg"),
    "png": _pagewise("png"),
    "pdf": _whole("pdf"),
    "pptx": _whole("pptx"),
    "tex": _whole("tikz"),
    "html": _html,
    "dot": _dot,
    "mmd": _mermaid,
}
"""Extension -> what writes it."""
