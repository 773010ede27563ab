"""The plane through the paths of trainings, and the loss on it, against NumPy."""

from pathlib import Path

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.plan import plan
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, chain, dense

NETWORK = chain(PIXELS, SCALE, dense("hidden", 6, activation="tanh"), SCORES, DIGIT)


def test_the_plane_is_that_of_principal_components(home: Path) -> None:
    from sklearn.decomposition import PCA

    from graphbuilder.training.landscape import NoPlane, plane

    random = np.random.default_rng(1)
    snapshots = [[random.normal(size=(4, 3)), random.normal(size=3) * 5] for _ in range(7)]
    found = plane(snapshots)
    flat = np.array([np.concatenate([array.ravel() for array in one]) for one in snapshots])
    right = PCA(2).fit(flat)
    axes = np.array([np.concatenate([array.ravel() for array in axis]) for axis in found.axes])
    signs = np.sign((axes * right.components_).sum(axis=1))
    np.testing.assert_allclose(axes * signs[:, None], right.components_, atol=1e-9)
    np.testing.assert_allclose(found.at * signs, right.transform(flat), atol=1e-9)
    np.testing.assert_allclose(found.shares, right.explained_variance_ratio_)
    at = np.concatenate([array.ravel() for array in found.weights(*found.at[2])])
    np.testing.assert_allclose(at, right.inverse_transform(right.transform(flat))[2], atol=1e-9)
    with pytest.raises(NoPlane, match="along one line"):
        plane([[place * snapshots[0][0]] for place in range(4)])


def test_losses_are_as_numpy_has_them_on_the_plane_and_at_each_step(home: Path) -> None:
    from graphbuilder.compiler import ready_model, split
    from graphbuilder.training.landscape import ROWS, landscape, plane
    from graphbuilder.training.parts import parts

    planned = plan(check(NETWORK))
    arrays = prepare(planned.source, home).arrays
    model = ready_model(planned, parts(planned, arrays).x)
    random = np.random.default_rng(2)
    first = model.get_weights()
    kept = [[one + 0.3 * random.normal(size=one.shape) for one in first] for _ in range(6)]
    nothing = [np.full_like(one, np.nan) for one in first]
    told = landscape(
        model, planned, arrays, [("a", [*enumerate(kept[:4]), (9, nothing)]), ("b", [*enumerate(kept[4:])])]
    )
    rows = np.sort(random_rows := np.random.default_rng(planned.seed).permutation(split(planned, arrays)[0])[:ROWS])
    assert told["rows"] == len(random_rows)
    x, y = arrays["pixels"][rows] / 16, np.asarray(arrays["digit"][rows]).ravel().astype(int)

    def loss(weights: list[np.ndarray]) -> float:
        logits = np.tanh(x @ weights[0] + weights[1]) @ weights[2] + weights[3]
        return float((np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y]).mean())

    found = plane(kept)
    assert [one["steps"] for one in told["runs"]] == [[0, 1, 2, 3], [0, 1]], "what is no number is left out"
    np.testing.assert_allclose(
        [at for one in told["runs"] for at in one["losses"]], [loss(one) for one in kept], rtol=1e-4
    )
    np.testing.assert_allclose([at for one in told["runs"] for at in one["at"]], found.at)
    side = len(told["x"])
    assert np.shape(told["losses"]) == (side, side) and side >= 9
    for row, column in ((0, 0), (3, side - 1), (side // 2, 5)):
        right = loss(found.weights(told["x"][column], told["y"][row]))
        assert told["losses"][row][column] == pytest.approx(right, rel=1e-4)
    assert min(told["x"]) < found.at[:, 0].min() and max(told["y"]) > found.at[:, 1].max()
