"""The HTML page: small, harmless, and alive in a real browser."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import browsers
import pytest
from packed import packed_in

import netdsl
from netdsl import compiler
from netdsl.graph.cost import cost
from netdsl.targets.drawing.folding.stages import NoMainLine
from netdsl.targets.drawing.outline import Entry, outline
from netdsl.targets.drawing.render import render

if TYPE_CHECKING:
    from playwright.sync_api import Page


def page_of(name: str) -> str:
    return render([compiler.choose(compiler.find(name))]).files("html")[0].decode()


@pytest.mark.parametrize("view", ["stages", "layers"])
@pytest.mark.parametrize("name", list(compiler.library()))
def test_pages_are_small(name: str, view: str) -> None:
    for network in compiler.check(compiler.find(name)).networks:
        try:
            drawing = render([network], view)
        except NoMainLine:
            continue
        assert len(drawing.files("html")[0]) <= 150_000


def test_a_page_draws_what_the_picture_shows() -> None:
    drawing = render([compiler.choose(compiler.find("resnet152"))], "layers")
    data = packed_in(drawing.files("html")[0].decode())
    for page, drawn in enumerate(data["drawn"]):
        assert "\n".join(data["elements"][place] for place in drawn) in drawing.svg(page)
    assert len(data["drawn"]) == len(drawing.pages) > 1
    assert len(data["elements"]) == len(set(data["elements"]))


def test_a_page_allows_only_its_own_script_and_style() -> None:
    text = page_of("googlenet")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert len(inside) == 1
        assert f"'sha256-{b64encode(sha256(inside[0].encode()).digest()).decode()}'" in policy[1]
    assert "http" not in re.sub(r'http-equiv="', "", text)


def test_names_and_comments_are_only_text() -> None:
    source = """
    ## </title><script>alert(1)</script>, 2020.
    net evil {
      input 3x16x16
      "</script><img src=x onerror=alert(1)>": conv(8, 3x3)
      "<b>": { conv(8, 3x3); conv(8, 3x3) }
    }
    """
    text = netdsl.render(source).files("html")[0].decode()
    assert len(re.findall("<script", text)) == 2
    data = packed_in(text)
    for shown in (text, *data["elements"]):
        assert "<img" not in shown and "<b>" not in shown
    assert data["modules"][0][0] == "</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("name", ["resnet50", "googlenet", "densenet121"])
def test_the_outline_adds_up(name: str) -> None:
    network = compiler.choose(compiler.find(name))

    def leaves(entries: tuple[Entry, ...]) -> Iterator[Entry]:
        for entry in entries:
            yield from leaves(entry.parts) if entry.parts else (entry,)

    whole = outline(network)
    total = cost(network.root)
    assert sum(entry.cost.parameters for entry in leaves(whole)) == total.parameters
    assert sum(entry.cost.macs for entry in leaves(whole)) == total.macs


@pytest.fixture
def browser(tmp_path: Path) -> Iterator["Page"]:
    file = tmp_path / "page.html"
    file.write_text(page_of("googlenet"), encoding="utf-8")
    with browsers.opened(file) as page:
        yield page


@pytest.mark.slow
def test_the_page_lives(browser: "Page") -> None:
    module = browser.locator("details", has_text="inception3a").first
    assert not browser.get_by_text("branch1", exact=True).count()
    module.locator("summary").first.click()
    assert browser.get_by_text("branch1", exact=True).first.is_visible()
    module.locator("summary").first.click()
    assert not browser.get_by_text("branch1", exact=True).first.is_visible()

    browser.locator("summary", has_text="inception3a").first.hover()
    tip = browser.locator("#tip").inner_text()
    assert "gives 256×28×28" in tip and "155,872 parameters" in tip and "of the input" in tip
    assert re.search(r"googlenet\.net:\d+", tip)

    browser.fill("#search", "inception5b.branch4")
    assert browser.locator("#found").inner_text() == "6 modules"
    assert browser.locator(".hit").first.is_visible()
    assert browser.locator("g.marked").count() == 1

    page = browser.locator("svg.page")
    before = page.get_attribute("viewBox")
    browser.click("#in")
    assert page.get_attribute("viewBox") != before
    browser.click("#fit")
    assert page.get_attribute("viewBox") == before
    box = page.bounding_box()
    assert box
    browser.mouse.move(box["x"] + 400, box["y"] + 400)
    browser.mouse.wheel(0, -300)
    browser.mouse.down()
    browser.mouse.move(box["x"] + 300, box["y"] + 300)
    browser.mouse.up()
    assert page.get_attribute("viewBox") != before


@pytest.mark.slow
def test_a_card_unfolds_its_modules(browser: "Page") -> None:
    browser.locator("g[id='stage 5']").click()
    assert browser.locator(".hit .name").all_inner_texts() == ["inception4a"]


@pytest.mark.slow
def test_a_phone_needs_no_sideways_scrolling(browser: "Page") -> None:
    browser.set_viewport_size({"width": 390, "height": 844})
    assert browser.evaluate("document.documentElement.scrollWidth") <= 390
    assert browser.locator("svg.page").is_visible() and browser.locator("#outline").is_visible()
