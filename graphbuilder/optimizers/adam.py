"""Adam, and what was made of it."""

from math import sin

from graphbuilder.optimizers import options, ways
from graphbuilder.optimizers.optimizer import Optimizer
from graphbuilder.parameters import Number, Whole, YesNo
from graphbuilder.sketches import BLUE, ORANGE, lines_over_time


class Adam(Optimizer, title="Adam", slots=2, work=2):
    """Momentum and a rate for every weight together; a good first choice."""

    formula = (
        r"w \leftarrow w - \alpha \frac{m}{\sqrt{v} + \epsilon}, \quad "
        r"\alpha = \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}"
    )
    when = "The first choice when you know nothing yet; 0.001 is a good rate."
    point = (
        "Momentum for the direction, RMSprop for the size. It forgives a rate that is three times off; SGD does not."
    )
    update = staticmethod(ways.adam)
    picture = ways.picture("Adam", ways.adam)
    keeping = ("amsgrad",)
    beta_1 = options.beta_1()
    beta_2 = options.beta_2()
    epsilon = options.against_zero()
    amsgrad = YesNo(False, more=True, help="Never let the mean square shrink.", lesson=options.AMSGRAD)


class AdamW(Adam, title="AdamW", slots=2, work=2):
    """Adam that also shrinks every weight a little at each step."""

    formula = r"w \leftarrow w - \alpha \frac{m}{\sqrt{v} + \epsilon} - \eta \lambda w"
    when = "As Adam, where overfitting is to be held down as well."
    point = "An l2 penalty inside Adam is divided by the gradient's size and hardly acts. Beside it, it acts as meant."
    picture = ways.picture("AdamW", ways.adamw)
    weight_decay = Number(
        0.004, low=0.0, help="How much weights shrink: the share, times the learning rate.", lesson=options.DECAY
    )


class Nadam(Optimizer, title="Nadam", slots=2, work=4):
    """Adam with Nesterov's momentum: the mean gradient is taken one step ahead."""

    formula = (
        r"w \leftarrow w - \eta \frac{\hat m}{\sqrt{\hat v} + \epsilon}, \quad "
        r"\hat m = \frac{\mu_{t+1} m}{1 - \prod \mu} + \frac{(1 - \mu_t) g}{1 - \prod \mu}"
    )
    when = "As Adam; it is a little faster where the direction stays the same for long."
    point = "Adam takes the mean of where it went. Nadam adds what this gradient does to it, and turns sooner."
    update = staticmethod(ways.nadam)
    picture = ways.picture("Nadam", ways.nadam)
    beta_1 = options.beta_1()
    beta_2 = options.beta_2()
    epsilon = options.against_zero()


class Adamax(Optimizer, title="Adamax", slots=2, work=2):
    """Adam that divides by the largest recent gradient and not by the root of the mean square."""

    formula = (
        r"u \leftarrow \max(\beta_2 u, |g|), \quad w \leftarrow w - \frac{\eta}{1 - \beta_1^t} \frac{m}{u + \epsilon}"
    )
    when = "Where single gradients are much larger than the rest, as with rare words."
    point = "No step is longer than the rate, whatever the gradient: the largest seen lately is the measure of all."
    update = staticmethod(ways.adamax)
    picture = ways.picture("Adamax", ways.adamax)
    beta_1 = options.beta_1()
    beta_2 = options.beta_2(help="How slowly the largest gradient is forgotten.")
    epsilon = options.against_zero()


class Lamb(Optimizer, title="LAMB", keras="Lamb", slots=2, work=4):
    """Adam whose step in each layer is as long as a share of that layer's weights."""

    formula = r"w \leftarrow w - \eta \frac{\|w\|}{\|u\|} u, \quad u = \frac{\hat m}{\sqrt{\hat v} + \epsilon}"
    when = "With very large batches, thousands of samples, and the large rates that go with them."
    point = (
        "What a step does to a layer is its length beside the weights. LAMB makes that equal in all layers, so that "
        "none runs away while another stands."
    )
    update = staticmethod(ways.lamb)
    picture = ways.picture("LAMB, each weight a layer of its own", ways.lamb)
    beta_1 = options.beta_1()
    beta_2 = options.beta_2()
    epsilon = options.against_zero()


class ScheduleFreeAdamW(Optimizer, title="Schedule-free AdamW", slots=2, work=6):
    """AdamW whose weights are an average over all steps, in the place of a rate that falls."""

    formula = (
        r"z \leftarrow z - \eta \frac{g}{\sqrt{\hat v} + \epsilon}, \quad "
        r"x \leftarrow (1 - \tfrac{1}{t}) x + \tfrac{1}{t} z, \quad w = (1 - \beta_1) z + \beta_1 x"
    )
    when = "Where you do not know beforehand how long to train; choose no schedule with it."
    point = "A falling rate calms the steps down at the end. The mean of all steps is as calm, at any time."
    update = staticmethod(ways.schedule_free_adamw)
    picture = lines_over_time(
        "The steps go on shaking, their mean does not",
        [
            ("steps", lambda t: 0.2 + 0.7 * (1 - t) ** 8 + 0.16 * sin(61 * t) * sin(23 * t + 1), ORANGE, True),
            ("mean", lambda t: 0.2 + 0.7 * (1 - t) ** 5, BLUE, False),
        ],
        across="steps",
    )
    from_weights = True
    learning_rate = options.rate(0.0025)
    beta_1 = options.share_kept(
        0.9,
        "How near the weights are to the mean of all steps.",
        options.memory("The direction", "0.9; smaller where the loss jumps."),
        more=True,
        open_low=True,
    )
    beta_2 = options.beta_2()
    epsilon = options.against_zero(1e-8)
    warmup_steps = Whole(
        0,
        low=0,
        high=10**6,
        more=True,
        help="Steps in which the rate rises from 0.",
        lesson=options.WARMUP,
    )
