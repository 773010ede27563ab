"""All that a training told, as events, with a bound on the looks into the network however long it goes on.

Steps and epochs are small and all stay; of looks those go that lie closest, as in a digest.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from graphbuilder.records.digest import denser_at_the_start
from graphbuilder.records.events import Batch, Boundary, Event, Layers, Probe, Units

MOST: dict[type[Any], int] = {Probe: 200, Layers: 100, Batch: 400, Boundary: 60, Units: 60}


class Heard:
    """Events in the order in which they came. Of looks of one kind there are at most twice as many as MOST says."""

    def __init__(self, known: Iterable[Event] = ()) -> None:
        self.events: list[Event] = []
        self._counts = dict.fromkeys(MOST, 0)
        for event in known:
            self.add(event)

    def add(self, event: Event) -> None:
        self.events.append(event)
        kind = type(event)
        if kind not in MOST:
            return
        self._counts[kind] += 1
        if self._counts[kind] > 2 * MOST[kind]:
            alike = [one for one in self.events if type(one) is kind]
            kept = denser_at_the_start(alike, MOST[kind], attrgetter("step"))
            stay = {*map(id, kept)}
            self.events = [one for one in self.events if type(one) is not kind or id(one) in stay]
            self._counts[kind] = len(kept)
