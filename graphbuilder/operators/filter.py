"""A window of weights that are known beforehand: blur, edges, and whatever kernel is typed in."""

from collections.abc import Iterable, Iterator
from math import exp, log, sqrt
from typing import Any

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.families import PREPROCESSING
from graphbuilder.operators.operator import Counts, Look, ShapeFault
from graphbuilder.operators.window import CONVOLUTION_SUMS, PADDINGS, Grid, slide, window_sums
from graphbuilder.parameters import Choice, Matrix, Number, Whole, WrongType
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block
from graphbuilder.tensors import Inputs

Kernel = tuple[tuple[float, ...], ...]

KERNELS: dict[str, Kernel] = {
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "sobel_x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "sobel_y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "prewitt_x": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    "prewitt_y": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    "laplace": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}
"""Those of 3 by 3 that have a name."""

_FILTERS = {
    "box": "Box blur: the mean",
    "gaussian": "Gaussian blur: near pixels count more",
    "sharpen": "Sharpen",
    "sobel_x": "Sobel: edges that stand upright",
    "sobel_y": "Sobel: edges that lie flat",
    "prewitt_x": "Prewitt: edges that stand upright",
    "prewitt_y": "Prewitt: edges that lie flat",
    "laplace": "Laplace: edges of all directions",
    "emboss": "Emboss: light from one corner",
    "typed": "The kernel typed in",
}
_ASKED = {"size": ("box", "gaussian"), "sigma": ("gaussian",), "kernel": ("typed",)}
"""Which filters a parameter is of."""


class FixedFilter(Grid, title="Fixed filter", family=PREPROCESSING):
    """Slides a window of fixed weights over each channel by itself: a blur, an edge detector, or a kernel typed in.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels). Nothing is learned.
    """

    keywords = (
        "kernel", "blur", "box", "gaussian", "smooth", "sharpen", "edge", "sobel", "prewitt", "laplace", "emboss",
        "convolution", "image", "preprocessing",
    )  # fmt: skip
    formula = r"y_{i,j,c} = \sum_{u,v} K_{u,v}\, x_{i+u,\; j+v,\; c}"
    when = "Against noise (blur), to show edges alone, or to see what a convolution does before it is learned."
    point = (
        "This is what vision was before weights were learned: people wrote the kernels. A convolution that is trained "
        "on pictures comes to edges and blurs much like these by itself."
    )
    picture = (
        Sketch("A window of fixed weights answers where dark meets bright")
        .cells(16, 32, [[0, 0, 9, 9]] * 4, 22, block(0, 1, 3, 3))
        .cells(124, 44, KERNELS["prewitt_x"], 24, block(0, 0, 3, 3), ORANGE)
        .text(160, 138, "fixed", color=ORANGE)
        .arrow(204, 80, 228, 80)
        .cells(240, 58, [[27, 27], [27, 27]], 32, {(0, 1)}, BLUE)
    )
    source = CONVOLUTION_SUMS
    rank = 2
    is_linear = True
    needs_amounts = True

    filter = Choice("gaussian", choices=_FILTERS, help="What the weights are.")
    size = Whole(3, low=2, high=31, help="Rows and columns of the window of a blur.")
    sigma = Number(1.0, low=0.1, high=1000, help="How far a Gaussian blur reaches, in pixels.")
    kernel = Matrix(KERNELS["laplace"], help="The weights of the filter that is typed in, row by row.")
    padding = Choice(
        "same", choices=PADDINGS, more=True, help="Whether the window stays inside, or zeros are put around."
    )

    @property
    def weights(self) -> Kernel:
        """The window's, row by row."""
        if self.filter == "typed":
            return self.kernel
        if self.filter in KERNELS:
            return KERNELS[self.filter]
        size, sigma = FixedFilter.size.nearest(self.size), FixedFilter.sigma.nearest(self.sigma)
        bell = [exp(-(((place - (size - 1) / 2) / sigma) ** 2) / 2) for place in range(size)]
        row = [1.0] * size if self.filter == "box" else bell
        return tuple(tuple(round(a * b / sum(row) ** 2, 6) for b in row) for a in row)

    def untold(self) -> Iterable[str]:
        told = filter_of([[*row] for row in self.weights])
        asked = ("filter", *(name for name, filters in _ASKED.items() if self.filter in filters))
        same = FixedFilter({name: self.parameters[name].read(value) for name, value in told.items()})
        return () if all(same.params[name] == self.params[name] for name in asked) else ("filter", *_ASKED)

    @property
    def _window(self) -> tuple[int, int]:
        return len(self.weights), len(self.weights[0])

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = self.grid(inputs, fields)
        try:
            return *slide(grid, self._window, (1, 1), self.padding, "padding"), channels
        except ShapeFault as fault:
            same = [SetParameter("padding", "same")]
            raise ShapeFault(fault.message, fault.fix, "padding", repairs=same, **fault.facts) from None

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look(span) for span in self._window]

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        channels = output[-1] or 1
        return Counts(fixed=size(self._window) * channels, multiply_adds=size(self._window) * size(output))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        rows, columns = self._window
        yield from window_sums(inputs[0][:-1], self._window, (1, 1), self.padding)
        counts = self.counts(inputs, output)
        yield f"parameters: {rows}×{columns} × {output[-1]}, none trained = {whole(counts.fixed)}"
        yield f"multiply-adds: {rows}×{columns} × {whole(size(output))} = {whole(counts.multiply_adds)}"

    def span(self, low: float, high: float) -> tuple[float, float]:
        """Weights above 0 take the value at one end, those below it that at the other."""
        if self.padding == "same":
            low, high = min(low, 0.0), max(high, 0.0)
        weights = [weight for row in self.weights for weight in row]
        up, down = sum(w for w in weights if w > 0), sum(w for w in weights if w < 0)
        return _by(up, low) + _by(down, high), _by(up, high) + _by(down, low)

    def call(self, name: str) -> Call:
        nested = Listed(tuple(Listed(tuple(Listed((Listed((one,)),)) for one in row)) for row in self.weights))
        drawn = Call("initializers.Constant", (nested,))
        told: dict[str, Argument] = {"padding": self.padding, "use_bias": False, "depthwise_initializer": drawn}
        return Call("layers.DepthwiseConv2D", (self._window,), {**told, "trainable": False, "name": name})

    def folds(self, name: str) -> bool:
        return self.filter not in _ASKED.get(name, (self.filter,))

    def line(self) -> str:
        rows, columns = self._window
        return f"{self.filter.replace('_', ' ')}, {rows}×{columns}"


def _by(weight: float, end: float) -> float:
    """Nothing of infinity is nothing."""
    return weight * end if weight else 0.0


def filter_of(window: list[list[float]]) -> dict[str, Any]:
    """The parameters of the filter that has these weights, as a document has them."""
    filters: list[dict[str, Any]] = [{"filter": name} for name in KERNELS]
    size = len(window)
    filters += [{"filter": "gaussian", "size": size}, {"filter": "box", "size": size}]
    middle, side = window[size // 2][len(window[0]) // 2], window[size // 2][0]
    if 0 < side < middle:
        centre = (size - 1) / 2
        sigma = sqrt((centre**2 - (size // 2 - centre) ** 2) / (2 * log(middle / side)))
        filters += [{"filter": "gaussian", "size": size, "sigma": float(f"{sigma:.{n}g}")} for n in range(1, 9)]
    for told in filters:
        try:
            params = {name: FixedFilter.parameters[name].read(value) for name, value in told.items()}
            if [[*row] for row in FixedFilter(params).weights] == window:
                return told
        except WrongType:
            continue
    return {"filter": "typed", "kernel": window}
