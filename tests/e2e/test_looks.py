"""Light and dark, two sizes: nothing scrolls that should not, and what is meant to be read can be."""

from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path

import pytest
from playwright.sync_api import expect

from graphbuilder.store.access import OPERATOR
from graphbuilder.store.jobs import Jobs
from graphbuilder.store.limits import Limits
from graphbuilder.store.overview import overview
from tests.e2e.workbench import Server, Workbench

SIZES = [(1440, 900), (1280, 720)]
HALF = 720, 450
"""What a zoom of 200 % leaves of a window of 1440 by 900."""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_workbench_fits_the_window(theme: str, visit: Callable[..., Workbench]) -> None:
    workbench = visit(color_scheme=theme).open()
    workbench.select("n3")
    root = "document.scrollingElement"
    fits = f"{root}.scrollHeight <= innerHeight && {root}.scrollWidth <= innerWidth"
    for size, panel in product(SIZES, ("Faults", "Summary", "Data", "Code")):
        workbench.page.set_viewport_size({"width": size[0], "height": size[1]})
        workbench.panel(panel)
        workbench.until(fits)
        for region in (".st-key-header_line", ".st-key-stage", ".st-key-side", ".st-key-below"):
            box = workbench.page.locator(region).bounding_box()
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= size[1] + 1
    background = workbench.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (theme == "light")


@pytest.mark.parametrize(
    "path", ["/projects", "/data", "/export", "/help?topic=operator.BatchNormalization", "/", "/admin"]
)
def test_no_page_scrolls_sideways_at_any_size(path: str, visit: Callable[..., Workbench]) -> None:
    workbench = visit()
    if path == "/admin":
        workbench.open_admin()
    else:
        workbench.page.goto(workbench.url + path)
    for width, height in (*SIZES, HALF):
        workbench.page.set_viewport_size({"width": width, "height": height})
        workbench.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        workbench.page.wait_for_timeout(400)
        main = workbench.page.get_by_test_id("stMain")
        assert main.evaluate("main => [main.scrollWidth - main.clientWidth, innerWidth]") == [0, width]


def test_a_form_has_the_whole_height_beside_the_canvas(workbench: Workbench) -> None:
    workbench.select("n3")
    form, side = (workbench.page.locator(name).bounding_box() for name in (".st-key-form_n3", ".st-key-side"))
    assert form and side
    assert form["height"] > side["height"] - 50, "all but the line that says which node it is"


def test_the_theme_switches_while_the_page_is_open_and_nothing_moves(workbench: Workbench) -> None:
    viewport = workbench.viewport()
    workbench.page.get_by_role("button", name="Main menu").click()
    workbench.page.get_by_test_id("stMainMenuItem-theme-Dark").click()
    workbench.page.keyboard.press("Escape")
    expect(workbench.page.locator(".stApp")).to_have_css("background-color", "rgb(18, 22, 29)")
    workbench.settled()
    assert workbench.viewport() == viewport


def test_panels_fold_away_and_give_the_canvas_their_room(workbench: Workbench) -> None:
    def height() -> float:
        box = workbench.canvas.bounding_box()
        assert box
        return box["height"]

    before = height()
    workbench.size_panels("Fold the panels away")
    expect(workbench.panels).to_be_hidden()
    assert height() > before + 200


def test_the_server_loads_no_heavy_library(server: Server, workbench: Workbench) -> None:
    workbench.panel("Data")
    expect(workbench.panels.locator("img")).to_be_visible()
    mapped = Path(f"/proc/{server.pid}/maps").read_text()
    assert "streamlit" in mapped or "numpy" in mapped
    for library in ("tensorflow", "sklearn", "keras"):
        assert f"/{library}/" not in mapped


STANDS_OUT = """button => {
  const text = getComputedStyle(button.querySelector('p')).color, ground = getComputedStyle(button).backgroundColor;
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0.05);
  return Math.max(light(text), light(ground)) / Math.min(light(text), light(ground));
}"""
"""How much a button's words stand out from it."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_under_the_pointer_is_read_and_looks_as_pressed_as_it_is(
    scheme: str, visit: Callable[..., Workbench]
) -> None:
    workbench = visit(color_scheme=scheme).open()
    train = workbench.page.locator(".st-key-train button")
    train.hover()
    workbench.page.wait_for_timeout(400)
    assert train.evaluate(STANDS_OUT) >= 4.5
    forward = workbench.canvas.locator(".nn-ways button[aria-pressed=true]").first
    ground = "button => getComputedStyle(button).backgroundColor"
    before = forward.evaluate(ground)
    forward.hover()
    workbench.page.wait_for_timeout(400)
    assert forward.evaluate(ground) == before


def test_a_wires_heading_stands_where_a_nodes_does(workbench: Workbench) -> None:
    head = workbench.page.locator(".st-key-inspector_body strong").first

    def at() -> float:
        box = head.bounding_box()
        assert box
        return box["y"]

    workbench.select("n3")
    before = at()
    workbench.wires.nth(2).click(force=True)
    expect(head).to_have_text("Wire")
    workbench.settled()
    assert abs(at() - before) <= 1


def test_row_9_a_name_of_80_characters_breaks_no_line_and_no_list(
    visit: Callable[..., Workbench], server: Server
) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720}).open()
    jobs = Jobs(server.home)
    jobs.pause(OPERATOR, True)
    workbench.page.get_by_role("button", name="LeNet on digits").click()
    workbench.enter("name", "W" * 80)
    workbench.page.keyboard.press("Escape")
    workbench.page.get_by_role("button", name="Train", exact=True).click()
    expect(workbench.state).to_contain_text("Paused by whoever runs this server")
    workbench.settled()
    (job,) = (one for one in overview(jobs, Limits()).jobs if one.kind == "train")
    jobs.rename(OPERATOR, job.id, "W" * 80)
    workbench.panel("Runs")
    for line in (".st-key-header_line", ".st-key-header_state", ".st-key-dock_tabs", "[class*='st-key-run-']"):
        boxes = workbench.page.locator(f"{line} > *").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).filter(box => box.width)"
            ".map(box => [box.left, box.right])"
        )
        assert all(left[1] <= right[0] + 1 for left, right in pairwise(sorted(boxes))), line
        outer = workbench.page.locator(line).first.bounding_box()
        assert outer and boxes[-1][1] <= outer["x"] + outer["width"] + 1, line
    jobs.stop(OPERATOR, job.id)
    jobs.pause(OPERATOR, False)
    jobs.close()
