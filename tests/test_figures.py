"""Figures as plain specifications."""

from xml.etree import ElementTree

from graphbuilder import figures
from graphbuilder.figures import Path, confusion, paths, residuals


def test_a_mistake_is_seen_beside_many_right_answers_and_in_another_colour() -> None:
    colored, on_full, on_pale = confusion([[99, 1], [0, 40]], ["cat", "<b>"])["data"]
    assert colored["z"] == [[0.99, -0.14], [0, 1]]
    assert colored["colorscale"][0] == [0, "rgba(214,94,0,1)"]
    assert colored["colorscale"][-1] == [1, "rgba(0,114,178,1)"]
    assert (on_full["x"], on_full["y"], on_full["text"]) == (["cat", "&lt;b&gt;"], ["cat", "&lt;b&gt;"], ["99", "40"])
    assert (on_pale["x"], on_pale["y"], on_pale["text"]) == (["&lt;b&gt;"], ["cat"], ["1"])
    assert "textfont" not in on_pale, "the page's own ink is seen in both schemes"


def test_a_class_without_rows_has_no_share() -> None:
    told = confusion([[0, 0], [0, 3]], ["a", "b"])
    assert told["data"][0]["z"] == [[0, 0], [0, 1]]
    assert not told["layout"]["xaxis"]["showgrid"] and not told["layout"]["yaxis"]["showgrid"], (
        "no line strikes a count"
    )


def test_residuals_leave_out_what_was_not_answered() -> None:
    trace = residuals([(3.0, 1.0), (None, 1.0), (2.0, None)], "price")["data"][0]
    assert (trace["x"], trace["y"]) == ([1.0], [2.0])


def test_a_curve_of_each_class_is_told_apart_by_dash_and_what_a_person_wrote_is_text() -> None:
    drawn = figures.by_class([(f"<b>{place}", [0, 1], [0, 1]) for place in range(7)], ("a", "b"), chance=True)
    _, *lines = drawn["data"]
    assert lines[6]["name"] == "&lt;b&gt;6"
    assert len({(line["line"]["color"], line["line"]["dash"]) for line in lines}) == 7


def test_a_series_in_small_stays_within_its_picture_and_leaves_out_what_is_missing() -> None:
    drawn = ElementTree.fromstring(figures.spark([[5.0, None, -5.0, 0.0], [1.0, 1.0]], width=100, height=40))
    lines = [line.attrib["points"].split() for line in drawn]
    assert lines[0] == ["4.0,5.0", "65.3,35.0", "96.0,20.0"]
    assert len(lines[1]) == 2 and len(figures.spark([[None]])) > 20


def test_a_histogram_has_a_bar_between_every_two_edges() -> None:
    (bars,) = figures.histogram([-1.0, 0.0, 2.0], [3, 4], "y")["data"]
    assert (bars["x"], bars["width"], bars["y"]) == ([-0.5, 1.0], [1.0, 2.0], [3, 4])


def test_bins_with_more_answers_have_larger_marks() -> None:
    (_, marks) = figures.reliability([(0.5, 0.4, 10), (0.9, 0.9, 90)])["data"]
    assert marks["marker"]["size"] == [10.0, 18.0]
    assert marks["cliponaxis"] is False, "whole, too, where all answers were right"


def test_ways_lie_over_contours_at_equal_ratios_and_what_a_person_wrote_is_text() -> None:
    way = Path("<b>SGD</b>", [(0, 0), (0.5, 1), (1, 1)], ["step 0", "step 5", "step 9"], "#0072B2", "3px,3px")
    figure = paths([0, 1], [0, 1], [[100.0, 10.0], [None, 1.0]], [way])
    surface, line = figure["data"]
    assert surface["z"] == [[2, 1], [None, 0]]
    assert line["name"] == "&lt;b&gt;SGD&lt;/b&gt;"
    assert line["marker"]["symbol"] == ["circle-open", "circle", "diamond"]
    assert (line["x"], line["y"], line["line"]["dash"]) == ([0, 0.5, 1], [0, 1, 1], "3px,3px")
    (first, second), (third, _) = paths([0, 1], [0, 1], [[-1.0, 0.0], [1.0, None]], [])["data"][0]["z"]
    assert first < second < third, "also where a loss is below zero"
