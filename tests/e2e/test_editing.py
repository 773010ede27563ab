"""Drawing a network by hand: palette, wires, forms, faults, undo."""

import pytest
from playwright.sync_api import expect

from tests.e2e.workbench import Workbench


def test_a_convolution_dragged_into_a_wire_and_set_changes_every_shape_behind_it(workbench: Workbench) -> None:
    new = workbench.drop_on_wire("Conv2D", 1)
    workbench.settled()
    expect(workbench.nodes).to_have_count(11)
    workbench.select(new)
    workbench.enter("filters", "24")
    expect(workbench.node(new)).to_contain_text("6 × 6 × 24")
    expect(workbench.node("n4")).to_contain_text("3 × 3 × 16")
    expect(workbench.node("n6")).to_contain_text("1 × 1 × 32")
    expect(workbench.state).to_contain_text("11 nodes")


def test_a_dropped_operator_is_wired_by_hand_and_a_circle_is_refused_with_its_reason(workbench: Workbench) -> None:
    new = workbench.drop("Dropout", (700, 470))
    workbench.settled()
    expect(workbench.state).to_contain_text("Not finished yet")
    expect(workbench.page.get_by_test_id("fault")).to_have_count(0)
    workbench.wire("n9", new)
    workbench.settled()
    expect(workbench.node(new)).to_contain_text("10")

    def refused() -> None:
        expect(workbench.canvas.get_by_text("circle")).to_be_visible()

    count = workbench.wires.count()
    add = workbench.drop("Add", (820, 300))
    workbench.settled()
    workbench.wire(new, add)
    workbench.settled()
    expect(workbench.wires).to_have_count(count + 1)
    other = workbench.drop("Add", (700, 50))
    workbench.settled()
    workbench.wire(add, other)
    workbench.settled()
    workbench.wire(other, add, hold=refused)
    workbench.settled()
    expect(workbench.wires).to_have_count(count + 2)


def test_a_shape_fault_is_told_on_its_node_in_its_form_and_in_the_panel_that_jumps_to_it(workbench: Workbench) -> None:
    sentence = "Convolution 'c1' with a window of 12×3, padding valid, on 8×8 leaves 8 - 12 + 1 = -3 rows."
    workbench.select("n3")
    workbench.enter("kernel size", "12")
    workbench.choose("padding", "Valid: windows stay inside")
    expect(workbench.page.get_by_test_id("fault")).to_contain_text(sentence)
    expect(workbench.page.locator(".st-key-inspector_body")).to_contain_text(sentence)
    expect(workbench.state).to_contain_text("1 fault")
    workbench.panel("Data")
    workbench.state.get_by_role("button", name="1 fault").click()
    expect(workbench.panels).to_contain_text(sentence)
    workbench.select("n9")
    workbench.panels.get_by_role("button", name=sentence).click()
    workbench.settled()
    expect(workbench.field("kernel size")).to_have_value("12")
    workbench.enter("kernel size", "3")
    expect(workbench.state).to_contain_text("No faults")


def test_a_faults_sentence_keeps_its_size_where_one_zooms_in(workbench: Workbench) -> None:
    workbench.select("n3")
    workbench.choose("padding", "Valid: windows stay inside")
    workbench.enter("kernel size", "12")
    sentence = workbench.page.get_by_test_id("fault")
    before, (_, _, zoom) = sentence.bounding_box(), workbench.view()
    for _ in range(2):
        workbench.canvas.get_by_role("button", name="Zoom in").click()
        workbench.page.wait_for_timeout(400)
    now = sentence.bounding_box()
    assert workbench.view()[2] > max(1, zoom) * 1.05
    assert before and now and abs(now["width"] - before["width"]) < 2, "it does not grow with the cards"


def test_undo_and_redo_cover_form_and_canvas_and_the_form_follows(workbench: Workbench) -> None:
    workbench.select("n8")
    workbench.enter("units", "100")
    workbench.select("n8")
    workbench.page.keyboard.press("Delete")
    workbench.settled()
    expect(workbench.nodes).to_have_count(9)
    workbench.page.keyboard.press("Control+z")
    workbench.settled()
    expect(workbench.nodes).to_have_count(10)
    expect(workbench.node("n8")).to_contain_text("100 units")
    workbench.select("n8")
    expect(workbench.field("units")).to_have_value("100")
    workbench.step("Undo")
    workbench.settled()
    expect(workbench.field("units")).to_have_value("84")
    expect(workbench.node("n8")).to_contain_text("84 units")
    workbench.step("Redo")
    workbench.settled()
    expect(workbench.field("units")).to_have_value("100")


def test_a_field_keeps_the_focus_when_its_value_is_taken(workbench: Workbench) -> None:
    workbench.select("n8")
    workbench.enter("units", "90")
    expect(workbench.field("units")).to_be_focused()
    expect(workbench.node("n8")).to_contain_text("90 units")


def test_undo_from_a_field_takes_back_what_was_set_and_leaves_what_is_being_typed_to_the_field(
    workbench: Workbench,
) -> None:
    page = workbench.page
    workbench.select("n8")
    workbench.enter("units", "31")
    expect(workbench.node("n8")).to_contain_text("31 units")
    expect(workbench.field("units")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(workbench.node("n8")).to_contain_text("84 units")
    expect(workbench.field("units")).to_have_value("84")
    page.keyboard.press("Control+y")
    expect(workbench.node("n8")).to_contain_text("31 units")
    workbench.field("label").fill("half typ")
    page.keyboard.press("Control+z")
    workbench.settled()
    expect(workbench.node("n8")).to_contain_text("31 units")
    workbench.choose("activation", "Sigmoid")
    expect(workbench.node("n8")).to_contain_text("Sigmoid")
    page.keyboard.press("Control+z")
    expect(workbench.node("n8")).to_contain_text("ReLU")


def test_the_palette_is_searched_from_anywhere_on_the_page(workbench: Workbench) -> None:
    workbench.page.locator(".st-key-train button").focus()
    workbench.page.keyboard.press("/")
    expect(workbench.page.locator(".nn-palette input")).to_be_focused()


def test_a_network_is_built_by_keyboard_alone(workbench: Workbench) -> None:
    page = workbench.page
    workbench.canvas.focus()
    page.keyboard.press("Tab")
    workbench.select("n8")
    page.keyboard.press("/")
    page.keyboard.type("dropout")
    page.keyboard.press("Enter")
    workbench.settled()
    expect(workbench.nodes).to_have_count(11)
    page.keyboard.press("Control+z")
    workbench.settled()
    expect(workbench.nodes).to_have_count(10)


def test_code_and_summary_follow_every_edit(workbench: Workbench) -> None:
    workbench.panel("Code")
    expect(workbench.panels).to_contain_text("def build_model():")
    expect(workbench.panels).to_contain_text("units=84")
    workbench.select("n8")
    workbench.enter("units", "31")
    expect(workbench.panels).to_contain_text("units=31")
    workbench.panel("Summary")
    expect(workbench.panels.get_by_role("row", name="f5 Dense 31")).to_be_visible()
    expect(workbench.panels).to_contain_text("trained of")


def test_the_data_panel_shows_samples_and_what_does_not_fit_any_more(workbench: Workbench) -> None:
    workbench.panel("Data")
    expect(workbench.panels).to_contain_text("1,797 rows")
    expect(workbench.panels.locator("img")).to_be_visible()
    workbench.choose("data set", "Iris flowers")
    expect(workbench.panels.get_by_role("cell", name="setosa").first).to_be_visible()
    expect(workbench.state).to_contain_text("fault")
    workbench.choose("data set", "Moons")
    expect(workbench.panels.locator(".js-plotly-plot")).to_be_visible()
    workbench.panel("Faults")
    expect(workbench.panels).to_contain_text("reads the field 'image', which this data set lacks")


@pytest.mark.parametrize("pause", [0, 150, 700])
def test_deleting_with_the_gap_closed_and_undoing_it_says_nothing_and_leaves_the_network_as_it_was(
    pause: int, workbench: Workbench
) -> None:
    page = workbench.page
    for _ in range(2):
        workbench.select("n8")
        page.wait_for_timeout(pause)
        page.keyboard.press("Shift+Delete")
        expect(workbench.nodes).to_have_count(9)
        page.wait_for_timeout(pause)
        page.keyboard.press("Control+z")
        expect(workbench.nodes).to_have_count(10)
        for _ in range(10):  # whatever is on its way arrives
            expect(page.get_by_test_id("stToast")).to_have_count(0)
            page.wait_for_timeout(150)
    workbench.settled()
    expect(workbench.wires).to_have_count(9)
    expect(workbench.node("n8")).to_contain_text("84 units")
    expect(workbench.step_button("Undo")).to_be_disabled()
    expect(workbench.step_button("Redo")).to_be_enabled()
