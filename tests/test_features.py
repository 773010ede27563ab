"""What the playground's network takes in beside x and y, by one edit."""

from itertools import combinations

import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.features import features, set_features, takes_features
from graphbuilder.hidden import set_hidden_layers
from graphbuilder.refusals import EditError
from graphbuilder.templates import template

PLAYGROUND = template("playground")
NAMES = "squares", "product", "sines"
ALL = [names for count in range(4) for names in combinations(NAMES, count)]


@pytest.mark.parametrize("names", ALL)
def test_features_come_and_go_and_the_network_can_be_trained(names: tuple[str, ...]) -> None:
    drawn = set_features(PLAYGROUND, list(reversed(names)))
    assert features(drawn) == names
    report = check(drawn)
    assert report.diagnostics == ()
    entered = {"squares": 2, "product": 1, "sines": 2}
    came = report.facts["n2"].inputs[0]
    assert came == (2 + sum(map(entered.__getitem__, names)),)
    assert len({node.position for node in drawn.nodes}) == len(drawn.nodes)
    assert set_features(drawn, []) == PLAYGROUND
    assert set_features(drawn, ["product"]) == set_features(PLAYGROUND, ["product"])


def test_without_a_hidden_layer_they_go_to_the_answer() -> None:
    drawn = set_features(set_hidden_layers(PLAYGROUND, 0), ["squares"])
    assert check(drawn).facts["n4"].inputs[0] == (4,)
    assert set_hidden_layers(drawn, 2).wires != drawn.wires


def test_who_took_a_feature_out_by_hand_can_choose_it_again() -> None:
    cut = editing.delete(set_features(PLAYGROUND, ["squares", "sines"]), ["feature-squares"])
    assert features(cut) == ("sines",)
    again = set_features(cut, ["squares", "sines"])
    assert features(again) == ("squares", "sines")
    assert check(again).diagnostics == ()


@pytest.mark.parametrize("value", [["cubes"], ["squares", "squares"], "squares", None, [1]])
def test_no_other_feature_is_taken(value: object) -> None:
    with pytest.raises(EditError, match="features"):
        set_features(PLAYGROUND, value)


def test_where_nothing_goes_in_nothing_is_drawn() -> None:
    loose = editing.delete(PLAYGROUND, ["n1"])
    assert not takes_features(loose)
    with pytest.raises(EditError):
        set_features(loose, ["squares"])
