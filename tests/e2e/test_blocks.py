"""Blocks on the canvas, as a person makes, opens, edits, uses, trains and takes them away."""

import re

from playwright.sync_api import expect

from graphbuilder import editing, grouping
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.templates import template
from tests.e2e.test_training import Training
from tests.e2e.workbench import Workbench

BLOCK = ("n4", "n5", "n6", "n7", "n8", "n9", "n10")


def open_file(workbench: Workbench, document: Document) -> Workbench:
    file = {"name": "net.json", "mimeType": "application/json", "buffer": write_document(document).encode()}
    workbench.open_projects().page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for()
    return workbench.settled()


def choose(workbench: Workbench, first: str, *others: str) -> None:
    workbench.node(first).click(position={"x": 60, "y": 14})
    for id in others:
        workbench.node(id).click(position={"x": 60, "y": 14}, modifiers=["Control"])
    workbench.settled()


def at(workbench: Workbench, level: str) -> None:
    expect(workbench.canvas).to_have_attribute("data-level", level)
    workbench.settled()


def shape(workbench: Workbench, id: str) -> str:
    return workbench.node(id).locator(".nn-shape").inner_text()


def test_nodes_become_a_block_that_is_opened_edited_left_taken_back_and_dissolved(workbench: Workbench) -> None:
    page = open_file(workbench, template("residual_network")).page
    choose(workbench, *BLOCK)
    page.keyboard.press("Control+g")
    expect(workbench.nodes).to_have_count(15)
    (use,) = [id for id in workbench.ids() if workbench.node(id).get_attribute("data-kind") == "Block"]
    assert workbench.node(use).get_attribute("aria-pressed") == "true"
    workbench.enter("block name", "Residual block")
    expect(workbench.node(use)).to_contain_text("Residual block")
    outside = workbench.viewport()

    workbench.node(use).dblclick(position={"x": 60, "y": 14})
    at(workbench, use)
    expect(page.get_by_test_id("breadcrumb")).to_contain_text("Residual block")
    assert {*workbench.ids()} == {*BLOCK, "in", "out"}
    for id in ("in", "n4"):
        expect(workbench.node(id).locator(".nn-shape")).to_have_text("8 × 8 × 16")
    expect(workbench.item("Input")).to_have_count(0)
    choose(workbench, "n6")
    page.keyboard.press("Shift+Delete")
    expect(workbench.nodes).to_have_count(8)
    workbench.settled()
    inside = workbench.viewport()
    page.keyboard.press("Escape")  # what the focus went on to is selected
    page.keyboard.press("Escape")
    at(workbench, "")
    assert workbench.viewport() == outside
    expect(workbench.node(use)).to_contain_text("6 operators")

    page.keyboard.press("Control+z")
    at(workbench, use)
    expect(workbench.nodes).to_have_count(9)
    assert workbench.viewport() == inside
    page.get_by_test_id("breadcrumb").get_by_role("button", name="Network").click()
    at(workbench, "")
    page.keyboard.press("Control+Shift+g")
    expect(workbench.nodes).to_have_count(21)
    page.keyboard.press("Control+z")
    expect(workbench.nodes).to_have_count(15)
    workbench.settled()


def two_uses() -> Document:
    document = grouping.group(template("residual_network"), BLOCK, "b1", "u1", "Residual block")
    return editing.move(document, {"u1": (700, -200)})


def test_a_block_is_used_again_told_of_its_faults_outside_and_mended_within(workbench: Workbench) -> None:
    page = open_file(workbench, two_uses()).page
    item = page.locator("[data-testid=palette-item][data-kind='Block:b1']")
    choose(workbench, "n3")
    item.click()  # into the wire behind what is selected
    expect(workbench.nodes).to_have_count(16)
    workbench.settled()
    expect(item).to_contain_text("2 uses")
    (again,) = {id for id in workbench.ids() if workbench.node(id).get_attribute("data-kind") == "Block"} - {"u1"}
    workbench.node(again).dblclick(position={"x": 60, "y": 14})
    at(workbench, again)
    expect(page.get_by_test_id("uses")).to_have_text("Used 2 times: an edit here changes all of them.")
    choose(workbench, "n4")
    workbench.form(f"{again}/n4").wait_for()
    workbench.enter("filters", "0")
    expect(workbench.node("n4")).to_have_attribute("data-fault", "error")
    page.keyboard.press("Escape")
    page.get_by_test_id("breadcrumb").get_by_role("button", name="Network").click()
    at(workbench, "")
    for use in ("u1", again):
        expect(workbench.node(use)).to_have_attribute("data-fault", "error")
    choose(workbench, "u1")
    page.get_by_test_id("within").click()
    at(workbench, "u1")
    assert workbench.node("n4").get_attribute("aria-pressed") == "true"
    page.get_by_test_id("fault").get_by_test_id("repair").first.click()
    expect(workbench.node("n4")).not_to_have_attribute("data-fault", "error")
    workbench.settled()
    expect(workbench.step_button("Undo")).to_have_attribute("title", re.compile("at all 2 uses"))

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    at(workbench, "")
    workbench.node(again).click(button="right", position={"x": 60, "y": 14})
    page.get_by_test_id("menu").get_by_text("Give it a block of its own").click()
    expect(workbench.node(again)).to_contain_text("Residual block 2")
    workbench.settled()


def test_ctrl_f_finds_what_is_in_a_block_says_where_and_goes_there(workbench: Workbench) -> None:
    page = open_file(workbench, two_uses()).page
    found, where = page.get_by_test_id("found"), page.get_by_test_id("found-where")
    choose(workbench, "n3")
    page.keyboard.press("Control+f")
    page.keyboard.type("norm")
    expect(found).to_have_text("4 nodes")
    expect(where).to_have_text("2 in Residual block · 2 here")
    page.keyboard.press("Enter")  # of what is shown first
    expect(found).to_have_text("3 of 4")
    at(workbench, "")
    page.keyboard.press("Shift+Enter")
    at(workbench, "u1")
    expect(found).to_have_text("2 of 4")
    expect(where).to_have_text("in Residual block")
    expect(workbench.node("n8")).to_have_attribute("aria-pressed", "true")
    expect(workbench.node("n8")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("breadcrumb")).to_contain_text("Residual block")
    expect(page.get_by_label("Find nodes by name, operator, shape or fault")).to_be_focused()
    workbench.form("u1/n8").wait_for()
    expect(workbench.step_button("Undo")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(workbench.node("n8")).to_be_focused()


def hidden() -> Document:
    """Two Linear operators of 32 units as a block that is worked twice in a row."""
    document = template("multilayer_perceptron")
    for id in ("n3", "n5"):
        document = editing.set_parameter(document, id, "units", 32)
    document = editing.insert(
        document, "x", "Dense", (1300, 0), next(one for one in document.wires if one.source == "n5")
    )
    document = editing.set_parameter(document, "x", "units", 32)
    document = grouping.group(document, ["n5", "x"], "b1", "u1", "Hidden")
    return editing.set_training(editing.set_parameter(document, "u1", "repeat", 2), "epochs", 2)


def test_a_repeated_block_with_tied_and_frozen_nodes_is_trained_and_printed(workbench: Workbench) -> None:
    page = open_file(workbench, hidden()).page
    expect(workbench.node("u1")).to_contain_text("× 2")
    workbench.node("u1").dblclick(position={"x": 60, "y": 14})
    at(workbench, "u1")
    choose(workbench, "n5", "x")
    page.keyboard.press("t")
    expect(page.locator("[data-tie='n5 x']")).to_have_count(1)
    workbench.node("n5").click(button="right", position={"x": 60, "y": 14})
    page.get_by_test_id("menu").get_by_text("Freeze the weights").click()
    expect(workbench.node("n5").locator(".nn-snow")).to_be_visible()
    workbench.settled()
    Training(workbench).start().until_over()
    expect(workbench.node("n5").locator(".nn-mean")).to_have_count(1)
    page.get_by_test_id("breadcrumb").get_by_role("button", name="Network").click()
    at(workbench, "")
    expect(workbench.node("u1").locator(".nn-mean")).to_have_count(1)
    workbench.panel("Code")
    expect(page.locator(".st-key-code")).to_contain_text("def build_hidden(")
    expect(page.locator(".st-key-code")).to_contain_text("range(")
