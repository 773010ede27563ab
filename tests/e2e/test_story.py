"""The whole story as one person lives it: from an empty canvas to a file that runs without graphbuilder."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_training import Training
from tests.e2e.workbench import Point, Workbench

COLUMNS, ROWS = (130, 400, 670), (70, 215, 360, 505)
"""Where cards are dropped on the stage, in pixels from its corner."""

LENET = (
    "Input", "Rescaling", "Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense", "Dense", "Loss",
)  # fmt: skip


def place(number: int) -> Point:
    return COLUMNS[number % 3], ROWS[number // 3]


def build(workbench: Workbench) -> dict[str, str]:
    """LeNet by drag and wire; ids by what each node is."""
    workbench.size_panels("Fold the panels away")
    ids = [workbench.drop(kind, place(number)) for number, kind in enumerate(LENET)]
    workbench.settled()
    for source, target in pairwise(ids):
        workbench.wire(source, target)
        workbench.settled()
    expect(workbench.wires).to_have_count(9)
    names = ("image", "scale", "c1", "s2", "c3", "s4", "flatten", "f5", "scores", "loss")
    return dict(zip(names, ids, strict=True))


def set_parameters(workbench: Workbench, ids: dict[str, str]) -> None:
    workbench.select(ids["scale"])
    workbench.enter("scale", "0.0625")
    for name, filters in (("c1", "16"), ("c3", "32")):
        workbench.select(ids[name])
        workbench.enter("filters", filters)
    workbench.select(ids["c1"])
    workbench.choose("padding", "Same: over the edge")
    workbench.select(ids["f5"])
    workbench.enter("units", "84")
    workbench.select(ids["scores"])
    workbench.enter("units", "10")
    workbench.choose("activation", "Linear")


def download(page: Page, button: str, folder: Path) -> Path:
    pressed = page.get_by_role("button", name=button, exact=True).or_(page.get_by_role("link", name=button, exact=True))
    with page.expect_download() as coming:
        pressed.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def run(code: str, folder: Path) -> str:
    """What a fresh process prints that cannot import graphbuilder."""
    barred = f"import sys; sys.modules['graphbuilder'] = None; {code}"  # an import of it raises ImportError
    done = subprocess.run([sys.executable, "-I", "-c", barred], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def parts_of(model: bytes) -> dict[str, int]:
    """What a model's archive holds, by checksum; the archive itself tells when it was packed."""
    with zipfile.ZipFile(io.BytesIO(model)) as archive:
        return {one.filename: one.CRC for one in archive.infolist() if one.filename != "metadata.json"}


@pytest.mark.long
def test_from_an_empty_canvas_to_a_file_that_runs_by_itself(visit: Callable[..., Workbench], tmp_path: Path) -> None:
    workbench = visit(color_scheme="dark").open_projects()
    page = workbench.page
    page.get_by_role("button", name="An empty canvas").click()
    workbench.canvas.wait_for()
    workbench.settled()
    expect(page.get_by_text("Drag an operator from the left")).to_be_visible()

    # LeNet, with a fault: behind three windows that stay inside, 8 rows are used up
    ids = build(workbench)
    set_parameters(workbench, ids)
    workbench.select(ids["c3"])
    workbench.enter("kernel size", "5")
    expect(page.get_by_test_id("fault").first).to_contain_text("leaves 4 - 5 + 1 = 0 rows")
    expect(workbench.state).to_contain_text("fault")
    workbench.choose("padding", "Same: over the edge")
    expect(workbench.state).to_contain_text("No faults")
    expect(workbench.node(ids["c3"])).to_contain_text("4 × 4 × 32")
    workbench.enter("kernel size", "3")
    expect(workbench.state).to_contain_text("10 nodes · 16,486 parameters")

    # Train, to 0.97
    training = Training(workbench)
    workbench.panel("Training")
    workbench.enter("learning rate", "0.002")
    training.start().until_over()
    numbers = page.get_by_test_id("numbers").inner_text()
    accuracy = [float(share) for share in re.findall(r"([\d.]+) %", numbers)]
    assert accuracy[1] >= 97, numbers

    # A longer one, stopped, and both compared
    workbench.enter("epochs", "100000")
    training.start()
    expect(page.locator(".st-key-training_live")).to_contain_text("run 2")
    expect(page.get_by_test_id("numbers")).to_contain_text(re.compile("/ 100,?000"))
    training.until_steps(300)
    training.button("Stop").click()
    training.until_over("stopped")
    workbench.panel("Runs")
    page.get_by_label("compare run 1").locator("xpath=ancestor::label").click()
    workbench.settled()
    compared = page.locator(".st-key-compare_component").get_by_test_id("plot-loss")
    expect(compared).to_contain_text("15 epochs")  # what sets the two apart
    expect(compared).to_contain_text("100000 epochs")

    # Away with it
    page.locator(".st-key-export a").locator("visible=true").click()
    page.get_by_role("heading", name="Code").wait_for()
    page.get_by_role("combobox", name="version").click()
    page.get_by_role("option", name="run 1").click()
    expect(page.get_by_role("link", name="Model of run 1 (.keras)")).to_be_visible()
    expect(page.get_by_role("heading", name="Curves")).to_be_visible()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()  # what stands below is of run 1
    code = download(page, "Python file", tmp_path)
    model = download(page, "Model of run 1 (.keras)", tmp_path)
    whole = download(page, "Everything in one file", tmp_path)
    with zipfile.ZipFile(whole) as archive:
        assert parts_of(archive.read("model.keras")) == parts_of(model.read_bytes())
        assert archive.read("model.py") == code.read_bytes()
        assert {"model.ipynb", "network.json", "network.svg", "curves.png", "history.csv"} <= set(archive.namelist())
    trains = f"import runpy; runpy.run_path({code.name!r}, run_name='__main__')"
    counts = f"import keras; print(keras.models.load_model({model.name!r}).count_params())"
    told = run(f"{trains}; {counts}", folder=tmp_path)
    found = re.search(r"Test: \{'accuracy': ([\d.]+)", told)
    assert found and float(found[1]) >= 0.95, told[-500:]
    assert told.split()[-1] == "16486"

    # And all of it is still there
    page.get_by_role("link", name="Back to the network").click()
    workbench.settled()
    page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(10)
    expect(workbench.wires).to_have_count(9)
    expect(workbench.state).to_contain_text("16,486 parameters")
    workbench.panel("Runs")
    expect(workbench.panels).to_contain_text("stopped")
    expect(workbench.panels).to_contain_text("run 1")
