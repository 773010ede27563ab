"""Numbers as small pictures, and names on a plane."""

import numpy as np

from graphbuilder.figures import letters
from graphbuilder.training.attending import attended, placed
from graphbuilder.training.tiles import MOST, flat, tile, tiles


def test_a_letter_says_how_far_a_number_lies_from_zero() -> None:
    assert letters(np.array([-2.0, 0.0, 1.0, 2.0])) == "0P`p"
    assert letters(np.array([np.nan, np.inf, 4.0])) == "PPp", "what is no number counts as zero"


def test_a_large_picture_is_thinned_and_a_small_one_tells_its_numbers() -> None:
    thinned = tile(np.arange(130.0 * 40).reshape(130, 40), side=64)
    assert (thinned["rows"], thinned["columns"]) == (44, 40)
    assert tile(np.array([[0.5, -0.25]]), numbers=True) == {
        "rows": 1, "columns": 2, "cells": "p@", "reach": 0.5, "numbers": [0.5, -0.25],
    }  # fmt: skip


def test_of_many_pictures_those_of_the_greatest_norm_are_told_in_their_order() -> None:
    strength = np.arange(512) % 128
    told = tiles(np.ones((3, 3, 512)) * strength)
    units = [one["unit"] for one in told["pictures"]]
    assert told["of"] == 512 and len(units) == MOST and units == sorted(units)
    assert min(strength[units]) >= 112


def test_slices_of_a_volume_lie_side_by_side() -> None:
    volume = np.arange(12).reshape(2, 3, 2)
    assert flat(volume).tolist() == [[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11]]


def test_names_lie_on_the_plane_of_their_greatest_spread() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(40, 6)) * [9, 4, 1, 1, 1, 1]
    names = [f"w{at}" for at in range(40)]
    told = placed(vectors, names, ["w3", "nothing"])
    covariance = np.cov(vectors.T, bias=True)
    values, axes = np.linalg.eigh(covariance)
    rows = [int(one[1:]) for one in told["names"]]
    expected = (vectors - vectors.mean(axis=0)) @ axes[:, ::-1][:, :2]
    found = np.array(told["points"], float)
    assert np.allclose(np.abs(found), np.abs(expected[rows]), atol=1e-2)
    assert np.allclose(told["explained"], (values[::-1] / values.sum())[:2], atol=1e-3)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit[3]
    cosines[3] = -2
    assert told["near"][0]["nearest"][0][0] == f"w{cosines.argmax()}" and told["missing"] == ["nothing"]


def test_of_long_texts_the_first_steps_are_shown() -> None:
    told = attended(np.full((2, 100, 80), 0.0125), [f"a{at}" for at in range(100)], [])
    assert told["steps"] == [100, 80] and len(told["words"][0]) == 64 and told["words"][1] == []
    assert [(one["rows"], one["columns"]) for one in told["pictures"]] == [(64, 64), (64, 64)]
