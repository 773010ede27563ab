"""How weights are drawn before the first step: the rules by Keras' own names, and what help tells of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphbuilder.lessons import Lesson
from graphbuilder.sketches import BLUE, Sketch, bell


@dataclass(frozen=True)
class InitializerKind:
    """of_matrices: it draws no single row of numbers, such as biases are."""

    title: str
    lesson: Lesson
    of_matrices: bool = False


_FLAT = [float(abs(place - 7) < 5) for place in range(15)]


def _density(told: str, heights: Sequence[float], low: str, high: str) -> Sketch:
    return (
        Sketch(told).bars(heights, 50, 124, 220, 92, BLUE).text(160, 142, "0").text(60, 142, low).text(262, 142, high)
    )


def _spike(value: str) -> Sketch:
    sketch = Sketch(f"Every weight is {value}").line([(50, 124), (270, 124)], width=1.2, faint=True)
    return sketch.line([(160, 124), (160, 30)], BLUE, width=10).text(160, 144, value)


def _scaled(title: str, formula: str, flat: bool, reach: str, when: str, point: str) -> InitializerKind:
    cut_off = reach == _CUT_OFF
    formula += r", \quad |w| < 2.27\,\sigma" if cut_off else ""
    heights = _FLAT if flat else bell(0, 1, low=-2.27, high=2.27) if cut_off else bell(0, 1)
    told = f"{title}: {'equally likely between two bounds' if flat else 'near zero most often'}"
    return InitializerKind(title, Lesson(_density(told, heights, f"-{reach}", reach), when, point, formula))


_CUT_OFF = "2.27σ"
"""Keras draws these again beyond two spreads of the bell, and widens it so that the spread of what is left is σ."""

_GLOROT = "Before tanh, sigmoid, softmax, or no activation."
_HE = "Before ReLU and its relatives."
_LECUN = "Before SELU, and where only what flows forward matters."

INITIALIZERS: dict[str, InitializerKind] = {
    "zeros": InitializerKind(
        "Zeros",
        Lesson(
            _spike("0"),
            when="For biases; never for the weights of a layer with several units.",
            point="Units that start alike get the same gradient and stay alike for ever: a hundred of them are one.",
            formula=r"w = 0",
        ),
    ),
    "ones": InitializerKind(
        "Ones",
        Lesson(
            _spike("1"),
            when="For factors that should change nothing at first, such as the gamma of batch normalization.",
            point="For weights it is as bad as zeros, and the sums grow with the number of inputs besides.",
            formula=r"w = 1",
        ),
    ),
    "random_uniform": _scaled(
        "Small random, uniform", r"w \sim U(-0.05,\ 0.05)", True, "0.05",
        "To see what goes wrong where the spread ignores the layer's size.",
        "The same spread for every layer: too small for a narrow one, too large for a very wide one.",
    ),
    "random_normal": _scaled(
        "Small random, normal", r"w \sim N(0,\ 0.05^2)", False, "0.15",
        "As the uniform one, with a few larger weights among them.",
        "Stack ten layers with it and watch the activations shrink to nothing from one to the next.",
    ),
    "glorot_uniform": _scaled(
        "Glorot, uniform", r"w \sim U(-a,\ a), \quad a = \sqrt{\frac{6}{n_{in} + n_{out}}}", True, "a",
        f"{_GLOROT} Keras' own choice for most layers.",
        "The spread is chosen so that values keep their size forward and gradients keep theirs backward (Glorot and "
        "Bengio, 2010).",
    ),
    "glorot_normal": _scaled(
        "Glorot, normal", r"w \sim N\left(0,\ \frac{2}{n_{in} + n_{out}}\right)", False, _CUT_OFF, _GLOROT,
        "The same spread as the uniform one, from a bell without its ends: no weight is far larger than the rest.",
    ),
    "he_uniform": _scaled(
        "He, uniform", r"w \sim U(-a,\ a), \quad a = \sqrt{\frac{6}{n_{in}}}", True, "a", _HE,
        "ReLU sets half of the values to zero; doubling the variance makes up for it (He et al., 2015).",
    ),
    "he_normal": _scaled(
        "He, normal", r"w \sim N\left(0,\ \frac{2}{n_{in}}\right)", False, _CUT_OFF, _HE,
        "With it, networks of thirty ReLU layers train where Glorot's spread lets the signal die out.",
    ),
    "lecun_uniform": _scaled(
        "LeCun, uniform", r"w \sim U(-a,\ a), \quad a = \sqrt{\frac{3}{n_{in}}}", True, "a", _LECUN,
        "A sum of n independent terms has n times the variance, so each weight gets a share of one over n (LeCun et "
        "al., 1998).",
    ),
    "orthogonal": InitializerKind(
        "Orthogonal",
        Lesson(
            _density("Orthogonal: a random rotation, weights near zero most often", bell(0, 1), "-1", "1"),
            when="For weights that are used again at every step, as those of a recurrent memory.",
            point="A rotation makes no vector longer or shorter, so nothing grows or fades over a hundred steps (Saxe "
            "et al., 2013).",
            formula=r"W^T W = I",
        ),
        of_matrices=True,
    ),
    "lecun_normal": _scaled(
        "LeCun, normal", r"w \sim N\left(0,\ \frac{1}{n_{in}}\right)", False, _CUT_OFF, _LECUN,
        "The oldest of the three rules; Glorot's and He's are the same thought with the backward way and ReLU in mind.",
    ),
}  # fmt: skip
