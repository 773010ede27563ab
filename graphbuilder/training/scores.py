"""Loss, its parts and the metrics of a model over all rows of a part of the data, by the names they are shown under.

Every row counts once. Keras' own parts of the loss are means over batches, in which a last, smaller batch counts as
much as a full one; so they are taken here batch by batch, weighted by their rows and summed up in double precision.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import Arrays, values_of
from graphbuilder.plan import Plan
from graphbuilder.training.budget import rows_within
from graphbuilder.training.compiled import compiled
from graphbuilder.training.feed import Fed, begin, fed, rows_of

LEAST_BATCH = 128
"""Rows at a time where nothing is learned, since a smaller batch would only take longer; fewer where their outputs are
more than LEAST_BYTES."""
LEAST_BYTES = 50_000_000
FEW_BATCHES = 16
"""That are judged sooner operation by operation than a function for them is traced, where they are judged once."""


def batch_of(x: Fed, y: Fed, w: Fed, rows: Any) -> tuple[dict[str, Any], ...]:
    """These rows as a step of Keras takes them: with how much they count, where they do not all count alike."""
    return tuple(rows_of(part, rows) for part in (x, y, w) if part)


def has_steps(model: keras.Model) -> bool:
    """Whether a layer goes through sequences step by step, which takes long when it is not traced."""
    return any(isinstance(layer, keras.layers.RNN) for layer in model._flatten_layers())


class Tally:
    """The names of what a compiled model scores, and how sums over rows become scores."""

    def __init__(self, model: keras.Model, plan: Plan, y: Arrays) -> None:
        """y: what is right, on all rows that are scored. Makes the metrics' variables where there are none yet, which
        a compiled function may not."""
        self._model = model
        outputs = [output.name for output in plan.outputs]
        self.losses = ("loss", *(f"{name}_loss" for name in outputs)) if len(outputs) > 1 else ("loss",)
        self._accuracies = [f"{output.name}_accuracy" for output in plan.outputs if "accuracy" in output.metrics]
        self._spreads = {
            f"{output.name}_r2" if len(outputs) > 1 else "r2": _spread(y[output.name])
            for output in plan.outputs
            if "r2" in output.metrics
        }
        self._tracker = model.metrics[0]
        assert self._tracker.name == "loss", "Keras lists the mean of the loss first"
        self._means = [self._tracker, *(one for one in model.metrics[1:] if one.name in self.losses)]

    def forget_losses(self) -> None:
        """What Keras calls the running mean is the next batch's alone from here on."""
        for mean in self._means:
            mean.reset_state()

    def forget_where(self, begins: Any) -> None:
        """All that the metrics have summed up, where an epoch begins; within a compiled function, without a
        conditional in it (see `compiled`). begins: a boolean tensor."""
        with keras.StatelessScope() as emptied:
            self._model.reset_metrics()
        for one in self._model.metrics_variables:
            if (empty := emptied.get_current_value(one)) is not None:
                one.assign(tf.where(begins, empty, one.value))

    def losses_of(self, logs: Mapping[str, Any]) -> Any:
        """The losses of the one batch since they were forgotten, in the order of `losses`."""
        return tf.stack([tf.cast(logs[name], tf.float32) for name in self.losses])

    def read(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the metrics say by their names, and of those that are an R² what they have summed up."""
        return self._model.get_metrics_result(), self._missed()

    def scores(self, losses: "np.ndarray[Any, Any]", read: tuple[Any, Any] | None = None) -> dict[str, float]:
        """losses: means over rows, in the order of `losses`. read: by `read`, or now. An R² that is not defined is
        nan."""
        results, missed = read or self.read()
        named = {name: float(value) for name, value in results.items()}
        named |= dict(zip(self.losses, losses.tolist(), strict=True))
        named |= {name: explained(np.asarray(missed[name], float), spread) for name, spread in self._spreads.items()}
        if len(self.losses) > 1 and self._accuracies:
            named["accuracy"] = sum(named[name] for name in self._accuracies) / len(self._accuracies)
        return named

    def _missed(self) -> dict[str, Any]:
        """Of every R² the squares that Keras' metric has summed up; the spread of the targets is known exactly."""
        if not self._spreads:
            return {}
        compiled = next(one for one in self._model.metrics if isinstance(one.result(), dict))
        names = [name for name in compiled.result() if name in self._spreads]
        metrics = [one for one in compiled.metrics if isinstance(one, keras.metrics.R2Score)]
        return {name: tf.identity(one.total_mse.value) for name, one in zip(names, metrics, strict=True)}


def _spread(right: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Of each column the sum of squared distances to its mean; 0 for a column that is everywhere the same."""
    right = np.asarray(right, float)
    spread: np.ndarray[Any, Any] = ((right - right.mean(axis=0)) ** 2).sum(axis=0)
    return np.where((right == right[:1]).all(axis=0), 0.0, spread)


def explained(missed: "np.ndarray[Any, Any]", spread: "np.ndarray[Any, Any]") -> float:
    """R² of all columns, each weighted by its variance: 1 - Σ missed / Σ spread, both sums of squares by column.

    A constant column has no R² and is left out; nan where all of them are constant.
    """
    varied = spread > 0
    return float(1 - missed[varied].sum() / spread[varied].sum()) if varied.any() else float("nan")


class Judge:
    """Scores a model over the same rows as often as one asks."""

    def __init__(self, model: keras.Model, plan: Plan, x: Arrays, y: Arrays, w: Arrays) -> None:
        """w: how much each row counts in the losses; empty where all count alike."""
        self._model = model
        inputs, right, weights = fed(x), fed(y), fed(w)
        two = tf.range(min(2, len(next(iter(x.values())))))
        _make_metrics(model, batch_of(inputs, right, weights, two))
        self._tally = Tally(model, plan, y)
        self._parts, self._rows = (inputs, right, weights), len(next(iter(x.values())))
        self._batch = max(plan.batch_size, rows_within(LEAST_BYTES, values_of(model, plan).values(), LEAST_BATCH))
        self.build_anew()

    def build_anew(self) -> None:
        """Has Keras read the numbers of the model once more."""
        self._test = _test_function(self._model, self._tally, self._parts, self._rows, self._batch)

    def trace(self) -> None:
        """The first part of what scores() takes at first, for when there is time for it."""
        self._test.trace()

    def scores(self, *, once: bool = False) -> dict[str, float]:
        """once: it is not asked again, so a function is traced only where that is sooner."""
        few = self._rows <= FEW_BATCHES * self._batch and not has_steps(self._model)
        return self._tally.scores(*self._judged(self._test.untraced if once and few else self._test))

    def loss(self) -> float:
        """The loss alone."""
        return float(self._judged(self._test)[0][0])

    def _judged(self, test: Any) -> tuple["np.ndarray[Any, Any]", Any]:
        for part in self._parts:
            begin(part, np.arange(self._rows), self._batch)
        losses, self._finite, read = test()
        return losses.numpy(), read

    def batch(self, rows: int) -> tuple[dict[str, Any], ...]:
        """The first rows, as a step takes them."""
        return batch_of(*self._parts, tf.range(min(rows, self._rows)))

    def finite_weights(self) -> bool:
        """Whether all weights were numbers when the scores were taken, also those that are not trained."""
        return bool(self._finite)


def _make_metrics(model: keras.Model, batch: tuple[dict[str, Any], ...]) -> None:
    """Has Keras make the variables of losses and metrics, which it does when it is first given answers: any of the
    right shape will do, so the model is not asked."""
    x, y, *w = batch
    rows = len(next(iter(x.values())))
    answered = keras.tree.map_structure(lambda one: tf.zeros((rows, *one.shape[1:]), one.dtype), model.output)
    if any(None in one.shape[1:] for one in keras.tree.flatten(model.output)):
        answered = model(x, training=False)
    model._clear_losses()  # what layers added when they were traced last, which is of no use elsewhere
    model.compute_loss(x, y, answered, *w, training=False)
    model.compute_metrics(x, y, answered, *w)


def _test_function(model: keras.Model, tally: Tally, parts: tuple[Fed, Fed, Fed], rows: int, batch: int) -> Any:
    @compiled()
    def test() -> Any:
        model.reset_metrics()

        def one(start: Any, sums: Any) -> Any:
            some = tf.range(start, tf.minimum(start + batch, rows))
            tally.forget_losses()
            told = tally.losses_of(model.test_step(batch_of(*parts, some)))
            return start + batch, sums + tf.cast(told, tf.float64) * tf.cast(tf.size(some), tf.float64)

        begun = tf.constant(0), tf.zeros(len(tally.losses), tf.float64)
        _, sums = tf.while_loop(lambda start, _: start < rows, one, begun)
        weights = [weight.value for weight in model.weights if weight.dtype.startswith("float")]
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(weight)) for weight in weights])
        return sums / rows, finite, tally.read()

    return test
