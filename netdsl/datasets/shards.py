"""Shards of the WebDataset format: tar files in which each image lies beside its class number.

The library `webdataset` takes the shards apart. Its decoders are not used: some of them load pickles.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from random import Random
from tarfile import TarError
from typing import TYPE_CHECKING, Any, Protocol
from urllib.request import urlopen

from netdsl.datasets.base import Corrupt, Stream, Unusable
from netdsl.datasets.decode import Mode, decode, mode
from netdsl.datasets.libraries import needed_for
from netdsl.datasets.places import NAMES, SplitName, folder, missing

if TYPE_CHECKING:
    import numpy as np

_ADDRESS = r"https?://"
_IMAGES = ("jpg", "jpeg", "png", "webp")
_BLOCK = 512
"""Bytes of a block of a tar file; one of zeros ends it (POSIX.1-1988)."""

Member = dict[str, Any]
"""What `webdataset` makes of a sample: suffix -> bytes, and `__key__`."""


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; none at the end."""
        ...


class Shards(Stream):
    """Shards that are read one after the other, in an order that changes with the epoch for training images only."""

    classes = ()

    def __init__(self, shards: Sequence[str], split: SplitName, channels: int, buffer: int) -> None:
        """`shards` are paths or addresses; of `buffer` samples the next one is drawn."""
        self.shards = tuple(shards)
        self._mode = mode(channels)
        self._mixed = split == "train"
        self._buffer = buffer

    def samples(self, epoch: int, seed: int, part: int, parts: int) -> Iterator[tuple[np.ndarray, int, str]]:
        """The share of a part: its own shards, or where there are more parts than shards, its own samples of one."""
        with needed_for("reading shards"):
            from webdataset.filters import shuffle
        shards = list(self.shards)
        if self._mixed:
            Random(f"{seed} {epoch}").shuffle(shards)
        members = _share(shards, part, parts)
        if self._mixed and self._buffer > 1:
            random = Random(f"{seed} {epoch} {part} {parts}")
            members = shuffle(self._buffer, initial=self._buffer, rng=random)(members)
        return _Decoded(members, self._mode)


@dataclass(slots=True)
class _Decoded:
    """Decodes what arrives. After an exception it goes on with the next sample, which a generator could not."""

    members: Iterator[Member | Unusable]
    mode: Mode

    def __iter__(self) -> _Decoded:
        return self

    def __next__(self) -> tuple[np.ndarray, int, str]:
        member = next(self.members)
        if isinstance(member, Unusable):
            raise member
        name = f"{Path(member['__url__']).name}, {member['__key__']}"
        return _image(member, self.mode, name), _label(member, name), name


def open_shards(
    place: str, split: SplitName, channels: int, patterns: Sequence[str] = (), buffer: int = 1000
) -> Shards:
    """The shards of a split at `place`, a folder or an address; `patterns` are their names if these are not usual.

    At an address they must be named, with braces for numbers (`train-{000..146}.tar`), as nothing lists them there.
    """
    with needed_for("reading shards"):
        from braceexpand import braceexpand
    names = [name for pattern in patterns for name in braceexpand(pattern)]
    if re.match(_ADDRESS, place):
        if not names:
            raise Unusable(f'name the shards at {place}: `webdataset({split}="{split}-{{000..099}}.tar")`')
        return Shards([f"{place.rstrip('/')}/{name}" for name in names], split, channels, buffer)
    root = folder(place, "webdataset")
    if names:
        found = [file for name in names for file in _named(root, name)]
    else:
        homes = [home for name in NAMES[split] if (home := _usual(root, name))]
        found = homes[0] if homes else []
    if not found:
        looked = patterns or [f"{name}{end}" for name in NAMES[split] for end in ("*.tar", "/*.tar")]
        raise missing("webdataset", split, root, [*looked, "the same with .tar.gz"])
    return Shards([str(file) for file in found], split, channels, buffer)


def _named(root: Path, name: str) -> list[Path]:
    """The shards of one name, which may have `*` in it."""
    if not (found := sorted(root.glob(name))):
        raise Unusable(f"the shard {root / name} is missing: fetch it, or name those that shall be read")
    return found


def _usual(root: Path, name: str) -> list[Path]:
    ends = (f"{name}*.tar", f"{name}*.tar.gz", f"{name}/*.tar", f"{name}/*.tar.gz")
    return sorted(file for end in ends for file in root.glob(end))


def _share(shards: Sequence[str], part: int, parts: int) -> Iterator[Member | Unusable]:
    """The samples of a part, and for a broken shard what is wrong with it."""
    mine = shards[part::parts]
    sharing = len(range(part % len(shards), parts, len(shards)))
    for shard in mine or [shards[part % len(shards)]]:
        try:
            for number, member in enumerate(_members(shard)):
                if number % sharing == part // len(shards):
                    yield member
        except Unusable as error:
            yield error


def _members(shard: str) -> Iterator[Member]:
    """The samples of a shard as they lie in it."""
    from webdataset.tariterators import group_by_keys

    try:
        with _opened(shard) as stream:
            yield from group_by_keys(_files(shard, stream))
    except (TarError, HTTPException, OSError, EOFError, zlib.error, ValueError) as error:
        raise Unusable(f"the shard {shard} is cut off or broken: {_reason(error)}") from error


def _files(shard: str, stream: Readable) -> Iterator[Member]:
    """The files in a shard; raises `Unusable` where its end is missing, which `tarfile` does not always notice."""
    from webdataset.tariterators import tar_file_expander

    watched = _Watched(stream)
    yield from tar_file_expander([{"url": shard, "stream": watched}], eof_value=None)
    while watched.read(1 << 20):
        pass
    if watched.tail != bytes(_BLOCK):
        raise Unusable(f"the shard {shard} is cut off: it does not end as a tar file does. Fetch it again.")


class _Watched:
    """A stream that keeps the last block that was read."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.tail = b""

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.tail = (self.tail + data)[-_BLOCK:]
        return data


@contextmanager
def _opened(shard: str) -> Iterator[Readable]:
    """The bytes of a shard, unpacked where it is compressed."""
    with urlopen(shard, timeout=60) if re.match(_ADDRESS, shard) else Path(shard).open("rb") as stream:
        if shard.endswith(".gz"):
            with gzip.open(stream) as unpacked:
                yield unpacked
        else:
            yield stream


def _reason(error: Exception) -> str:
    """Why, without what `webdataset` adds: the stream and its address in memory."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error.args[0]).partition(" @ ")[0] if error.args else str(error)


def _image(member: Member, mode: Mode, name: str) -> np.ndarray:
    data = next((member[suffix] for suffix in _IMAGES if suffix in member), None)
    if data is None:
        raise Corrupt(name, f"it has no image ({', '.join(_IMAGES)})")
    return decode(data, mode, name)


def _label(member: Member, name: str) -> int:
    text = member.get("cls", b"").decode("ascii", "replace").strip()
    if not text.isdecimal():
        raise Corrupt(name, f"its class number (.cls) is {text[:20]!r}" if "cls" in member else "it has no .cls")
    return int(text)
