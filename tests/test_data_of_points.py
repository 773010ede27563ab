"""Other data for the playground's network by one edit, of two classes or with an amount at each point."""

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.data_of_points import alike, set_data_of_points
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.playground import make_hills, make_plane
from graphbuilder.forms import alike_form
from graphbuilder.refusals import EditError
from graphbuilder.templates import template

PLAYGROUND = template("playground")
SETS = ("circles", "moons", "spirals", "xor", "gaussians", "plane", "multi_gaussian", "drawn")


@pytest.mark.parametrize("name", SETS)
def test_the_network_learns_every_set_and_comes_back(name: str) -> None:
    document = set_data_of_points(PLAYGROUND, name)
    report = check(document)
    assert (report.against_training, report.diagnostics) == ((), ())
    assert tuple(alike(document)) == SETS
    back = set_data_of_points(document, "circles")
    assert back == PLAYGROUND


def test_amounts_are_compared_by_their_squares_and_answered_without_bounds() -> None:
    sigmoid = editing.set_parameter(PLAYGROUND, "n4", "activation", "sigmoid")
    document = set_data_of_points(editing.set_parameter(sigmoid, "n5", "from_logits", False), "plane")
    loss, last = document.node("n5"), document.node("n4")
    assert (loss.params["target"], loss.params["loss"]) == ("value", "mean_squared_error")
    assert last.params["activation"] == "linear"
    again = set_data_of_points(document, "xor").node("n5")
    assert (again.params["target"], again.params["loss"]) == ("class", "binary_crossentropy")
    assert again.params["from_logits"] is True


def test_noise_and_number_of_points_stay() -> None:
    noisy = editing.set_data_option(editing.set_data_option(PLAYGROUND, "noise", 0.4), "size", 80)
    options = set_data_of_points(noisy, "plane").data.options
    assert (options["noise"], options["size"]) == (0.4, 80)


@pytest.mark.parametrize("name", ["iris", "curve", "nothing", 7, None])
def test_a_set_that_does_not_fit_is_refused(name: object) -> None:
    with pytest.raises(EditError, match="There is no data set"):
        set_data_of_points(PLAYGROUND, name)


def test_a_network_with_two_outputs_is_offered_sets_of_the_same_fields_alone() -> None:
    two = editing.set_parameter(
        editing.set_parameter(PLAYGROUND, "n4", "units", 2), "n5", "loss", "softmax_crossentropy"
    )
    assert {"plane", "multi_gaussian"}.isdisjoint(alike(two)) and "moons" in alike(two)
    assert len(alike(template("regression"))) < 2
    assert set_data_of_points(two, "moons").node("n5") == two.node("n5")


def test_values_are_those_of_their_places() -> None:
    plane = make_plane(400, 0.0, 0)
    assert np.allclose(plane["value"][:, 0], plane["point"].mean(axis=1), atol=1e-6)
    hills = make_hills(2000, 0.0, 0)
    near = {
        top: hills["value"][np.linalg.norm(hills["point"] - top, axis=1) < 0.1, 0]
        for top in ((-0.65, 0.4), (0.0, 0.4), (0.65, 0.4), (-0.65, -0.4), (0.0, -0.4), (0.65, -0.4))
    }
    assert [round(float(np.sign(one.mean()))) for one in near.values()] == [1, -1, 1, -1, 1, -1]
    assert all(abs(one).min() > 0.7 for one in near.values())
    far = np.linalg.norm(hills["point"][:, None] - np.array([*near]), axis=2).min(axis=1) > 0.45
    assert not hills["value"][far].any()


def test_the_choice_has_a_picture_of_each_set() -> None:
    form = alike_form(check(PLAYGROUND))
    assert form
    (field,) = form["groups"][0]["fields"]
    assert tuple(field["choices"]) == tuple(field["pictures"]) == SETS
    for points in field["pictures"].values():
        rows = np.array(points)
        assert rows.shape[1] == 3 and rows.min() >= 0 and rows.max() <= 100 and 20 <= len(rows) <= 180
    shades = {name: {shade for *_, shade in points} for name, points in field["pictures"].items()}
    assert shades["circles"] == {0, 100} and len(shades["plane"]) > 10
    broken = editing.set_data_option(PLAYGROUND, "noise", -3)
    assert alike_form(check(broken)), "options with faults are drawn as a set's own"
    assert SOURCES["digits"]().thumbnail() is None
