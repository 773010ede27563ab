"""A run's curves as a picture."""

import pytest
from matplotlib.figure import Figure

from graphbuilder.records.curves import _draw_epochs, epochs_of
from graphbuilder.records.events import Epoch, Started


def test_a_step_stands_among_the_epochs_by_what_these_had() -> None:
    """After a change of the batch size an epoch has other steps."""
    metrics = {"loss": 1.0, "val_loss": 1.0}
    record = [Started(9, (40, 5, 5), 10, 4), *(Epoch(n, step, metrics, 0.1, True) for n, step in ((1, 10), (2, 30)))]
    place_of = epochs_of(record)
    assert place_of and [place_of(step) for step in (0, 5, 10, 20, 30, 40)] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    first = epochs_of(record[:1])
    assert first and first(5) == 0.5
    assert epochs_of([]) is None


@pytest.mark.parametrize("count", [1, 3, 40])
def test_epochs_are_counted_in_whole_numbers(count: int) -> None:
    axes = Figure().subplots()
    _draw_epochs(
        axes, [Epoch(n, n, {"loss": 1 / n, "val_loss": 1 / n}, 0.1, True) for n in range(1, count + 1)], "loss"
    )
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
