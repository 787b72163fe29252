"""Pictures of numbers: made alike on every machine, and there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdsl.datasets.libraries import needed_for
from netdsl.saving import save

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")
"""What a picture can be, which its suffix says."""

_STYLE: Any = {
    "svg.hashsalt": "netdsl",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "savefig.dpi": 150,
}
_DATES: Any = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


@contextmanager
def drawing(path: Path, columns: int) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure with so many axes beside each other, which is put at `path` in the end.

    The suffix of `path` is one of `FORMATS`. Raises `Unusable` where matplotlib is missing, `OSError` where nothing can
    be written.
    """
    kind = path.suffix[1:]
    with needed_for("drawing curves"):
        from matplotlib import rc_context, rcdefaults
        from matplotlib.figure import Figure
    with rc_context():
        rcdefaults()
        with rc_context(_STYLE):
            figure = Figure(figsize=(5.5 * columns, 4.5), layout="constrained")
            yield figure, list(figure.subplots(1, columns, squeeze=False)[0])
            picture = BytesIO()
            figure.savefig(picture, format=kind, metadata=_DATES.get(kind))
    save(path, picture.getvalue())
