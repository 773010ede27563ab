"""What a training takes grows as the estimate does. All families up to the limit: python -m tests.soak.memory."""

from tests.soak.memory import FAMILIES, estimated, measured


def test_R2_copies_of_large_weights_are_as_many_as_estimated() -> None:
    """Each in a process of its own: what other tests leave behind is none of it."""
    family, small, large = "wide, Adam", 3000, 4500
    estimate = estimated(FAMILIES[family](large)) - estimated(FAMILIES[family](small))
    more = measured(FAMILIES[family](large))["bytes"] - measured(FAMILIES[family](small))["bytes"]
    assert 0.7 <= more / estimate <= 1.0


def test_R2_many_layers_take_what_is_estimated() -> None:
    """In a process of its own: what so many small arrays leave behind stays with a process, for the next to use."""
    document = FAMILIES["deep"](700)
    assert 0.7 <= measured(document)["bytes"] / estimated(document) <= 1.0
