"""Optimizers with a rate for every weight, made of the gradients that it has had."""

from dataclasses import replace
from math import sqrt

from graphbuilder.lessons import Lesson
from graphbuilder.optimizers import options, ways
from graphbuilder.optimizers.optimizer import Optimizer
from graphbuilder.parameters import Number, YesNo
from graphbuilder.sketches import BLUE, ORANGE, Sketch, lines_over_time


class Adagrad(Optimizer, title="Adagrad", slots=1, work=2):
    """Every weight has its own rate, smaller the more it has moved."""

    formula = r"s \leftarrow s + g^2, \quad w \leftarrow w - \eta g / \sqrt{s + \epsilon}"
    when = "Where some features are rare, such as words."
    point = "What has moved much moves less. The sum never shrinks, so the steps do, and a long training crawls."
    update = staticmethod(ways.adagrad)
    picture = ways.picture("Adagrad", ways.adagrad)
    learning_rate = options.rate(0.01, "How far each step goes at first.", keras_default=0.001)
    initial_accumulator_value = Number(
        0.1, low=0.0, more=True, help="What the sum of squares starts from.", lesson=options.FIRST_SUM
    )
    epsilon = options.against_zero()


class Adadelta(Optimizer, title="Adadelta", slots=2, work=4):
    """Like Adagrad, but it forgets old gradients and finds its rate from past steps."""

    formula = r"w \leftarrow w - \eta \frac{RMS(\Delta w)}{RMS(g)} g"
    when = "Where you do not want to choose a rate at all."
    point = "It measures its steps by its own past steps, so that even their unit comes out right; it starts slowly."
    update = staticmethod(ways.adadelta)
    picture = ways.picture("Adadelta", ways.adadelta)
    learning_rate = options.rate(1.0, "A factor on each step; 1 is the paper's.", keras_default=0.001)
    rho = options.share_kept(0.95, "How slowly old gradients are forgotten.", options.RHO)
    epsilon = options.against_zero()


class RMSprop(Optimizer, title="RMSprop", slots=1, work=3):
    """Every weight's step is divided by the recent size of its gradient."""

    formula = r"s \leftarrow \rho s + (1 - \rho) g^2, \quad w \leftarrow w - \eta g / \sqrt{s + \epsilon}"
    when = "For recurrent networks, and where gradients differ much in size."
    point = "The recent size of the gradient is divided out, so steep and flat directions are walked at one pace."
    update = staticmethod(ways.rmsprop)
    picture = ways.picture("RMSprop", ways.rmsprop)
    keeping = ("momentum", "centered")
    rho = options.share_kept(0.9, "How slowly old gradients are forgotten.", options.RHO)
    momentum = options.share_kept(0.0, "The share of the last step that is kept.", options.MOMENTUM, more=True)
    epsilon = options.against_zero()
    centered = YesNo(
        False, more=True, help="Divide by the spread of the gradient and not by its size.", lesson=options.CENTERED
    )


_POWER = Lesson(
    lines_over_time(
        "The rate over the steps: with -0.5 it falls as Adagrad's, with 0 it stays",
        [
            ("0", lambda t: 0.8, "", False),
            ("-0.5", lambda t: 0.8 / sqrt(1 + 9 * t), BLUE, False),
            ("-1", lambda t: 0.8 / (1 + 9 * t), ORANGE, True),
        ],
        across="steps",
        up="rate",
    ),
    when="Leave it at -0.5.",
    point="The rate is the sum of squared gradients to this power: -0.5 is the root that Adagrad divides by.",
    formula=r"\eta_t = \eta \, n^{p}",
)
_L1 = Lesson(
    lines_over_time(
        "Up to the threshold a weight is zero, beyond it as without",
        [("", lambda t: 0.5 + max(0.0, abs(2 * t - 1) - 0.3) * (1 if t > 0.5 else -1), BLUE, False)],
        across="sum of gradients",
        up="weight",
    ),
    when="Where most weights should be exactly zero, as with millions of rare features.",
    point="A gradient step over a penalty never quite reaches zero. Here a weight is zero until its gradients have "
    "added up to more than this.",
    formula=r"w = 0 \iff |z| \le \lambda_1",
)
_L2 = Lesson(
    lines_over_time(
        "Weights with more of it are smaller",
        [
            ("0", lambda t: 0.9 * (1 - (1 - t) ** 4), "", False),
            ("0.1", lambda t: 0.6 * (1 - (1 - t) ** 4), BLUE, False),
            ("1", lambda t: 0.2 * (1 - (1 - t) ** 4), ORANGE, True),
        ],
        across="steps",
        up="weight",
    ),
    when="0.001 to 0.1 against overfitting.",
    point="It pulls at the weight itself and not at its gradient, so it is not divided by the gradient's size.",
    formula=r"+ \lambda_2 \|w\|^2",
)
_SHRINKAGE = replace(
    _L2,
    when="In the place of the other, where it should count for weights that have a gradient alone.",
    point="It goes the gradient's way, so a feature that is seldom there is shrunk only when it is.",
    formula=r"g + 2 \lambda w",
)
_BETA = Lesson(
    lines_over_time(
        "With beta the first steps are smaller",
        [
            ("0", lambda t: 0.85 / sqrt(0.05 + 3 * t + 0.95), BLUE, False),
            ("1", lambda t: 0.42 / sqrt(1 + 1.2 * t), ORANGE, True),
        ],
        across="steps",
        up="rate",
    ),
    when="Leave it at 0; 1 where the first steps are too large.",
    point="It is added to the root of the sum, and counts for less the more gradients there have been.",
    formula=r"\frac{\eta}{\beta + \sqrt{n}}",
)


class Ftrl(Optimizer, title="FTRL", slots=2, work=5):
    """Adagrad that finds each weight anew from all gradients so far, so that many come out exactly zero."""

    formula = r"w = -\frac{z - sign(z) \lambda_1}{(\beta + \sqrt{n}) / \eta + 2 \lambda_2}, \quad n \leftarrow n + g^2"
    when = "For wide, shallow networks over very many features that are seldom there, such as clicks or words."
    point = (
        "Follow the regularized leader: not a step from where you are, but the best weight for all that was seen, "
        "with its penalties. It begins from zero, whatever the initial weights are."
    )
    update = staticmethod(ways.ftrl)
    picture = ways.picture("FTRL", ways.ftrl)
    learning_rate = options.rate(0.001, "How far each step goes at first.")
    learning_rate_power = Number(
        -0.5, high=0.0, more=True, help="How the rate falls with the sum of squared gradients.", lesson=_POWER
    )
    initial_accumulator_value = Number(
        0.1, low=0.0, more=True, help="What the sum of squares starts from.", lesson=options.FIRST_SUM
    )
    l1_regularization_strength = Number(0.0, low=0.0, more=True, help="Makes weights exactly zero.", lesson=_L1)
    l2_regularization_strength = Number(0.0, low=0.0, more=True, help="Makes weights smaller.", lesson=_L2)
    l2_shrinkage_regularization_strength = Number(
        0.0, low=0.0, more=True, help="Makes weights smaller by way of the gradient.", lesson=_SHRINKAGE
    )
    beta = Number(0.0, low=0.0, more=True, help="Makes the first steps smaller.", lesson=_BETA)


_FORGET = Lesson(
    lines_over_time(
        "How much of the past is kept: little at first, then ever more",
        [
            ("-0.8", lambda t: 0.95 * (1 - 1 / (1 + 40 * t) ** 0.8), BLUE, False),
            ("-0.3", lambda t: 0.95 * (1 - 1 / (1 + 40 * t) ** 0.3), ORANGE, True),
        ],
        across="steps",
        up="kept",
    ),
    when="Leave it at -0.8.",
    point="Early gradients say little of later ones, so they are forgotten soon; the longer training has gone, the "
    "longer the memory.",
    formula=r"\beta_2 = 1 - t^{-0.8}",
)
_TINY = replace(
    options.EPSILON,
    when="Leave it at 1e-30.",
    point="Rows and columns without any gradient have a sum of zero, and what is divided by it would be no number.",
    formula=r"g^2 + \epsilon_1",
)
_LEAST = Lesson(
    lines_over_time(
        "The step over the size of the weights, which has a floor",
        [("", lambda t: 0.15 + max(0.0, t - 0.2) * 0.9, BLUE, False)],
        across="size of weights",
        up="step",
    ),
    when="Leave it; larger where small weights learn too slowly.",
    point="Steps are a share of the weights, and weights of zero would never leave it: this is what they count as.",
    formula=r"\alpha = \max(\epsilon_2, RMS(w)) \, \rho",
)
_CUT = Lesson(
    lines_over_time(
        "The step over what it would be: cut above the threshold",
        [("without", lambda t: 0.95 * t, ORANGE, True), ("with", lambda t: min(0.45, 0.95 * t), BLUE, False)],
        across="gradient",
        up="step",
    ),
    when="Leave it at 1.",
    point="A memory that is too long for a gradient that jumps would make a leap of it; the step is cut.",
    formula=r"\hat u = u / \max(1, RMS(u) / d)",
)
_RELATIVE = Lesson(
    lines_over_time(
        "The rate stays as it is set, and then falls with the root of the steps",
        [
            ("off", lambda t: 0.7, ORANGE, True),
            ("on", lambda t: 0.7 if t < 0.25 else 0.7 / sqrt(t / 0.25), BLUE, False),
        ],
        across="steps",
        up="rate",
    ),
    when="On, unless you set a schedule, which takes its place.",
    point="The paper's own schedule: a rate that is small enough from the start falls only after many steps.",
    formula=r"\rho = \min(\eta, 1 / \sqrt{t})",
)


class Adafactor(Optimizer, title="Adafactor", slots=1, work=4):
    """Adam's rates for every weight from sums over rows and columns, with steps that are a share of the weights."""

    formula = r"v_{ij} = \frac{r_i c_j}{\bar r}, \quad w \leftarrow w - \max(\epsilon_2, RMS(w)) \, \rho \, \hat u"
    when = "For very large networks, and where you do not want to choose a rate."
    point = (
        "Of a matrix of n times m squares it needs n + m sums alone; what it keeps elsewhere is nearly nothing. "
        "Keras' own keeps the whole matrix all the same, once."
    )
    update = staticmethod(ways.adafactor)
    picture = (
        Sketch("A matrix of squares is told by a sum for each row and each column")
        .cells(70, 44, [[""] * 6] * 4, 22)
        .cells(30, 44, [["r"]] * 4, 22, {(row, 0) for row in range(4)}, ORANGE)
        .cells(70, 12, [["c"] * 6], 22, {(0, column) for column in range(6)}, BLUE)
        .text(202, 92, "v = r c / mean(r)", anchor="start", size=12)
    )
    beta_2_decay = Number(
        -0.8, high=0.0, open_high=True, more=True, help="How soon the memory grows long.", lesson=_FORGET
    )
    epsilon_1 = Number(
        1e-30,
        low=0.0,
        open_low=True,
        more=True,
        help="Added to squared gradients.",
        lesson=_TINY,
    )
    epsilon_2 = Number(0.001, low=0.0, more=True, help="The least size that weights count as.", lesson=_LEAST)
    clip_threshold = Number(
        1.0, low=0.0, open_low=True, more=True, help="How large a step is before it is made shorter.", lesson=_CUT
    )
    relative_step = YesNo(True, more=True, help="Let the rate fall with the root of the steps.", lesson=_RELATIVE)
