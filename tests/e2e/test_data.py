"""Data of one's own, from a file that is dropped to a network that uses it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.test_accessibility import faults
from tests.e2e.workbench import Workbench

BERRIES = "Länge;Breite;Sorte\n" + "".join(
    f"{n % 9},5;{n / 8:.2f}".replace(".", ",") + f";s{n % 3}\n" for n in range(90)
)
DROP = """([place, name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: 'text/csv' }));
  place.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, name: str, text: str) -> None:
    zone = page.locator(".gd-zone")
    zone.wait_for()
    page.evaluate(DROP, [zone.element_handle(), name, text])


def test_a_dropped_table_is_understood_changed_and_used(visit: Callable[..., Workbench]) -> None:
    workbench = visit(viewport={"width": 1280, "height": 720})
    page = workbench.page
    page.goto(f"{workbench.url}/data")
    drop(page, "Beeren.csv", BERRIES)
    told = page.locator(".st-key-data_page")
    target = page.get_by_role("combobox", name="Target")
    expect(target).to_be_visible()
    expect(told).to_contain_text("90 rows")
    assert faults(workbench, "data") == []
    page.get_by_role("tab", name="How it is read").click()
    expect(told).to_contain_text("Numbers have a decimal comma.")
    page.get_by_role("tab", name="Columns").click()
    target.click()
    page.get_by_role("option", name="Länge").click()
    page.get_by_role("button", name="Use in a new project").click()
    workbench.canvas.wait_for()
    workbench.settled()
    expect(page.locator(".st-key-data_about")).to_contain_text("Länge: number")
    page.get_by_role("link", name="Add or change data").click()
    expect(page.locator(".st-key-data_mine")).to_contain_text("used in Beeren")
