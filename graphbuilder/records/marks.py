"""What was changed of a training while it went, in words: for code, which begins with the settings of the start."""

import json
from collections.abc import Iterable
from typing import Any

from graphbuilder.records.events import Commanded, Event


def changes_told(events: Iterable[Event]) -> list[str]:
    """A line for each, in their order: "from step 1,201 on learning_rate 0.05 instead of 0.01"."""
    return [
        _line(f"from step {event.step + 1:,} on {name} {_value(now)} instead of {_value(before)}")
        for event in events
        if isinstance(event, Commanded)
        for name, (before, now) in event.settings.items()
    ]


def _line(text: str) -> str:
    """On one line, whatever it is of: it becomes a comment of code."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else json.dumps(value)
