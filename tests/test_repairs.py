"""Repairs: what is offered was tried, is one edit, and says all that it changes."""

import pytest

from app.components.canvas.ops import numbered
from graphbuilder.cards import cards, told
from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.editing import EditError
from graphbuilder.repairs import offers, repaired
from tests.networks import DIGIT, IMAGE, SCALE, SCORES, chain, node

WINDOW = chain(IMAGE, SCALE, node("c1", "Conv2D", kernel_size=[9, 9]), node("flat", "Flatten"), SCORES, DIGIT)


def key_of(document: Document, says: str) -> str:
    """The key of the offer with these words."""
    report = check(document)
    return next(o.key for found in report.diagnostics for o in offers(report, found) if o.says == says)


def test_a_card_and_the_panels_tell_the_repairs_of_a_fault() -> None:
    report = check(WINDOW)
    (found,) = told(report)
    assert found["repairs"][0]["says"] == "Set padding of Convolution 'c1' to same"
    assert set(found) == {"code", "severity", "text", "nodes", "parameter", "unfinished", "repairs"}
    shown = ("code", "severity", "text", "unfinished", "repairs")
    assert cards(report)["c1"]["fault"] == {key: found[key] for key in shown}


def test_a_repair_is_worked_once_and_then_there_is_nothing_left_to_mend() -> None:
    key = key_of(WINDOW, "Set padding of Convolution 'c1' to same")
    mended, says = repaired(WINDOW, key)
    assert (mended.node("c1").params["padding"], says) == ("same", "Set padding of Convolution 'c1' to same")
    assert check(mended).errors == ()
    with pytest.raises(EditError, match="That fault is gone already"):
        repaired(mended, key)


def test_the_canvas_works_a_repair_and_its_words_are_the_step_of_the_history() -> None:
    key = key_of(WINDOW, "Set padding of Convolution 'c1' to same")
    ((n, edit),) = numbered({"ops": [{"n": 1, "op": "repair", "key": key}]})
    assert (n, edit.worked(WINDOW)) == (1, repaired(WINDOW, key))
