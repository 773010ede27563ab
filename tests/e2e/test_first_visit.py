"""The first visit: an invitation that blocks nothing, a tour that the keyboard walks, and a playground."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.dressed import STYLE
from tests.e2e.workbench import Workbench

STOPS = [
    "Operators",
    "A card for each operator",
    "Parameters",
    "Checked while you draw",
    "Train",
    "Watch it learn",
    "Take it away",
    "Keys and help",
]


class Tour:
    """The tour's part of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def invitation(self) -> Locator:
        return self.page.get_by_test_id("invitation")

    @property
    def step(self) -> Locator:
        return self.page.locator(".driver-popover.gb-tour")

    @property
    def title(self) -> Locator:
        return self.step.locator(".driver-popover-title")

    def at(self, title: str) -> "Tour":
        """Waits until this step is drawn and holds the focus."""
        expect(self.title).to_have_text(title)
        expect(self.step.locator(".driver-popover-next-btn")).to_be_focused()
        return self

    def is_gone(self) -> None:
        expect(self.page.locator(".driver-popover, .driver-overlay, [class*=driver-active]")).to_have_count(0)
        assert self.page.evaluate("document.body.className").find("driver") < 0
        assert not self.page.evaluate(
            "[...document.querySelectorAll('style')].some(s => s.textContent.includes('gb-tour'))"
        )


def new_here(visit: Callable[..., Workbench], **context: object) -> tuple[Workbench, Tour]:
    workbench = visit(newcomer=True, **context).open()
    return workbench, Tour(workbench.page)


def test_the_tour_is_walked_by_keyboard_and_not_offered_again(visit: Callable[..., Workbench]) -> None:
    workbench, tour = new_here(visit)
    before = workbench.viewport()
    tour.invitation.get_by_role("button", name="Start").focus()
    workbench.page.keyboard.press("Enter")
    for place, stop in enumerate(STOPS, 1):
        tour.at(stop)
        expect(tour.step).to_contain_text(f"{place} of {len(STOPS)}")
        box = tour.step.bounding_box()
        assert box and box["x"] >= 0 and box["y"] >= 0
        assert box["x"] + box["width"] <= 1440 and box["y"] + box["height"] <= 900
        workbench.page.keyboard.press("Enter" if place % 2 else "ArrowRight")
    tour.is_gone()
    assert workbench.viewport() == before
    workbench.page.reload()
    workbench.settled()
    expect(tour.invitation).to_have_count(0)


def test_the_tours_words_are_read_on_light_and_on_dark(visit: Callable[..., Workbench]) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        _, tour = new_here(visit, color_scheme=scheme)
        tour.invitation.get_by_role("button", name="Start").click()
        tour.at("Operators")
        colours = "s => { const c = getComputedStyle(s); return [c.color, c.backgroundColor] }"
        ink, ground = tour.step.evaluate(colours)
        assert ink != ground
        grounds.add(ground)
    assert len(grounds) == 2


def test_who_skips_it_is_not_invited_again(visit: Callable[..., Workbench]) -> None:
    workbench, tour = new_here(visit)
    tour.invitation.get_by_role("button", name="Skip").click()
    expect(tour.invitation).to_have_count(0)
    workbench.page.reload()
    workbench.settled()
    expect(tour.invitation).to_have_count(0)


def test_a_newcomer_who_does_not_answer_can_do_everything(visit: Callable[..., Workbench]) -> None:
    workbench, tour = new_here(visit, viewport={"width": 1280, "height": 720})
    workbench.drop("Dropout", (500, 270))
    workbench.settled()
    expect(tour.invitation).to_be_visible()
    note = tour.invitation.bounding_box()
    for below in (workbench.node("n10"), workbench.page.get_by_role("toolbar", name="Canvas")):
        other = below.bounding_box()
        assert note and other
        beside = other["x"] + other["width"] <= note["x"]
        assert beside or other["y"] + other["height"] <= note["y"] or note["y"] + note["height"] <= other["y"]


def test_a_step_goes_on_when_its_thing_was_done_and_the_page_stays_in_use(visit: Callable[..., Workbench]) -> None:
    workbench, tour = new_here(visit)
    tour.invitation.get_by_role("button", name="Start").click()
    tour.at("Operators")
    workbench.drop_on_wire("Dropout", 6)
    tour.at("A card for each operator")
    expect(workbench.node(workbench.ids()[-1])).to_have_attribute("data-kind", "Dropout")
    for stop in STOPS[2:5]:
        workbench.page.keyboard.press("Enter")
        tour.at(stop)
    workbench.page.locator(".st-key-train button").click()
    tour.at("Watch it learn")
    expect(workbench.panels).to_contain_text("optimizer")
    workbench.page.keyboard.press("Escape")
    tour.is_gone()
    expect(workbench.nodes).to_have_count(11)


@pytest.mark.parametrize("way", ["Escape", "Skip"])
def test_the_tour_is_left_at_any_moment(way: str, visit: Callable[..., Workbench]) -> None:
    workbench, tour = new_here(visit)
    tour.invitation.get_by_role("button", name="Start").click()
    tour.at("Operators")
    workbench.page.keyboard.press("Enter")
    tour.at("A card for each operator")
    if way == "Skip":
        tour.step.get_by_role("button", name="Skip").click()
    else:
        workbench.node("n5").click()  # the focus is on the canvas, where Escape has another meaning
        workbench.page.keyboard.press("Escape")
    tour.is_gone()
    assert workbench.node("n3").get_attribute("aria-expanded") is None
    expect(tour.invitation).to_have_count(0)


def test_the_tour_starts_again_from_the_keys_and_from_the_start_page(workbench: Workbench) -> None:
    tour = Tour(workbench.page)
    workbench.page.keyboard.press("?")
    workbench.page.get_by_role("button", name="Take the tour").click()
    tour.at("Operators")
    workbench.page.keyboard.press("Escape")
    tour.is_gone()
    workbench.open_projects()
    workbench.page.get_by_role("link", name="Take the tour").click()
    tour.at("Operators")
    workbench.page.keyboard.press("Escape")
    tour.is_gone()
    workbench.page.reload()
    workbench.settled()
    expect(tour.step).to_have_count(0)


def test_the_keys_are_shown_from_anywhere_but_a_field(workbench: Workbench) -> None:
    keys, press = workbench.page.get_by_test_id("keys-help"), workbench.page.keyboard.press
    workbench.panel("Code")
    press("?")
    expect(keys).to_be_visible()
    press("Escape")
    expect(keys).to_be_hidden()
    workbench.page.locator("[data-testid=stApp]").evaluate("app => document.activeElement.blur()")
    press("?")
    expect(keys).to_be_visible()
    press("Escape")
    workbench.select("n3")
    workbench.field("label").focus()
    press("End")
    press("?")
    expect(keys).to_be_hidden()
    expect(workbench.field("label")).to_have_value("c1?")


def test_one_click_opens_the_playground_with_its_boundary_moving(visit: Callable[..., Workbench]) -> None:
    workbench = visit(color_scheme="dark", viewport={"width": 1280, "height": 720}).open_projects()
    page = workbench.page
    page.get_by_role("button", name=re.compile("Playground")).click()
    plane = page.get_by_test_id("plane")
    expect(plane).to_be_visible()
    box = plane.bounding_box()
    assert box and box["y"] + box["height"] <= 720 and box["height"] > 200
    expect(plane).not_to_have_attribute("data-step", "0")
    seen = plane.get_attribute("data-step") or ""
    expect(plane).not_to_have_attribute("data-step", seen)
    expect(workbench.nodes).to_have_count(5)
    workbench.state.get_by_role("button", name="Stop").click()
    train = workbench.state.get_by_role("button", name="Train")
    expect(train).to_be_visible()
    workbench.choose("data set", "Moons")
    train.click()
    expect(page.locator(".st-key-training_live")).to_contain_text("run 2")
    workbench.state.get_by_role("button", name="Stop").click()
    expect(train).to_be_visible()


def test_a_weight_is_set_by_hand_and_other_data_bring_another_loss(visit: Callable[..., Workbench]) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720}).open_projects()
    page = workbench.page
    page.get_by_role("button", name=re.compile("Playground")).click()
    page.get_by_test_id("units-switch").click()
    units = page.get_by_test_id("units")
    stage = units.bounding_box()
    boxes = [one.bounding_box() for one in units.locator("canvas").all()]
    assert stage and len(boxes) == 2 + 8 + 8 + 1
    for box in boxes:
        assert box and box["x"] >= stage["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"]
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()
    units.get_by_role("button", name=re.compile("^score, unit 1")).click()
    bias = page.get_by_test_id("weights-editor").get_by_label("bias")
    bias.fill("5")
    bias.press("Enter")
    expect(units.get_by_role("button", name=re.compile("^score, unit 1: bias 5[.]"))).to_be_visible()
    expect(page.get_by_test_id("plot-loss")).to_contain_text(re.compile("bias of score, unit 1 .* to 5"))
    page.get_by_label("Close the weights").click()
    page.get_by_test_id("units-switch").click()
    expect(units).to_be_hidden()
    workbench.choose("data set", "Plane")
    expect(page.get_by_test_id("plane")).to_have_attribute("aria-label", re.compile("^Answer"))
    expect(page.get_by_test_id("scale")).to_have_attribute(
        "aria-label", re.compile("for value; pale is 0. From −1 to 1")
    )
    workbench.state.get_by_role("button", name="Stop").click()
    expect(workbench.state.get_by_role("button", name="Train")).to_be_visible()


def test_the_address_of_a_playground_gives_it_to_another_visitor(visit: Callable[..., Workbench]) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720}).open_projects()
    page = workbench.page
    page.get_by_role("button", name=re.compile("Playground")).click()
    features = page.get_by_role("group", name="features")
    for name, on in (("x²", True), ("x", False), ("sin πy", True)):
        features.get_by_role("button", name=name, exact=True).click()
        expect(features.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", str(on).lower())
    workbench.choose("data set", "Spirals")
    expect(workbench.settled().nodes).to_have_count(5 + 6)
    expect(page).to_have_url(re.compile("play="))
    page.get_by_text("Link to this").click()
    link = page.get_by_test_id("stCode").get_by_text(re.compile("play=")).inner_text()
    assert link.split("play=")[1] == page.url.split("play=")[1].split("&")[0] and "project" not in link
    other = visit(viewport={"width": 1280, "height": 720})
    other.page.goto(page.url)
    theirs = other.page.get_by_role("group", name="features")
    expect(theirs).to_have_attribute("data-value", "y x2 sin_y")
    expect(other.nodes).to_have_count(5 + 6)
    expect(other.page.get_by_role("combobox", name="data set")).to_have_attribute("data-value", "spirals")
    expect(other.page.get_by_test_id("plane")).not_to_have_attribute("data-step", "-1")
    for one in (other, workbench):
        one.state.get_by_role("button", name="Stop").click()
        expect(one.state.get_by_role("button", name="Train")).to_be_visible()


def test_the_gallery_has_no_sideways_scroll(visit: Callable[..., Workbench]) -> None:
    """In a wide window, on a projector and at 200 percent."""
    workbench = visit().open_projects()
    cards = workbench.page.locator("[class*=st-key-template-]")
    for width in (1440, 1280, 640):
        workbench.page.set_viewport_size({"width": width, "height": width * 5 // 8})
        expect(cards.first).to_be_visible()
        assert workbench.page.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
        for left, right in cards.evaluate_all(SIDES):
            assert left >= 0 and right <= width


SIDES = "cards => cards.map(card => card.getBoundingClientRect()).map(box => [box.left, box.right])"


@pytest.mark.parametrize("path", ["/", "/projects", "/nowhere"])
def test_a_page_is_styled_before_any_of_its_scripts_runs(visit: Callable[..., Workbench], path: str) -> None:
    workbench = visit()
    came = workbench.page.request.get(workbench.url + path, headers={"Accept": "text/html"})
    assert f"<style>\n{STYLE.read_text()}</style>" in came.text()
