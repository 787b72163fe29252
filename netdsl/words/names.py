"""What people from elsewhere call our words."""

from collections.abc import Mapping

from netdsl.words.base import Word


def meant(name: str, kinds: Mapping[str, type[Word]]) -> str | None:
    """Our word for what others call `name` (`nn.Conv2d`, `CosineAnnealingLR`); None where nobody does."""
    plain = _plain(name.rpartition(".")[2])
    for word, kind in kinds.items():
        if plain in map(_plain, (word, kind.__name__, *kind.aliases)):
            return word
    return None


def _plain(name: str) -> str:
    return name.lower().replace("_", "")
