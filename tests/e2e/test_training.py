"""Training as a person sees it: press Train, watch, edit meanwhile, stop, reload, compare, look at the answers."""

import json
import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.jobs import Jobs
from graphbuilder.templates import template
from tests.e2e.workbench import Server, Windows, Workbench
from tests.e2e.workbench import until as wait_until
from tests.patience import PATIENCE


class Training:
    """The training's part of a page."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench, self.page = workbench, workbench.page

    @property
    def state(self) -> Locator:
        return self.page.get_by_test_id("state")

    @property
    def step(self) -> int:
        text = self.page.get_by_test_id("numbers").inner_text()
        found = re.search(r"Step\s+([\d,]+)", text)
        return int(found[1].replace(",", "")) if found else 0

    def start(self) -> "Training":
        self.button("Train").click()
        return self

    def button(self, name: str) -> Locator:
        return self.page.locator(".st-key-header_state").get_by_role("button", name=name)

    def until_steps(self, count: int = 1) -> "Training":
        self.workbench.until(STEPS_SHOWN, count)
        return self

    def until_over(self, word: str = "finished") -> "Training":
        expect(self.state).to_contain_text(word)
        expect(self.button("Train")).to_be_visible()
        return self

    def epochs(self, count: int) -> "Training":
        self.workbench.panel("Training")
        self.workbench.enter("epochs", str(count))
        return self


STEPS_SHOWN = """least => {
  const host = document.querySelector('.st-key-live_component [data-testid=stBidiComponentIsolated]');
  const numbers = host?.shadowRoot?.querySelector('[data-testid=numbers]');
  const found = numbers && /Step\\s+([\\d,]+)/.exec(numbers.innerText);
  return found && Number(found[1].replaceAll(',', '')) >= least;
}"""


@pytest.fixture
def training(workbench: Workbench) -> Training:
    return Training(workbench)


def a_long_one(visit: Callable[..., Workbench], **context: Any) -> Training:
    """The spiral perceptron, with more epochs than a test lasts."""
    workbench = visit(**context).open_projects()
    workbench.page.locator(".st-key-projects_page").locator("button", has_text="Spiral perceptron").first.click()
    workbench.canvas.wait_for()
    workbench.settled()
    return Training(workbench).epochs(100_000)


def drawn(page: Page) -> list[Any]:
    """What the loss plot has: of every line how many points."""
    return page.get_by_test_id("plot-loss").evaluate(  # type: ignore[no-any-return]
        "plot => plot.querySelector('.js-plotly-plot').data.map(line => line.x.length)"
    )


def test_one_press_is_one_training_on_a_busy_page_and_where_it_is_a_double_press(
    visit: Callable[..., Workbench], server: Server
) -> None:
    training = a_long_one(visit)
    page, train = training.page, training.button("Train")
    project = re.findall(r"project=(\w+)", page.url)[0]

    def asked() -> int:
        with sqlite3.connect(server.home / "graphbuilder.sqlite") as db:
            return int(db.execute("select count(*) from job where project = ?", [project]).fetchone()[0])

    train.hover()
    page.mouse.down()
    page.evaluate("setTimeout(() => { for (const end = Date.now() + 1200; Date.now() < end;); }, 50)")
    time.sleep(0.3)
    page.mouse.up()  # the page is busy, and when it is not any more, the beat of its fragment is due as well
    training.button("Stop").wait_for()
    page.wait_for_timeout(1000)  # a press on Stop sooner is taken for the second half of a double press
    assert asked() == 1
    training.button("Stop").click()
    train.dblclick(delay=20)
    training.button("Stop").wait_for()
    page.wait_for_timeout(300)
    assert asked() == 2
    training.until_steps(1)
    training.button("Stop").click()
    training.until_over("stopped")


def test_points_arrive_before_the_end_and_lenet_learns_the_digits(workbench: Workbench) -> None:
    training = Training(workbench).start().until_steps()
    assert training.step < 15 * 34
    until(training.page.get_by_test_id("plot-loss"), "plot => plot.data.some(line => line.x.length > 0)")
    training.until_over()
    numbers = training.page.get_by_test_id("numbers")
    expect(numbers).to_contain_text("Epoch 15 / 15")
    accuracy = re.findall(r"([\d.]+) %", numbers.inner_text())
    assert float(accuracy[1]) >= 95
    assert max(drawn(training.page)) == 510
    assert training.page.get_by_test_id("plot-loss").locator(".main-svg").first.bounding_box()
    cells = training.page.get_by_test_id("cell")
    expect(cells).to_have_count(9)
    assert "mean" in (cells.nth(2).get_attribute("title") or "")


def test_the_cards_carry_their_histograms(workbench: Workbench) -> None:
    expect(workbench.node("n3")).not_to_contain_text("mean")
    Training(workbench).start().until_over()
    for id in workbench.ids()[:-1]:
        expect(workbench.node(id)).to_contain_text("mean")
    workbench.page.reload()
    expect(workbench.node("n3")).to_contain_text("mean")
    workbench.select("n3")
    workbench.page.get_by_text("Inside this node").click()
    inside = workbench.page.get_by_test_id("inside")
    expect(inside.locator(".in-grid button")).to_have_count(16)
    expect(workbench.node("n3").get_by_test_id("tiles")).to_have_attribute("aria-label", re.compile("8 of 16 channels"))
    inside.locator(".pic[tabindex]").hover()
    expect(inside.get_by_test_id("sum")).to_contain_text("(bias)")


def test_a_digit_that_is_drawn_is_answered_and_seen_on_every_card(training: Training) -> None:
    workbench, page = training.epochs(3).start().until_over().workbench, training.page
    workbench.panel("Results")
    page.get_by_role("button", name=re.compile("^Try row")).first.click()
    shown = page.get_by_test_id("try")
    expect(shown.locator(".ty-headline")).to_contain_text("wrong: it is")
    pad = page.get_by_test_id("pad")
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 75, box["y"] + 20)
    page.mouse.down()
    for at in range(20, 130, 10):
        page.mouse.move(box["x"] + 75, box["y"] + at)
    page.mouse.up()
    expect(shown.locator(".ty-headline b")).to_have_text("1")
    for id in workbench.ids()[:-1]:
        expect(workbench.node(id).get_by_test_id("tried")).to_be_visible()
    expect(workbench.node("n3").get_by_test_id("tried").locator("canvas")).to_have_count(5)
    page.get_by_role("button", name="Sample after").click()
    expect(shown.locator(".ty-headline")).to_contain_text(re.compile("right|wrong"))
    workbench.until("location.search.includes('sample=validation')")
    workbench.panel("Training")
    expect(workbench.node("n3")).to_contain_text("mean")


def test_a_person_edits_while_it_trains_stops_it_and_finds_it_again(visit: Callable[..., Workbench]) -> None:
    training = a_long_one(visit).start().until_steps(500)
    workbench = training.workbench
    before = training.step
    workbench.select(workbench.ids()[1])
    workbench.enter("units", "24")
    expect(workbench.node(workbench.ids()[1])).to_contain_text("24 units")
    training.until_steps(before + 500)
    expect(training.page.locator(".st-key-training_live")).to_contain_text(
        "the network, its data or settings have changed since"
    )
    training.button("Stop").click()
    training.until_over("stopped")
    reached = training.step
    training.page.reload()
    training.until_over("stopped")
    assert training.step == reached
    expect(workbench.node(workbench.ids()[1])).to_contain_text("24 units")
    workbench.panel("Results")
    expect(workbench.panels).to_contain_text("accuracy")


def test_a_reload_while_it_trains_goes_on_with_it(visit: Callable[..., Workbench]) -> None:
    training = a_long_one(visit).start().until_steps(500)
    reached = training.step
    training.page.reload()
    training.until_steps(reached + 1)
    training.button("Stop").click()
    training.until_over("stopped")


def test_the_boundary_moves_behind_its_points(visit: Callable[..., Workbench]) -> None:
    training = a_long_one(visit).start().until_steps(500)
    plane = training.page.get_by_test_id("plane")
    seen = int(plane.get_attribute("data-step") or -1)
    training.workbench.until(
        """seen => [...document.querySelectorAll('.st-key-live_component [data-testid=stBidiComponentIsolated]')]
             .some(host => Number(host.shadowRoot.querySelector('[data-testid=plane]')?.dataset.step) > seen)""",
        seen,
    )
    colours = plane.locator("canvas").evaluate(
        """canvas => new Set([...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]
             .filter((_, i) => i % 4 === 0)).size"""
    )
    assert colours > 10
    training.button("Stop").click()
    training.until_over("stopped")


def test_a_training_waits_goes_step_by_step_takes_another_rate_and_is_walked_back(
    visit: Callable[..., Workbench],
) -> None:
    training = a_long_one(visit).start().until_steps(500)
    workbench, page = training.workbench, training.page
    bar = page.get_by_test_id("commands")
    bar.get_by_role("button", name="Pause").click()
    expect(training.state).to_contain_text("paused at step")
    held = training.step
    for step in (1, 2):
        bar.get_by_role("button", name="One step").press("Enter")
        expect(training.state).to_have_text(f"paused at step {held + step:,}")
    workbench.enter("learning rate", "0.03")
    expect(page.locator(".st-key-run_line")).to_contain_text("learning rate 0.01 to 0.03 acts on the running training")
    marks = page.get_by_test_id("plot-loss").get_by_test_id("mark")
    expect(marks.filter(has_text="learning rate 0.01 to 0.03")).to_have_count(1)
    bar.get_by_role("button", name="Go on").click()
    training.until_steps(held + 500)

    card, slider = workbench.node(workbench.ids()[1]), page.get_by_label("Step that is looked at")

    def until_strip(holds: Callable[[str], bool]) -> str:
        """What the card shows of its layer, once that is so."""
        for _ in range(100):
            strip: str = card.locator(".nn-strip").evaluate(
                "strip => strip.innerHTML + [...strip.querySelectorAll('canvas')].map(one => one.toDataURL())"
            )
            if strip and holds(strip):
                return strip
            page.wait_for_timeout(100)
        raise AssertionError("the card does not show it")

    before = until_strip(bool)
    slider.press("Home")
    expect(page.get_by_test_id("at")).to_contain_text("step 0 of")
    expect(page.get_by_test_id("plane")).to_have_attribute("data-step", "0")
    expect(page.get_by_test_id("plot-loss").get_by_test_id("cursor")).to_be_visible()
    seen: list[str] = []

    def rests(strip: str) -> bool:
        """For a second: what came of the training just before may be drawn still, twice a second."""
        seen.append(strip)
        return seen[-10:] == [strip] * 10

    slider.press("ArrowRight")
    expect(page.get_by_test_id("at")).not_to_contain_text("step 0 of")
    slider.press("ArrowLeft")
    wait_until(page, "() => location.search.includes('step=0')")
    workbench.panel("Results")
    expect(workbench.panels).to_contain_text("Answers at step 0, while the training goes on.")
    workbench.panel("Training")
    wait_until(page, "() => location.search.includes('step=0')")
    assert until_strip(rests) != before
    training.button("Stop").click()
    training.until_over("stopped")
    seen.clear()
    first = until_strip(rests)  # with all that the training told at its end
    assert first != before
    page.reload()
    expect(page.get_by_test_id("at")).to_contain_text("step 0 of")
    until_strip(lambda strip: strip == first)
    page.get_by_role("button", name="end", exact=True).click()
    until_strip(lambda strip: strip != first)
    wait_until(page, "() => !location.search.includes('step=')")


@pytest.mark.long
def test_zoom_and_axis_outlive_what_comes_in(visit: Callable[..., Workbench]) -> None:
    training = a_long_one(visit).start().until_steps()
    page = training.page
    plot = page.get_by_test_id("plot-loss")
    until(plot, "plot => Math.max(...plot.data.map(line => line.x.length)) >= 20")
    page.get_by_role("button", name="log", exact=True).first.click()
    until(plot, "plot => plot.layout.yaxis.type === 'log'")
    before = plot.evaluate(RANGE)
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box
    middle = (box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.3)
    training.workbench.drag(middle, (box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7))
    until(plot, "plot => plot.layout.xaxis.autorange === false")
    zoomed = plot.evaluate(RANGE)
    assert zoomed != before
    shown = plot.evaluate(f"plot => ({LAST_STEP})(plot.querySelector('.js-plotly-plot'))")
    until(plot, f"plot => ({LAST_STEP})(plot) > {shown}")  # however slow the machine: something came in and was drawn
    assert plot.evaluate(RANGE) == zoomed
    training.button("Stop").click()
    training.until_over("stopped")
    assert plot.evaluate(RANGE) == zoomed


RANGE = """plot => { const { xaxis, yaxis } = plot.querySelector('.js-plotly-plot').layout;
                     return [xaxis.range, yaxis.type] }"""
LAST_STEP = "plot => Math.max(...plot.data.flatMap(line => Array.from(line.x)))"


def until(plot: Locator, holds: str) -> None:
    """Waits until something holds of what Plotly has."""
    plot.locator(".js-plotly-plot").wait_for()
    handle = plot.locator(".js-plotly-plot").element_handle()
    wait_until(plot.page, holds, handle)


def test_runs_are_listed_named_compared_and_brought_back(training: Training) -> None:
    workbench, page = training.workbench, training.page
    training.epochs(2).start().until_over()
    workbench.panel("Training")
    workbench.enter("learning rate", "0.01")
    training.start()
    expect(page.locator(".st-key-training_live")).to_contain_text("run 2")
    training.until_over()
    workbench.panel("Runs")
    page.get_by_label("compare run 1").locator("xpath=ancestor::label").click()
    workbench.settled()
    compared = page.locator(".st-key-compare_component").get_by_test_id("plot-loss")
    workbench.until(
        """() => [...document.querySelectorAll('.st-key-compare_component [data-testid=stBidiComponentIsolated]')]
             .flatMap(host => host.shadowRoot.querySelector('.js-plotly-plot')?.data ?? [])
             .filter(line => line.x.length === 2).length >= 4""",
    )
    expect(compared.get_by_test_id("end").filter(has_text="rate 0.01")).to_be_visible()
    page.get_by_role("radio", name="Side by side").or_(page.get_by_role("button", name="Side by side")).first.click()
    beside = page.locator(".st-key-beside_component").get_by_test_id("beside")
    expect(beside).to_have_count(2)
    page.get_by_label("Step that is looked at").press("Home")
    for one in beside.all():
        expect(one).to_have_attribute("data-step", "0")
        expect(one.get_by_test_id("activations")).to_have_attribute("data-at", "0")
    workbench.select("n3")
    workbench.enter("filters", "32")
    workbench.panel("Compare")
    expect(page.locator(".st-key-versus_list")).to_contain_text("Convolution 'c1': filters 16 → 32")
    expect(page.locator(".st-key-versus_component").get_by_test_id("end")).to_have_text("A: run 2")
    expect(page.get_by_test_id("differences").locator("[data-difference='changed n3']")).to_contain_text(
        "filters 16 → 32"
    )
    workbench.step("Undo")
    expect(page.get_by_test_id("differences")).to_have_count(0)
    workbench.panel("Runs")
    page.locator("[class*=st-key-more-]").last.get_by_role("button").click()
    page.get_by_role("button", name="Bring back its graph").click()
    workbench.settled()
    page.keyboard.press("Escape")
    workbench.panel("Training")
    expect(workbench.field("learning rate")).to_have_value("0.002")
    workbench.step("Undo")
    expect(workbench.field("learning rate")).to_have_value("0.01")


def test_optimizers_race_from_one_press_and_are_one_row_among_the_runs(training: Training) -> None:
    workbench, page = training.workbench, training.page
    training.epochs(2)
    page.get_by_role("button", name="Compare …").click()
    page.get_by_role("button", name="Train 4 networks").click()
    ends = page.locator(".st-key-compare_component").get_by_test_id("end")
    expect(ends).to_have_count(4)
    assert {name.split()[0] for name in ends.all_inner_texts()} == {"SGD", "Momentum", "RMSprop", "Adam"}
    row = page.locator("[class*=st-key-group-]").get_by_text("4 runs · least val loss")
    expect(row).to_be_visible()
    assert workbench.complaints == []


def test_a_press_on_what_stands_below_a_list_is_no_press_beside_it(training: Training) -> None:
    """The list is left by the press; were it then less high, what is pressed would jump away."""
    workbench, page = training.workbench, training.page
    training.page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("button", name="Compare …").click()
    page.get_by_label("What differs").click()
    page.get_by_role("option", name=re.compile("^seed")).click()
    workbench.settled()
    values = page.get_by_role("combobox", name="Values")
    for seed in (6, 7, 8):
        values.fill(str(seed))
        values.press("Enter")
        expect(page.get_by_role("button", name=f"Train {seed} networks", include_hidden=True)).to_have_count(1)
    button = page.get_by_role("button", name="Train 8 networks", include_hidden=True)
    focused = button.bounding_box()
    page.keyboard.press("Escape")
    values.blur()
    assert button.bounding_box() == focused


def trained(server: Server, workbench: Workbench, documents: list[Document]) -> None:
    """Runs of these documents in the project of the page, as Train would make them, and the page after them."""
    jobs, project = Jobs(server.home), workbench.page.url.split("project=")[1].split("&")[0]
    with sqlite3.connect(server.home / "graphbuilder.sqlite") as db:
        (owner,) = db.execute("select owner from document where id = ?", (project,)).fetchone()
    for document in documents:
        run = jobs.ask(owner, "train", {"kind": "train", "document": write_document(document)}, project)
        deadline = time.monotonic() + PATIENCE
        while jobs.job(owner, run).active and time.monotonic() < deadline:
            time.sleep(0.1)
        assert jobs.job(owner, run).state == "finished"
    workbench.page.reload()
    workbench.settled()


EIGHT = {
    "Adam 0.002": template("lenet"),
    "Adam 0.01": editing.set_optimizer_option(template("lenet"), "learning_rate", 0.01),
    "SGD 0.01": editing.set_optimizer(template("lenet"), "SGD"),
    "RMSprop 0.001": editing.set_optimizer(template("lenet"), "RMSprop"),
    "batch 64": editing.set_training(template("lenet"), "batch_size", 64),
    "seed 2": editing.set_training(template("lenet"), "seed", 2),
    "units of f5 20": editing.set_parameter(template("lenet"), "n8", "units", 20),
    "activation of c1 Tanh": editing.set_parameter(template("lenet"), "n3", "activation", "tanh"),
}
"""Runs by what each is called where all are compared."""


@pytest.mark.long
def test_eight_runs_are_compared_by_what_sets_them_apart(server: Server, visit: Callable[..., Workbench]) -> None:
    """In a small window and in a large one."""
    workbench = visit().open()
    page = workbench.page
    trained(server, workbench, [editing.set_training(document, "epochs", 2) for document in EIGHT.values()])
    workbench.panel("Runs")
    rows = page.locator("[class*=st-key-run-]")
    for place in range(8):
        rows.nth(place).locator("label").click()
        workbench.settled()
    plot = page.locator(".st-key-compare_component").get_by_test_id("plot-loss")
    names = plot.get_by_test_id("end")
    expect(names).to_have_count(8)
    assert set(names.all_inner_texts()) == set(EIGHT)
    looks = plot.evaluate(LINES)
    validations = [look for look in looks if look["width"] == 3]
    assert len({look["color"] for look in validations}) == len({look["dash"] for look in validations}) == 8
    assert all(look["points"] == 2 for look in validations)
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        workbench.settled()
        _names_are_read_and_lines_are_pointed_at(workbench, plot)

        plot.get_by_role("button", name="log").click()
        page.wait_for_timeout(300)
        ticks = plot.locator(".yaxislayer-above text").all_text_contents()
        assert len(ticks) == len(set(ticks)) > 1
        plot.get_by_role("button", name="log").click()
    before = {look["run"]: look["color"] for look in looks}
    rows.nth(2).locator("label").click()
    workbench.settled()
    expect(names).to_have_count(7)
    assert {look["run"]: look["color"] for look in plot.evaluate(LINES)}.items() < before.items()


def _names_are_read_and_lines_are_pointed_at(workbench: Workbench, plot: Locator) -> None:
    page, names = workbench.page, plot.get_by_test_id("end")
    rows = page.locator("[class*=st-key-run-]")

    def apart_and_within() -> bool:
        heights = sorted(box["y"] for name in names.all() if (box := name.bounding_box()))
        frame, last = plot.bounding_box(), names.last.bounding_box()
        within = frame and last and last["x"] + last["width"] <= frame["x"] + frame["width"] + 1
        return bool(within) and min(below - above for above, below in pairwise(heights)) >= 12

    deadline = time.monotonic() + PATIENCE
    while not apart_and_within():  # the plot is drawn anew behind the window
        assert time.monotonic() < deadline, [name.bounding_box() for name in names.all()]
        page.wait_for_timeout(100)

    def hazes() -> list[str]:
        return [look["run"] for look in plot.evaluate(LINES) if look["points"] > 2]

    assert hazes() == []
    rows.nth(3).hover()
    page.wait_for_timeout(500)
    (run,) = hazes()
    assert f"st-key-run-{run}" in (rows.nth(3).get_attribute("class") or "")
    names.first.hover()
    page.wait_for_timeout(500)
    assert hazes() == [names.first.get_attribute("data-run")]
    line = plot.locator(".nsewdrag").first.bounding_box()
    assert line
    for down in range(10, int(line["height"]), 4):  # from the top down to a line
        page.mouse.move(line["x"] + line["width"] / 2, line["y"] + down)
        page.wait_for_timeout(60)
        if plot.locator(".lv-end.is-pointed").count():
            break
    page.wait_for_timeout(600)
    assert hazes() == [plot.locator(".lv-end.is-pointed").get_attribute("data-run")]
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)
    assert hazes() == []


LINES = """plot => plot.querySelector('.js-plotly-plot').data.map(({ meta, line, x }) =>
             ({ run: meta, color: line.color, dash: line.dash, width: line.width, points: x.length }))
             .filter(({ width, points }) => points && width)"""
"""The lines that the plot draws, as they look."""


def test_what_a_run_was_trained_with_stands_beside_its_numbers(training: Training) -> None:
    training.epochs(1).start().until_over()
    settings = training.page.get_by_test_id("settings")
    expect(settings).to_have_text("Adam · rate 0.002 · batch 32 · seed 1")
    training.workbench.enter("learning rate", "0.01")
    expect(settings).to_have_text("Adam · rate 0.002 (now 0.01) · batch 32 · seed 1")
    state = training.state.locator("span").bounding_box()
    assert state and state["height"] < 24, "one line"


def test_the_results_of_every_loss_are_seen_whole(server: Server, workbench: Workbench) -> None:
    two = template("two_inputs_two_losses")
    trained(server, workbench, [editing.set_training(two, "epochs", 1)])
    workbench.panel("Results")
    labels = [node.label for node in two.nodes if node.kind == "Loss"]
    for size, label in product([(1280, 720), (1440, 900)], labels):
        workbench.page.set_viewport_size({"width": size[0], "height": size[1]})
        workbench.panels.get_by_role("radio", name=label).click()
        workbench.settled()
        expect(workbench.panels.get_by_role("cell", name=f"{label}: loss")).to_be_visible()
        matrix = workbench.panels.locator(".js-plotly-plot")
        expect(matrix).to_have_count(1)
        classes = matrix.locator(".yaxislayer-above text")
        box, last = matrix.bounding_box(), classes.last.bounding_box()
        assert box and last
        assert box["y"] + box["height"] <= size[1]
        assert last["y"] + last["height"] < box["y"] + box["height"]
        assert len(set(classes.all_text_contents())) == classes.count() > 1


def test_the_test_part_is_looked_at_when_asked_and_counted(training: Training) -> None:
    training.epochs(3).start().until_over()
    training.workbench.panel("Results")
    panel = training.workbench.panels
    expect(panel).to_contain_text("have not looked")
    panel.get_by_role("button", name="Look at the test part").click()
    expect(panel.get_by_role("columnheader", name="test")).to_be_visible()  # the panel turns to it
    expect(panel).to_contain_text("once")


PLACES = """() => {
  const host = document.querySelector('.st-key-looked_component [data-testid=stBidiComponentIsolated]');
  const plot = host?.shadowRoot?.querySelector('[data-testid=points]');
  return (plot?.data ?? []).flatMap(({ x }) => x).slice(0, 20);
}"""
"""Where the first points of samples lie across."""


def places(page: Page) -> list[float]:
    return page.evaluate(PLACES)  # type: ignore[no-any-return]


def test_a_sample_is_looked_into_and_the_points_of_many_move_with_the_steps(training: Training) -> None:
    workbench, page = training.workbench, training.page
    training.epochs(2).start().until_over()
    workbench.panel("Inside")
    seen, found = page.get_by_test_id("looked-at"), page.get_by_test_id("found")
    expect(page.get_by_test_id("heat")).to_be_visible()
    page.get_by_label("Method").select_option("gradcam")
    expect(found).to_contain_text("The maps speak for")
    page.get_by_label("Next sample").click()
    expect(seen).to_have_attribute("data-state", "told")
    workbench.until("() => location.search.includes('sample=validation%3A1')")
    page.get_by_role("button", name="Hidden representation").click()
    points = page.get_by_test_id("points")
    expect(points.locator(".points path").first).to_be_visible()
    last = places(page)
    page.get_by_test_id("inside-step").press("Home")
    expect(page.get_by_test_id("hidden")).not_to_have_attribute("data-step", "kept")
    wait_until(page, f"() => ({PLACES})().length && String(({PLACES})()) !== '{','.join(map(str, last))}'")
    points.locator(".points path").first.hover(force=True)
    expect(page.get_by_test_id("hovered").locator("img")).to_be_visible()


SEEN_WHOLE = """(buttons, [top, bottom]) => buttons.map(button => {
  const box = button.getBoundingClientRect();
  return box.height > 0 && top <= box.top && box.bottom <= bottom && button.scrollHeight <= button.clientHeight + 1;
})"""  # all at once, as they may be drawn anew between two questions


def test_a_lesson_opens_from_help_and_its_verdict_is_seen_whole(
    visit: Callable[..., Workbench],
) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720})
    workbench.page.goto(f"{workbench.url}/help?topic=idea.overfitting")
    workbench.page.locator(".st-key-lesson-overfitting button").click()
    workbench.canvas.wait_for()
    workbench.settled()
    Training(workbench).start().until_steps().until_over()
    verdict = workbench.page.locator(".st-key-verdict")
    expect(verdict.get_by_test_id("told")).to_contain_text("The network overfits")
    expect(verdict.get_by_test_id("repair").first).to_be_visible()
    room = verdict.bounding_box()
    assert room
    seen = verdict.get_by_test_id("repair").evaluate_all(SEEN_WHOLE, [room["y"], room["y"] + room["height"] + 1])
    assert seen and all(seen), "the buttons lie in their room, and their words are whole"


def test_a_file_without_places_opens_laid_out_and_long_buttons_of_its_verdict_are_seen_whole(
    visit: Callable[..., Workbench],
) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720}).open_projects()
    spirals = {"name": "spirals", "split": {"validation": 0.2, "test": 0.2}}
    training = {"optimizer": "Adam", "options": {"learning_rate": 0.01}, "settings": {"epochs": 40, "seed": 1}}
    document = {
        "version": 2,
        "name": "A line",
        "nodes": [
            {"id": "point", "kind": "Input", "params": {"field": "point"}},
            {"id": "score", "kind": "Dense", "label": "score", "params": {"units": 1}},
            {"id": "loss", "kind": "Loss", "params": {"loss": "binary_crossentropy", "target": "class"}},
        ],
        "wires": [{"from": "point", "to": "score"}, {"from": "score", "to": "loss"}],
        "data": spirals,
        "training": training,
    }
    file = {"name": "line.json", "mimeType": "application/json", "buffer": json.dumps(document).encode()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for()
    workbench.settled()
    boxes = [workbench.node(id).bounding_box() for id in ("point", "score", "loss")]
    for one, next in pairwise(boxes):
        assert one and next and one["x"] + one["width"] < next["x"], "from left to right"
    Training(workbench).start().until_steps().until_over()
    verdict = workbench.page.locator(".st-key-verdict")
    expect(verdict.get_by_test_id("told")).to_contain_text("no straight line parts")
    buttons = verdict.get_by_test_id("repair")
    expect(buttons.first).to_contain_text("Put 2 × Linear (32 units, ReLU) before Linear 'score', then set epochs")
    room = verdict.bounding_box()
    assert room
    seen = buttons.evaluate_all(SEEN_WHOLE, [room["y"], room["y"] + room["height"] + 1])
    assert seen and all(seen), "the buttons lie in their room, and their words are whole"


def test_W3_a_training_that_diverges_says_so_and_what_to_do(visit: Callable[..., Workbench]) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720}).open_projects()
    workbench.page.locator(".st-key-projects_page").locator("button", has_text="Regression on diabetes").first.click()
    workbench.canvas.wait_for()
    workbench.settled()
    training = Training(workbench)
    workbench.panel("Training")
    workbench.choose("optimizer", "Gradient descent (SGD)")
    workbench.enter("learning rate", "900")
    training.start().until_over("diverged")
    trouble = workbench.page.get_by_test_id("trouble")
    expect(trouble).to_contain_text("Diverged at epoch 1")
    expect(trouble).to_contain_text("a tenth of the learning rate: 90 instead of 900")
    assert trouble.evaluate("told => told.scrollHeight <= told.clientHeight"), "seen whole"


def test_a_network_with_faults_is_not_trained(workbench: Workbench) -> None:
    workbench.select("n3")
    workbench.enter("filters", "0")
    Training(workbench).button("Train").click()
    workbench.settled()
    expect(workbench.page.get_by_test_id("stToast").first).to_contain_text("Mend the faults first")
    expect(workbench.panels).to_contain_text("filters must be at least 1")


def test_S5_a_server_killed_while_it_trains_finds_the_run_again(own_server: Server, windows: Windows) -> None:
    workbench = Workbench(windows, own_server.url)
    training = a_long_one(lambda **_: workbench).start().until_steps(500)
    reached = training.step
    own_server.kill()
    expect(training.state).to_contain_text("connection lost")
    own_server.start()
    training.until_steps(reached + 500)
    workbench.page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    expect(workbench.page.get_by_text("The server was started anew").first).to_be_visible()
    workbench.settled()
    training.button("Stop").click()
    training.until_over("stopped")
    path = f"/api/runs/{workbench.page.get_by_test_id('live').first.get_attribute('data-run')}/events?after=0"
    told = workbench.page.evaluate("path => fetch(path).then(answer => answer.json())", path)["events"]
    steps = [event for event in told if event["kind"] == "steps"]
    assert sum(len(event["losses"]) * event["stride"] for event in steps) == told[-1]["steps"] == training.step
    workbench.close()


def test_W11_a_server_that_is_asked_to_end_pauses_its_runs_first(own_server: Server, windows: Windows) -> None:
    workbench = Workbench(windows, own_server.url)
    a_long_one(lambda **_: workbench).start().until_steps(500)
    began = time.monotonic()
    own_server.stop()
    assert time.monotonic() - began < 8
    deadline = time.monotonic() + PATIENCE  # the host may be that of a server before this one, which nobody waits for
    ended: list[str] = []
    while ended != ["paused", "the server was closed"]:
        assert time.monotonic() < deadline, ended
        with sqlite3.connect(own_server.home / "graphbuilder.sqlite") as db:
            newest = db.execute("select id, state, reason from job where kind='train' order by place desc").fetchone()
        id, ended = newest[0], [*newest[1:]]
        time.sleep(0.1)
    Jobs(own_server.home).delete(OPERATOR, id)  # nor does it go on with the next server
    workbench.close()


def test_W1_a_run_that_is_killed_is_told_of_within_seconds(own_server: Server, windows: Windows) -> None:
    workbench = Workbench(windows, own_server.url)
    training = a_long_one(lambda **_: workbench).start().until_steps(500)
    with sqlite3.connect(own_server.home / "graphbuilder.sqlite") as db:
        (pid,) = db.execute("select pid from job where state='running' and kind='train'").fetchone()
    os.kill(pid, signal.SIGKILL)
    training.until_over("ended from outside")
    expect(workbench.page.get_by_test_id("trouble")).to_contain_text("SIGKILL")
    reached = training.step
    workbench.page.get_by_role("button", name="Resume").click()
    training.until_steps(reached + 500)
    training.button("Stop").click()
    training.until_over("stopped")
    workbench.close()
