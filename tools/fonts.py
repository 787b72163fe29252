"""Makes the fonts of the drawings: `python tools/fonts.py FOLDER`, where FOLDER holds the web fonts of Inter 4.1.

Needs `fonttools` and `brotli`. The glyphs are those that names, numbers and formulas need; kerning and the other
layout features are left out, so that a text is exactly as wide as the sum of its letters, everywhere.
"""

import json
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "netdsl" / "targets" / "drawing" / "fonts"
CUTS = ("Inter-Regular", "Inter-SemiBold", "InterDisplay-Bold")
LETTERS = (
    (0x20, 0x17F),  # Latin
    (0x370, 0x3FF),  # Greek
    (0x400, 0x45F),  # Cyrillic
    (0x2010, 0x2027),  # dashes, quotation marks, dots
    (0x2030, 0x203A),
    (0x2070, 0x209C),  # raised and lowered digits
    (0x2190, 0x2199),  # arrows
    (0x2202, 0x2265),  # signs of mathematics
    (0xFFFD, 0xFFFD),
)


def subset(source: Path, target: Path) -> dict[str, int]:
    """Writes the part of a font that is shipped; the advance of each letter, in thousandths of the size."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    cut = Subsetter(options)
    cut.populate(unicodes=[code for first, last in LETTERS for code in range(first, last + 1)])
    cut.subset(font)
    font.flavor = None
    for table in ("GDEF", "GPOS", "GSUB"):
        del font[table]
    font.save(target)
    unit = font["head"].unitsPerEm
    return {chr(code): round(font["hmtx"][glyph][0] * 1000 / unit) for code, glyph in font.getBestCmap().items()}


def main(folder: Path) -> None:
    """Writes each font, and the widths of all of them."""
    files = {path.stem: path for path in sorted(folder.rglob("*.woff2"))}
    widths = {name: subset(files[name], FONTS / f"{name}.ttf") for name in CUTS}
    text = json.dumps(widths, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (FONTS / "widths.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
