"""Pages in a real browser: Chromium, driven without a window. Skipped where there is none."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import guidelang
from guidelang.source import Source
from guidelang.trace.pages import trace_page

from .test_pages import HOSTILE, hostile_result
from .test_text import GUIDELINE, PATIENT

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PHONE, DESKTOP = 360, 1100


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    service = pytest.importorskip("selenium.webdriver.chrome.service")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no Chromium with its chromedriver here (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    try:
        started = webdriver.Chrome(options=options, service=service.Service(driver))
    except Exception as error:  # noqa: BLE001  # whatever a browser lacks to start, it is not the page's fault
        pytest.skip(f"Chromium does not start here: {str(error).splitlines()[0]}")
    yield started
    started.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two patients on one page: one of hostile names, and one with conflicts, stacks and drawings."""
    loaded = guidelang.load(Source("<trial>", GUIDELINE))
    facts = [PATIENT, {**PATIENT, "patient": HOSTILE + "x" * 200}]
    traces = [loaded.evaluate(f, as_of="2024-06-01", engine="direct").trace() for f in facts]
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(trace_page([*traces, hostile_result().trace()]), encoding="utf-8")
    return path


def opened(browser: Chrome, page: Path, width: int, scheme: str = "light", media: str = "") -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    browser.get(page.as_uri())


def script(browser: Chrome, text: str, *arguments: object) -> Any:
    return browser.execute_script(text, *arguments)


def test_it_loads_without_a_word_and_asks_for_nothing(browser: Chrome, page: Path) -> None:
    browser.get_log("performance")
    opened(browser, page, DESKTOP)
    assert browser.get_log("browser") == []
    events = [json.loads(e["message"])["message"] for e in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert {url.partition("#")[0] for url in asked} <= {page.as_uri()}
    style = "return getComputedStyle(document.querySelector('.piece')).borderLeftWidth"
    assert script(browser, style) == "4px"  # the policy lets the page's own style in


def test_the_tree_folds_and_unfolds(browser: Chrome, page: Path) -> None:
    from selenium.webdriver.common.by import By

    opened(browser, page, DESKTOP)
    rule = browser.find_element(By.ID, "p1-rule-lower_phosphorus")
    tree = rule.find_element(By.CLASS_NAME, "tree")
    assert not tree.is_displayed()
    rule.find_element(By.TAG_NAME, "summary").click()
    assert tree.is_displayed()
    rule.find_element(By.TAG_NAME, "summary").click()
    assert not tree.is_displayed()


@pytest.mark.parametrize("open_", [False, True])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_hangs_over_the_side(browser: Chrome, page: Path, width: int, open_: bool) -> None:
    opened(browser, page, width)
    if open_:
        script(browser, "document.querySelectorAll('details').forEach(d => d.open = true)")
    assert script(browser, "return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_their_ground(browser: Chrome, page: Path, scheme: str) -> None:
    """The contrast of every visible text is at least 4.5 to 1, as WCAG 2 asks for at level AA."""
    opened(browser, page, DESKTOP, scheme)
    script(browser, "document.querySelectorAll('details').forEach(d => d.open = true)")
    measured = """
        const luminance = c => c.map(v => v / 255)
            .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const color = text => text.match(/[\\d.]+/g).map(Number);
        const ground = e => {
            for (; e; e = e.parentElement) {
                const c = color(getComputedStyle(e).backgroundColor);
                if (c.length < 4 || c[3] > 0) return c.slice(0, 3);
            }
            return [255, 255, 255];
        };
        const worst = {};
        for (const e of document.body.querySelectorAll('*')) {
            const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            if (!own) continue;
            const svg = e instanceof SVGElement, style = getComputedStyle(e);
            const [a, b] = [luminance(color(svg ? style.fill : style.color).slice(0, 3)), luminance(ground(e))];
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) worst[e.tagName + '.' + e.getAttribute('class')] = ratio;
        }
        return worst;
    """
    assert script(browser, measured) == {}


def test_the_two_schemes_differ(browser: Chrome, page: Path) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        opened(browser, page, PHONE, scheme)
        grounds.append(script(browser, "return getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


def test_it_prints_with_everything_unfolded(browser: Chrome, page: Path) -> None:
    opened(browser, page, DESKTOP, media="print")
    height = "return document.querySelector('#p1-rule-lower_phosphorus .tree').getBoundingClientRect().height"
    assert script(browser, height) > 20
    assert script(browser, "return document.querySelectorAll('details.rule[open]').length") == 0
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")


def test_a_link_leads_to_the_rule(browser: Chrome, page: Path) -> None:
    from selenium.webdriver.common.by import By

    opened(browser, page, DESKTOP)
    browser.find_element(By.CSS_SELECTOR, "nav a").click()
    assert script(browser, "return location.hash") == "#p1"
    browser.find_element(By.CSS_SELECTOR, ".piece a").click()
    assert script(browser, "return !!document.querySelector('details:target')")
