"""How weights are drawn before the first step: each rule declared once, by Keras' own name, with what help tells."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from graphbuilder.lessons import Lesson
from graphbuilder.parameters.chosen import OfWeights, OneOf, fitting
from graphbuilder.parameters.numbers import Number
from graphbuilder.parameters.values import Chosen
from graphbuilder.parameters.words import Choice
from graphbuilder.shapes import Axis, Phrase
from graphbuilder.sketches import BLUE, Sketch, bell


class Drawn(OfWeights):
    """A rule by which weights are drawn."""

    def constant(self) -> float | None:
        """The one value that every weight starts with; None where they differ."""
        return None


_FLAT = [float(abs(place - 7) < 5) for place in range(15)]


def _density(told: str, heights: Sequence[float], low: str, high: str) -> Sketch:
    return (
        Sketch(told).bars(heights, 50, 124, 220, 92, BLUE).text(160, 142, "0").text(60, 142, low).text(262, 142, high)
    )


def _spike(value: str) -> Sketch:
    sketch = Sketch(f"Every weight is {value}").line([(50, 124), (270, 124)], width=1.2, faint=True)
    return sketch.line([(160, 124), (160, 30)], BLUE, width=10).text(160, 144, value)


def _scaled(title: str, formula: str, flat: bool, reach: str, when: str, point: str) -> Lesson:
    cut_off = reach == _CUT_OFF
    formula += r", \quad |w| < 2.27\,\sigma" if cut_off else ""
    heights = _FLAT if flat else bell(0, 1, low=-2.27, high=2.27) if cut_off else bell(0, 1)
    told = f"{title}: {'equally likely between two bounds' if flat else 'near zero most often'}"
    return Lesson(_density(told, heights, f"-{reach}", reach), when, point, formula)


_CUT_OFF = "2.27σ"
"""Keras draws these again beyond two spreads of the bell, and widens it so that the spread of what is left is σ."""

_GLOROT = "Before tanh, sigmoid, softmax, or no activation."
_HE = "Before ReLU and its relatives."
_LECUN = "Before SELU, and where only what flows forward matters."


class Zeros(Drawn, title="Zeros"):
    lesson = Lesson(
        _spike("0"),
        when="For biases; never for the weights of a layer with several units.",
        point="Units that start alike get the same gradient and stay alike for ever: a hundred of them are one.",
        formula=r"w = 0",
    )

    def constant(self) -> float:
        return 0.0


class Ones(Drawn, title="Ones"):
    lesson = Lesson(
        _spike("1"),
        when="For factors that should change nothing at first, such as the gamma of batch normalization.",
        point="For weights it is as bad as zeros, and the sums grow with the number of inputs besides.",
        formula=r"w = 1",
    )

    def constant(self) -> float:
        return 1.0


class Constant(Drawn, title="Constant"):
    lesson = Lesson(
        _spike("c"),
        when="For biases that should begin elsewhere than at zero: so that ReLU units start alive, or a rare class "
        "starts rare.",
        point="A last bias of log(p / (1 - p)) gives each sample the chance p before anything is learned; it spares "
        "the first steps, which would learn nothing but that.",
        formula=r"w = c",
    )

    is_word = False

    value = Number(0.0, help="What every weight begins with.")

    def constant(self) -> float:
        return self.value


class RandomUniform(Drawn, title="Small random, uniform"):
    lesson = _scaled(
        "Small random, uniform", r"w \sim U(-0.05,\ 0.05)", True, "0.05",
        "To see what goes wrong where the spread ignores the layer's size.",
        "The same spread for every layer: too small for a narrow one, too large for a very wide one.",
    )  # fmt: skip

    minval = Number(-0.05, help="The lower bound.")
    maxval = Number(0.05, help="The upper bound.")

    def own_fault(self) -> Phrase | None:
        if self.minval > self.maxval:
            says = "must have minval of at most maxval; received {minval:g} and {maxval:g}"
            return Phrase(says, minval=self.minval, maxval=self.maxval)
        return None

    def constant(self) -> float | None:
        return self.minval if self.minval == self.maxval else None


class RandomNormal(Drawn, title="Small random, normal"):
    lesson = _scaled(
        "Small random, normal", r"w \sim N(0,\ 0.05^2)", False, "0.15",
        "As the uniform one, with a few larger weights among them.",
        "Stack ten layers with it and watch the activations shrink to nothing from one to the next.",
    )  # fmt: skip

    mean = Number(0.0, help="The middle of the bell.")
    stddev = Number(0.05, low=0.0, help="The spread of the bell.")

    def constant(self) -> float | None:
        return None if self.stddev else self.mean


class TruncatedNormal(Drawn, title="Small random, bell without its ends"):
    lesson = Lesson(
        _density(
            "A bell that is cut off at twice its spread", bell(0, 1, low=-2.0, high=2.0), "-2σ", "2σ"
        ),
        when="As the normal one, where no weight should be far out: the vectors of transformers start so, with 0.02.",
        point="What falls beyond two spreads is drawn again. One weight in twenty would; in a million that is fifty "
        "thousand loud ones.",
        formula=r"w \sim N(0,\ \sigma^2), \quad |w| < 2\,\sigma",
    )  # fmt: skip

    mean = Number(0.0, help="The middle of the bell.")
    stddev = Number(0.05, low=0.0, help="The spread of the bell, before its ends are cut off.")

    def constant(self) -> float | None:
        return None if self.stddev else self.mean


class GlorotUniform(Drawn, title="Glorot, uniform"):
    lesson = _scaled(
        "Glorot, uniform", r"w \sim U(-a,\ a), \quad a = \sqrt{\frac{6}{n_{in} + n_{out}}}", True, "a",
        f"{_GLOROT} Keras' own choice for most layers.",
        "The spread is chosen so that values keep their size forward and gradients keep theirs backward (Glorot and "
        "Bengio, 2010).",
    )  # fmt: skip


class GlorotNormal(Drawn, title="Glorot, normal"):
    lesson = _scaled(
        "Glorot, normal", r"w \sim N\left(0,\ \frac{2}{n_{in} + n_{out}}\right)", False, _CUT_OFF, _GLOROT,
        "The same spread as the uniform one, from a bell without its ends: no weight is far larger than the rest.",
    )  # fmt: skip


class HeUniform(Drawn, title="He, uniform"):
    lesson = _scaled(
        "He, uniform", r"w \sim U(-a,\ a), \quad a = \sqrt{\frac{6}{n_{in}}}", True, "a", _HE,
        "ReLU sets half of the values to zero; doubling the variance makes up for it (He et al., 2015).",
    )  # fmt: skip


class HeNormal(Drawn, title="He, normal"):
    lesson = _scaled(
        "He, normal", r"w \sim N\left(0,\ \frac{2}{n_{in}}\right)", False, _CUT_OFF, _HE,
        "With it, networks of thirty ReLU layers train where Glorot's spread lets the signal die out.",
    )  # fmt: skip


class LecunUniform(Drawn, title="LeCun, uniform"):
    lesson = _scaled(
        "LeCun, uniform", r"w \sim U(-a,\ a), \quad a = \sqrt{\frac{3}{n_{in}}}", True, "a", _LECUN,
        "A sum of n independent terms has n times the variance, so each weight gets a share of one over n (LeCun et "
        "al., 1998).",
    )  # fmt: skip


class LecunNormal(Drawn, title="LeCun, normal"):
    lesson = _scaled(
        "LeCun, normal", r"w \sim N\left(0,\ \frac{1}{n_{in}}\right)", False, _CUT_OFF, _LECUN,
        "The oldest of the three rules; Glorot's and He's are the same thought with the backward way and ReLU in mind.",
    )  # fmt: skip


class VarianceScaling(Drawn, title="Variance scaling"):
    lesson = _scaled(
        "Variance scaling", r"w \sim N\left(0,\ \frac{s}{n}\right)", False, _CUT_OFF,
        "Where none of the named rules is meant: the scale, what is counted and the curve are all to choose.",
        "Glorot, He and LeCun are three settings of this one: scale 1, 2 and 1 over the mean, the inputs and the "
        "inputs.",
    )  # fmt: skip

    scale = Number(1.0, low=0.0, open_low=True, help="Times the variance.")
    mode = Choice(
        "fan_in",
        choices={"fan_in": "Inputs", "fan_out": "Outputs", "fan_avg": "Their mean"},
        help="What the variance is divided by.",
    )
    distribution = Choice(
        "truncated_normal",
        choices={"truncated_normal": "Bell without its ends", "untruncated_normal": "Bell", "uniform": "Uniform"},
        help="The curve that weights are drawn from.",
    )


class Orthogonal(Drawn, title="Orthogonal"):
    lesson = Lesson(
        _density("Orthogonal: a random rotation, weights near zero most often", bell(0, 1), "-1", "1"),
        when="For weights that are used again at every step, as those of a recurrent memory.",
        point="A rotation makes no vector longer or shorter, so nothing grows or fades over a hundred steps (Saxe "
        "et al., 2013).",
        formula=r"W^T W = I",
    )
    axes = range(2, 100)

    gain = Number(1.0, help="Times the rotation.")

    def constant(self) -> float | None:
        return None if self.gain else 0.0


class Identity(Drawn, title="Identity"):
    lesson = Lesson(
        Sketch("Ones on the diagonal, zeros elsewhere").cells(
            112, 32, [[int(row == column) for column in range(4)] for row in range(4)], 24, {(n, n) for n in range(4)}
        ),
        when="For the memory of a simple recurrent network with ReLU, and to begin with a layer that changes nothing.",
        point="What is remembered is handed on as it is until something is learned: long memory without gates (Le et "
        "al., 2015).",
        formula=r"W = g\, I",
    )
    axes = range(2, 3)

    gain = Number(1.0, help="The number on the diagonal.")

    def constant(self) -> float | None:
        return None if self.gain else 0.0


INITIALIZERS: dict[str, type[Drawn]] = {
    "zeros": Zeros, "ones": Ones, "constant": Constant,
    "random_uniform": RandomUniform, "random_normal": RandomNormal, "truncated_normal": TruncatedNormal,
    "glorot_uniform": GlorotUniform, "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform, "he_normal": HeNormal,
    "lecun_uniform": LecunUniform, "lecun_normal": LecunNormal,
    "variance_scaling": VarianceScaling, "orthogonal": Orthogonal, "identity": Identity,
}  # fmt: skip


class Initializer(OneOf):
    """How a weight of `axes` axes is drawn before the first step; None for three or more axes. One that begins with
    zeros or ones is taken for a row of numbers, such as biases."""

    kind = "chosen"
    module = "initializers"

    def __init__(self, default: str | Chosen, *, axes: Axis = None, **told: Any) -> None:
        rows = axes is None and default in ("zeros", "ones")
        super().__init__(default, fitting(INITIALIZERS, 1 if rows else axes), **told)


@lru_cache(maxsize=512)
def constant_of(value: Any) -> float | None:
    """The one value that every weight starts with by this initializer; None where they differ."""
    name = value.name if isinstance(value, Chosen) else value
    drawn = INITIALIZERS.get(name)
    return drawn(value.params if isinstance(value, Chosen) else None).constant() if drawn else None
