"""A run's loss and accuracy over its epochs, as a picture for slides and papers."""

import io
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Literal

import numpy as np

from graphbuilder.figures import CLASS_COLORS
from graphbuilder.metrics import score_of
from graphbuilder.records.events import Epoch, Event, Started, Steps

_alone = Lock()
_TRAINING, _VALIDATION = CLASS_COLORS[1], CLASS_COLORS[5]


def draw_curves(record: Sequence[Event], form: Literal["png", "svg"]) -> bytes:
    """Loss, and beside it accuracy, or else the first metric in per cent that the run has. A record without an epoch
    has empty axes.

    Thin and pale: the loss of single steps. Strong: training with dropout on. Dashed, with dots: validation.
    """
    import matplotlib  # noqa: PLC0415  -- takes longer to load than `check` takes altogether
    from matplotlib.figure import Figure  # noqa: PLC0415

    epochs = [event for event in record if isinstance(event, Epoch)]
    told = dict.fromkeys(name for epoch in epochs for name in epoch.metrics if not name.startswith("val_"))
    shares = sorted((name for name in told if score_of(name).share), key=lambda name: name != "accuracy")
    shown = ["loss", *shares[:1]]
    # No clock and no random ids: the same run gives the same file. The settings are the process', so one at a time.
    with _alone, matplotlib.rc_context({"font.size": 12, "svg.fonttype": "path", "svg.hashsalt": "graphbuilder"}):
        figure = Figure(figsize=(5.5 * len(shown), 4), layout="constrained")
        for axes, name in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
            if name == "loss":
                _draw_steps(axes, record)
            _draw_epochs(axes, epochs, name)
        file = io.BytesIO()
        figure.savefig(file, format=form, dpi=160, metadata={"Date": None} if form == "svg" else None)
    return file.getvalue()


def epochs_of(record: Sequence[Event]) -> Callable[[int], float] | None:
    """Where a step stands among the epochs: with the batch size, the steps of an epoch may change. None before the
    start is told."""
    started = next((event for event in record if isinstance(event, Started)), None)
    if started is None:
        return None
    done = [(0, 0), *((event.step, event.number) for event in record if isinstance(event, Epoch))]
    steps, numbers = zip(*done, strict=True)
    (before, then), (last, number) = done[-2:] if len(done) > 1 else ((0, 0), (started.steps_per_epoch, 1))
    each = (number - then) / (last - before)

    def place(step: int) -> float:
        beyond = step - steps[-1]
        return numbers[-1] + each * beyond if beyond > 0 else float(np.interp(step, steps, numbers))

    return place


def _draw_steps(axes: Any, record: Sequence[Event]) -> None:
    place_of = epochs_of(record)
    if place_of is None:
        return
    points = [
        (place_of(steps.first + place * steps.stride), loss)
        for steps in record
        if isinstance(steps, Steps)
        for place, loss in enumerate(steps.losses)
    ]
    if points:
        axes.plot(*zip(*points, strict=True), color=_TRAINING, alpha=0.25, linewidth=0.8)


def _draw_epochs(axes: Any, epochs: Sequence[Epoch], name: str) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  -- as above

    numbers = [epoch.number for epoch in epochs]
    for metric, told, look in (
        (name, "training", {"color": _TRAINING}),
        (f"val_{name}", "validation", {"color": _VALIDATION, "linestyle": "--", "marker": "o", "markersize": 3}),
    ):
        axes.plot(numbers, [epoch.metrics.get(metric) for epoch in epochs], label=told, linewidth=2, **look)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_ylabel(score_of(name).title)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if epochs:
        axes.legend(frameon=False)
