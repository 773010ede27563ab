"""By how many threads, and by which executor, a network is trained."""

import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.templates import template
from graphbuilder.training.computing import Computing, computing

ONE_BY_ONE = "SINGLE_THREADED_EXECUTOR"
LARGE = editing.set_training(template("spiral_perceptron"), "batch_size", 100_000)


@pytest.mark.parametrize(
    ("document", "is_done"),
    [
        (template("spiral_perceptron"), Computing(1, ONE_BY_ONE)),
        (template("lenet"), Computing(1, "")),
        (template("autoencoder"), Computing(1, "")),
        (template("inception"), Computing(0, "")),
        (LARGE, Computing(0, "")),
        (Document(), Computing(1, ONE_BY_ONE)),
    ],
    ids=["a perceptron", "small convolutions", "tiny convolutions", "large convolutions", "a large batch", "nothing"],
)
def test_small_networks_are_handed_to_no_other_thread(document: Document, is_done: Computing) -> None:
    assert computing(check(document)) == is_done


def test_a_job_beside_others_has_no_more_threads_than_it_may() -> None:
    assert computing(check(template("inception")), threads=1) == Computing(1, "")


def test_a_full_batch_has_all_rows_of_the_training_part() -> None:
    document = editing.set_training(template("logistic_regression"), "batch_size", None)
    assert computing(check(document)) == computing(check(editing.set_training(document, "batch_size", 90)))
