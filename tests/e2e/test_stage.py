"""The stage: whatever is opened, the network keeps its place, and nothing of a panel is cut or covered."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.state import PANELS
from tests.e2e.test_training import Training
from tests.e2e.test_window import STRAY
from tests.e2e.workbench import Server, Workbench

SIZES = {"small": (1280, 720), "usual": (1440, 900), "large": (1920, 1080), "projector": (1024, 768)}
SCROLL = [
    "st-key-summary", "st-key-faults", "st-key-training_form", "st-key-runs_list", "st-key-versus_list",
    "st-key-results_list", "st-key-results_scores",
    "st-key-results_numbers", "st-key-data_about", "st-key-data_choice", "stCode", "st-key-form_",
    "ty-root", "ty-input", "ty-answer", "ty-whatif",
]  # fmt: skip
"""What may be longer than its room, and scrolls by itself."""
WIDE = "The panels wide, the network small beside them"

CARDS = """() => {
  const canvas = document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot;
  const places = [...canvas.querySelectorAll('[data-node-id]')].map(card => {
    const { left, top, width } = card.getBoundingClientRect();
    return [card.dataset.nodeId, ...[left, top, width].map(Math.round)];
  });
  return JSON.stringify([canvas.querySelector('.react-flow__viewport').style.transform, places]);
}"""

# Walks over all that is seen of the panels, shadow trees too. What has text, can be pressed or is a picture has to lie
# within every box that clips it, unless that one is meant to scroll; and no two of them may lie over each other.
FLAWS = """scroll => {
  const within = (box, room) => box.left >= room.left - 2 && box.top >= room.top - 2
    && box.right <= room.right + 2 && box.bottom <= room.bottom + 2;
  const parent = one => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host ?? null;
  const name = one => (one.textContent || one.ariaLabel || one.className.baseVal || one.className || one.tagName)
    .toString().trim().slice(0, 40);
  const leaves = [];
  const walk = (one, clips, through = false) => {
    const style = getComputedStyle(one);
    if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return;
    const box = one.getBoundingClientRect();
    const unseen = box.width <= 1 || box.height <= 1;
    if (unseen && style.overflow !== 'visible') return;
    const text = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const solid = one.matches('input, button, canvas, img, .main-svg:first-of-type');
    const clamped = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none'
      || one.closest('.katex, .js-plotly-plot svg');
    if (!unseen && (text || solid)) leaves.push({ one, box, clips, text, clamped, through });
    const drawn = one.matches('.js-plotly-plot') && one.querySelector('.main-svg');
    if (drawn) return walk(drawn, clips, through);
    if (one.matches('svg')) return;
    const names = [...one.classList, one.dataset.testid ?? ''];
    const meant = scroll.some(key => names.some(name => name.startsWith(key)))
      || one.matches('.lv-area.scrolls, [data-testid=stCode] *');
    const next = meant ? [] : style.overflowX !== 'visible' || style.overflowY !== 'visible' ? [...clips, one] : clips;
    const seenThrough = meant ? { ...box.toJSON() } : null;
    for (const child of [...one.children, ...(one.shadowRoot?.children ?? [])]) {
      if (child.matches('style, script')) continue;
      if (seenThrough) {
        const { top, bottom } = child.getBoundingClientRect();
        if (bottom <= seenThrough.top || top >= seenThrough.bottom) continue;
      }
      walk(child, next, through || meant);
    }
  };
  const flaws = [];
  const rooms = ['.st-key-dock_body', '.st-key-side', '.st-key-header_line'].map(room => document.querySelector(room));
  for (const room of rooms) {
    leaves.length = 0;
    walk(room, []);
    const outer = room.getBoundingClientRect();
    for (const { one, box, clips, text, clamped, through } of leaves) {
      const cut = clips.find(clip => !within(box, clip.getBoundingClientRect()));
      if (cut && !clamped) flaws.push(`cut: ${name(one)} by ${cut.className}`);
      if (text && !clamped && one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== 'visible')
        flaws.push(`too narrow: ${name(one)}`);
      const beside = { left: box.left, right: box.right, top: outer.top, bottom: outer.bottom };
      if (!within(through ? beside : box, outer)) flaws.push(`outside: ${name(one)}`);
    }
    const shapes = 'input:not([type=range]), button, canvas, img, p, h3, td, th, .main-svg';
    const clear = 'rgba(0, 0, 0, 0)';  // what is not drawn covers nothing: a whole tile may be what is pressed
    const isDrawn = ({ color, backgroundColor }) => color !== clear || backgroundColor !== clear;
    const counts = one => one.matches(shapes) && (!one.matches('button') || isDrawn(getComputedStyle(one)));
    const solid = leaves.filter(({ one }) => counts(one));
    for (const [i, a] of solid.entries()) for (const b of solid.slice(i + 1)) {
      if (a.one.contains(b.one) || b.one.contains(a.one)) continue;
      const over = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const deep = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (over > 3 && deep > 3) flaws.push(`covered: ${name(a.one)} and ${name(b.one)}`);
    }
  }
  return [...new Set(flaws)];
}"""


@pytest.fixture(scope="module")
def trained(browser: Browser, server: Server) -> Iterator[Workbench]:
    """A page for all these tests, where LeNet was trained."""
    workbench = Workbench(browser, server.url).open()
    Training(workbench).start().until_over()
    workbench.panel("Data")
    expect(workbench.panels.locator("img")).to_be_visible()
    yield workbench
    workbench.close()
    assert (workbench.complaints, workbench.foreign) == ([], [])


def resize(workbench: Workbench, size: str) -> None:
    width, height = SIZES[size]
    workbench.page.set_viewport_size({"width": width, "height": height})
    workbench.page.wait_for_timeout(300)


def until_whole(workbench: Workbench) -> list[str]:
    """What is cut or covered, once nothing is on its way any more."""
    flaws: list[str] = []
    for _ in range(12):
        flaws = workbench.page.evaluate(FLAWS, SCROLL)
        if not flaws:
            return []
        workbench.page.wait_for_timeout(250)
    return flaws


@pytest.mark.parametrize("size", SIZES)
def test_every_panel_is_whole_and_the_network_stands_still(size: str, trained: Workbench) -> None:
    page, found = trained.page, dict[str, list[str]]()
    schemes = ["light", "dark"][:: -1 if size in ("usual", "projector") else 1]
    page.emulate_media(color_scheme=schemes[0])
    resize(trained, size)
    before = page.evaluate(CARDS)
    for room in ("low", "wide"):
        if room == "wide":
            page.emulate_media(color_scheme=schemes[1])
            trained.size_panels(WIDE)
        places = page.evaluate(CARDS)
        for panel in PANELS:
            trained.panel(panel)
            if flaws := until_whole(trained):
                found[f"{room} {panel}"] = flaws
            assert page.evaluate(CARDS) == places, f"{room} {panel}"
    for button in (WIDE, "Fold the panels away", "Show the panels"):
        trained.size_panels(button)
        assert page.evaluate(CARDS) == before, button
    assert found == {}, json.dumps(found, indent=1)


def test_the_form_opens_and_folds_beside_a_network_that_stands_still(trained: Workbench) -> None:
    before = trained.page.evaluate(CARDS)
    for name in ("Fold away", "Show parameters"):
        trained.page.locator(".st-key-fold").get_by_role("button").click()
        trained.page.locator(f".st-key-{'side_folded' if name == 'Fold away' else 'side_open'}").wait_for()
        trained.settled()
        assert trained.page.evaluate(CARDS) == before, name


def test_the_line_between_is_dragged_moved_by_keys_and_remembered(trained: Workbench) -> None:
    def height() -> int:
        box = trained.page.locator(".st-key-below").bounding_box()
        assert box
        return round(box["height"])

    usual, rem = height(), trained.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    x, y = trained.middle_of(trained.splitter)
    trained.drag((x, y), (x, y - 120))
    assert height() == pytest.approx(usual + 120, abs=2)
    trained.until(f"!({STRAY})().length")
    trained.splitter.press("ArrowDown")
    assert height() == pytest.approx(usual + 96, abs=2)
    trained.splitter.press("End")
    assert height() == (trained.page.viewport_size or {})["height"] - 13 * rem
    trained.splitter.press("Home")
    assert height() == 9 * rem
    trained.splitter.press("PageUp")
    trained.page.reload()
    trained.canvas.wait_for()
    trained.settled()
    assert height() == pytest.approx(9 * rem + 120, abs=2)
    trained.splitter.dblclick()
    assert height() == usual


def test_a_view_that_the_person_chose_is_as_it_was_after_all_that_was_opened(trained: Workbench) -> None:
    x, y = trained.middle_of(trained.node("n2"))
    trained.page.mouse.move(x, y)
    trained.page.mouse.wheel(0, -300)
    trained.page.wait_for_timeout(400)
    before = trained.page.evaluate(CARDS)
    for button in (WIDE, WIDE, "Fold the panels away", "Show the panels"):
        trained.size_panels(button)
    assert trained.page.evaluate(CARDS) == before
    trained.size_panels("Fold the panels away")
    trained.canvas.press("f")
    trained.size_panels("Show the panels")
    trained.until(f"!({STRAY})().length")
