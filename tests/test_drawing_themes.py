"""Themes: every label is legible, every role is told apart, with any colour vision and in grey; a user's own works."""

from itertools import combinations
from pathlib import Path

import pytest
from colours import DEFICIENCIES, ciede2000, contrast, lab, linear, seen

from netdsl.targets.drawing.scene import Paint
from netdsl.targets.drawing.theme import FOLDER, SHIPPED, BadTheme, Theme, theme

ROLES = ("convolution", "pooling", "norm", "join", "dense", "reshape", "port")
TOLD_APART = ("convolution", "pooling", "norm", "join", "dense")

every_theme = pytest.mark.parametrize("name", SHIPPED)


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_of_colours_is_the_published_one(one: tuple, other: tuple, difference: float) -> None:
    assert ciede2000(one, other) == pytest.approx(difference, abs=1e-4)


def test_the_themes_are_the_four_that_are_promised() -> None:
    assert SHIPPED == ("cvd", "dark", "light", "print")


@every_theme
def test_every_label_is_legible(name: str) -> None:
    colours = theme(name)
    grounds = [colours.ground, colours.panel]
    for role in ROLES:
        four = getattr(colours, role)
        assert contrast(four.text, four.solid) >= 4.5, role
        assert contrast(four.ink, four.tint) >= 4.5, role
    assert min(contrast(ink, ground) for ink in (colours.ink, colours.muted) for ground in grounds) >= 4.5
    assert contrast(colours.muted, colours.port.tint) >= 4.5


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "print"])
@pytest.mark.parametrize("sight", [None, *DEFICIENCIES])
def test_roles_are_told_apart_with_any_sight(name: str, sight: str | None) -> None:
    colours = theme(name)
    fills = {role: linear(getattr(colours, role).solid) for role in TOLD_APART}
    views = {role: lab(seen(rgb, sight) if sight else rgb) for role, rgb in fills.items()}
    for one, other in combinations(TOLD_APART, 2):
        assert ciede2000(views[one], views[other]) >= 10, (one, other)


def test_print_is_grey_and_its_greys_are_apart() -> None:
    colours = theme("print")
    for role in ROLES:
        for colour in getattr(colours, role).model_dump().values():
            assert colour[1:3] == colour[3:5] == colour[5:7]
    lightness = {role: lab(linear(getattr(colours, role).solid))[0] for role in TOLD_APART}
    assert min(abs(a - b) for a, b in combinations(lightness.values(), 2)) >= 7


def test_a_theme_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text((FOLDER / "light.toml").read_text().replace("#2A66C8", "#005500"))
    assert theme(str(own)).colour(Paint("convolution")) == "#005500"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ground = 3", "ground"),
        ("ground = '#FFFFFF'\nextra = '#FFFFFF'", "says nothing that fits"),
        ("ground = ", "no TOML"),
    ],
)
def test_what_is_no_theme_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(text)
    with pytest.raises(BadTheme, match=said):
        theme(str(bad))


def test_an_unknown_theme_is_refused_in_words() -> None:
    with pytest.raises(BadTheme, match="did you mean 'light'"):
        theme("lihgt")
    with pytest.raises(BadTheme, match="cannot be read"):
        theme("nowhere.toml")


def test_fades_go_to_the_ground() -> None:
    colours: Theme = theme("light")
    assert colours.colour(Paint("convolution", fade=1.0)) == colours.ground
