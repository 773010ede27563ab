"""Forms: what is entered becomes one edit, worked once, however slow the server and however fast the person."""

import json
import random
import sqlite3
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from graphbuilder.optimizers import OPTIMIZERS
from tests.e2e.slow import slowed
from tests.e2e.workbench import Server, Workbench

TITLES = {"SGD": "Gradient descent (SGD)", "Adam": "Adam", "RMSprop": "RMSprop", "Adagrad": "Adagrad"}
RATES = {name: f"{OPTIMIZERS[name].defaults()['learning_rate']:g}" for name in TITLES}


def history(server: Server, url: str) -> tuple[list[str], int]:
    """The labels of a project's history, and where in it the head is."""
    project = url.split("project=")[1].split("&")[0]
    with sqlite3.connect(server.home / "graphbuilder.sqlite") as db:
        labels = [label for (label,) in db.execute("select label from revision where document=? order by n", [project])]
        ((head,),) = db.execute("select head from document where id=?", [project])
    return labels, head


class Line:
    """What the history should hold, by what was done."""

    def __init__(self, start: str) -> None:
        self.labels, self.optimizers, self.head = [""], [start], 0

    @property
    def now(self) -> str:
        return self.optimizers[self.head]

    def choose(self, name: str) -> None:
        if name == self.now:
            return
        self.labels = [*self.labels[: self.head + 1], f"optimizer {TITLES[name]}"]
        self.optimizers = [*self.optimizers[: self.head + 1], name]
        self.head += 1

    def step(self, by: int) -> None:
        self.head = min(max(0, self.head + by), len(self.labels) - 1)


@pytest.mark.long
@pytest.mark.parametrize("pause", [700, 50])
def test_twenty_optimizers_under_a_slow_server_are_twenty_steps_and_no_other(
    pause: int, browser: Browser, server: Server
) -> None:
    with slowed(server.port, 0.5) as url:
        workbench = Workbench(browser, url).open()
        page, chance = workbench.page, random.Random(pause)
        workbench.panel("Training")
        line = Line("Adam")
        box = workbench.field("optimizer")
        for place in range(20):
            name = chance.choice([one for one in TITLES if one != line.now])
            box.click()
            page.locator(f"[role=option][data-word='{name}']").click()
            line.choose(name)
            expect(box).to_have_attribute("data-value", name)
            expect(workbench.field("learning rate")).to_have_value(RATES[name])
            page.wait_for_timeout(pause)
            if place % 4 == 3:
                for step in chance.choice([["Undo"], ["Undo", "Undo", "Redo"], ["Undo", "Redo"], ["Undo", "Undo"]]):
                    workbench.step_button(step).click()
                    line.step({"Undo": -1, "Redo": 1}[step])
                    page.wait_for_timeout(pause)
                workbench.settled()
        workbench.settled()
        assert history(server, page.url) == (line.labels, line.head)
        expect(box).to_have_attribute("data-value", line.now)
        rate = "0.002" if line.head == 0 else RATES[line.now]
        expect(workbench.field("learning rate")).to_have_value(rate)
        page.wait_for_timeout(2500)  # nothing that comes late works anything
        assert history(server, page.url) == (line.labels, line.head)
        assert workbench.complaints == []
        workbench.close()


def test_another_optimizer_brings_its_own_rate_and_undo_says_what_it_takes_back(workbench: Workbench) -> None:
    workbench.panel("Training")
    expect(workbench.field("learning rate")).to_have_value("0.002")
    workbench.choose("optimizer", "Gradient descent (SGD)")
    expect(workbench.field("learning rate")).to_have_value("0.01")
    expect(workbench.step_button("Undo")).to_have_attribute("title", "Undo: optimizer Gradient descent (SGD)")
    workbench.page.wait_for_timeout(2500)
    expect(workbench.field("learning rate")).to_have_value("0.01")
    workbench.step("Undo")
    expect(workbench.field("learning rate")).to_have_value("0.002")
    expect(workbench.step_button("Undo")).to_have_attribute("title", "Nothing to undo")


WRITTEN = {"1e-3": "0.001", "1/16": "0.0625", "0,5": "0.5", "1e-7": "1e-7", ".25": "0.25"}


def test_a_number_is_entered_as_people_write_it(workbench: Workbench) -> None:
    workbench.panel("Training")
    for typed, shown in WRITTEN.items():
        workbench.enter("learning rate", typed)
        expect(workbench.field("learning rate")).to_have_value(shown)


def test_the_longest_schedule_and_a_hundred_thousand_epochs_are_read_whole(workbench: Workbench) -> None:
    workbench.page.set_viewport_size({"width": 1280, "height": 720})
    workbench.panel("Training")
    workbench.enter("epochs", "100000")
    workbench.choose("schedule", "Cosine restarts")
    for box in (workbench.field("epochs"), workbench.field("schedule").locator("span")):
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_what_is_no_whole_number_is_said_and_not_cut(workbench: Workbench) -> None:
    workbench.select("n8")
    workbench.field("units").fill("3.7")
    workbench.field("units").press("Enter")
    expect(workbench.page.get_by_role("alert").first).to_have_text("units must be a whole number; received “3.7”.")
    expect(workbench.field("units")).to_have_value("3.7")
    expect(workbench.node("n8")).to_contain_text("84 units")
    workbench.enter("units", "37")
    expect(workbench.node("n8")).to_contain_text("37 units")
    expect(workbench.page.get_by_text("must be a whole number")).to_have_count(0)


def test_a_parameter_of_several_nodes_is_set_at_once(workbench: Workbench) -> None:
    workbench.select("n3")
    workbench.node("n5").click(position={"x": 60, "y": 14}, modifiers=["Control"])
    workbench.form("n3,n5").wait_for()
    expect(workbench.field("filters")).to_have_attribute("placeholder", "mixed")
    workbench.enter("filters", "12")
    for id in ("n3", "n5"):
        expect(workbench.node(id)).to_contain_text("12 × 3×3")
    workbench.step("Undo")
    expect(workbench.node("n3")).to_contain_text("16 × 3×3")
    expect(workbench.node("n5")).to_contain_text("32 × 3×3")
    workbench.select("n5")  # a plain click on one of them selects it alone
    expect(workbench.node("n3")).to_have_attribute("aria-pressed", "false")


def test_what_was_typed_is_taken_when_another_node_is_selected(workbench: Workbench) -> None:
    workbench.select("n8")
    workbench.field("units").fill("61")
    workbench.select("n3")
    expect(workbench.node("n8")).to_contain_text("61 units")
    expect(workbench.node("n3")).to_contain_text("16 × 3×3")


def test_a_choice_is_searched_and_made_by_keys(workbench: Workbench) -> None:
    page = workbench.page
    workbench.select("n8")
    workbench.field("activation").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("tanh")
    page.keyboard.press("Enter")
    workbench.settled()
    expect(workbench.node("n8")).to_contain_text("Tanh")
    expect(workbench.field("activation")).to_be_focused()


def test_what_is_chosen_for_a_weight_has_numbers_of_its_own(workbench: Workbench) -> None:
    page = workbench.page
    workbench.select("n8")
    page.get_by_role("button", name="More").first.click()
    workbench.choose("kernel initializer", "Constant")
    workbench.enter("kernel initializer value", "1/2")
    workbench.choose("kernel constraint", "Min-max norm")
    workbench.enter("kernel constraint max value", "-1")
    expect(page.get_by_test_id("field-fault").first).to_contain_text(
        "has max_value, which must be at least 0; received -1."
    )
    workbench.step("Undo")
    expect(workbench.field("kernel constraint max value")).to_have_value("1")
    expect(workbench.field("kernel initializer value")).to_have_value("0.5")
    workbench.enter("kernel constraint axis", "0, 1")
    expect(workbench.field("kernel constraint axis")).to_have_value("0, 1")


def test_an_open_list_goes_along_with_its_button_and_closes_where_that_is_scrolled_away(
    workbench: Workbench,
) -> None:
    page, options = workbench.page, workbench.page.get_by_role("listbox")
    workbench.select("n8")
    page.get_by_role("button", name="More").first.click()
    field = workbench.field("kernel initializer")

    def places() -> tuple[float, float]:
        boxes = field.bounding_box(), options.bounding_box()
        assert boxes[0] and boxes[1]
        return boxes[0]["y"], boxes[1]["y"]

    field.click()
    expect(options).to_have_count(1)
    button, hanging = places()
    label = field.bounding_box()
    assert label
    page.mouse.move(label["x"] - 20, label["y"] + 5)  # beside the list, where the wheel moves the form
    page.mouse.wheel(0, 30)
    for _ in range(100):
        if places()[0] == pytest.approx(button - 30, abs=1):
            break
        page.wait_for_timeout(50)
    assert places() == pytest.approx((button - 30, hanging - 30), abs=1)
    page.mouse.wheel(0, 2000)
    expect(options).to_have_count(0)
    expect(workbench.step_button("Undo")).to_be_disabled()


def test_an_operator_inside_an_operator_has_its_own_fields(workbench: Workbench) -> None:
    new = workbench.drop("SpectralNormalization", (700, 300))
    workbench.select(new)
    workbench.enter("layer units", "9")
    expect(workbench.node(new)).to_contain_text("Linear: 9 units")
    workbench.choose("layer", "Convolution 1D")
    workbench.enter("layer filters", "7")
    expect(workbench.node(new)).to_contain_text("Convolution 1D: 7")


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (1920, 1080)])
def test_an_open_list_and_a_help_lie_inside_the_window(size: tuple[int, int], visit: Callable[..., Workbench]) -> None:
    workbench = visit(viewport={"width": size[0], "height": size[1]}).open()
    workbench.panel("Training")
    workbench.field("optimizer").click()
    inside(workbench, "choices", size)
    workbench.page.keyboard.press("Escape")
    workbench.page.locator("[data-field=patience] .gb-help").hover()
    inside(workbench, "tip", size)
    for name in ("epochs", "patience"):  # the one has its unit behind it, and stands in one line as the other
        label = workbench.page.locator(f"[data-field={name}] label")
        assert label.evaluate("label => label.getClientRects().length && label.offsetHeight") < 24


def inside(workbench: Workbench, what: str, size: tuple[int, int]) -> None:
    box: Any = workbench.page.get_by_test_id(what).bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]
    assert box["height"] > 40


def test_training_trains_what_is_on_the_screen_even_when_it_was_typed_a_moment_ago(
    browser: Browser, server: Server
) -> None:
    with slowed(server.port, 0.5) as url:
        workbench = Workbench(browser, url).open()
        workbench.panel("Training")
        workbench.field("epochs").fill("2")
        workbench.page.locator(".st-key-train button").click()
        expect(workbench.page.locator(".st-key-training_live")).to_contain_text("2")
        workbench.settled()
        with sqlite3.connect(server.home / "graphbuilder.sqlite") as db:
            (request,) = db.execute("select request from job where kind='train' order by rowid desc limit 1").fetchone()
        document = json.loads(json.loads(zlib.decompress(request))["document"])
        assert document["training"]["settings"]["epochs"] == 2
        workbench.close()


# Faults and what mends them


def test_a_fault_is_mended_by_the_button_at_its_card_its_field_and_in_the_list(workbench: Workbench) -> None:
    places = (
        workbench.page.get_by_test_id("fault"),
        workbench.page.get_by_test_id("field-fault"),
        workbench.panels.get_by_test_id("told"),
    )
    workbench.panel("Faults")
    for place in places:
        workbench.select("n5")  # beside which there is room for the sentence
        workbench.choose("padding", "Valid: windows stay inside")
        workbench.enter("kernel size", "12")
        expect(workbench.page.get_by_test_id("fault")).to_have_count(1)
        place.get_by_test_id("repair").first.click()
        workbench.settled()
        expect(workbench.state).to_contain_text("No faults")
        expect(workbench.field("padding")).to_have_attribute("data-value", "same")
        expect(workbench.step_button("Undo")).to_have_attribute(
            "title", "Undo: Set padding of Convolution 'c3' to same"
        )
        workbench.step("Undo")
        expect(workbench.state).to_contain_text("1 fault")
        workbench.step("Redo")
        workbench.enter("kernel size", "3")


def test_what_is_only_unfinished_is_told_quietly_until_somebody_wants_to_train(workbench: Workbench) -> None:
    page = workbench.page
    workbench.size_panels("Fold the panels away")
    new = [workbench.drop(kind, (at, 500)) for kind, at in (("Dense", 120), ("Conv2D", 420), ("Dropout", 720))]
    workbench.settled()
    expect(workbench.state).to_contain_text("Not finished yet")
    expect(page.get_by_test_id("fault")).to_have_count(0)
    expect(page.locator("[data-testid=node][data-fault=error]")).to_have_count(0)
    page.locator(".st-key-train button").click()
    expect(workbench.state).to_contain_text("3 faults")
    expect(page.get_by_test_id("fault")).to_have_count(1)
    expect(page.locator("[data-testid=node][data-fault=error]")).to_have_count(3)
    workbench.settled()
    for id in new:
        workbench.select(id)
        expect(page.get_by_test_id("fault")).to_have_attribute("data-fault-of", id)
        page.keyboard.press("Delete")
        workbench.settled()
    expect(workbench.state).to_contain_text("No faults")
    workbench.drop("Dropout", (700, 300))
    workbench.settled()
    expect(workbench.state).to_contain_text("Not finished yet")
