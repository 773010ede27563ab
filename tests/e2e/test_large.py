"""A network of hundreds of cards: most of it is painted, and all of it can be taken hold of."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from graphbuilder.carried import open_document
from graphbuilder.document import as_json
from tests.bench import deep_document
from tests.e2e.workbench import Workbench

SIZE, ROW = 150, 15
PORTS = """cards => cards.flatMap(card => {
  const own = card.getBoundingClientRect(), scale = 220 / own.width;
  return [...card.querySelectorAll('.nn-port')].map(port => {
    const box = port.getBoundingClientRect();
    return [box.left - own.left, box.top - own.top, box.width, box.height].map(length => Math.round(length * scale));
  });
})"""


def place(n: int) -> tuple[int, int]:
    return 260 * (n % ROW), 200 * (n // ROW)


@pytest.fixture
def large(visit: Callable[..., Workbench]) -> Workbench:
    raw = as_json(deep_document(SIZE))
    for n, node in enumerate(raw["nodes"]):
        node["position"] = list(place(n))
    workbench = visit().open_projects()
    file = {"name": "net.json", "mimeType": "application/json", "buffer": json.dumps(raw).encode()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for()
    return workbench.settled()


def middle_of(workbench: Workbench, n: int) -> tuple[float, float]:
    """Where the middle of a card is on the screen, whether it stands there or is painted."""
    x, y, zoom = workbench.view()
    box = workbench.page.locator(".nn-stage").bounding_box()
    assert box
    left, top = place(n)
    return box["x"] + x + (left + 110) * zoom, box["y"] + y + (top + 60) * zoom


def test_a_painted_card_stands_there_as_soon_as_the_pointer_comes_to_it(large: Workbench) -> None:
    assert large.view()[2] < 0.5
    assert large.nodes.count() < 20
    large.page.mouse.click(*middle_of(large, 70))
    expect(large.node("n70")).to_have_attribute("aria-pressed", "true")
    large.form("n70").wait_for()
    at = middle_of(large, 100)
    before = large.view()
    large.drag(at, (at[0] + 60, at[1] + 20))
    large.settled()
    assert large.view() == before, "the card was dragged and not the view"
    large.step("Undo")
    expect(large.step_button("Undo")).to_be_disabled()


def test_what_is_selected_far_away_is_deleted_and_moved_as_one(large: Workbench) -> None:
    page = large.page
    page.keyboard.down("Shift")
    start, end = middle_of(large, 20), middle_of(large, 53)
    large.drag((start[0] - 15, start[1] - 15), (end[0] + 15, end[1] + 15))
    page.keyboard.up("Shift")
    large.settled()
    at = middle_of(large, 36)
    large.drag(at, (at[0], at[1] + 40))
    large.settled()
    page.keyboard.press("Delete")
    large.settled()
    expect(large.page.get_by_text(f"{SIZE - 12} nodes")).to_be_visible()
    large.step("Undo")
    large.step("Undo")
    expect(large.step_button("Undo")).to_be_disabled()


def test_keys_lead_through_cards_that_were_not_there(large: Workbench) -> None:
    page = large.page
    page.mouse.click(*middle_of(large, 70))
    large.form("n70").wait_for()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(large.node("n73")).to_be_focused()
    page.keyboard.press("Control+ArrowDown")
    expect(large.node("n88")).to_be_focused()
    expect(page.get_by_test_id("outline").get_by_role("listitem")).to_have_count(SIZE)


def test_ports_are_where_wires_are_told_that_they_are(large: Workbench) -> None:
    large.page.mouse.move(*middle_of(large, 70))
    assert large.node("n70").evaluate_all(PORTS) == [[-6, 53, 14, 14], [212, 53, 14, 14]]  # ports.ts


def test_ctrl_f_finds_marks_and_counts_nodes_and_leads_from_one_to_the_next(large: Workbench) -> None:
    page, keys = large.page, large.page.keyboard
    keys.press("Control+f")  # nothing was pressed yet
    keys.type("global av")
    expect(page.get_by_test_id("found")).to_have_text("1 node")
    keys.press("Enter")
    expect(page.get_by_test_id("found")).to_have_text("1 of 1")
    expect(large.node(f"n{SIZE - 3}")).to_be_in_viewport(ratio=1)
    expect(large.node(f"n{SIZE - 3}")).to_have_class(re.compile("is-found"))
    keys.press("Control+a")
    keys.type("8x8x1")
    expect(page.get_by_test_id("found")).to_have_text("1 node")
    keys.press("Control+a")
    keys.type("warning")
    expect(page.get_by_test_id("found")).to_have_text("3 nodes")
    keys.press("Shift+Enter")
    expect(page.get_by_test_id("found")).to_have_text("3 of 3")
    keys.press("Enter")
    expect(page.get_by_test_id("found")).to_have_text("1 of 3")
    expect(large.node("n1")).to_be_in_viewport(ratio=1)
    keys.press("Escape")
    expect(large.node("n1")).to_be_focused()
    expect(page.locator(".is-found")).to_have_count(0)


def test_a_large_network_is_tidied_aside_of_the_page(large: Workbench) -> None:
    before = large.view()
    with large.page.expect_worker() as worker:
        large.canvas.get_by_role("button", name="Tidy from top to bottom").click()
    assert worker.value.url.startswith(large.url)
    expect(large.step_button("Undo")).to_be_enabled()
    large.settled()
    assert large.view() != before
    large.step("Undo")
    expect(large.step_button("Undo")).to_be_disabled()


def test_one_finds_ones_way_by_outline_lineage_and_wires_and_keeps_a_picture(large: Workbench) -> None:
    page, keys, tree = large.page, large.page.keyboard, large.page.get_by_test_id("tree")
    page.mouse.click(*middle_of(large, 70))
    large.form("n70").wait_for()
    keys.press("o")
    expect(tree.get_by_role("treeitem", selected=True)).to_have_id("nn-row-n70")
    expect(tree).to_contain_text(f"{SIZE} nodes")
    assert tree.get_by_role("treeitem").count() < 60, "only the rows that are seen stand there"
    keys.type("global av")
    keys.press("Enter")
    last = f"n{SIZE - 3}"
    expect(large.node(last)).to_be_in_viewport(ratio=1)
    expect(large.node(last)).to_have_attribute("aria-pressed", "true")
    large.node(last).click(position={"x": 60, "y": 14}, modifiers=["Shift"])
    expect(page.get_by_test_id("lit")).to_contain_text(re.compile(f"{SIZE - 3} nodes lead to .*; 2 depend on it"))
    keys.press("Escape")
    expect(page.get_by_test_id("lit")).to_have_count(0)
    x, y = middle_of(large, SIZE - 3)
    page.mouse.click(x + 130 * large.view()[2], y, button="right")
    rows = page.get_by_test_id("menu").get_by_role("menuitem")
    assert rows.evaluate_all("rows => rows.every(row => row.firstChild.offsetHeight < 30)"), "each in a line"
    page.get_by_role("menuitem", name=re.compile("where it ends")).click()
    expect(large.node(f"n{SIZE - 2}")).to_have_attribute("aria-pressed", "true")
    keys.press("Home")
    expect(large.node(last)).to_be_focused()
    large.canvas.get_by_role("button", name="Picture of what is seen").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Save what is seen as SVG").click()
    picture = download.value.path().read_text()
    assert picture.startswith("<svg") and "Global average pooling" in picture
    assert picture.count('class="port"') > 10
    assert "color-mix" not in picture and "var(" not in picture
    assert len(open_document(picture.encode()).nodes) == SIZE, "it carries the whole project, not what is seen of it"
    large.canvas.get_by_role("button", name="Picture of what is seen").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Save what is seen as PNG").click()
    assert len(open_document(download.value.path().read_bytes()).nodes) == SIZE
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.get_by_role("img", name="Overview")).to_be_visible()
