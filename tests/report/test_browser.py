"""The page in a real browser: nothing is fetched, nothing is wrong, everybody can read it."""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from support.evidence.living import living_documentation
from support.evidence.report import report_trouble, write_report
from tests.report.conftest import ROOT, FinishedRun
from tests.report.synthetic import SyntheticRun, feature_text

PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
WIDTHS = [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop")]
#: Where the pictures of a run of these tests are, for people to look at.
PICTURES = ROOT / "build" / "screenshots"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: `make browser`")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for root, and the page is ours
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(failed_run: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of page that there is."""
    folder = tmp_path_factory.mktemp("pages")
    journals = []
    for number, status in enumerate(("passed", "failed", "passed", "failed")):
        run = SyntheticRun()
        table = (("who", "holds"), ("Alice <b>", "70 coins"))
        text = feature_text("features/odd/one.feature", table=table, examples=2)
        run.write("feature selected", feature=text)
        for example in text["rules"][0]["examples"]:
            run.example(example, status=status)
        for line in run.lines:
            line["at"] = line["at"].replace("2026-11-25", f"2026-11-{10 + number}")
        run.write("run finished", interrupted=False)
        journals.append(run.save(folder / "runs" / str(number) / "journal.jsonl"))
        write_report(journals[-1:], folder / "trends")
    write_report(journals[:2], folder / "attempts")
    report_trouble("no Docker Engine answers", folder / "trouble", "environment")
    (folder / "living.html").write_text(living_documentation(ROOT / "features"))
    return {
        "failed": failed_run.report / "index.html",
        "trends": folder / "trends" / "index.html",
        "attempts": folder / "attempts" / "index.html",
        "trouble": folder / "trouble" / "index.html",
        "living": folder / "living.html",
    }


class Visit:
    """A page in the browser, and all that it said and asked for."""

    def __init__(self, page: Page, path: Path, anchor: str = "") -> None:
        self.page = page
        self.said: list[str] = []
        self.asked_for: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked_for.append(request.url))
        page.goto(path.as_uri() + anchor)

    def unfold(self) -> None:
        self.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("kind", ["failed", "trends", "attempts", "trouble", "living"])
def test_a_page_fits_says_nothing_and_asks_nobody(
    browser: Browser, pages: dict[str, Path], kind: str, size: ViewportSize
) -> None:
    page = browser.new_page(viewport=size)
    visit = Visit(page, pages[kind])
    visit.unfold()
    assert visit.said == []
    outside = [url for url in visit.asked_for if not url.startswith(("file:", "data:"))]
    assert outside == []
    assert len([url for url in visit.asked_for if url.startswith("file:")]) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.close()


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (DESKTOP, True)])
@pytest.mark.parametrize("kind", ["failed", "trends", "trouble", "living"])
def test_everybody_can_read_a_page(
    browser: Browser, pages: dict[str, Path], kind: str, size: ViewportSize, dark: bool
) -> None:
    page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light")
    visit = Visit(page, pages[kind])
    visit.unfold()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


#: No single run has payments of each outcome.
_WITH_EVERY_MARK = """
for (const kind of ["confirmed", "refused", "unknown"]) {
  const mark = document.querySelector(".p-sent").cloneNode();
  mark.setAttribute("class", `p-${kind}`);
  document.querySelector(".p-sent").after(mark);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_lines_stand_out_from_the_card(
    browser: Browser, pages: dict[str, Path], scheme: Literal["light", "dark"]
) -> None:
    """WCAG 2.2, 1.4.11: what has to be seen to understand a picture has a contrast of 3 to 1."""
    page = browser.new_page(viewport=DESKTOP, color_scheme=scheme)
    Visit(page, pages["failed"]).unfold()
    page.evaluate(_WITH_EVERY_MARK)
    card = _colour(page, ".failure", "background-color")
    seen = [
        (".p-sent", "stroke"),
        (".p-confirmed", "fill"),
        (".p-refused", "stroke"),
        (".p-unknown", "stroke"),
        (".failing", "stroke"),
        *((f".lines .n{node}", "stroke") for node in range(4)),
    ]
    faint = {what for what, how in seen if _contrast(_colour(page, what, how), card) < 3}
    assert not faint
    page.close()


@pytest.mark.parametrize("size", WIDTHS)
def test_the_first_screen_has_the_verdict_and_a_picture_of_it_is_taken(
    browser: Browser, pages: dict[str, Path], size: ViewportSize
) -> None:
    page = browser.new_page(viewport=size)
    Visit(page, pages["failed"])
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = PICTURES / f"failed-{size['width']}.png"
    page.screenshot(path=picture)
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (size["width"], size["height"])
    for words in ("A promise was broken in 3 of 7 examples.", "fake 1 on fake 1"):
        box = page.get_by_text(words, exact=True).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < size["height"]
    page.close()


def test_a_link_to_a_folded_example_unfolds_it(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport=PHONE)
    where = "example-resilience-partition-heal-28"
    Visit(page, pages["failed"], f"#{where}")
    assert page.locator(f"#{where}").get_attribute("open") is not None
    assert page.locator(f"#{where} .timeline").is_visible()
    page.close()


def test_the_command_is_copied_from_a_page_on_disk(
    browser: Browser, pages: dict[str, Path]
) -> None:
    context = browser.new_context(viewport=DESKTOP)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    Visit(page, pages["failed"])
    page.locator("button.copy").first.click()
    page.get_by_text("Copied").first.wait_for()
    pasted = str(page.evaluate("navigator.clipboard.readText()"))
    assert pasted.startswith("behave features/resilience/partition_heal.feature:24 -D ")
    context.close()


def test_a_keyboard_gets_to_the_content_first(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport=DESKTOP)
    Visit(page, pages["failed"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_the_line_of_the_minority_is_flat_under_the_cut(
    browser: Browser, pages: dict[str, Path]
) -> None:
    page = browser.new_page(viewport=DESKTOP)
    Visit(page, pages["failed"], "#example-resilience-partition-heal-28")
    drawn = page.locator("#example-resilience-partition-heal-28 .timeline")
    band = drawn.locator(".hatch").bounding_box()
    others = drawn.locator("path.n0").bounding_box()
    apart = drawn.locator("path.apart").get_attribute("d")
    assert band is not None
    assert others is not None
    assert apart is not None
    assert band["width"] > others["width"] / 2
    flat = max(_level(apart), default=0)
    assert flat > 500, "of 1000: the minority's line should lie still for most of the picture"
    page.close()


def _level(path: str) -> Iterator[float]:
    """How far a path goes sideways at one height, for each such stretch."""
    yield from map(float, re.findall(r"h(\d+)", path))


def test_it_prints(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport=DESKTOP)
    Visit(page, pages["failed"])
    page.emulate_media(media="print")
    assert page.locator("nav").is_visible() is False
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()


def _colour(page: Page, selector: str, what: str) -> tuple[int, int, int]:
    """Red, green and blue of the first such element, 0 to 255."""
    read = "(element, what) => getComputedStyle(element).getPropertyValue(what)"
    written = page.locator(selector).first.evaluate(read, what)
    red, green, blue = re.findall(r"\d+", written)[:3]
    return int(red), int(green), int(blue)


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """1 to 21, as WCAG 2.2 defines the contrast ratio."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
