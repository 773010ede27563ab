"""Losses of how far a value is from what it should be."""

from math import cos as cosine
from math import cosh, log, pi

from graphbuilder.fields import Field
from graphbuilder.losses.loss import DISTANCE, PARABOLA, LossKind, of_error, over
from graphbuilder.parameters import Number


class _Distance(LossKind):
    """Of any value, and of a class written as 0 and 1: the lesson is worth its slow learning."""

    many, one, values, is_for_classes = "one_hot", "zero_one", True, False


class MeanSquaredError(_Distance, name="mean_squared_error", title="Mean squared error", short="MSE"):
    """The square of how far an answer is off."""

    keywords = ("mse", "L2", "least squares", "regression", "Brier")
    formula = r"L = \frac{1}{n} \sum_i (y_i - \hat y_i)^2"
    when = "To predict numbers; large errors weigh most."
    point = (
        "Twice the error costs four times as much, so one outlier can lead the whole fit. What it tends to is the mean."
    )
    picture = over("Loss over the error: a parabola", [("", PARABOLA)])
    usual_for, is_offered = "values", True


class MeanAbsoluteError(_Distance, name="mean_absolute_error", title="Mean absolute error", short="MAE"):
    """How far an answer is off."""

    keywords = ("mae", "L1", "least absolute deviations", "median", "regression")
    formula = r"L = \frac{1}{n} \sum_i |y_i - \hat y_i|"
    when = "To predict numbers where a few targets are far off."
    point = (
        "Every error pulls equally hard, however large. What it tends to is the median, which an outlier does not move."
    )
    picture = over(
        "Loss over the error: two lines; dashed, the squared error", [("absolute", DISTANCE), ("squared", PARABOLA)]
    )
    is_offered = True


class Huber(_Distance, name="huber", title="Huber loss", proper=True, short="Huber"):
    """Squared near zero and straight from delta on (Huber, 1964)."""

    keywords = ("smooth L1", "robust", "outlier", "regression")
    formula = (
        r"L = \frac{1}{2} e^2 \ \text{ for } |e| \le \delta, \quad \delta |e| - \frac{1}{2} \delta^2 \ \text{ beyond}"
    )
    when = "To predict numbers with outliers, and yet to come to rest at the end."
    point = (
        "Small errors are squared, so the steps shrink towards the goal; large ones pull with a force that is bounded, "
        "so no outlier leads."
    )
    picture = over(
        "Loss over the error: a parabola that goes on straight; dashed, the squared error",
        [("Huber", of_error(lambda e: e * e / 2 if abs(e) <= 1 else abs(e) - 0.5, 3, 4.5)),
         ("squared", of_error(lambda e: e * e / 2, 3, 4.5))],
    )  # fmt: skip

    delta = Number(
        1.0, low=0.0, open_low=True, help="The error from which on the loss is straight, in the target's unit."
    )


class LogCosh(_Distance, name="log_cosh", title="Log-cosh", short="Log-cosh"):
    """The logarithm of the hyperbolic cosine of the error: Huber's loss without a seam."""

    keywords = ("robust", "smooth", "regression")
    formula = r"L = \frac{1}{n} \sum_i \log \cosh (\hat y_i - y_i)"
    when = "As Huber's loss, where the target's unit is about 1 and no delta is to be chosen."
    point = "Near zero it is half the square, far out the distance minus log 2, and smooth all the way between."
    picture = over(
        "Loss over the error: round at zero, straight far out; dashed, the absolute error",
        [("log-cosh", of_error(lambda e: log(cosh(e)), 3, 3)), ("absolute", of_error(abs, 3, 3))],
    )


class MeanAbsolutePercentageError(
    LossKind, name="mean_absolute_percentage_error", title="Mean absolute percentage error", short="MAPE"
):
    """How far an answer is off, in per cent of what is right."""

    keywords = ("mape", "relative error", "per cent", "forecast")
    formula = r"L = \frac{100}{n} \sum_i \left| \frac{y_i - \hat y_i}{y_i} \right|"
    when = "For amounts of very different size, such as prices, where what counts is the share."
    point = (
        "Ten too much of a hundred is as bad as one of ten. It divides by the target, so it explodes where that comes "
        "near zero; and it prefers answers that are too small."
    )
    picture = over(
        "Loss over the answer where 0.2 and where 0.5 is right: steeper for the smaller one",
        [("0.2", lambda a: abs(a - 0.2) / 0.2 / 4), ("0.5", lambda a: abs(a - 0.5) / 0.5 / 4)],
        "answer",
    )
    values, divides = True, True


class MeanSquaredLogarithmicError(
    LossKind, name="mean_squared_logarithmic_error", title="Mean squared logarithmic error", short="MSLE"
):
    """The squared error of the logarithms, of one more than each value."""

    keywords = ("msle", "rmsle", "relative error", "counts")
    formula = r"L = \frac{1}{n} \sum_i \left( \log (1 + y_i) - \log (1 + \hat y_i) \right)^2"
    when = "For amounts over several powers of ten, zero among them."
    point = (
        "Of large values it is the squared relative error, of small ones nearly the plain one. An answer that is too "
        "small costs more than one that is as much too large."
    )
    picture = over(
        "Loss over the answer where 0.3 is right: steeper below it than above",
        [("", lambda a: (log(1 + 20 * a) - log(7)) ** 2 / 3)],
        "answer",
    )
    values, targets, needs = True, (0.0, float("inf")), "amounts"


class Poisson(LossKind, name="poisson", title="Poisson loss", proper=True, short="Poisson"):
    """How surprised the network is by a count, if its answer is the rate."""

    keywords = ("counts", "count regression", "rate", "log-linear")
    formula = r"L = \frac{1}{n} \sum_i \left( \hat y_i - y_i \log \hat y_i \right)"
    when = "For counts: visits an hour, cells in an image."
    point = (
        "A rate of 100 varies by 10, one of 4 by 2; so an error of ten is noise at the one and a blunder at the other. "
        "It may be below zero: only differences mean anything."
    )
    picture = over(
        "Loss over the answer where 0.3 is right: lowest there, and steep towards zero",
        [("", lambda a: 0.25 + (3 * a - 0.9 * log(3 * a) - 0.9 + 0.9 * log(0.9)) / 2.4)],
        "answer",
    )
    values, targets, needs = True, (0.0, float("inf")), "amounts"


class CosineSimilarity(LossKind, name="cosine_similarity", title="Cosine similarity", short="Cosine"):
    """Minus the cosine of the angle between answer and target: -1 where they point the same way."""

    keywords = ("angle", "direction", "embedding", "vector")
    formula = r"L = -\frac{y \cdot \hat y}{|y|\,|\hat y|}"
    when = "For vectors whose direction counts and not their length, such as embeddings."
    point = "A vector and its double are the same to it. A loss below zero is no mistake: -1 is the best there is."
    picture = over(
        "Loss over the angle between the two: -1 at none, 1 at half a turn",
        [("", lambda t: 0.5 - cosine(pi * t) / 2)],
        "angle, from 0° to 180°",
    )
    values, of_class = True, None

    def takes_values(self, target: Field) -> bool:
        return target.shape[-1:] != (1,)
