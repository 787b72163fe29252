"""Remakes the pictures of the documentation: `python tools/gallery.py`, or with a folder, those of all networks there.

Pictures go to docs/pictures, and the page that shows them to docs/gallery.md.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from netdsl import compiler
from netdsl.targets.drawing.drawing import Drawing
from netdsl.targets.drawing.folding.stages import NoMainLine
from netdsl.targets.drawing.render import render

DOCS = Path(__file__).parent.parent / "docs"
SHOWN = (
    "lenet5", "alexnet", "alexnet_2012", "zfnet", "nin", "vgg16_bn", "googlenet", "inception_v3", "inception_v4",
    "resnet34", "resnet50", "resnext50_32x4d", "inception_resnet_v2", "densenet121", "squeezenet1_0", "xception",
    "nasnetalarge", "pnasnet5large", "mobilenetv1_100", "mobilenet_v2", "mobilenet_v3_large", "mnasnet1_0",
    "shufflenet_v2_x1_0", "ghostnet_100", "efficientnet_b0", "regnet_y_400mf", "res2net50_26w_4s", "seresnet50",
    "repvgg_a0", "convnext_tiny", "darknet53", "unet", "fcn8s", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large",
)  # fmt: skip
"""One of each kind, in the order of the history."""
VIEWS = ("stages", "overview")
SPECIAL: Mapping[str, Mapping[str, str]] = {
    "resnet34_dark": {"name": "resnet34", "theme": "dark"},
    "inception_e": {"name": "inception_v3", "view": "block", "block": "inception_e"},
}
"""Pictures with options of their own."""


def drawing(name: str, **options: str) -> Drawing:
    """A network of the library, drawn."""
    return render([compiler.choose(compiler.find(name))], **options)


def pictures(names: tuple[str, ...] = SHOWN) -> Iterator[tuple[str, str]]:
    """The name and the SVG of each picture."""
    for name in names:
        for view in VIEWS:
            try:
                yield f"{name.replace('/', '_')}_{view}", drawing(name, view=view).svg()
            except NoMainLine:
                continue


def special() -> Iterator[tuple[str, str]]:
    """The pictures with options of their own."""
    for file, options in SPECIAL.items():
        name, *_ = options.values()
        yield file, drawing(name, **{key: value for key, value in options.items() if key != "name"}).svg()


def page(files: list[str], folder: str) -> str:
    """A page of Markdown that shows pictures."""
    lines = ["# Gallery", "", "Remade by `python tools/gallery.py`; with a folder, it draws every network there.", ""]
    for file in files:
        lines += [f"![{file.replace('_', ' ')}]({folder}{file}.svg)", ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Writes the pictures and the page."""
    if len(sys.argv) > 1:
        target = Path(sys.argv[1])
        names = tuple(name for name in compiler.library() if compiler.check(compiler.find(name)).networks)
        made, text, folder = list(pictures(names)), target / "gallery.md", ""
    else:
        target, text, folder = DOCS / "pictures", DOCS / "gallery.md", "pictures/"
        made = list(pictures())
    target.mkdir(parents=True, exist_ok=True)
    text.write_text(page([file for file, _ in made], folder), encoding="utf-8")
    for file, svg in [*made, *special()]:
        (target / f"{file}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
