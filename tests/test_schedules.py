"""What settings of training come to: arguments of Keras' optimizer, lengths in steps, and memory."""

from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.calls import EPOCHS, STEPS, Call, Epochs
from graphbuilder.checks import check
from graphbuilder.memory import estimate
from graphbuilder.schedules import SCHEDULES, Run, curve
from graphbuilder.settings import Settings
from graphbuilder.templates import template


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, {}),
        ({"clipping": "value"}, {"clipvalue": 0.5}),
        ({"clipping": {"name": "norm", "at": 2.0}}, {"clipnorm": 2.0}),
        ({"clipping": "global_norm"}, {"global_clipnorm": 1.0}),
        ({"ema": "moving"}, {"use_ema": True, "ema_momentum": 0.99}),
        (
            {"ema": {"name": "moving", "momentum": 0.9, "every": 5}},
            {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 5},
        ),
        ({"accumulation_steps": 4}, {"gradient_accumulation_steps": 4}),
    ],
)
def test_every_optimizer_is_told_what_the_settings_say(settings: dict[str, Any], told: dict[str, Any]) -> None:
    read = {name: Settings.parameters[name].read(value) for name, value in settings.items()}
    assert Settings(read).of_optimizer(0.1) == {"learning_rate": 0.1, **told}


@pytest.mark.parametrize(
    ("length", "steps", "printed"),
    [
        (Epochs(1.0), 7, "steps_per_epoch"),
        (Epochs(3.0), 21, "3 * steps_per_epoch"),
        (Epochs(0.5), 4, "max(1, round(0.5 * steps_per_epoch))"),
        (Epochs(0.01), 1, "max(1, round(0.01 * steps_per_epoch))"),
        (Epochs(0.0, of_run=True), 70, "EPOCHS * steps_per_epoch"),
        (Epochs(2.0, of_run=True), 56, "max(1, round((EPOCHS - 2) * steps_per_epoch))"),
        (Epochs(12.0, of_run=True), 1, "max(1, round((EPOCHS - 12) * steps_per_epoch))"),
    ],
)
def test_a_length_in_epochs_is_printed_as_the_sum_that_is_worked_out(length: Epochs, steps: int, printed: str) -> None:
    known = {STEPS: 7, EPOCHS: 10}
    assert (length.steps(known), length.printed) == (steps, printed)
    assert eval(printed, dict(known)) == steps
    assert [*Call("f", kwargs={"a": Call("g", (length,))}).lengths()] == [length]


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_curve_is_bounded_and_spans_the_run(name: str) -> None:
    points = curve(SCHEDULES[name](), 0.1, Run(997, 300))
    assert len(points) <= 201 and (points[0][0], points[-1][0]) == (0.0, 300.0)
    assert all(0 <= rate <= 0.1 + 1e-12 for _, rate in points)
    assert len(curve(SCHEDULES[name](), 0.1, Run(1, 1))) == 2


def test_memory_counts_what_averages_and_added_gradients_keep() -> None:
    plain = template("lenet")
    weights = 4 * check(plain).parameters

    def more(name: str, value: object) -> float:
        document = editing.set_training(plain, name, value)
        return (estimate(document, check(document).facts).total - estimate(plain, check(plain).facts).total) / weights

    assert more("ema", "moving") == pytest.approx(1.1, rel=0.01)
    assert more("accumulation_steps", 8) == pytest.approx(1.1, rel=0.01)
    assert more("accumulation_steps", 1) == 0
