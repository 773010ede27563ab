"""What is said to do about a loss that became no number."""

from graphbuilder import editing
from graphbuilder.records.divergence import advice
from graphbuilder.templates import template


def test_a_tenth_of_the_rate_comes_first() -> None:
    fast = editing.set_optimizer_option(template("lenet"), "learning_rate", 5.0)
    assert advice(fast) == "Train with a tenth of the learning rate: 0.5 instead of 5."


def test_raw_inputs_and_a_plain_optimizer_are_told_of() -> None:
    document = editing.set_optimizer(template("regression"), "SGD")
    bare = editing.delete(document, [node.id for node in document.nodes if node.label == "standardize"], heal=True)
    assert "Rescale or normalize what comes in" in advice(bare)
    assert advice(bare).endswith("Or take Adam, which holds the size of its steps.")


def test_a_large_rate_is_told_in_plain_digits() -> None:
    document = editing.set_optimizer_option(template("lenet"), "learning_rate", 1000.0)
    assert "100 instead of 1000." in advice(document)
