"""Labelled images on their way to the device: held there where they fit, else read ahead by workers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from netdsl.datasets.base import Corrupt, Split, Unusable

if TYPE_CHECKING:
    import numpy as np
    import torch

    from netdsl.training.order import Order

Pair = tuple["torch.Tensor", "torch.Tensor"]
"""Images uint8 (N, channels, height, width) and their class numbers (N,), on the device."""

Sample: TypeAlias = "tuple[torch.Tensor, int] | Corrupt | Unusable"
"""What comes of reading an image: the image (channels, height, width) and its class number, or what is wrong."""

FITS = 4 << 30
"""Bytes of images that may be held on a device."""


@dataclass(frozen=True)
class Canvas:
    """What every image is cut to: the shorter side is scaled, and the middle taken."""

    channels: int
    height: int
    width: int

    def cut(self, image: np.ndarray) -> np.ndarray:
        """An image (height, width, channels) as (channels, height, width) of this size."""
        import numpy as np

        if image.shape[:2] != (self.height, self.width):
            image = self._scaled(image)
        return np.ascontiguousarray(image.transpose(2, 0, 1))

    def _scaled(self, image: np.ndarray) -> np.ndarray:
        import numpy as np
        from PIL import Image

        picture = Image.fromarray(image if image.shape[2] == 3 else image[:, :, 0])
        scale = max(self.height / picture.height, self.width / picture.width)
        width, height = max(self.width, round(picture.width * scale)), max(self.height, round(picture.height * scale))
        picture = picture.resize((width, height), Image.Resampling.BILINEAR)
        left, top = (width - self.width) // 2, (height - self.height) // 2
        picture = picture.crop((left, top, left + self.width, top + self.height))
        return np.asarray(picture).reshape(self.height, self.width, self.channels)


class Source(Protocol):
    """Where the batches of a training come from."""

    skipped: int
    """How many images could not be read and were left out."""

    def batches(self, order: Order, start: int) -> Iterator[Pair]:
        """This process's share of each step from `start` on, without end."""
        ...

    def in_turn(self, batch: int, indices: range) -> Iterator[Pair]:
        """These images once, in their own order, so many at a time."""
        ...


@dataclass
class Held:
    """Images that lie on the device."""

    images: torch.Tensor
    labels: torch.Tensor
    skipped: int = 0

    def __len__(self) -> int:
        return len(self.labels)

    def batches(self, order: Order, start: int) -> Iterator[Pair]:
        """Each step is an index into what lies there."""
        for share in order.shares(start):
            chosen = share.to(self.images.device, non_blocking=True)
            yield self.images[chosen], self.labels[chosen]

    def in_turn(self, batch: int, indices: range) -> Iterator[Pair]:
        """Slices of what lies there."""
        for first in range(0, len(indices), batch):
            part = indices[first : first + batch]
            yield self.images[part.start : part.stop : part.step], self.labels[part.start : part.stop : part.step]


def held(split: Split, canvas: Canvas, device: torch.device, corrupt: Literal["stop", "skip"]) -> Held:
    """All images of a split on the device; raises `Unusable` for one that cannot be read, unless those are skipped."""
    import numpy as np
    import torch

    pixels = np.empty((len(split), canvas.channels, canvas.height, canvas.width), np.uint8)

    def read(index: int) -> Corrupt | None:
        try:
            pixels[index] = canvas.cut(split.image(index))
        except Corrupt as broken:
            return broken
        return None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        broken = list(pool.map(read, range(len(split)), chunksize=256))
    complain(next(filter(None, broken), None), corrupt)
    whole = np.array([index for index, fault in enumerate(broken) if fault is None], dtype=np.int64)
    labels = np.array(split.labels, dtype=np.int64)
    if len(whole) < len(split):
        pixels, labels = pixels[whole], labels[whole]
    return Held(torch.from_numpy(pixels).to(device), torch.from_numpy(labels).to(device), len(split) - len(whole))


def complain(broken: Corrupt | None, corrupt: Literal["stop", "skip"]) -> None:
    """Raises `Unusable` for a sample that cannot be read, unless such samples are left out."""
    if broken is not None and corrupt == "stop":
        raise Unusable(f'{broken}\nMend or remove it, or leave such images out: write `corrupt="skip"` in `data`.')


@dataclass
class Loaded:
    """Images that are read ahead by worker processes, because they do not fit on the device."""

    split: Split
    canvas: Canvas
    device: torch.device
    corrupt: Literal["stop", "skip"]
    workers: int = field(default_factory=lambda: min(os.cpu_count() or 1, 16))
    skipped: int = 0

    def __len__(self) -> int:
        return len(self.split)

    def batches(self, order: Order, start: int) -> Iterator[Pair]:
        """One loader for all epochs, so that nothing stands still between them."""
        yield from self._moved(share.tolist() for share in order.shares(start))

    def in_turn(self, batch: int, indices: range) -> Iterator[Pair]:
        """The images in their own order."""
        yield from self._moved(list(indices[first : first + batch]) for first in range(0, len(indices), batch))

    def _moved(self, chosen: Iterator[list[int]]) -> Iterator[Pair]:
        import torch
        from torch.utils.data import DataLoader

        loader: Iterable[list[Sample]] = DataLoader(
            _Reader(self.split, self.canvas),  # type: ignore[arg-type]
            batch_sampler=chosen,
            num_workers=self.workers,
            collate_fn=list,
            pin_memory=False,
            prefetch_factor=4 if self.workers else None,
            generator=torch.Generator(),  # else it draws from the one that dropout draws from
        )
        for samples in loader:
            whole, broken = parted(samples)
            complain(next(iter(broken), None), self.corrupt)
            self.skipped += len(broken)
            if not whole:
                raise Unusable(f"no image of a batch can be read\n{broken[0]}")
            images = torch.stack([image for image, _ in whole])
            labels = torch.tensor([label for _, label in whole])
            yield moved(images, labels, self.device)


@dataclass(frozen=True)
class _Reader:
    """What a worker does: reads an image, cuts it, and hands on a broken one instead of failing."""

    split: Split
    canvas: Canvas

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, index: int) -> Sample:
        import torch

        try:
            return torch.from_numpy(self.canvas.cut(self.split.image(index))), self.split.labels[index]
        except (Corrupt, Unusable) as broken:
            return broken


def parted(samples: Iterable[Sample]) -> tuple[list[tuple[torch.Tensor, int]], list[Corrupt]]:
    """The images that could be read, and the faults of the others; raises `Unusable` for a whole file."""
    whole, broken = [], []
    for sample in samples:
        if isinstance(sample, Unusable):
            raise sample
        if isinstance(sample, Corrupt):
            broken.append(sample)
        else:
            whole.append(sample)
    return whole, broken


def moved(images: torch.Tensor, labels: torch.Tensor, device: torch.device) -> Pair:
    """A batch on the device; on its way to a GPU the processor does not wait for it."""
    if device.type == "cuda":
        images, labels = images.pin_memory(), labels.pin_memory()
    return images.to(device, non_blocking=True), labels.to(device, non_blocking=True)


def source(split: Split, canvas: Canvas, device: torch.device, corrupt: Literal["stop", "skip"]) -> Held | Loaded:
    """The images of a split, held on the device where they fit."""
    if len(split) * canvas.channels * canvas.height * canvas.width <= min(FITS, _room(device) // 4):
        return held(split, canvas, device, corrupt)
    return Loaded(split, canvas, device, corrupt)


def _room(device: torch.device) -> int:
    """Free bytes on the device."""
    import torch

    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")) if hasattr(os, "sysconf") else FITS
