"""Histograms of layers over each other."""

import re
from xml.etree import ElementTree

from graphbuilder.ridges import in_two_digits, ridges

SPREAD = {"low": -1.0, "high": 1.0, "counts": [1] * 64}
ZEROS = {"low": 0.0, "high": 2.0**-20, "counts": [640, *[0] * 63]}


def test_every_layer_has_its_ridges_and_its_name() -> None:
    told = [
        {"label": "first <b>", "activations": SPREAD, "gradients": ZEROS},
        {"label": "a very long name of a layer", "activations": ZEROS},
    ]
    root = ElementTree.fromstring(ridges(told, "what is seen"))
    texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "first <b>" in texts and "a very l…" in texts
    filled = [one for one in root.iter("{http://www.w3.org/2000/svg}path") if one.get("fill")]
    assert len(filled) == 3
    assert root.get("aria-label") == "what is seen"


def test_the_range_is_that_of_nearly_all_values_of_the_widest_layer() -> None:
    far = {"low": -64.0, "high": 64.0, "counts": [1, *[0] * 31, 999, *[0] * 31]}
    assert ">1<" in ridges([{"label": "a", "activations": ZEROS}], ""), "a line, not a block of tiny ones"
    assert ">2<" in ridges([{"label": "a", "activations": far}], "")


def test_the_ends_of_a_range_stand_in_the_middle_where_both_do_not_fit() -> None:
    def texts(reach: float) -> list[str]:
        seen = {"low": -reach, "high": reach, "counts": [1] * 100}
        drawn = ridges([{"label": "d1", "activations": seen, "gradients": seen}], "told")
        return [told for told in re.findall(r">([^<>]+)</text>", drawn) if any(one.isdigit() for one in told)][1:]

    assert texts(0.94) == ["\N{MINUS SIGN}0.94", "0.94"] * 2
    assert texts(2300) == ["±2,300"] * 2 and texts(0.045) == ["±0.045"] * 2


def test_a_power_of_ten_has_a_sign_at_which_no_line_breaks() -> None:
    assert [in_two_digits(one) for one in (9e-7, 2300, 0.045, 3e8)] == ["9e\N{MINUS SIGN}7", "2,300", "0.045", "3e8"]
