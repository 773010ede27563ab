"""What a card says has room on it, for every operator, and what has none can be read in full."""

import json
from collections.abc import Callable

from playwright.sync_api import expect

from graphbuilder.losses import LOSSES
from graphbuilder.operators import OPERATORS
from tests.e2e.workbench import Workbench

CUT = """lines => lines.filter(line => line.scrollWidth > line.clientWidth)
  .map(line => [line.innerText, line.title, getComputedStyle(line).textOverflow])"""


MOST = 50
"""Cards at once: of many more, those that are far are painted and no elements."""


def open_with(workbench: Workbench, nodes: list[tuple[str, dict[str, object]]]) -> Workbench:
    document = {
        "version": 1,
        "nodes": [
            {"id": f"n{place}", "kind": kind, "params": params, "position": [place % 5 * 300, place // 5 * 180]}
            for place, (kind, params) in enumerate(nodes)
        ],
    }
    file = {"name": "cards.json", "mimeType": "", "buffer": json.dumps(document).encode()}
    workbench.open_projects().page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for()
    workbench.settled()
    expect(workbench.nodes).to_have_count(len(nodes))
    for name in ("Zoom in",) * 6:  # near enough for every line to be drawn
        workbench.page.get_by_role("button", name=name).click()
    return workbench


def test_the_line_of_every_operator_and_of_every_loss_fits_on_its_card(visit: Callable[..., Workbench]) -> None:
    window: dict[str, object] = {"activation": "relu", "filters": 128, "padding": "same", "strides": [2, 2]}
    given: list[tuple[str, dict[str, object]]] = [
        *((kind, {}) for kind in OPERATORS),
        *(("Loss", {"loss": loss, "target": "progression"}) for loss in LOSSES),
        ("Conv2D", window),
        ("Dense", {"units": 1024, "activation": "relu"}),
        ("MaxPooling2D", {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"}),
    ]
    for start in range(0, len(given), MOST):
        part = given[start : start + MOST]
        lines = open_with(visit(), part).page.locator(".nn-line")
        assert lines.count() == len(part)
        assert lines.evaluate_all(CUT) == []


def test_a_line_that_does_not_fit_ends_in_dots_and_has_its_whole_text(visit: Callable[..., Workbench]) -> None:
    long = "a field of a very long name that no card is wide enough for"
    given: list[tuple[str, dict[str, object]]] = [("Loss", {"target": long}), ("Input", {"field": long})]
    cut = open_with(visit(), given).page.locator(".nn-line").evaluate_all(CUT)
    assert cut == [[text, text, "ellipsis"] for text in (f"Softmax CE → {long}", long)]
