"""Projects: kept, copied, deleted and brought back, and nobody else's."""

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from graphbuilder.document_file import MAX_BYTES, read_document
from graphbuilder.templates import template
from tests.e2e.workbench import Server, Windows, Workbench
from tests.keras_files import dense_in_a_row, dense_of_3_to_2, input3, layer3


def test_a_template_is_a_new_project_and_overwrites_nothing(workbench: Workbench) -> None:
    first = workbench.page.url
    workbench.select("n8")
    workbench.enter("units", "33")
    workbench.open_projects()
    workbench.page.get_by_role("button", name="LeNet on digits").click()
    workbench.canvas.wait_for()
    workbench.settled()
    assert workbench.page.url != first
    expect(workbench.node("n8")).to_contain_text("84 units")
    workbench.page.goto(first)
    workbench.canvas.wait_for()
    expect(workbench.node("n8")).to_contain_text("33 units")


def test_every_template_opens_without_faults(workbench: Workbench) -> None:
    for name in ("Residual network on digits", "Two inputs, two losses on digits", "Spiral perceptron"):
        workbench.open_projects()
        workbench.page.get_by_role("button", name=name, exact=True).click()
        workbench.canvas.wait_for()
        workbench.settled()
        expect(workbench.state).to_contain_text("No faults")


def test_a_project_is_renamed_copied_and_deleted_which_undo_takes_back(workbench: Workbench) -> None:
    page = workbench.page
    page.get_by_role("button", name="LeNet on digits").click()
    workbench.enter("name", "My net")
    page.get_by_role("button", name="Duplicate").locator("visible=true").click()
    expect(page.get_by_role("button", name="My net (copy)")).to_be_visible()
    workbench.settled()
    page.get_by_role("button", name="My net (copy)").click()
    expect(workbench.field("name")).to_have_value("My net (copy)")
    page.locator(".st-key-delete button").locator("visible=true").click()
    expect(page.get_by_text("The project was deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="My net (copy)")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="My net (copy)")).to_be_visible()


def test_a_downloaded_file_is_the_document_and_opens_as_a_project(workbench: Workbench) -> None:
    page = workbench.page
    page.get_by_role("button", name="LeNet on digits").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").locator("visible=true").click()
    path = waiting.value.path()
    assert waiting.value.suggested_filename.startswith("lenet_on_digits_")
    assert read_document(path.read_bytes()) == template("lenet")
    workbench.open_projects()
    page.locator("input[type=file]").set_input_files({"name": "net.json", "mimeType": "", "buffer": path.read_bytes()})
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(10)


def test_a_file_that_is_no_document_is_refused_with_the_place_of_every_problem(visit: Callable[..., Workbench]) -> None:
    workbench = visit().open_projects()
    wrong = {"version": 1, "nodes": [{"id": "a", "kind": "Dense", "params": {"units": "many"}}], "extra": 1}
    file = {"name": "net.json", "mimeType": "application/json", "buffer": json.dumps(wrong).encode()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    expect(workbench.page.get_by_text("The file could not be opened; nothing was changed.")).to_be_visible()
    expect(workbench.page.get_by_text("/extra")).to_be_visible()


def test_a_file_of_another_program_is_told_what_it_is_and_a_large_one_too(visit: Callable[..., Workbench]) -> None:
    workbench = visit().open_projects()
    chosen = workbench.page.locator("input[type=file]")
    model = b"\x89HDF\r\n\x1a\n" + bytes(1000)
    chosen.set_input_files({"name": "vgg.h5", "mimeType": "", "buffer": model})
    expect(workbench.page.get_by_text("vgg.h5 is an HDF5 file that cannot be opened")).to_be_visible()
    workbench.page.reload()
    chosen.set_input_files({"name": "vgg.h5", "mimeType": "", "buffer": model + bytes(MAX_BYTES)})
    expect(workbench.page.get_by_test_id("stFileChip")).to_have_attribute("aria-invalid", "true")
    told = workbench.page.locator(".st-key-open_file [data-testid=stFileUploader]").evaluate(
        "box => getComputedStyle(box, '::after').content"
    )
    assert "drop it on the page" in told


def test_a_model_of_keras_is_opened_with_its_report_which_stays(visit: Callable[..., Workbench]) -> None:
    workbench = visit().open_projects()
    file = {"name": "mine.keras", "mimeType": "", "buffer": dense_of_3_to_2()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    told = workbench.page.get_by_text("The weights of the one layer that has any came along")
    expect(told).to_be_visible()
    expect(workbench.nodes).to_have_count(2)
    workbench.page.reload()
    workbench.page.get_by_text("Imported from mine.keras").click()
    expect(told).to_be_visible()


def test_what_an_import_tells_of_a_node_leads_to_it(visit: Callable[..., Workbench]) -> None:
    layers = [layer3("Lambda", "own", function="...")]
    for n in range(12):
        layers += [layer3("Dense", f"dense_{n}", units=8), layer3("ReLU", f"relu_{n}", max_value=None)]
    layers.append(layer3("Odd", "last", module="some.program"))
    raw = {"class_name": "Sequential", "config": {"name": "row", "layers": [input3("x", 8), *layers]}}
    workbench = visit().open_projects()
    file = {"name": "row.json", "mimeType": "", "buffer": json.dumps(raw).encode()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    page = workbench.page
    page.get_by_text("Imported from row.json").wait_for()
    workbench.settled()
    for name in ("last", "own"):
        page.locator(".gb-lines").get_by_role("button", name=re.compile(f"'{name}'")).first.click()
        expect(workbench.node(name)).to_have_attribute("aria-pressed", "true")
        expect(workbench.node(name)).to_be_in_viewport(ratio=0.99)
        workbench.settled()
        page.locator(".nn-stage").click(position={"x": 8, "y": 8})
        workbench.settled()


def test_a_file_is_compared_with_the_network_and_what_differs_is_seen(workbench: Workbench) -> None:
    workbench.panel("Compare")
    page = workbench.page
    page.get_by_role("button", name="A file").click()
    file = {"name": "mine.keras", "mimeType": "", "buffer": dense_of_3_to_2()}
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(file)
    lines = page.locator(".st-key-versus_lines .gb-lines")
    expect(lines).to_contain_text("is gone")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)  # it would cover the list
    workbench.settled()
    lines.get_by_role("button", name="is gone").first.click()
    expect(workbench.page.locator("[data-node-id][aria-pressed=true]")).to_have_count(1)
    page.get_by_role("button", name="A file").click()
    row = "Sequential([layers.Input((3,)), layers.Dense(2)])"
    two = f"from keras import Sequential, layers\none = {row}\nother = {row}\n"
    file = {"name": "two.py", "mimeType": "", "buffer": two.encode()}
    page.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(file)
    page.set_viewport_size({"width": 1280, "height": 720})
    opens = page.get_by_role("button", name="Open it")
    expect(opens).to_be_in_viewport(ratio=0.99)  # beneath the choice: the popover ended below the window
    opens.click()
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    expect(page.get_by_role("combobox", name="B")).to_have_value("project other")


DROP = """([on, name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(content)], name));
  const told = { bubbles: true, cancelable: true, composed: true, dataTransfer: data };
  const place = document.querySelector(on);
  for (const what of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(what, told));
}"""


def test_a_model_that_is_dropped_on_a_canvas_is_opened_as_another_project(workbench: Workbench) -> None:
    first = workbench.page.url
    place = workbench.page.locator(".st-key-canvas_component [data-testid=stBidiComponentIsolated]")
    place.evaluate("place => { place.dataset.kept = 'yes' }")
    workbench.page.locator(".st-key-drop_model .gd-drop").wait_for(state="attached")  # comes after the canvas
    workbench.page.evaluate(DROP, [".st-key-stage", "mine.keras", list(dense_of_3_to_2())])
    expect(workbench.page.get_by_text("Imported from mine.keras")).to_be_visible()
    expect(workbench.nodes).to_have_count(2)
    assert workbench.page.url != first
    expect(place).to_have_attribute("data-kept", "yes")  # nothing was white between the two networks


def test_a_model_that_is_dropped_on_the_start_page_is_opened(visit: Callable[..., Workbench]) -> None:
    workbench = visit().open_projects()
    workbench.page.get_by_role("button", name="Choose a large one").wait_for()
    workbench.page.evaluate(DROP, ["h1", "mine.keras", list(dense_of_3_to_2())])
    expect(workbench.page.get_by_text("Imported from mine.keras")).to_be_visible()


def test_what_is_said_and_asked_of_a_dropped_file_is_in_sight_however_far_down_the_start_page_is(
    visit: Callable[..., Workbench],
) -> None:
    workbench = visit().open_projects()
    page = workbench.page
    page.get_by_role("button", name="Choose a large one").wait_for()
    page.locator("[data-testid=stMain]").evaluate("page => page.scrollTo(0, page.scrollHeight)")
    page.evaluate(DROP, ["h1", "letter.docx", list(b"PK\x05\x06" + bytes(18))])
    expect(page.get_by_role("alert").filter(has_text="letter.docx")).to_be_in_viewport(ratio=0.99)
    page.get_by_role("button", name="Close").click()
    two = b"from keras import Sequential, layers\n" + b"".join(
        b"%s = Sequential([layers.Input((3,)), layers.Dense(2)])\n" % name for name in (b"one", b"other")
    )
    page.evaluate(DROP, ["h1", "two.py", list(two)])
    expect(page.get_by_role("button", name="Open it")).to_be_in_viewport(ratio=0.99)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_text("Imported from two.py")).to_be_visible()


def test_a_model_that_is_larger_than_a_page_may_be_sent_comes_with_its_weights(
    visit: Callable[..., Workbench], tmp_path: Path
) -> None:
    path = tmp_path / "large.keras"
    path.write_bytes(dense_in_a_row(2, 1700))
    assert path.stat().st_size > 1.1 * MAX_BYTES
    workbench = visit().open_projects()
    with workbench.page.expect_file_chooser() as chooser:
        workbench.page.get_by_role("button", name="Choose a large one").click()
    chooser.value.set_files(path)
    told = workbench.page.get_by_text("The weights of all 2 layers that have any came along")
    expect(told).to_be_visible()
    expect(workbench.nodes).to_have_count(5)


def test_S8_somebody_elses_address_says_not_yours(workbench: Workbench, visit: Callable[..., Workbench]) -> None:
    stranger = visit()
    stranger.page.goto(workbench.page.url)
    expect(stranger.page.get_by_text("This project is not yours")).to_be_visible()
    expect(stranger.nodes).to_have_count(0)


def test_S14_an_unknown_address_says_so_and_leads_on(visit: Callable[..., Workbench]) -> None:
    workbench = visit()
    workbench.page.goto(workbench.url + "/?project=0123456789abcdef0123456789abcdef")
    expect(workbench.page.get_by_text("There is no such project.")).to_be_visible()
    workbench.page.get_by_role("link", name="Go to your projects").click()
    expect(workbench.page.get_by_role("heading", name="Start from")).to_be_visible()


def test_S10_a_fault_of_ours_shows_a_number_and_no_traceback(windows: Windows, own_server: Server) -> None:
    workbench = Workbench(windows, own_server.url).open()
    with sqlite3.connect(own_server.home / "graphbuilder.sqlite") as db:
        db.execute("update revision set json = x'00'")
        db.execute("update document set changes = changes + 1")
    workbench.page.reload()
    card = workbench.page.get_by_text("This page could not be drawn (incident").first
    expect(card).to_be_visible()
    incident = card.inner_text().split("incident ")[1].split(")")[0]
    assert f"Incident {incident}" in own_server.log.read_text()
    expect(workbench.page.get_by_text("Traceback")).to_have_count(0)
    workbench.page.get_by_role("link", name="Go to your projects").click()
    expect(workbench.page.get_by_role("heading", name="Start from")).to_be_visible()
    workbench.close()
