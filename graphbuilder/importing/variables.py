"""Which shapes the variables of a layer have, in Keras' order, for the layers that most networks are made of. Weights
of a file are held to them before any is read; of other layers how many numbers they are alone is held.
"""

from collections.abc import Callable, Mapping

from graphbuilder.operators import Operator
from graphbuilder.operators.axes import places_of
from graphbuilder.tensors import Inputs

LAID_OUT_ANEW = ("LayerNormalization",)
"""Their numbers stand in the order of the axes as these were told, and Keras lays them out by a reshape."""

Shapes = list[tuple[int, ...]]


def shapes_of(operator: Operator, inputs: Inputs) -> Shapes | None:
    """None where they are not told here, or hang on sizes that only the data tell."""
    told = _TOLD.get(operator.kind)
    if told is None:
        return None
    try:
        return told(operator, inputs)
    except TypeError:  # a size that is not known
        return None


def _last(inputs: Inputs) -> int:
    size = inputs[0][-1]
    if size is None:
        raise TypeError
    return size


def _with_bias(operator: Operator, shapes: Shapes, bias: int) -> Shapes:
    return [*shapes, (bias,)] if operator.params["use_bias"] else shapes


def _dense(operator: Operator, inputs: Inputs) -> Shapes:
    units = _whole(operator, "units")
    return _with_bias(operator, [(_last(inputs), units)], units)


def _whole(operator: Operator, name: str) -> int:
    value = operator.params[name]
    assert isinstance(value, int)
    return value


def _window(operator: Operator) -> tuple[int, ...]:
    value = operator.params["kernel_size"]
    assert isinstance(value, tuple)
    return tuple(int(str(one)) for one in value)


def _convolution(operator: Operator, inputs: Inputs) -> Shapes:
    filters, groups = _whole(operator, "filters"), _whole(operator, "groups")
    return _with_bias(operator, [(*_window(operator), _last(inputs) // groups, filters)], filters)


def _transposed(operator: Operator, inputs: Inputs) -> Shapes:
    filters = _whole(operator, "filters")
    return _with_bias(operator, [(*_window(operator), filters, _last(inputs))], filters)


def _depthwise(operator: Operator, inputs: Inputs) -> Shapes:
    channels, times = _last(inputs), _whole(operator, "depth_multiplier")
    return _with_bias(operator, [(*_window(operator), channels, times)], channels * times)


def _separable(operator: Operator, inputs: Inputs) -> Shapes:
    channels, times, filters = _last(inputs), _whole(operator, "depth_multiplier"), _whole(operator, "filters")
    window = _window(operator)
    points = (*(1 for _ in window), channels * times, filters)
    return _with_bias(operator, [(*window, channels, times), points], filters)


def _batch_normalization(operator: Operator, inputs: Inputs) -> Shapes:
    axis = _whole(operator, "axis")
    channels = inputs[0][axis - 1 if axis > 0 else axis]
    if channels is None:
        raise TypeError
    learned = [(channels,) for name in ("scale", "center") if operator.params[name]]
    return [*learned, (channels,), (channels,)]


def _layer_scale(operator: Operator, inputs: Inputs) -> Shapes:
    channels = _whole(operator, "channels")
    return [(1, 1, channels, 1)] if operator.params["of"] == "image" else [(channels,)]


def _embedding(operator: Operator, inputs: Inputs) -> Shapes:
    return [(_whole(operator, "input_dim"), _whole(operator, "output_dim"))]


def _recurrent(gates: int) -> Callable[[Operator, Inputs], Shapes]:
    def told(operator: Operator, inputs: Inputs) -> Shapes:
        units = _whole(operator, "units")
        wide = gates * units
        shapes: Shapes = [(_last(inputs), wide), (units, wide)]
        if operator.params["use_bias"]:
            shapes.append((2, wide) if operator.params.get("reset_after") else (wide,))
        return shapes

    return told


def _layer_normalization(operator: Operator, inputs: Inputs) -> Shapes:
    axes = operator.params["axis"]
    assert isinstance(axes, tuple)
    places = places_of(tuple(one for one in axes if isinstance(one, int)), inputs[0])
    sizes = [inputs[0][place] for place in places]
    along = tuple(one for one in sizes if one is not None)
    if len(along) < len(sizes):
        raise TypeError
    return [along for name in ("scale", "center") if operator.params[name]]


_TOLD: Mapping[str, Callable[[Operator, Inputs], Shapes]] = {
    "Dense": _dense,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _convolution),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    "BatchNormalization": _batch_normalization, "Embedding": _embedding, "LayerScale": _layer_scale,
    "LayerNormalization": _layer_normalization,
    "LSTM": _recurrent(4), "GRU": _recurrent(3), "SimpleRNN": _recurrent(1),
}  # fmt: skip
