"""Names that try to be code, pictures or formulas are shown as they are written, on every page."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from graphbuilder.document import as_json
from graphbuilder.templates import template
from tests.e2e.workbench import Workbench

HOSTILE = {
    "X1_a_script": "<img src=x onerror=window.__x=1>",
    "X2_a_picture": "![](http://evil.example/x.png)",
    "X3_a_link": "<a href=javascript:window.__x=1>x</a>",
    "X9_a_formula_and_a_colour": "$x^2$ :red[y] :material/home:",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_name_is_only_text(name: str, visit: Callable[..., Workbench]) -> None:
    text = HOSTILE[name]
    raw = as_json(template("lenet"))
    raw["name"] = text
    for node in raw["nodes"]:
        node["label"] = text
    raw["nodes"][2]["params"]["kernel_size"] = [99, 99]
    raw["nodes"][2]["params"]["padding"] = "valid"
    raw["nodes"].append({"id": "odd", "kind": text, "label": text})
    workbench = visit().open_projects()
    file = {"name": "net.json", "mimeType": "application/json", "buffer": json.dumps(raw).encode()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.page.get_by_role("button", name=text).first).to_be_visible()
    expect(workbench.node("n3")).to_contain_text(text)
    workbench.select("n3")
    expect(workbench.page.locator(".st-key-inspector_body")).to_contain_text(text)
    for panel in ("Faults", "Summary", "Data", "Code"):
        workbench.panel(panel)
        if panel in ("Faults", "Summary"):
            expect(workbench.panels).to_contain_text(re.compile(re.escape(text).replace("http:", "http:\u2060?")))
    workbench.open_projects()
    expect(workbench.page.get_by_role("link", name=text).first).to_be_visible()
    assert workbench.page.evaluate("window.__x") is None
