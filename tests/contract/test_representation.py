"""Points of hidden representations, held to scikit-learn."""

import numpy as np
import pytest

from graphbuilder.training.representation import neighbours, principal, rows_for


@pytest.mark.parametrize(("rows", "width"), [(60, 7), (20, 90), (700, 400), (400, 700)])
def test_axes_are_the_principal_components(rows: int, width: int) -> None:
    from sklearn.decomposition import PCA

    random = np.random.default_rng(0)
    values = random.normal(size=(rows, width)) * np.linspace(1, 9, width) + 100
    found, right = principal(values), PCA(2, svd_solver="full").fit(values)
    signs = np.sign((found.directions.T * right.components_).sum(axis=1))
    np.testing.assert_allclose(found.directions.T * signs[:, None], right.components_, atol=1e-7)
    np.testing.assert_allclose(found.shares, right.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(found.placed(values[:5]) * signs, right.transform(values[:5]), atol=1e-6)


def test_a_picture_is_never_mirrored_and_what_does_not_vary_stays_at_zero() -> None:
    values = np.random.default_rng(1).normal(size=(30, 3)) * (5, 1, 0.1)
    one, other = principal(values), principal(values[::-1])
    np.testing.assert_allclose(one.placed(values), other.placed(values), atol=1e-9)
    line = principal(np.outer(np.arange(9.0), [3, 4]))
    assert line.shares[0] == pytest.approx(1) and line.shares[1] == 0
    assert not principal(np.ones((4, 6))).placed(np.ones((4, 6))).any()
    large = principal(np.outer(np.arange(600.0), np.arange(500.0)))
    assert large.shares == (pytest.approx(1), 0) and principal(np.ones((600, 500))).shares == (0, 0)


def test_wide_values_are_taken_of_fewer_rows() -> None:
    assert (rows_for(10, 500), rows_for(10, 9000), rows_for(100_000, 9000)) == (500, 2000, 100)


def test_neighbours_stay_on_their_side() -> None:
    random = np.random.default_rng(2)
    values = np.concatenate([random.normal(-4, 1, (20, 60)), random.normal(4, 1, (20, 60))])
    begun = principal(values).placed(values)
    found = neighbours(values, "tsne", 0, begun)
    left = begun[:20, 0].mean() < 0
    assert ((found[:20, 0] < found[20:, 0].min()) == left).all()
    np.testing.assert_array_equal(found, neighbours(values, "tsne", 0, begun))
