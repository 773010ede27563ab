"""A run's curves as a picture."""

from graphbuilder.records.curves import epochs_of
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
