"""The canvas under the hand: wires that end nowhere, reloads at a bad moment, forms, room for a new card."""

import signal
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.e2e.test_window import STRAY
from tests.e2e.workbench import Point, Server, Windows, Workbench

CONNECTION = ".react-flow__connection"


def begin_wire(workbench: Workbench, id: str) -> Point:
    """Pulls a wire out of a node; it hangs on the pointer."""
    x, y = workbench.middle_of(workbench.port(id, "out", "source"))
    workbench.page.mouse.move(x, y)
    workbench.page.mouse.down()
    workbench.page.mouse.move(x + 60, y + 80, steps=5)
    expect(workbench.page.locator(CONNECTION)).to_be_attached()
    return x, y


def is_within(inner: Locator, outer: Locator) -> bool:
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a and b
    across = a["x"] >= b["x"] and a["x"] + a["width"] <= b["x"] + b["width"]
    return across and a["y"] >= b["y"] and a["y"] + a["height"] <= b["y"] + b["height"]


def test_a_wire_let_go_outside_the_canvas_is_gone_and_the_view_stands_still(workbench: Workbench) -> None:
    count = workbench.wires.count()
    begin_wire(workbench, "n3")
    side = workbench.middle_of(workbench.page.locator(".st-key-side"))
    workbench.page.mouse.move(*side, steps=8)
    workbench.page.mouse.up()
    expect(workbench.page.locator(CONNECTION)).to_have_count(0)
    viewport = workbench.viewport()
    workbench.page.mouse.move(700, 300, steps=8)
    workbench.page.wait_for_timeout(400)
    assert workbench.viewport() == viewport
    expect(workbench.page.locator(CONNECTION)).to_have_count(0)
    expect(workbench.wires).to_have_count(count)


def test_escape_gives_up_a_wire_and_nothing_else(workbench: Workbench) -> None:
    count = workbench.wires.count()
    workbench.select("n8")
    begin_wire(workbench, "n3")
    workbench.page.keyboard.press("Escape")
    expect(workbench.page.locator(CONNECTION)).to_have_count(0)
    workbench.page.mouse.move(*workbench.middle_of(workbench.node("n9")), steps=4)
    workbench.page.mouse.up()
    workbench.settled()
    expect(workbench.wires).to_have_count(count)
    expect(workbench.page.locator(".nn-pick")).to_have_count(0)
    expect(workbench.field("units")).to_have_value("84")


def test_a_reload_right_after_an_edit_loses_nothing_even_if_the_server_was_not_there_to_hear_it(
    windows: Windows, own_server: Server
) -> None:
    workbench = Workbench(windows, own_server.url).open()
    workbench.select("n9")
    own_server.signal(signal.SIGSTOP)
    workbench.page.keyboard.press("Delete")
    expect(workbench.nodes).to_have_count(9)
    workbench.page.evaluate("setTimeout(() => location.reload())")
    workbench.page.wait_for_timeout(500)
    own_server.signal(signal.SIGCONT)
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(9)
    workbench.step("Undo")
    expect(workbench.nodes).to_have_count(10)
    workbench.page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(10)  # what was answered is not said again
    workbench.close()


def test_enter_on_a_card_leads_to_its_form(workbench: Workbench) -> None:
    workbench.select("n9")
    workbench.page.keyboard.press("Enter")
    expect(workbench.field("label")).to_be_focused()
    expect(workbench.field("label")).to_have_value("scores")


def test_a_double_click_unfolds_the_form_and_leads_to_it(workbench: Workbench) -> None:
    workbench.page.get_by_role("button", name="Fold away").click()
    workbench.settled()
    workbench.node("n8").dblclick(position={"x": 60, "y": 14})
    expect(workbench.field("label")).to_be_focused()


def test_what_is_typed_right_after_enter_is_in_the_form_and_none_of_it_on_the_canvas(workbench: Workbench) -> None:
    viewport = workbench.viewport()
    workbench.node("n8").click(position={"x": 60, "y": 14})
    workbench.page.keyboard.press("Enter")
    workbench.page.keyboard.type(" of features", delay=20)
    expect(workbench.field("label")).to_have_value("f5 of features")
    workbench.select("n9")
    expect(workbench.node("n8")).to_contain_text("f5 of features")
    expect(workbench.nodes).to_have_count(10)
    assert workbench.viewport() == viewport


def test_a_card_dropped_on_a_wire_gets_room_and_one_undo_takes_both_back(workbench: Workbench) -> None:
    before = {id: workbench.place(id) for id in workbench.ids()}
    new = workbench.drop_on_wire("Dropout", 1)
    workbench.settled()
    boxes = [workbench.node(id).bounding_box() for id in workbench.ids()]
    for place, a in enumerate(boxes):
        for b in boxes[place + 1 :]:
            assert a and b
            apart = abs(a["x"] - b["x"]) >= a["width"] - 1 or abs(a["y"] - b["y"]) >= a["height"] - 1
            assert apart, "no card lies on another"
    assert not workbench.page.evaluate(STRAY), "all are seen, as before"
    assert {id: workbench.place(id) for id in before} != before
    workbench.step("Undo")
    expect(workbench.node(new)).to_have_count(0)
    expect(workbench.wires).to_have_count(9)
    assert {id: workbench.place(id) for id in workbench.ids()} == before


def test_an_operator_clicked_in_the_palette_goes_into_the_selected_nodes_wire(workbench: Workbench) -> None:
    workbench.select("n8")
    workbench.item("Dropout").click()
    workbench.settled()
    expect(workbench.nodes).to_have_count(11)
    expect(workbench.wires).to_have_count(10)
    expect(workbench.state).to_contain_text("No faults")


def test_the_search_finds_a_layer_by_another_name_and_escape_leads_back(workbench: Workbench) -> None:
    workbench.select("n8")
    page = workbench.page
    page.keyboard.press("/")
    page.keyboard.type("fully connected")
    expect(page.get_by_test_id("palette-item").first).to_have_attribute("data-kind", "Dense")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(workbench.node("n8")).to_be_focused()


def test_a_narrow_window_folds_the_operators_and_keeps_tools_and_faults_inside(
    visit: Callable[..., Workbench],
) -> None:
    workbench = visit(viewport={"width": 900, "height": 700}).open()
    expect(workbench.canvas.get_by_role("button", name="Show the operators")).to_be_visible()
    stage = workbench.page.locator(".nn-stage")
    assert is_within(workbench.page.locator(".nn-tools"), stage)
    workbench.node("n9").click()
    workbench.page.keyboard.press("Shift+Delete")  # 84 scores for 10 classes
    workbench.settled()
    expect(workbench.page.get_by_test_id("fault")).to_be_visible()
    assert is_within(workbench.page.get_by_test_id("fault"), stage)


def test_no_title_is_cut_off_however_far_away(workbench: Workbench) -> None:
    cut = """names => names
      .filter(name => name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + 3)
      .map(name => name.textContent)"""
    workbench.page.goto(workbench.url + "/projects")
    workbench.page.get_by_role("button", name="Residual network on digits").click()
    workbench.canvas.wait_for()
    workbench.settled()
    for name in ("Zoom in", "Zoom in", "Zoom out", "Zoom out", "Zoom out", "Zoom out"):
        assert workbench.page.locator("[data-testid=node] header b").evaluate_all(cut) == []
        workbench.canvas.get_by_role("button", name=name).click()
        workbench.page.wait_for_timeout(400)
