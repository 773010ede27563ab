"""All planted faults, and all healthy networks, of the lists that they were written in."""

from collections.abc import Iterator

from graphbuilder.document import Document
from tests.diagnosis.asked import Asked, controls, questions
from tests.diagnosis.elsewhere import lapses, thriving
from tests.diagnosis.further import blunders, hale
from tests.diagnosis.others import slips, sound
from tests.diagnosis.planted import Fault, faults, healthy


def people_ask() -> Iterator[Asked]:
    """What people write who then ask."""
    for slipped in (questions, slips, lapses, blunders):
        yield from slipped()


def people_do_well() -> Iterator[tuple[str, Document]]:
    """The healthy ones of the same kinds."""
    for well in (controls, sound, thriving, hale):
        yield from well()


def planted() -> Iterator[Fault | Asked]:
    yield from faults()
    yield from people_ask()


def all_healthy() -> Iterator[tuple[str, Document]]:
    yield from healthy()
    yield from people_do_well()
