"""Ablation: the network without each of some nodes."""

import pytest

from graphbuilder.ablation import MOST_RUNS, ablated, ablations, bypasses, table, without
from graphbuilder.checks import check
from graphbuilder.difference import difference
from graphbuilder.records.comparison import seedless
from graphbuilder.sweeps import sweep
from graphbuilder.templates import template

LENET = template("lenet")


def test_a_node_is_bypassed_where_the_shapes_allow() -> None:
    found = {one.id: one.why_not for one in bypasses(check(LENET))}
    assert found.keys() == {"n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"}, "an Input and a Loss have no way around"
    assert [id for id, why in found.items() if not why] == ["n2", "n3", "n4", "n5", "n6", "n8"]
    assert "10" in found["n9"], "without its last Linear it would answer 84 classes"
    assert [one.id for one in bypasses(check(LENET), ["n5"])] == ["n5"]


def test_what_joins_several_values_has_no_way_around() -> None:
    document = template("residual_network")
    adds = {one.id for one in document.nodes if one.kind == "Add"}
    assert adds and not adds & {one.id for one in bypasses(check(document))}


def test_each_lacks_one_node_and_has_every_seed() -> None:
    made = ablations(LENET, ["n3", "n8"], seeds=3)
    assert [one.training.settings["seed"] for one in made] == [3, 3, 3, 2, 2, 2, 1, 1, 1]
    gone = [[node.id for node in difference(LENET, one).levels[0].gone] for one in made[:3]]
    assert gone == [["n3"], ["n8"], []]
    assert seedless(made[0]) == seedless(without(LENET, "n3")) == seedless(made[3])
    assert made[-1] == LENET, "the newest run is of the network that is drawn"
    with pytest.raises(ValueError, match=f"45 networks are more than {MOST_RUNS}"):
        ablations(LENET, ["n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"], seeds=5)
    with pytest.raises(ValueError, match="Choose at least one"):
        ablations(LENET, [], seeds=1)


def test_runs_that_lack_a_node_each_make_a_table() -> None:
    made = [*reversed(ablations(LENET, ["n8", "n3"], seeds=2))]
    members = ablated(made)
    assert [title for title, _ in members] == ["", "Convolution 'c1'", "Linear 'f5'"]
    assert members[0][1] == (0, 3)
    scores = [0.90, 0.5, 0.89, 0.92, 0.52, None]
    rows = table(members, scores)
    assert [(row.score, row.difference and round(row.difference, 3)) for row in rows] == [
        ("0.91 ± 0.014", None), ("0.51 ± 0.014", -0.4), ("0.89", -0.02)
    ]  # fmt: skip
    assert rows[1].words.startswith("more than the spread") and rows[2].words == "one run: may be chance"


def test_other_groups_are_no_ablation() -> None:
    assert ablated(sweep(LENET, "training:seed", ["1", "2"])) == []
    assert ablated([LENET, without(without(LENET, "n3"), "n8")]) == []
    assert ablated([LENET]) == []
