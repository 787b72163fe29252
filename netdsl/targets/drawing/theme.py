"""What colours the roles of a scene have. A theme is a small TOML file; four are shipped."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netdsl.diagnostics.suggest import nearest
from netdsl.targets.drawing.scene import CannotDraw, Paint

FOLDER = Path(__file__).parent / "themes"
SHIPPED = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))

Colour = Annotated[str, Field(pattern="^#[0-9A-Fa-f]{6}$")]


class BadTheme(CannotDraw):
    """A theme cannot be read; the message says why and what to write."""


class Four(BaseModel):
    """The colours of a role: full, words on it, pale, words on that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    solid: Colour
    text: Colour
    tint: Colour
    ink: Colour


class Theme(BaseModel):
    """Colours for everything that a scene may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ground: Colour
    panel: Colour
    ink: Colour
    muted: Colour
    arrow: Colour
    hairline: Colour
    convolution: Four
    pooling: Four
    norm: Four
    join: Four
    dense: Four
    reshape: Four
    port: Four

    def colour(self, paint: Paint) -> str:
        """`#RRGGBB` for a paint."""
        found = getattr(self, paint.role)
        plain = getattr(found, paint.tone.value) if isinstance(found, Four) else found
        return mixed(plain, self.ground, paint.fade).upper()


def mixed(colour: str, ground: str, share: float) -> str:
    """A colour with a share of the ground in it."""
    if not share:
        return colour
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (other - one) * share):02X}" for one, other in pairs)


def theme(name: str) -> Theme:
    """The shipped theme of that name, or the one in a TOML file. Raises `BadTheme`."""
    if name in SHIPPED:
        return _shipped(name)
    if not name.endswith(".toml"):
        near = nearest(name, SHIPPED)
        hint = f"did you mean '{near}'?" if near else f"the themes are {', '.join(SHIPPED)}, or give a .toml file"
        raise BadTheme(f"there is no theme '{name}': {hint}")
    try:
        return _read(Path(name))
    except OSError as error:
        raise BadTheme(f"the theme '{name}' cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTheme(f"the theme '{name}' is no TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadTheme(f"the theme '{name}' says nothing that fits at '{place}': {first['msg']}") from error


@cache
def _shipped(name: str) -> Theme:
    return _read(FOLDER / f"{name}.toml")


def _read(path: Path) -> Theme:
    return Theme.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
