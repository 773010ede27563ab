"""A window of another size, and a network that grows, do not lose the network out of view."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.workbench import Point, Workbench

LARGE, SMALL = {"width": 1440, "height": 900}, {"width": 900, "height": 600}

STRAY = """() => {
  const canvas = document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot;
  const room = canvas.querySelector('.nn-stage').getBoundingClientRect();
  return [...canvas.querySelectorAll('[data-node-id]')].filter(card => {
    const box = card.getBoundingClientRect();
    return box.left < room.left || box.top < room.top || box.right > room.right || box.bottom > room.bottom;
  }).map(card => card.dataset.nodeId);
}"""
MIDDLE = """() => {
  const canvas = document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot;
  const room = canvas.querySelector('.nn-stage').getBoundingClientRect();
  const card = canvas.querySelector('[data-node-id=n5]').getBoundingClientRect();
  const scale = card.width / 220;
  return [room.left + room.width / 2 - card.left, room.top + room.height / 2 - card.top].map(way => way / scale);
}"""


def wait_until_whole(workbench: Workbench) -> None:
    workbench.until(f"!({STRAY})().length")


@pytest.mark.parametrize("start", [LARGE, SMALL])
def test_the_network_is_in_view_in_a_window_of_every_size(
    start: dict[str, int], visit: Callable[..., Workbench]
) -> None:
    workbench = visit(viewport=start).open()
    for size in (SMALL, LARGE, {"width": 1024, "height": 768}, SMALL, LARGE):
        workbench.page.set_viewport_size(size)
        workbench.page.wait_for_timeout(300)  # all that follows the window has followed
        wait_until_whole(workbench)
    workbench.page.reload()
    workbench.canvas.wait_for()
    workbench.settled()
    workbench.page.set_viewport_size(SMALL)
    workbench.page.wait_for_timeout(300)
    wait_until_whole(workbench)


def test_a_view_that_the_person_chose_keeps_its_middle_in_a_window_of_another_size(workbench: Workbench) -> None:
    page = workbench.page
    box = page.locator(".nn-stage").bounding_box()
    assert box
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(500)
    middle: Point = page.evaluate(MIDDLE)
    for size in (SMALL, LARGE):
        page.set_viewport_size(size)
        page.wait_for_timeout(500)
        assert page.evaluate(MIDDLE) == pytest.approx(middle, abs=2)


def test_a_network_that_grows_stays_in_view_while_it_can_be_read(workbench: Workbench) -> None:
    page = workbench.page
    page.keyboard.press("Control+a")
    workbench.canvas.click(position={"x": 400, "y": 20})
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(workbench.nodes).to_have_count(0)
    for count, kind in enumerate(["Input", "Flatten", "Dense", "Dense"], 1):
        workbench.item(kind).click()
        expect(workbench.nodes).to_have_count(count)
        wait_until_whole(workbench)
    for count in range(5, 12):
        workbench.item("Dense").click()
        expect(workbench.nodes).to_have_count(count)
        last = workbench.ids()[-1]
        page.wait_for_timeout(100)
        assert last not in page.evaluate(STRAY)
