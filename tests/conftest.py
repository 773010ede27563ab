"""What several tests share."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from graphbuilder.store import Store
from graphbuilder.store.work import Work

GOLDEN = Path(__file__).parent / "golden"

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate-golden", action="store_true", help="write the golden files of code anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long test that begins last leaves the other cores idle until it ends: what has begun is shared no more."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """As the server does when it starts: Streamlit collects garbage after every run of a script, and thousands of
    collected tests need not be looked at each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def golden_documents() -> Path:
    return GOLDEN / "documents"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the data sets of all tests of this process."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = Store(tmp_path)
    yield one
    one.close()


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Work]:
    one = Work(tmp_path)
    yield one
    one.close()
