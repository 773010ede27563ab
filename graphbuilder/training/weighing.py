"""The weights of a layer as pictures: windows of a convolution, what each unit of a Linear weighs, or a matrix."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphbuilder.checks import Report
from graphbuilder.operators.convolution import Convolution, Depthwise
from graphbuilder.operators.data import Input
from graphbuilder.operators.operator import Operator
from graphbuilder.shapes import Shape
from graphbuilder.training.tiles import MOST, digits, flat, strongest, tile, tiles

FEATURES = 256
"""Of the columns of a matrix so many are told, those of the greatest norm."""

ON_A_CARD, CARD_SIDE = 8, 32
"""Pictures that a card has room for, and the cells along a side of a matrix there."""

Weights = Mapping[str, "np.ndarray[Any, Any]"]


class NoWeights(ValueError):
    """What has none that could be shown, as a sentence."""


def weighed(report: Report, node: str, weights: Weights, unit: int | None = None) -> dict[str, Any]:
    """The weights of a node as pictures. weights: of its layer, by name. unit: whose channels are told apart; None for
    all units, each as the mean over its channels where it has several.

    kind: "kernels", "pixels" (of each unit one picture, laid out as what comes in) or "matrices". shape: of the
    weights. channels: of each picture, of which colours are drawn where there are three. Raises NoWeights.
    """
    operator = report.wired.operators[node]
    several = _several(weights)
    if operator is None or not several:
        raise NoWeights(f"{report.wired.called(node)} has no weights that could be drawn.")
    bank = _bank(report, node, operator, several)
    if bank is None:
        return {"kind": "matrices", "matrices": [_matrix(report, node, *one) for one in several.items()]}
    kind = "kernels" if isinstance(operator, Convolution) else "pixels"
    told = {"kind": kind, "shape": [*bank.shape], "channels": bank.shape[-2]}
    if unit is not None:
        if not 0 <= unit < bank.shape[-1]:
            raise NoWeights(f"{report.wired.called(node)} has {bank.shape[-1]} units; unit {unit + 1} was asked for.")
        return told | {"unit": unit, **tiles(_stacked(bank[..., unit]))}
    if bank.shape[-2] == 3 and bank.ndim == 4 and _sees_colours(report, node):
        return told | _coloured(bank)
    return told | tiles(_stacked(bank.mean(axis=-2)))


def on_a_card(report: Report, node: str, weights: Weights) -> dict[str, Any] | None:
    """What a card has room for of a node's weights: the first few windows or units, or its largest matrix whole. what:
    one of the "tiles" shows. of: how many there are. None where there are none that could be drawn."""
    try:
        told = weighed(report, node, weights)
    except NoWeights:
        return None
    if told["kind"] == "matrices":
        largest = max(_several(weights).values(), key=np.size)
        matrix = largest.reshape(largest.shape[0], -1).T
        return {"what": "matrix", "of": 1, "tiles": [tile(matrix, CARD_SIDE)]}
    shown = [{key: one[key] for key in one if key != "numbers"} for one in told["pictures"][:ON_A_CARD]]
    return {"what": "kernel" if told["kind"] == "kernels" else "unit", "of": told["of"], "tiles": shown}


def _several(weights: Weights) -> dict[str, "np.ndarray[Any, Any]"]:
    """Those that are more than a number for each unit."""
    return {name: one for name, one in weights.items() if one.ndim > 1 and not name.endswith("bias")}


def _bank(report: Report, node: str, operator: Operator, weights: Weights) -> "np.ndarray[Any, Any] | None":
    """(axes of a grid..., channels, units); None for what is no bank of windows."""
    if isinstance(operator, Convolution):
        kernel = weights.get("kernel", weights.get("depthwise_kernel"))
        if kernel is None:
            return None
        if isinstance(operator, Depthwise) or "depthwise_kernel" in weights:
            return kernel.reshape(*kernel.shape[:-2], 1, -1)
        return np.swapaxes(kernel, -1, -2) if "Transpose" in operator.kind else kernel
    if operator.shows == "sums":
        grid = grid_before(report, node)
        kernel = weights["kernel"]
        return kernel.reshape(*map(int, grid), kernel.shape[-1]) if grid and None not in grid else None  # type: ignore[arg-type]
    return None


def grid_before(report: Report, node: str) -> Shape | None:
    """The rows, columns and channels of the picture whose pixels a node takes as one row; None where it takes none."""
    wired, at = report.wired, node
    size = report.facts[node].inputs[0][-1:]
    while len(wired.into[at]) == 1:
        at = wired.into[at][0].source
        operator, shape = wired.operators[at], report.facts[at].shape
        if operator is not None and operator.shows == "row" and len(report.facts[at].inputs[0]) == 3:
            return report.facts[at].inputs[0]
        if isinstance(operator, Input):
            return _picture_of(report, operator.field, shape)
        if operator is None or shape != size or not (operator.by_place and not operator.weighs_last_axis):
            return None
    return None


def _sees_colours(report: Report, node: str) -> bool:
    """Whether an Input's own channels come in, and nothing that was mixed of them."""
    at = node
    while len(report.wired.into[at]) == 1:
        at = report.wired.into[at][0].source
        operator = report.wired.operators[at]
        if isinstance(operator, Input):
            return True
        if operator is None or not (operator.shows == "row" or operator.by_place):
            return False
        if operator.weighs_last_axis:
            return False
    return False


def _picture_of(report: Report, name: str, shape: Shape) -> Shape | None:
    """The shape of the picture that a vector holds the pixels of: a set may offer both."""
    fields = report.document.data.fields
    if name not in fields or fields[name].parts:
        return None
    pictures = (one.shape for one in fields.values() if one.kind == "image")
    return next((one for one in pictures if None not in one and np.prod(one) == shape[0]), None)  # type: ignore[arg-type]


def parts_before(report: Report, node: str) -> tuple[str, ...]:
    """The names of the numbers that a node takes, where they have names."""
    wired, at = report.wired, node
    size = report.facts[node].inputs[0]
    while len(wired.into[at]) == 1:
        at = wired.into[at][0].source
        operator = wired.operators[at]
        if report.facts[at].shape != size or operator is None:
            return ()
        if isinstance(operator, Input):
            field = report.document.data.fields.get(operator.field)
            return field.parts if field and len(field.parts) == size[-1] else ()
        if operator.weighs_last_axis or not operator.by_place:
            return ()
    return ()


def _stacked(bank: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """(rows, columns, pictures) of (axes of a grid..., pictures)."""
    return np.stack([flat(bank[..., one]) for one in range(bank.shape[-1])], axis=-1)


def _coloured(bank: "np.ndarray[Any, Any]") -> dict[str, Any]:
    """Of weights on red, green and blue a picture in colour each: zero is a middle grey. colours: hexadecimal."""
    norms = np.linalg.norm(np.nan_to_num(bank).reshape(-1, bank.shape[-1]), axis=0)
    pictures = []
    for unit in strongest(norms):
        one = np.nan_to_num(bank[..., unit].astype("float64"))
        reach = max(float(np.abs(one).max()), 1e-30)
        pixels = np.round(127.5 + 127.5 * one / reach).astype("uint8")
        size = {"rows": one.shape[0], "columns": one.shape[1], "reach": digits(reach)}
        pictures.append({"unit": unit, "norm": digits(norms[unit]), **size, "colours": pixels.tobytes().hex()})
    return {"of": bank.shape[-1], "pictures": pictures}


def _matrix(report: Report, node: str, name: str, values: "np.ndarray[Any, Any]") -> dict[str, Any]:
    """A row for each output, a column for each input, the MOST and FEATURES of the greatest norm. of: rows and columns
    that there are. units, inputs: which they are. names: of the inputs, where they have some."""
    gathers = name.startswith("attention_output")  # of all heads
    matrix = (values.reshape(-1, values.shape[-1]) if gathers else values.reshape(values.shape[0], -1)).T
    finite = np.nan_to_num(matrix.astype("float64"))
    units = strongest(np.linalg.norm(finite, axis=1))
    inputs = strongest(np.linalg.norm(finite, axis=0), FEATURES)
    shown = matrix[np.ix_(units, inputs)]
    names = parts_before(report, node) if name == "kernel" else ()
    told = {"name": name, "shape": [*values.shape], "of": [*matrix.shape], "units": units, "inputs": inputs}
    return {
        **told,
        **tile(shown, FEATURES, shown.size <= MOST * MOST),
        "names": [names[one] for one in inputs if names],
    }
