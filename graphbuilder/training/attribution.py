"""What an answer rests on, of one sample: how it changes where parts of the input are covered (occlusion), how strongly
it depends on each (saliency), and where the maps of a convolution speak for it (Grad-CAM).

All works on values that come as dictionaries by the name of the Input, of one row each, and gives numbers of the
input's own places: an array of rows × columns for a picture, one number for each column, step or word.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import Arrays
from graphbuilder.training.compiled import compiled
from graphbuilder.training.score import Score
from graphbuilder.training.wording import Wording

MOST = 400
"""Parts of an input that are covered one after the other; of a finer one several are covered at once."""
AT_ONCE = 64
"""Rows that are asked together."""
ACROSS = 8
"""Windows that lie beside each other over a picture, where none other is asked for."""

Values: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True)
class Cover:
    """One way to cover a part of an input. value: the whole input with it covered, without the axis of rows. at: the
    places of the answer that it counts for."""

    value: Any
    at: Any


def occlusion(
    answer: Callable[[Arrays], Mapping[str, Any]],
    x: Arrays,
    name: str,
    covers: Sequence[Cover],
    number: Callable[[Mapping[str, Any]], Values],
    shape: Any,
) -> Values:
    """By how much less a number of the answer is where a part is covered; of a place that several parts hold, their
    mean. answer: what the outputs answer for some rows. covers: of the Input `name`; all others stay as they are.
    number: of answers, one a row. shape: of what is given back."""
    before = float(number(answer(x))[0])
    total, count = np.zeros(shape), np.zeros(shape)
    for start in range(0, len(covers), AT_ONCE):
        some = covers[start : start + AT_ONCE]
        rows = {one: np.repeat(np.asarray(values), len(some), axis=0) for one, values in x.items() if one != name}
        rows[name] = np.stack([cover.value for cover in some])
        for cover, value in zip(some, number(answer(rows)), strict=True):
            total[cover.at] += before - value
            count[cover.at] += 1
    return total / np.maximum(count, 1)


def window_of(rows: int, columns: int) -> int:
    """Pixels along the side of the window that covers parts of a picture, where none is asked for."""
    return max(min(2, rows, columns), round(max(rows, columns) / ACROSS))


def covered_windows(picture: Values, instead: Values, side: int) -> Iterator[Cover]:
    """A window that goes over rows and columns by half its side, or by more where there would be more than MOST."""
    rows, columns = picture.shape[:2]
    step = max(1, side // 2)
    while len(_starts(rows, side, step)) * len(_starts(columns, side, step)) > MOST:
        step += 1
    for top in _starts(rows, side, step):
        for left in _starts(columns, side, step):
            at = slice(top, top + side), slice(left, left + side)
            yield _covered(picture, instead, at)


def _starts(length: int, side: int, step: int) -> list[int]:
    last = max(0, length - side)
    return [*range(0, last, step), last]


def covered_places(values: Values, instead: Values) -> Iterator[Cover]:
    """Each place by itself, such as a column of a table; of more than MOST some neighbours at once."""
    count = values.size
    each = -(-count // MOST)
    for start in range(0, count, each):
        at = np.unravel_index(np.arange(start, min(count, start + each)), values.shape)
        yield _covered(values, instead, at)


def _covered(values: Values, instead: Values, at: Any) -> Cover:
    changed = np.array(values)
    changed[at] = instead[at]
    return Cover(changed, at)


def covered_words(wording: Wording) -> Iterator[Cover]:
    """Each word or letter left out; of more than MOST some neighbours at once."""
    each = -(-len(wording.parts) // MOST)
    for start in range(0, len(wording.parts), each):
        at = np.arange(start, min(len(wording.parts), start + each))
        yield Cover(np.array([wording.without(at.tolist())], object), at)


@dataclass(frozen=True)
class Slopes:
    """inputs: the gradient of the score with respect to each Input of amounts; nodes: value and gradient of what nodes
    give, by path. Without the axis of rows; None where the score does not depend on it."""

    inputs: Mapping[str, Any]
    nodes: Mapping[str, tuple[Any, Any]]


def sloping(inside: keras.Model, signature: Mapping[str, Any], score: Score, nodes: Sequence[str] = ()) -> Any:
    """A function of TensorFlow that gives values and gradients for one row of each Input and a place of the answer, as
    `slopes` takes it. inside: as `compiler.opened` gives it; in inference mode. signature: of the Inputs. score: of any
    place."""
    amounts = [name for name, spec in signature.items() if spec.dtype.is_floating]

    @compiled(input_signature=[dict(signature), tf.TensorSpec([], tf.int32)])
    def work(fed: Any, place: Any) -> Any:
        with tf.GradientTape() as tape:
            frozen = [
                one.value for one in inside.non_trainable_variables if str(one.dtype).startswith(("float", "bfl"))
            ]
            tape.watch([*(fed[name] for name in amounts), *frozen])
            found = inside(fed, training=False)
            asked = replace(score, place=place).before_squashing(found["outputs"][score.output.name])
        given = [found["nodes"][node] for node in nodes]
        back = tape.gradient(asked, [*(fed[name] for name in amounts), *given])
        told = [None if one is None else tf.cast(tf.convert_to_tensor(one), tf.float32) for one in back]
        return dict(zip(amounts, told, strict=False)), given, told[len(amounts) :]

    return work


def slopes(worked: Any, nodes: Sequence[str] = ()) -> Slopes:
    """worked: what the function of `sloping` gave."""
    own, given, through = worked
    return Slopes(
        {name: _first_row(one) for name, one in own.items()},
        {
            node: (_first_row(value), _first_row(slope))
            for node, value, slope in zip(nodes, given, through, strict=True)
        },
    )


def _first_row(tensor: Any) -> Any:
    return None if tensor is None else np.asarray(tensor, "float32")[0]


def saliency(slope: Values) -> Values:
    """Rows × columns: of each pixel the largest size of the gradient among its channels. Source: Simonyan et al.
    (2014), "Deep Inside Convolutional Networks"."""
    return np.abs(slope).max(axis=-1)  # type: ignore[no-any-return]


def gradient_times_input(slope: Values, value: Values, instead: Values) -> Values:
    """To first order what covering each number with `instead` takes away; exactly that of a linear network."""
    return slope * (value - instead)  # type: ignore[no-any-return]


def grad_cam(value: Values, slope: Values) -> Values:
    """Where the maps of a node speak for the score: each map weighs as its gradient's mean over the places, and of
    their sum what is above zero stays. value, slope: places × channels. Source: Selvaraju et al. (2017), "Grad-CAM"."""
    weights = slope.reshape(-1, slope.shape[-1]).mean(axis=0)
    return np.maximum(value @ weights, 0.0)  # type: ignore[no-any-return]


def enlarged(cam: Values, places: tuple[int, ...]) -> Values:
    """To rows × columns, or to steps, of the input, by linear interpolation."""
    flat = cam.reshape(cam.shape[0], -1)
    rows, columns = (*places, 1)[:2]
    resized = tf.image.resize(flat[..., None].astype("float32"), [rows, columns if len(places) > 1 else 1])
    return np.asarray(resized)[..., 0].reshape(places)
