"""Decoding of images: colours, depths, and broken or hostile files."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from image_files import (
    encoded,
    png,
)
from PIL import Image

from netdsl.datasets.base import Corrupt
from netdsl.datasets.decode import decode


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def ramp() -> np.ndarray:
    """Colours (16, 16, 3) of which no two are equal."""
    rows, columns = np.mgrid[:16, :16]
    return np.stack([rows * 16, columns * 16, rows * 16 + columns], axis=2).astype(np.uint8)


def test_16_bits_keep_the_upper_8() -> None:
    deep = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    found = decode(saved(Image.fromarray(deep)), "L", "deep.png")
    assert np.array_equal(found[:, :, 0], np.arange(256).reshape(16, 16))
    assert np.array_equal(decode(saved(Image.fromarray(deep)), "RGB", "deep.png"), found.repeat(3, axis=2))


def test_palettes_transparency_and_grey_become_colours() -> None:
    colours = ramp()
    palette = Image.fromarray(colours).quantize(256)
    assert palette.mode == "P"
    assert np.array_equal(decode(saved(palette), "RGB", "p.png"), np.asarray(palette.convert("RGB")))
    clear = np.concatenate([colours, np.full((16, 16, 1), 7, np.uint8)], axis=2)
    assert np.array_equal(decode(saved(Image.fromarray(clear)), "RGB", "a.png"), colours)
    grey = colours[:, :, 2]
    assert np.array_equal(decode(saved(Image.fromarray(grey)), "RGB", "g.png"), np.stack([grey] * 3, axis=2))
    assert np.array_equal(
        decode(saved(Image.fromarray(colours)), "L", "c.png")[:, :, 0],
        np.asarray(Image.fromarray(colours).convert("L")),
    )


def test_exif_is_left_alone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held a quarter turn
    image = Image.fromarray(ramp()[:8])
    turned = saved(image, "JPEG", exif=exif, quality=95)
    assert np.array_equal(decode(turned, "RGB", "t.jpg"), decode(saved(image, "JPEG", quality=95), "RGB", "s.jpg"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_truncated_image_is_corrupt(kind: str) -> None:
    data = saved(Image.fromarray(ramp()), kind)
    for length in (0, 1, 20, len(data) // 2):
        with pytest.raises(Corrupt, match=r"^cut, row 3 cannot be read: "):
            decode(data[:length], "RGB", "cut, row 3")


def test_every_flipped_byte_of_a_png_is_found_or_does_no_harm() -> None:
    data, whole = png(ramp()), ramp()
    found = 0
    for place in range(len(data)):
        flipped = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            assert np.array_equal(decode(flipped, "RGB", "x"), whole)
        except Corrupt:
            found += 1
    assert found > len(data) * 0.9


def test_flipped_bytes_of_a_jpeg_never_raise_anything_else() -> None:
    data = encoded("train")[0][0]
    found = 0
    for place in range(0, len(data), 3):
        flipped = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            decode(flipped, "RGB", "x")
        except Corrupt:
            found += 1
    assert found


def test_a_decompression_bomb_is_refused_before_it_is_decoded() -> None:
    wide = bytearray(png(np.zeros((16, 16), np.uint8)))
    wide[16:24] = struct.pack(">2I", 30_000, 30_000)
    wide[29:33] = struct.pack(">I", zlib.crc32(wide[12:29]))
    for mode in ("L", "RGB"):
        with pytest.raises(Corrupt, match=r"bomb|pixels"):
            decode(bytes(wide), mode, "bomb.png")  # type: ignore[arg-type]


def test_only_image_formats_are_decoded() -> None:
    with pytest.raises(Corrupt, match="it is no image"):
        decode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\nshowpage\n", "RGB", "x.jpg")
