"""What is judged of a button, by what was trained with and without it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.records.events import Ended, Started
from graphbuilder.records.folder import write
from tests.diagnosis import training
from tests.diagnosis.fixes import SEEDS, Pressed, judged, with_seed
from tests.diagnosis.planted import perceptron

BEFORE = perceptron(epochs=40)
AFTER = editing.set_training(BEFORE, "patience", 10)
BUTTON = Pressed("digits", "D_OVERFIT", 1, "Set patience to 10", BEFORE, AFTER)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "CACHE", tmp_path)


def came_to(document: Document, accuracy: float, loss: float = 1.0, epochs: int = 40, state: str = "finished") -> None:
    for seed in SEEDS:
        seeded = with_seed(document, seed)
        folder = training.folder_of(seeded)
        folder.mkdir(parents=True)
        events = Started(100, (1000, 400, 400), 32, 40), Ended("finished", "", epochs, 100, epochs)
        result = {"state": state, "val_accuracy": accuracy, "val_loss": loss, "epochs": epochs}
        write(folder, seeded, "", events, result)


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ({"accuracy": 0.9}, "better"),
        ({"accuracy": 0.7}, "worse"),
        ({"accuracy": 0.8, "state": "diverged"}, "worse"),
        ({"accuracy": 0.81}, "same"),
        ({"accuracy": 0.8, "loss": 0.8}, "better"),
        ({"accuracy": 0.8, "loss": 1.2}, "worse"),
        ({"accuracy": 0.81, "loss": 1.2}, "same"),
        ({"accuracy": 0.8, "epochs": 20}, "sooner"),
    ],
)
def test_scores_are_held_beside_each_other_within_their_luck_then_losses_then_epochs(
    after: dict[str, Any], outcome: str
) -> None:
    came_to(BEFORE, 0.8)
    came_to(AFTER, **after)
    assert judged(BUTTON).outcome == outcome


def test_what_validates_by_other_rows_is_not_held_beside() -> None:
    other = editing.set_split(BEFORE, "seed", 7)
    came_to(BEFORE, 0.8)
    came_to(other, 0.9)
    assert judged(replace(BUTTON, after=other)).outcome == "no measure"


def test_what_was_not_trained_is_not_judged() -> None:
    came_to(BEFORE, 0.8)
    assert judged(BUTTON).outcome == "untrained"
