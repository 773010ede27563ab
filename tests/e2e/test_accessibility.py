"""What axe-core finds wrong on every page and in every state, for those who see little, hear, or use keys alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.state import PANELS
from tests.e2e.test_training import Training
from tests.e2e.workbench import Workbench

AXE = Path("app/components/canvas/frontend/node_modules/axe-core/axe.min.js").read_text("utf-8")
# Left out: that keys reach a block of code that scrolls, in browsers other than Chromium and Firefox, where
# they always do. The element is Streamlit's, which takes no attributes of ours.
RUN = """() => axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(one => one.id !== 'scrollable-region-focusable' ? one
    : { ...one, nodes: one.nodes.filter(({ target }) => !document.querySelector(target[0])?.closest('.stCode')) })
  .flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${impact} ${id} at ${JSON.stringify(target)}: ${failureSummary.replaceAll('\\n', ' ')}`)))"""


# Streamlit fades what is old while a script runs for long.
CALM = """() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning' &&
  [...document.querySelectorAll('[data-testid=stElementContainer]')]
    .every(one => getComputedStyle(one).opacity === '1')"""


def faults(workbench: Workbench, where: str) -> list[str]:
    """The serious faults of the page as it stands."""
    workbench.page.wait_for_timeout(400)  # a colour that is on its way to another is neither
    workbench.until(CALM)
    workbench.page.evaluate(AXE)
    found: list[str] = workbench.page.evaluate(RUN)
    return [f"{where}: {one}" for one in found]


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page_or_in_any_state(scheme: str, visit: Callable[..., Workbench]) -> None:
    workbench = visit(color_scheme=scheme).open()
    page, found = workbench.page, faults(workbench, "workbench")
    Training(workbench).start().until_over()
    for panel in PANELS:
        workbench.panel(panel)
        found += faults(workbench, panel)
    workbench.select("n3")
    for name in ("What it does", "More"):
        page.locator(".st-key-inspector_body").get_by_text(name, exact=True).click()
        workbench.settled()
    found += faults(workbench, "a node with its help")
    page.get_by_text("Inside this node").click()
    for view, seen in (("Values", ".in-grid button"), ("Weights", ".in-caption"), ("Samples", ".in-top button")):
        page.get_by_test_id("inside").get_by_role("tab", name=view).click()
        page.get_by_test_id("inside").locator(seen).first.wait_for()
        found += faults(workbench, f"the inside of a node: {view}")
    workbench.enter("filters", "0")
    workbench.panel("Faults")
    found += faults(workbench, "a fault")
    workbench.step("Undo")
    page.get_by_role("button", name="Find nodes (Ctrl+F)").click()
    page.keyboard.type("conv")
    found += faults(workbench, "finding nodes")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys (?)").click()
    found += faults(workbench, "keys")
    page.keyboard.press("Escape")
    page.locator("[class*=st-key-menu] button").first.click()
    found += faults(workbench, "the project's menu")
    page.keyboard.press("Escape")
    for link, heading in (("export", "Code"), ("help_link", "Convolution")):
        page.locator(f".st-key-{link} a").locator("visible=true").click()
        page.get_by_role("heading", name=heading).first.wait_for()
        found += faults(workbench, link)
        page.get_by_role("link", name="Back to the network").click()
        workbench.canvas.wait_for()
        workbench.settled()
    workbench.open_projects()
    found += faults(workbench, "start")
    workbench.open_admin()
    found += faults(workbench, "the operator's page")
    assert found == []
