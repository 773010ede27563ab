"""The story without a mouse: a network from an empty canvas, wired, set, trained and taken away by keys alone."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.test_training import Training
from tests.e2e.workbench import Workbench

NETWORK = ("Input", "Rescaling", "Flatten", "Linear", "Loss")
HAS_FOCUS = "element => element.getRootNode().activeElement === element"


def go_to(workbench: Workbench, target: Locator, most: int = 60) -> None:
    """Presses Tab until the focus is there, where it has to be seen."""
    for _ in range(most):
        workbench.page.keyboard.press("Tab")
        if target.count() and target.first.evaluate(HAS_FOCUS):
            assert target.first.is_visible()
            return
    raise AssertionError(f"{most} times Tab do not lead to {target}")


def add(workbench: Workbench, operator: str) -> str:
    """Searches the palette; what is taken is wired to the node that was chosen. The new node's id."""
    before = set(workbench.ids())
    workbench.page.keyboard.press("/")
    workbench.page.keyboard.type(operator)
    workbench.page.keyboard.press("Enter")
    expect(workbench.nodes).to_have_count(len(before) + 1)
    workbench.settled()
    (new,) = set(workbench.ids()) - before
    expect(workbench.node(new)).to_be_focused()
    return new


def wire_or_cut(workbench: Workbench, target: str, wires: int) -> None:
    """From the node that has the focus to one of this name."""
    workbench.page.keyboard.press("w")
    expect(workbench.page.get_by_test_id("pick-list").get_by_role("combobox")).to_be_focused()
    workbench.page.keyboard.type(target)
    workbench.page.keyboard.press("Enter")
    expect(workbench.wires).to_have_count(wires)
    workbench.settled()


def test_the_story_is_lived_by_keyboard_alone(visit: Callable[..., Workbench], tmp_path: Path) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720}).open_projects()
    page, keys = workbench.page, workbench.page.keyboard
    go_to(workbench, page.get_by_role("button", name="An empty canvas"))
    keys.press("Enter")
    workbench.canvas.wait_for()
    workbench.settled()

    # Draw: each operator is wired to the one before; cut a wire, see the fault, wire anew
    go_to(workbench, page.locator(".nn-palette input"))
    keys.press("Escape")
    ids = [add(workbench, operator) for operator in NETWORK]
    expect(workbench.wires).to_have_count(4)
    keys.press("Shift+Tab")
    expect(workbench.node(ids[3])).to_be_focused()
    wire_or_cut(workbench, "loss", wires=3)
    expect(workbench.state).to_contain_text("Not finished yet")
    wire_or_cut(workbench, "loss", wires=4)

    # Set: into the form with Enter, through its fields with Tab
    keys.press("Enter")
    expect(workbench.field("label")).to_be_focused()
    go_to(workbench, workbench.field("units"))
    keys.press("Control+a")
    keys.type("10")
    keys.press("Enter")
    expect(workbench.node(ids[3])).to_contain_text("10 units")
    expect(workbench.state).to_contain_text("No faults")
    workbench.settled()

    # Train, and read what came of it
    go_to(workbench, page.locator(".st-key-train button"))
    keys.press("Enter")
    Training(workbench).until_over()
    tabs = page.locator(".st-key-dock_tabs")
    go_to(workbench, tabs.locator("[role=tab]:focus"))  # one stop for all of them; arrows go from one to the next
    for _ in range(7):
        if tabs.get_by_role("tab", name="Results").evaluate(HAS_FOCUS):
            break
        keys.press("ArrowRight")
    keys.press("Enter")
    expect(workbench.panels).to_contain_text("were wrong")

    # Take it away
    go_to(workbench, page.locator(".st-key-export a"))
    keys.press("Enter")
    page.get_by_role("heading", name="Code").wait_for()
    go_to(workbench, page.get_by_role("button", name="Python file"))
    with page.expect_download() as coming:
        keys.press("Enter")
    coming.value.save_as(tmp_path / "model.py")
    assert "units=10" in (tmp_path / "model.py").read_text("utf-8")
