"""Networks that differ in one setting."""

import pytest

from graphbuilder.checks import check
from graphbuilder.editing import EditError, set_training
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.records.comparison import differ_in_luck, families_of, names_of
from graphbuilder.sweeps import MOST, sweep, swept
from graphbuilder.templates import template, template_names

SPIRAL = template("spiral_perceptron")


@pytest.mark.parametrize("name", template_names())
def test_every_suggestion_can_be_set_and_is_named_by_what_differs(name: str) -> None:
    document = template(name)
    for one in swept(document, [node.id for node in document.nodes[:4]]):
        made = sweep(document, one.key, one.suggested)
        assert len(made) == len(one.suggested), one.key
        titles = [str(place) for place in range(len(made))]
        assert len(set(names_of(made, titles, [""] * len(made)))) == len(made)
        assert one.key in ("optimizer", "initializer", "activation") or document in made, (
            f"{one.key} has its own value among them"
        )


def test_all_that_there_is_of_a_kind_is_offered_and_known_by_its_name_or_title_in_any_case() -> None:
    settings = {one.key: one for one in swept(SPIRAL)}
    assert {*settings["optimizer"].suggested, *settings["optimizer"].others} == {*OPTIMIZERS}
    for key in ("optimizer", "initializer", "activation", "training:schedule"):
        for other in settings[key].others:
            first, second = sweep(SPIRAL, key, [settings[key].suggested[0], other.upper()])
            assert first != second, other
    told = sweep(SPIRAL, "optimizer", ["Schedule-free AdamW", "lamb", "FTRL"])
    assert [one.training.optimizer for one in told] == ["ScheduleFreeAdamW", "Lamb", "Ftrl"]
    assert not settings["options:learning_rate"].others
    with pytest.raises(ValueError, match=r"optimizer must be one of SGD, .*; received Adum"):
        sweep(SPIRAL, "optimizer", ["Adam", "Adum"])


def test_all_else_stays_as_it_was() -> None:
    for rate, one in zip((0.5, 0.25), sweep(SPIRAL, "options:learning_rate", ["0.5", " 0.25"]), strict=True):
        training = one.training
        assert training.options["learning_rate"] == rate
        assert one.model_copy(update={"training": SPIRAL.training}) == SPIRAL
        assert {
            **training.options,
            "learning_rate": SPIRAL.training.options["learning_rate"],
        } == SPIRAL.training.options


def test_an_initializer_is_that_of_every_kernel() -> None:
    zeros, he = sweep(SPIRAL, "initializer", ["zeros", "he_normal"])
    for one, name in ((zeros, "zeros"), (he, "he_normal")):
        assert {n.params["kernel_initializer"] for n in one.nodes if "kernel_initializer" in n.params} == {name}
        assert not check(one).errors


def test_an_activation_is_that_of_every_hidden_layer_and_not_of_the_last() -> None:
    (last,) = (wire.source for wire in SPIRAL.wires if wire.target not in {one.source for one in SPIRAL.wires})
    for one, name in zip(sweep(SPIRAL, "activation", ["tanh", "sigmoid"]), ("tanh", "sigmoid"), strict=True):
        bent = {node.params["activation"] for node in one.nodes if "activation" in node.params and node.id != last}
        assert bent == {name}
        assert [node for node in one.nodes if node.id == last] == [node for node in SPIRAL.nodes if node.id == last]
        assert not check(one).errors


def test_a_schedule_that_is_set_stays_as_it_is_among_others() -> None:
    cosine = set_training(SPIRAL, "schedule", {"name": "cosine", "warmup": 2})
    kept, steps = sweep(cosine, "training:schedule", ["cosine", "steps"])
    assert kept == cosine
    assert steps == set_training(SPIRAL, "schedule", "steps")


def test_seeds_alone_are_luck() -> None:
    assert differ_in_luck(sweep(SPIRAL, "training:seed", ["1", "2", "3"]))
    assert not differ_in_luck(sweep(SPIRAL, "options:learning_rate", ["1", "2"]))


def test_runs_of_a_group_are_listed_together_where_its_first_stands() -> None:
    assert families_of([("d", None), ("c", "g"), ("b", None), ("a", "g")]) == [["d"], ["c", "a"], ["b"]]


@pytest.mark.parametrize(
    ("key", "values", "says"),
    [
        ("options:learning_rate", ["fast", "0.1"], "learning rate cannot be fast: it is above 0"),
        ("options:learning_rate", ["-1", "0.1"], "learning rate must be above 0; received -1"),
        ("options:learning_rate", ["0.1", "1e-1"], f"from two to {MOST} different values; 1 came"),
        ("training:batch_size", ["1.5", "2"], "batch size cannot be 1.5: it is 1 to 1,000,000"),
        ("training:seed", [str(seed) for seed in range(9)], "9 came"),
        ("optimizer", ["Adamm", "SGD"], "optimizer must be one of SGD, .*; received Adamm"),
        ("options:momentum", ["0.1", "0.2"], "no such setting any more"),
    ],
)
def test_what_cannot_be_swept_is_refused_in_words(key: str, values: list[str], says: str) -> None:
    with pytest.raises((ValueError, EditError), match=says):
        sweep(SPIRAL, key, values)
