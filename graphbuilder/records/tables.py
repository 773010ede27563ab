"""A training's records as CSV files, for spreadsheets."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from graphbuilder.records.events import Epoch, Event, Probe


def cell(value: object) -> object:
    """A value for a CSV file. A text that a spreadsheet would run as a formula gets a leading apostrophe.

    Source: OWASP, "CSV Injection".
    """
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def history_csv(events: Iterable[Event]) -> str:
    """A row for each epoch that is told, with every metric, and the learning rate where it was recorded."""
    epochs = [event for event in events if isinstance(event, Epoch)]
    metrics = list(epochs[0].metrics) if epochs else []
    rated = ["learning_rate"] if any(epoch.rate is not None for epoch in epochs) else []
    rows = [
        (e.number, e.step, round(e.seconds, 3), *(e.metrics[name] for name in metrics), *(e.rate for _ in rated))
        for e in epochs
    ]
    return _csv(["epoch", "step", "seconds", *metrics, *rated], rows)


def activations_csv(events: Iterable[Event], labels: Mapping[str, str]) -> str:
    """A row for each node at each look. labels: what the user calls each node, by id."""
    rows = [
        (probe.step, labels[id], seen.mean, seen.spread, seen.low, seen.high, "" if seen.dead is None else seen.dead)
        for probe in events
        if isinstance(probe, Probe)
        for id, seen in probe.nodes.items()
    ]
    return _csv(["step", "node", "mean", "spread", "low", "high", "dead"], rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow([cell(name) for name in head])
    out.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()
