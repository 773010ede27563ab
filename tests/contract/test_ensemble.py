"""Ensembles of networks in Keras: what the next member learns, and one network with its dropout left on."""

from pathlib import Path

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.plan import plan
from graphbuilder.templates import template
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, chain, dense, node


def test_the_next_member_learns_what_those_before_it_left(home: Path) -> None:
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.boosting import left_by, to_learn
    from graphbuilder.training.parts import parts

    planned = plan(check(template("regression")))
    arrays = prepare(planned.source, home).arrays
    fed = parts(planned, arrays)
    model = ready_model(planned, fed.x)
    (name,) = fed.y
    left, count, _ = left_by(model, planned, fed, arrays, None)
    answer = model.predict(fed.x, verbose=0)[name]
    second = to_learn(planned, fed, left)
    np.testing.assert_allclose(second.y[name], fed.y[name] - answer, rtol=1e-4, atol=1e-4)
    again, _, _ = left_by(model, planned, second, arrays, left)
    np.testing.assert_allclose(again["train"], 2 * answer, rtol=1e-4, atol=1e-4)
    assert count == 1.0
    history = model.fit(second.x, second.y, epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_dropout_alone_is_left_on_and_the_mean_answers(home: Path) -> None:
    from graphbuilder.compiler import inputs_of, ready_model, split
    from graphbuilder.ensembles import PASSES
    from graphbuilder.training.ensemble import ensemble, with_dropout
    from graphbuilder.training.parts import parts

    network = chain(
        PIXELS, SCALE, dense("hidden", 16), node("norm", "BatchNormalization"), node("drop", "Dropout", rate=0.5),
        SCORES, DIGIT,
    )  # fmt: skip
    report = check(network)
    planned = plan(report)
    arrays = prepare(planned.source, home).arrays
    model = ready_model(planned, parts(planned, arrays).x)
    random = np.random.default_rng(1)
    weights = [one + 0.5 * random.random(one.shape).astype(one.dtype) for one in model.get_weights()[:-1]]
    weights.append(model.get_weights()[-1])  # the seed of dropout
    x = inputs_of(planned, arrays, split(planned, arrays)[1])
    told = ensemble(model, report, planned, arrays, [weights], "dropout")
    (output,) = told["outputs"]
    assert (told["members"], len(output["single"]), len({*output["single"]}) > 1) == (PASSES, PASSES, True)
    assert output["spread"] > 0 and output["disagreement"] > 0
    for kept, was in zip(model.get_weights()[:-1], weights[:-1], strict=True):
        np.testing.assert_array_equal(kept, was)
    logits = model.predict(x, verbose=0)["digit"]
    right = np.asarray(arrays["digit"])[split(planned, arrays)[1]]
    assert output["plain"] == pytest.approx((logits.argmax(axis=1) == right).mean())
    passes = np.array([with_dropout(model, x, len(logits))["digit"] for _ in range(100)])
    error = passes.std(axis=0) / 10
    assert (abs(passes.mean(axis=0) - logits) < 6 * error + 1e-4).all(), "batch normalization is as it usually is"
