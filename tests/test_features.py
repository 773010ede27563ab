"""What the playground's network takes in of its points, by one edit."""

from itertools import combinations

import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.features import FEATURES, feature_pictures, feature_titles, features, set_features, takes_features
from graphbuilder.hidden import set_hidden_layers
from graphbuilder.refusals import EditError
from graphbuilder.templates import template

PLAYGROUND = template("playground")
NAMES = tuple(FEATURES)
ALL = [names for count in range(1, 8) for names in combinations(NAMES, count)]


def entering(document: Document) -> list[str]:
    """The features that come into the first hidden layer, by the wires."""
    (source,) = (wire.source for wire in document.wires if wire.target == "n2")
    return feature_titles(document)[source]


def test_each_choice_of_features_comes_and_goes_and_the_network_can_be_trained() -> None:
    before = PLAYGROUND
    for names in ALL:
        drawn = set_features(PLAYGROUND, list(reversed(names)))
        assert features(drawn) == names
        report = check(drawn)
        assert report.diagnostics == (), names
        assert report.facts["n2"].inputs[0] == (len(names),)
        assert sorted(entering(drawn)) == sorted(FEATURES[name].title for name in names)
        assert len({node.position for node in drawn.nodes}) == len(drawn.nodes)
        assert set_features(drawn, ["x", "y"]) == PLAYGROUND
        assert set_features(before, names) == drawn, "whatever was drawn before"
        before = drawn


def test_without_a_hidden_layer_they_go_to_the_answer() -> None:
    drawn = set_features(set_hidden_layers(PLAYGROUND, 0), ["x2", "y2"])
    assert check(drawn).facts["n4"].inputs[0] == (2,)
    assert set_hidden_layers(drawn, 2).wires != drawn.wires


def test_who_took_a_feature_out_by_hand_can_choose_it_again() -> None:
    cut = editing.delete(set_features(PLAYGROUND, ["x", "y", "x2", "sin_x", "sin_y"]), ["feature-squares"])
    assert features(cut) == ("x", "y", "sin_x", "sin_y")
    again = set_features(cut, ["x2", "y2", "sin_x"])
    assert features(again) == ("x2", "y2", "sin_x")
    assert check(again).diagnostics == ()


def test_a_picture_is_of_the_plane_from_its_lower_left_corner() -> None:
    pictures = feature_pictures()
    assert {*pictures} == {*NAMES}
    assert pictures["x"][:12] == pictures["x"][-12:] == "06<AGMSY_djp"
    assert (pictures["y"][0], pictures["y"][-1]) == ("0", "p")


@pytest.mark.parametrize("value", [["cubes"], ["x", "x"], "x", None, [1], []])
def test_no_other_feature_is_taken(value: object) -> None:
    with pytest.raises(EditError, match="feature"):
        set_features(PLAYGROUND, value)


def test_where_nothing_goes_in_nothing_is_drawn() -> None:
    loose = editing.delete(PLAYGROUND, ["n1"])
    assert (takes_features(loose), features(loose), feature_titles(loose)) == (False, (), {})
    with pytest.raises(EditError):
        set_features(loose, ["x2"])
    assert feature_titles(template("lenet")) == {}
