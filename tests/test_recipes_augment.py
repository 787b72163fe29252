"""Augmentations: what comes out of real tensors, beside Pillow, a hand calculation, or the pixels that went in."""

import colorsys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from PIL import Image, ImageEnhance, ImageOps
from torch import Tensor
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from netdsl.recipes.base import Augmentation, Batch
from netdsl.recipes.colour import ColorJitter, PcaJitter
from netdsl.recipes.crop import Flip, RandomCrop, RandomResizedCrop
from netdsl.recipes.erase import Cutout, Erase
from netdsl.recipes.mix import Cutmix, Mixup
from netdsl.recipes.operations import OPERATIONS
from netdsl.recipes.rand_augment import RandAugment
from netdsl.recipes.views import centre, flipped, ten_crop

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
WORDS: list[Augmentation] = [
    RandomCrop(padding=4),
    RandomCrop(padding=4, mode="reflect"),
    RandomResizedCrop(),
    Flip(),
    PcaJitter(),
    ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1),
    Cutout(size=8),
    Erase(p=1.0),
    Mixup(alpha=1.0),
    Cutmix(),
    RandAugment(),
]
SIZE = (16, 16)


def seeded(seed: int = 0, device: str = "cpu") -> torch.Generator:
    return torch.Generator(device).manual_seed(seed)


def photographs(count: int = 64, size: tuple[int, int] = SIZE, channels: int = 3) -> Tensor:
    """Smooth images with some noise, in 256 steps as they come from a file."""
    coarse = torch.rand((count, channels, 4, 4), generator=seeded(1))
    smooth = functional.interpolate(coarse, size, mode="bicubic") + torch.randn(
        (count, channels, *size), generator=seeded(2)
    ) * (0.03)
    return (smooth.clamp(0, 1) * 255).round() / 255


def batch(images: Tensor | None = None, size: tuple[int, int] = SIZE) -> Batch:
    images = photographs() if images is None else images
    return Batch(images, torch.arange(len(images), device=images.device) % 5, 5, size)


def changed(word: Augmentation, given: Batch | None = None, seed: int = 0) -> Batch:
    given = batch() if given is None else given
    return word.apply(given, seeded(seed, given.images.device.type))


each_word = pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@each_word
def test_size_type_and_range_stay_and_what_was_given_is_not_touched(
    word: Augmentation, dtype: torch.dtype, device: str
) -> None:
    given = batch(photographs().to(device, dtype))
    before = given.images.clone()
    result = changed(word, given)
    assert result.images.shape == before.shape and result.images.dtype == dtype
    assert result.images.device == before.device
    assert result.images.min() >= 0 and result.images.max() <= 1 + torch.finfo(dtype).eps
    assert not torch.equal(result.images, before)
    assert torch.equal(given.images, before) and given.targets.ndim == 1


@each_word
def test_chance_comes_from_the_generator_alone(word: Augmentation) -> None:
    global_state = torch.get_rng_state()
    first, again, other = changed(word), changed(word), changed(word, seed=1)
    assert torch.equal(first.images, again.images) and torch.equal(first.targets, again.targets)
    assert not torch.equal(first.images, other.images)
    assert torch.equal(torch.get_rng_state(), global_state)


@each_word
def test_each_image_draws_for_itself(word: Augmentation) -> None:
    twins = photographs(1).expand(64, -1, -1, -1).clone()
    if word.word in ("mixup", "cutmix"):
        twins = twins * (torch.arange(64) % 2)[:, None, None, None]
    assert len(changed(word, batch(twins)).images.flatten(1).unique(dim=0)) >= 2


class Asked(Exception):
    """A value of the device was asked for."""


class NeverWaits(TorchDispatchMode):
    """Refuses what would make a GPU's host wait, on any device: reading a value, a size that depends on it, a copy."""

    WAITS = ("_local_scalar_dense", "nonzero", "masked_select", "unique", "is_nonzero", "equal", "lift_fresh")

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.__name__.partition(".")[0]
        masks = [each for each in (args[1] if name == "index" else ()) if each is not None and each.dtype == torch.bool]
        if name in self.WAITS or masks:
            raise Asked(name)
        return func(*args, **(kwargs or {}))


@each_word
def test_the_host_never_waits_for_the_device(word: Augmentation) -> None:
    given = batch()
    changed(word, given)  # constants are brought to the device once
    with NeverWaits():
        word.apply(given, seeded())
    with pytest.raises(Asked), NeverWaits():
        given.images[given.targets > 1]


@each_word
def test_one_image_and_one_channel_are_enough(word: Augmentation) -> None:
    result = changed(word, batch(photographs(1, channels=1)))
    assert result.images.shape == (1, 1, *SIZE) and result.images.isfinite().all()


@pytest.mark.parametrize("mode", ["zero", "reflect"])
def test_a_random_crop_is_a_window_of_the_padded_image(mode: str) -> None:
    given = batch(torch.rand((400, 2, 8, 10), generator=seeded()), size=(6, 8))
    result = changed(RandomCrop(padding=2, mode=mode), given).images
    padded = functional.pad(given.images, (2, 2, 2, 2), {"zero": "constant", "reflect": "reflect"}[mode])
    places: list[tuple[int, int]] = []
    for image, source in zip(result, padded, strict=True):
        found = [(y, x) for y in range(7) for x in range(7) if torch.equal(image, source[:, y : y + 6, x : x + 8])]
        assert len(found) == 1
        places += found
    assert set(places) == {(y, x) for y in range(7) for x in range(7)}


def test_a_window_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="16x16 does not fit into images of 14x14"):
        changed(RandomCrop(), batch(photographs(size=(14, 14))))


def test_a_resized_crop_is_a_window_resampled_as_pytorch_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from netdsl.recipes import draws

    given = batch(photographs(size=(40, 50)), size=(12, 20))
    seen = []

    def recorded(*args: Any) -> draws.Windows:
        seen.append(windows(*args))
        return seen[-1]

    windows = draws.windows
    monkeypatch.setattr(draws, "windows", recorded)
    result = changed(RandomResizedCrop(), given).images
    shares = []
    for image, source, top, left, height, width in zip(result, given.images, *seen[0], strict=True):
        assert min(top, left) >= 0 and top + height <= 40 and left + width <= 50
        window = source[None, :, top : top + height, left : left + width]
        expected = functional.interpolate(window, (12, 20), mode="bilinear", antialias=True)[0]
        assert torch.allclose(image, expected, atol=1e-5)
        assert 0.7 < width / height < 1.43
        shares.append(float(height * width / 2000))
    assert 0.06 < min(shares) < 0.2 and 0.8 < max(shares) <= 1


def test_a_resized_crop_takes_all_that_fits_where_no_form_does() -> None:
    given = batch(photographs(size=(8, 64)), size=(8, 8))
    result = changed(RandomResizedCrop(scale=(1.0, 1.0), ratio=(1.0, 1.0)), given).images
    assert torch.allclose(result, given.images[:, :, :, 28:36], atol=1e-6)


def test_half_of_the_images_are_mirrored() -> None:
    given = batch(photographs(1000))
    result = changed(Flip(p=0.3), given).images
    mirrored = (result == given.images.flip(3)).flatten(1).all(1)
    same = (result == given.images).flatten(1).all(1)
    assert (mirrored ^ same).all()
    assert mirrored.float().mean() == pytest.approx(0.3, abs=0.06)


def test_pca_jitter_adds_what_the_paper_says() -> None:
    images = torch.full((2, 3, 4, 4), 0.5)
    result = changed(PcaJitter(std=0.2), batch(images)).images
    multiples = torch.randn((2, 3), generator=seeded()) * 0.2
    for image, (a, b, c) in zip(result, multiples.tolist(), strict=True):
        red = 0.5 + -0.5675 * a * 0.2175 + 0.7192 * b * 0.0188 + 0.4009 * c * 0.0045
        green = 0.5 + -0.5808 * a * 0.2175 + -0.0045 * b * 0.0188 + -0.8140 * c * 0.0045
        blue = 0.5 + -0.5836 * a * 0.2175 + -0.6948 * b * 0.0188 + 0.4203 * c * 0.0045
        expected = torch.tensor([red, green, blue])[:, None, None].expand(3, 4, 4)
        assert torch.allclose(image, expected, atol=1e-6)


def test_a_hue_is_turned_and_nothing_else() -> None:
    given = batch(torch.rand((200, 3, 1, 1), generator=seeded(3)), size=(1, 1))
    turns = torch.rand((200, 1, 1, 1), generator=seeded()) * 0.6 - 0.3
    result = changed(ColorJitter(hue=0.3), given).images[:, :, 0, 0]
    for before, after, turn in zip(
        given.images[:, :, 0, 0].tolist(), result.tolist(), turns.flatten().tolist(), strict=True
    ):
        hue, saturation, value = colorsys.rgb_to_hsv(*before)
        assert after == pytest.approx(colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value), abs=1e-4)


@pytest.mark.parametrize(
    "word, enhance",
    [
        (ColorJitter(brightness=0.5), ImageEnhance.Brightness),
        (ColorJitter(contrast=0.5), ImageEnhance.Contrast),
        (ColorJitter(saturation=0.5), ImageEnhance.Color),
    ],
)
def test_color_jitter_is_pillows_enhancement(word: ColorJitter, enhance: Callable[[Image.Image], Any]) -> None:
    factors = torch.rand((64, 1, 1, 1), generator=seeded()).flatten() + 0.5
    given = batch()
    for image, before, factor in zip(changed(word, given).images, given.images, factors.tolist(), strict=True):
        assert steps(image, enhance(picture(before)).enhance(factor)) <= 1.6


def test_cutout_covers_one_square_that_the_border_may_cut() -> None:
    result = changed(Cutout(size=6, fill=(0.1, 0.2, 0.3)), batch(torch.ones(2000, 3, *SIZE))).images
    covered = result[:, 0] < 1
    assert torch.equal(result.amin((2, 3)), torch.tensor([0.1, 0.2, 0.3]).expand(2000, 3))
    heights, widths = covered.any(2).sum(1), covered.any(1).sum(1)
    assert torch.equal(covered.sum((1, 2)), heights * widths)
    assert set(heights.tolist()) == set(widths.tolist()) == {3, 4, 5, 6}
    assert covered.float().mean((0,)).min() > 0  # every pixel may be covered


def test_erase_fills_rectangles_of_the_asked_size_with_noise() -> None:
    given = batch(torch.zeros(1000, 3, *SIZE))
    result = changed(Erase(p=0.4, scale=(0.1, 0.3)), given).images
    erased = (result != 0).any(1)
    share = erased.float().mean((1, 2))
    assert (share > 0).float().mean() == pytest.approx(0.4, abs=0.06)
    assert share[share > 0].min() > 0.07 and share.max() < 0.34
    assert torch.equal(erased.sum((1, 2)), erased.any(2).sum(1) * erased.any(1).sum(1))
    assert result[result > 0].mean() == pytest.approx(0.5, abs=0.01)


def distinct(count: int = 32) -> Batch:
    """Images that are the number of their class everywhere, as many classes as images."""
    values = torch.arange(count) / count
    return Batch(values[:, None, None, None].expand(-1, 3, *SIZE).clone(), torch.arange(count), count, SIZE)


@pytest.mark.parametrize("word", [Mixup(alpha=1.0), Cutmix(), Mixup(alpha=0.2, p=0.5), Cutmix(p=0.5)])
def test_targets_are_what_is_seen(word: Augmentation) -> None:
    given = distinct()
    result = changed(word, given)
    assert result.targets.shape == (32, 32)
    assert torch.allclose(result.targets.sum(1), torch.ones(32))
    assert ((result.targets > 0).sum(1) <= 2).all()
    seen = (result.targets * given.images[:, 0, 0, 0]).sum(1)
    assert torch.allclose(result.images.mean((1, 2, 3)), seen, atol=1e-5)
    whole = (result.targets == 1).any(1).float().mean()
    assert whole > 0.25 if "p=0.5" in str(word) else whole < 0.3


def test_cutmix_shows_a_rectangle_of_the_partner() -> None:
    given = distinct()
    result = changed(Cutmix(), given)
    for number, (image, target) in enumerate(zip(result.images, result.targets, strict=True)):
        foreign = image[0] != number / 32
        assert foreign.float().mean() == pytest.approx(1 - float(target[number]), abs=1e-6)
        assert foreign.sum() == foreign.any(1).sum() * foreign.any(0).sum()


def test_mixed_images_can_be_mixed_again() -> None:
    given = distinct()
    result = changed(Cutmix(), changed(Mixup(alpha=1.0), given), seed=1)
    seen = (result.targets * given.images[:, 0, 0, 0]).sum(1)
    assert torch.allclose(result.images.mean((1, 2, 3)), seen, atol=1e-5)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_shares_of_mixup_have_the_variance_of_their_beta_distribution(alpha: float) -> None:
    given = Batch(torch.zeros(8000, 1, 1, 1), torch.arange(8000), 8000, (1, 1))
    own = changed(Mixup(alpha=alpha), given).targets.diagonal()
    assert own.mean() == pytest.approx(0.5, abs=0.02)
    assert own.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.06)


def picture(image: Tensor) -> Image.Image:
    return Image.fromarray((image * 255).round().byte().permute(1, 2, 0).numpy())


def steps(image: Tensor, other: Image.Image) -> float:
    """The largest difference of a pixel, in steps of 256."""
    return float(apart(image, other).max())


def apart(image: Tensor, other: Image.Image) -> Tensor:
    flat = torch.frombuffer(bytearray(other.tobytes()), dtype=torch.uint8)
    return (image * 255 - flat.view(other.height, other.width, 3).permute(2, 0, 1)).abs()


def affine(*matrix: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.transform(image.size, Image.Transform.AFFINE, matrix, fillcolor=(0, 0, 0))


def by_pillow(strength: float, sign: float) -> dict[str, Callable[[Image.Image], Image.Image]]:
    """The operations as AutoAugment's authors write them, for images of 32 by 24."""
    factor = 1 + sign * strength * 0.9
    return {
        "identity": lambda image: image,
        "autocontrast": ImageOps.autocontrast,
        "equalize": ImageOps.equalize,
        "solarize": lambda image: ImageOps.solarize(image, 255 * (1 - strength)),
        "posterize": lambda image: ImageOps.posterize(image, 8 - round(strength * 4)),
        "brightness": lambda image: ImageEnhance.Brightness(image).enhance(factor),
        "color": lambda image: ImageEnhance.Color(image).enhance(factor),
        "contrast": lambda image: ImageEnhance.Contrast(image).enhance(factor),
        "sharpness": lambda image: ImageEnhance.Sharpness(image).enhance(factor),
        "rotate": lambda image: image.rotate(sign * strength * 30),
        "shear_x": affine(1, sign * strength * 0.3, 0, 0, 1, 0),
        "shear_y": affine(1, 0, 0, sign * strength * 0.3, 1, 0),
        "translate_x": affine(1, 0, sign * strength * 150 / 331 * 32, 0, 1, 0),
        "translate_y": affine(1, 0, 0, 0, 1, sign * strength * 150 / 331 * 24),
    }


ENHANCEMENTS = ("autocontrast", "brightness", "color", "contrast", "sharpness")


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_pillows(name: str, strength: float, sign: float) -> None:
    images = photographs(16, (24, 32))
    images[0] = 0.2  # without any contrast
    images[1] = (images[1] * 70).round() / 255 + 0.2
    result = OPERATIONS[name](images, strength, torch.full((16, 1, 1, 1), sign), torch.zeros(1, 1, 1, 1))
    # Pillow rounds what it enhances, once or twice, and counts places in 65536ths of a pixel.
    rounding = 1.99 if name in ENHANCEMENTS else 0.01
    astray = 0.01 if name in ("rotate", "shear_x", "shear_y") else 0
    for image, before in zip(result, images, strict=True):
        difference = apart(image, by_pillow(strength, sign)[name](picture(before)))
        assert (difference > rounding).float().mean() <= astray


def test_rand_augment_leaves_images_in_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    from netdsl.recipes import operations

    monkeypatch.setattr(operations, "OPERATIONS", {str(number): operations.identity for number in range(14)})
    given = batch(photographs(33))
    assert torch.equal(changed(RandAugment(n=3), given).images, given.images)


def test_each_operation_is_dealt_equally_often_and_to_anyone(monkeypatch: pytest.MonkeyPatch) -> None:
    from netdsl.recipes import operations

    def marked(number: int) -> Any:
        return lambda images, strength, sign, fill: images + number

    marks = {str(number): marked(number) for number in range(14)}
    monkeypatch.setattr(operations, "OPERATIONS", marks)
    random = seeded()
    given = batch(torch.zeros(28, 1, 1, 1), (1, 1))
    drawn = torch.stack([RandAugment(n=1).apply(given, random).images.flatten() for _ in range(2000)])
    assert all(torch.equal(each.long().bincount(minlength=14), torch.full((14,), 2)) for each in drawn)
    per_image = torch.stack([(drawn == number).float().mean(0) for number in range(14)])
    assert (per_image - 1 / 14).abs().max() < 0.03
    uneven = batch(torch.zeros(20, 1, 1, 1), (1, 1))
    drawn = torch.stack([RandAugment(n=1).apply(uneven, random).images.flatten() for _ in range(2000)])
    per_image = torch.stack([(drawn == number).float().mean(0) for number in range(14)])
    assert (per_image - 1 / 14).abs().max() < 0.03


def test_the_centre_is_the_middle() -> None:
    images = photographs(4, (9, 12))
    assert torch.equal(centre(images, (5, 6)), images[:, :, 2:7, 3:9])
    enlarged = functional.interpolate(images, (18, 24), mode="bilinear")
    assert torch.equal(centre(images, (18, 18)), enlarged[:, :, :, 3:21])
    assert torch.equal(centre(images, (9, 12)), images)


def test_ten_crop_sees_four_corners_and_the_middle_and_their_mirror_images() -> None:
    images = photographs(3, (10, 12))
    views = ten_crop(images, (4, 6))
    assert views.shape == (10, 3, 3, 4, 6)
    windows = [(0, 0), (0, 6), (6, 0), (6, 6), (3, 3)]
    for number, (top, left) in enumerate(windows):
        window = images[:, :, top : top + 4, left : left + 6]
        assert torch.equal(views[number], window)
        assert torch.equal(views[number + 5], window.flip(3))


def test_a_mirrored_view_is_the_second() -> None:
    images = photographs(2)
    first, second = flipped(images)
    assert torch.equal(first, images) and torch.equal(second.flip(3), images)
