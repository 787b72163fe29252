"""Pixels of encoded images (JPEG, PNG, WebP and others), and colours after what a network takes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Literal

from netdsl.datasets.base import Corrupt, Unusable
from netdsl.datasets.libraries import needed_for

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

Mode = Literal["L", "RGB"]
"""Pillow's words for grey and for colour."""

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
"""How files of images end."""

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
"""Of Pillow's readers those that are safe with files of strangers: the one of EPS starts another program."""

LARGEST = 89_478_485
"""Pixels of the largest image that is read, where Pillow itself begins to warn: more is a mistake or an attack."""


def mode(channels: int) -> Mode:
    """The colours of images for a network with so many channels."""
    if channels not in (1, 3):
        raise Unusable(f"images have 1 channel (grey) or 3 (red, green, blue), and the network takes {channels}")
    return "L" if channels == 1 else "RGB"


def decode(data: bytes, mode: Mode, sample: str) -> np.ndarray:
    """The first frame of an encoded image as uint8 (height, width, channels).

    Of 16 bits the upper 8 are kept; what is transparent is shown as it would be without that; the direction in which
    EXIF says that a camera was held is left alone, as other loaders do. Raises `Corrupt`.
    """
    with needed_for("decoding images"):
        import numpy as np
        from PIL.Image import fromarray
    try:
        with _opened(data) as image:
            if image.mode.startswith("I;16"):
                image = fromarray((np.asarray(image) >> 8).astype(np.uint8))
            elif image.mode in ("I", "F"):
                raise ValueError(f"its pixels have 32 bits (Pillow's mode {image.mode}), and 8 or 16 are read")
            pixels = np.array(image if image.mode == mode else image.convert(mode))
    except Exception as error:  # broken bytes make decoders raise nearly anything
        raise Corrupt(sample, _reason(error)) from error
    return pixels.reshape(*pixels.shape[:2], -1)


def recolour(pixels: np.ndarray, mode: Mode) -> np.ndarray:
    """Pixels uint8 (height, width, 1 or 3) in other colours, as `decode` would give them."""
    with needed_for("changing colours"):
        import numpy as np
        from PIL.Image import fromarray
    channels = pixels.shape[2]
    if channels == 3 and mode == "L":
        return np.array(fromarray(pixels).convert("L"))[:, :, None]
    return pixels if channels == len(mode) else np.repeat(pixels, len(mode), axis=2)


def _opened(data: bytes) -> Image:
    """The image with its header read, its size checked, and its checksums where the format has them."""
    from PIL.Image import open as opened

    image = opened(BytesIO(data), formats=_FORMATS)
    if image.width * image.height > LARGEST:
        raise ValueError(f"it says that it has {image.width} x {image.height} pixels; at most {LARGEST:,} are read")
    if image.format == "PNG":
        image.verify()  # Pillow's decoder stops at the last pixel and looks at no checksum; this ends the image
        image = opened(BytesIO(data), formats=_FORMATS)
    return image


def _reason(error: Exception) -> str:
    """Why, without the address of an object in memory that Pillow would print."""
    if type(error).__name__ == "UnidentifiedImageError":
        return "it is no image, or its header is broken"
    return str(error) or type(error).__name__
