"""These tests hold the library to Keras itself, loaded once in each process."""

import gc
from collections.abc import Iterator

import pytest

from graphbuilder.training.engine import load_keras
from tests.contract.warm import Warm


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "contract" in item.path.parts:
            item.add_marker(pytest.mark.keras)


@pytest.fixture(scope="session", autouse=True)
def _keras() -> None:
    """What is loaded is there to the end: no collection of garbage needs to look through it."""
    load_keras()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    one = Warm()
    yield one
    one.close()
