"""What is found of a run while it goes on: each time of what is new alone, so that to watch costs next to nothing."""

import json

from graphbuilder.diagnosis.evidence import Evidence
from graphbuilder.records.events import Event, Steps, from_json

MOST = 6_000
"""Losses and other events, beyond which it begins anew with the digest, which has fewer: what is looked at stays as
small as of a run that has just begun."""
_UNHEARD = ("boundary", "units", "snapshots", "commanded")
"""What no rule looks at, and much of what is told."""
_TIMES = 3
"""The bytes that an event takes, by those of its JSON."""
_ANEW = 2**53
"""Behind every chunk: who asks for what comes behind it is told the digest."""


class Following:
    """The record of one run, as far as it was heard. last: the number of the last chunk; what is asked for next is what
    came behind it. bytes: about how many it takes."""

    def __init__(self) -> None:
        self.last = 0
        self._events: list[Event] = []
        self._size = 0
        self.bytes = 0

    def hear(self, text: str) -> None:
        """Takes what `Jobs.news_text` answers of what is behind `last`."""
        news = json.loads(text)
        if news["reset"]:
            self._events, self._size, self.bytes = [], 0, 0
        self.bytes += _TIMES * len(text)
        for told in news["events"]:
            if told["kind"] not in _UNHEARD:
                event = from_json(told)
                self._events.append(event)
                self._size += len(event.losses) if isinstance(event, Steps) else 1
        self.last = _ANEW if self._size > MOST and not news["reset"] else news["last"]

    @property
    def evidence(self) -> Evidence:
        return Evidence.of(self._events)
