"""What a training takes grows as the estimate does. All families up to the limit: python -m tests.soak.memory."""

import gc
from pathlib import Path

from tests.contract.test_training import training
from tests.soak.memory import FAMILIES, estimated, measured, status


def taken(family: str, size: int, home: Path) -> int:
    """The most bytes that a training here had beyond what was there before it."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    training(FAMILIES[family](size), home, probing=False)
    return status("VmHWM") - before


def test_R2_copies_of_large_weights_are_as_many_as_estimated(home: Path) -> None:
    family, small, large = "wide, Adam", 3000, 4500
    estimate = estimated(FAMILIES[family](large)) - estimated(FAMILIES[family](small))
    taken(family, small, home)  # what is loaded at the first time is none of it
    more = taken(family, large, home) - taken(family, small, home)
    assert 0.7 <= more / estimate <= 1.0


def test_R2_many_layers_take_what_is_estimated() -> None:
    """In a process of its own: what so many small arrays leave behind stays with a process, for the next to use."""
    document = FAMILIES["deep"](700)
    assert 0.7 <= measured(document)["bytes"] / estimated(document) <= 1.0
