"""The palette holds every operator, and each is two presses away: by its family, or by a word."""

from playwright.sync_api import expect

from graphbuilder.cards import palette
from graphbuilder.operators import OPERATORS
from tests.e2e.workbench import Workbench

FOCUSED = """() => document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]')
  .shadowRoot.activeElement.dataset.kind"""


def test_every_operator_is_added_by_its_family_and_itself(workbench: Workbench) -> None:
    page = workbench.page
    families = page.get_by_test_id("palette-family")
    shown = [family["title"] for family in palette()["families"] if any(
        operator.family.title == family["title"] for operator in OPERATORS.values())]  # fmt: skip
    assert families.evaluate_all("all => all.map(one => one.title)") == shown
    for title in (shown[-1], shown[2]):
        families.and_(page.get_by_role("button", name=title, exact=True)).click()
        expect(page.locator(".nn-families [aria-current=true]")).to_have_attribute("title", title)
        heading = page.locator(".nn-groups h3", has_text=title).first
        expect(heading).to_be_in_viewport()
        assert page.evaluate(FOCUSED) in {kind for kind, one in OPERATORS.items() if one.family.title == title}
