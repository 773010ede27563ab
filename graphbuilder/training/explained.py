"""What a network looked at in one sample, as JSON values of bounded size for the pages that show it, and in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from graphbuilder.blocks import labels
from graphbuilder.compiler import Arrays
from graphbuilder.fields import Field
from graphbuilder.operators.families import CONVOLUTION
from graphbuilder.tensors import Numbers
from graphbuilder.training.attribution import (
    Cover,
    Slopes,
    covered_places,
    covered_windows,
    covered_words,
    enlarged,
    grad_cam,
    gradient_times_input,
    occlusion,
    saliency,
    slopes,
    sloping,
    window_of,
)
from graphbuilder.training.entering import image_of
from graphbuilder.training.inside import Inside
from graphbuilder.training.score import NothingToAsk, Score, places_of, score_of, why_not
from graphbuilder.training.wording import Wording, takes_apart, wording

SIDE = 64
"""Places along a side up to which numbers over a picture are told one by one."""
MOST_CHOICES = 200
MOST_NUMBERS = 10_000
Number: TypeAlias = Callable[[Mapping[str, Any]], "np.ndarray[Any, Any]"]
"""Of what the outputs answer, one number a row."""
LITTLE = 0.01
"""Of a probability: parts that change it by less are said to matter little by themselves."""
_MEASURED = 1000
"""Training rows of which means are taken."""


def stand_in(field: Field, values: Any) -> "np.ndarray[Any, Any]":
    """What is put in place of what is covered: the mean of these training rows, of a word the most common, of whole
    numbers, which may be names, 0 where there are several and else the most common."""
    if field.numbers is Numbers.FLOAT:
        return np.nan_to_num(np.nanmean(np.asarray(values, "float64"), axis=0)).astype(values.dtype)  # type: ignore[no-any-return]
    if field.numbers is Numbers.WHOLE and len(field.shape) > 1:
        return np.zeros(values.shape[1:], values.dtype)
    columns = values.reshape(len(values), -1).T
    common = [Counter(column.tolist()).most_common(1)[0][0] for column in columns]
    return np.array(common, values.dtype).reshape(values.shape[1:])


class Explainer:
    """Explains answers of one network by the weights that it has."""

    def __init__(self, inside: Inside) -> None:
        self._inside, self._report, self._plan = inside, inside.report, inside.plan
        self._fields = inside.fields
        self._called = labels(inside.report.document)

    def instead(self, name: str) -> "np.ndarray[Any, Any]":
        """What stands in for what is covered of an Input."""
        rows = self._inside.some("train", _MEASURED)
        field = self._field(name)
        return self._inside.once(("stand-in", name), lambda: stand_in(field, self._inside.fed(rows)[name]))

    def _field(self, name: str) -> Field:
        return self._fields[self._plan.inputs[name]]

    def explain(
        self, method: str, x: Arrays, output: str = "", place: int | None = None, node: str = "", side: int = 0
    ) -> dict[str, Any]:
        """x: one row of each Input. output: its name, empty for the first; place: of the class, name or amount, None
        for the one that is answered. node: for Grad-CAM, empty for the last convolution. side: of occlusion's window in
        pixels, 0 for one that fits. Raises NothingToAsk."""
        answered = self._inside.answers(x)
        score = score_of(self._plan, answered, output, place)
        shown = float(score.shown(answered[score.output.name])[0])
        told: dict[str, Any] = {
            "method": method,
            "outputs": [
                {"name": one.name, "label": self._called[one.node]}
                for one in self._plan.outputs
                if not why_not(one, self._fields[one.target])
            ],
            "output": score.output.name,
            "target": score.target.name,
            "place": score.place,
            "name": score.name,
            "choices": _choices(score),
            "answer": _digits(shown),
            "is_share": score.is_share,
        }
        if method == "occlusion":
            inputs = [
                self._covered(name, x, lambda told: score.shown(told[score.output.name]), side)
                for name in self._plan.inputs
            ]
            columns = [field for name in self._plan.inputs if (field := self._field(name)).kind != "text"]
            means = (
                f"How much {_of(score)} falls where a part is covered{_with(inputs, columns)}. Above zero a "
                "part speaks for it, below zero against it."
            )
        elif method == "saliency":
            inputs = self._sloped(x, score)
            sloped = [one for one, name in zip(inputs, self._plan.inputs, strict=True) if self._has_slope(name)]
            means = _sloped_means(score, sloped)
            if replaced := [self._field(name) for name in self._plan.inputs if not self._has_slope(name)]:
                means += f" {_without_slope(replaced)}"
        else:
            node = node or self._last_convolution()
            told |= {"node": node, "nodes": [{"id": id, "label": self._called[id]} for id in self.convolutions()]}
            inputs = self._cam(x, score, node)
            means = (
                f"Where the maps of {self._called[node]} speak for {score.name}: each map weighs as the mean of its "
                "gradient, and of their sum what is above zero is shown, drawn out to the size of the input."
            )
        return {**told, "inputs": inputs, "means": means, "found": _found(method, score, shown, inputs)}

    # Occlusion

    def _covered(self, name: str, x: Arrays, number: Number, side: int = 0) -> dict[str, Any]:
        """By how much a number of the answer falls where parts of an Input are covered."""
        field, value = self._field(name), np.asarray(x[name])[0]
        if field.kind == "text":
            words = wording(_text(value), self._taken_apart(name))
            return _words(field, words, self._falls(x, name, covered_words(words), number, len(words.parts)).tolist())
        instead, shape = self.instead(name), self._picture(name)
        if shape is not None:
            side = min(side or window_of(*shape[:2]), *shape[:2])
            covers = covered_windows(value.reshape(shape), instead.reshape(shape), side)
            flat = (Cover(cover.value.reshape(value.shape), cover.at) for cover in covers)
            return {**_map(field, self._falls(x, name, flat, number, shape[:2])), "side": side}
        return _numbers(field, value, self._falls(x, name, covered_places(value, instead), number, value.shape))

    def _falls(self, x: Arrays, name: str, covers: Iterable[Cover], number: Number, shape: Any) -> Any:
        return occlusion(self._inside.answers, x, name, [*covers], number, shape)

    # Gradients

    def _sloped(self, x: Arrays, score: Score) -> list[dict[str, Any]]:
        named = {name: self._embedding(name) for name in self._plan.inputs}
        found = self._slopes(x, score, *filter(None, named.values()))
        return [
            self._slope(name, x, found, named[name])
            if self._has_slope(name)
            else self._covered(name, x, lambda told: _raw(score, told))
            for name in self._plan.inputs
        ]

    def _slopes(self, x: Arrays, score: Score, *nodes: str) -> Slopes:
        inside, key = self._inside, ("slopes", score.output.name, nodes)
        work = inside.once(key, lambda: sloping(inside.opened, inside.signature, score, nodes))
        return slopes(inside.working(work, x, score.place), nodes)

    def _has_slope(self, name: str) -> bool:
        """Whether a gradient reaches what comes in: an amount, or each of the words that go into an Embedding."""
        field, embedding = self._field(name), self._embedding(name)
        if field.numbers is Numbers.FLOAT:
            return True
        if not embedding:
            return False
        if field.kind == "text":
            return self._is_by_word(name)
        return bool(self._inside.opened.output["nodes"][embedding].shape[1:-1] == field.shape)

    def _is_by_word(self, name: str) -> bool:
        """Whether each vector behind a text is one word's own."""
        words = wording("one two", self._taken_apart(name))
        return bool(words.tokens)

    def _slope(self, name: str, x: Arrays, found: Slopes, embedding: str) -> dict[str, Any]:
        field, value, shape = self._field(name), np.asarray(x[name])[0], self._picture(name)
        if field.numbers is Numbers.FLOAT:
            slope = found.inputs[name]
            slope = np.zeros(value.shape, "float32") if slope is None else slope
            if shape is not None:
                return _map(field, saliency(slope.reshape(shape)))
            return _numbers(field, value, gradient_times_input(slope, value, self.instead(name)))
        vectors, slope = found.nodes[embedding]
        products = np.zeros(vectors.shape) if slope is None else vectors * slope
        each = products.sum(axis=-1)
        if field.kind != "text":
            return _numbers(field, value, each.reshape(value.shape))
        words = wording(_text(value), self._taken_apart(name))
        return _words(field, words, words.of_tokens(each.reshape(-1).tolist()))

    # Grad-CAM

    def convolutions(self) -> list[str]:
        """The nodes whose maps can be asked, in order."""
        given, operators = self._inside.opened.output["nodes"], self._report.wired.operators
        return [
            id
            for id in self._report.wired.order
            if (operator := operators[id]) and operator.family is CONVOLUTION and len(given[id].shape) in (3, 4)
        ]

    def _last_convolution(self) -> str:
        """Whose maps have more than one place, if any has."""
        found, given = self.convolutions(), self._inside.opened.output["nodes"]
        if not found:
            raise NothingToAsk(
                "This network has no convolution, and Grad-CAM shows where the maps of one speak for the answer. "
                "Occlusion and saliency work with any network."
            )
        wide = [id for id in found if any(axis != 1 for axis in given[id].shape[1:-1])]
        return (wide or found)[-1]

    def _cam(self, x: Arrays, score: Score, node: str) -> list[dict[str, Any]]:
        if node not in self.convolutions():
            called = self._called.get(node) or node
            known = ", ".join(self._called[id] for id in self.convolutions()) or "none; occlusion and saliency work"
            raise NothingToAsk(f"{called[:60]} is no convolution of this network. It has {known}.")
        value, slope = self._slopes(x, score, node).nodes[node]
        if slope is None:
            raise NothingToAsk(f"No way leads from {self._called[node]} to {score.target.name}.")
        cam, above = grad_cam(value, slope), self._above(node)
        return [
            self._drawn_out(name, np.asarray(x[name])[0], cam)
            if name in above
            else _none(self._field(name), f"{self._field(name).name} does not come to {self._called[node]}.")
            for name in self._plan.inputs
        ]

    def _drawn_out(self, name: str, came: Any, cam: Any) -> dict[str, Any]:
        field, shape = self._field(name), self._picture(name)
        if cam.ndim == 2 and shape is not None:
            return {**_map(field, enlarged(cam, shape[:2])), "places": list(cam.shape)}
        words = wording(_text(came), self._taken_apart(name)) if field.kind == "text" else None
        if cam.ndim == 1 and words and (count := sum(words.tokens)):
            return _words(field, words, words.of_tokens(enlarged(cam, (count,)).tolist()))
        if cam.ndim == 1 and not words and came.ndim in (1, 2):
            steps = enlarged(cam, came.shape[:1])
            return _numbers(field, came, steps if came.ndim == 1 else steps[:, None], over_all=True)
        return _none(field, f"The maps have other axes than {field.name}, so they cannot be laid over it.")

    def _picture(self, name: str) -> tuple[int, ...] | None:
        """The shape of the picture that an Input takes, also line by line; None for any other."""
        field = self._field(name)
        image = image_of(self._inside, field)
        if image is None and len(field.shape) == 3 and field.numbers is Numbers.FLOAT:
            image = field
        return tuple(map(int, image.shape)) if image and all(image.shape) else None  # type: ignore[arg-type]

    # The graph

    def _above(self, node: str) -> set[str]:
        """The Inputs that come to a node, by name."""
        ahead, seen = [node], {node}
        while ahead:
            for wire in self._report.wired.into[ahead.pop()]:
                if wire.source not in seen:
                    seen.add(wire.source)
                    ahead.append(wire.source)
        return {name for name, id in self._entrances.items() if id in seen}

    @cached_property
    def _entrances(self) -> dict[str, str]:
        """The node of each Input, by its name."""
        steps = self._plan.body.steps
        return {step.name: step.node for step in steps if step.name in self._plan.entrances}

    def _behind(self, name: str) -> list[str]:
        """The nodes that an Input comes to, in order."""
        seen = {self._entrances[name]}
        for id in self._report.wired.order:
            if any(wire.source in seen for wire in self._report.wired.into[id]):
                seen.add(id)
        return [id for id in self._report.wired.order if id in seen]

    def _embedding(self, name: str) -> str:
        """The first Embedding behind an Input; empty where there is none."""
        if self._field(name).numbers is Numbers.FLOAT:
            return ""
        operators = self._report.wired.operators
        return next((id for id in self._behind(name) if (one := operators[id]) and one.shows == "vectors"), "")

    def _taken_apart(self, name: str) -> Any:
        """By which operator the text of an Input is taken apart; None where by none."""
        operators = self._report.wired.operators
        behind = (operators[id] for id in self._behind(name))
        return next(filter(takes_apart, behind), None)


def _text(value: Any) -> str:
    return " ".join(map(str, np.asarray(value, object).reshape(-1)))


# What is told of one Input


def _map(field: Field, values: Any) -> dict[str, Any]:
    """Numbers over a picture, thinned to SIDE places; of numbers that fall together the farthest from zero."""
    thin = max(1, -(-max(values.shape) // SIDE))
    rows, columns = (-(-size // thin) for size in values.shape)
    padded = np.zeros((rows * thin, columns * thin))
    padded[: values.shape[0], : values.shape[1]] = values
    blocks = padded.reshape(rows, thin, columns, thin).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1)[..., None], axis=-1)[..., 0]
    told = [_row(line) for line in farthest]
    return {"field": field.name, "kind": "map", "values": told, "size": list(values.shape), "thin": thin}


def _numbers(field: Field, value: Any, values: Any, over_all: bool = False) -> dict[str, Any]:
    """A bar for each number, or steps × channels. over_all: of each step one for all its channels."""
    if value.ndim > 2 or value.size > MOST_NUMBERS:
        return _none(field, f"{field.name} has {value.size:,} numbers, more than can be shown one by one.")
    if value.ndim == 2:
        shown = np.broadcast_to(values, value.shape) if not over_all else values
        return {
            "field": field.name,
            "kind": "steps",
            "values": [_row(line) for line in np.asarray(shown).T],
            "given": [_row(line) for line in np.asarray(value, "float64").T],
            "names": list(field.parts) if len(field.parts) == value.shape[1] else [],
        }
    flat, given = np.asarray(values).reshape(-1), np.asarray(value).reshape(-1)
    names = (
        list(field.parts) if len(field.parts) == len(flat) else [f"{field.name} {at + 1}" for at in range(len(flat))]
    )
    return {
        "field": field.name,
        "kind": "bars",
        "names": names if len(flat) > 1 or field.parts else [field.name],
        "values": _row(flat),
        "given": [_text(one) if given.dtype.kind in "OSU" else f"{float(one):.4g}" for one in given],
    }


def _words(field: Field, words: Wording, values: list[float]) -> dict[str, Any]:
    return {
        "field": field.name,
        "kind": "words",
        "words": list(words.parts),
        "between": words.between,
        "values": _row(values),
    }


def _none(field: Field, why: str) -> dict[str, Any]:
    return {"field": field.name, "kind": "none", "why": why}


def _row(values: Any) -> list[float]:
    return [_digits(one) for one in np.asarray(values, "float64").tolist()]


def _digits(value: float) -> float:
    return float(f"{np.nan_to_num(value):.4g}")


# Words


def _choices(score: Score) -> list[str]:
    count = min(MOST_CHOICES, places_of(score.output, score.target))
    return [replace(score, place=place).name for place in range(count)]


def _raw(score: Score, answered: Mapping[str, Any]) -> "np.ndarray[Any, Any]":
    """(rows,): the number that gradients are taken of."""
    return np.asarray(score.before_squashing(answered[score.output.name]), "float64")


def _without_slope(fields: Iterable[Field]) -> str:
    """What stands beside gradients, of Inputs that have none."""
    kinds = {field.kind == "text" for field in fields}
    named = " and ".join(field.name for field in fields)
    ways = {
        frozenset({True}): "a word is left out",
        frozenset({False}): "the most common one stands in its place",
    }
    way = ways.get(frozenset(kinds), "a word is left out, or the most common category stands in its place")
    return f"No gradient reaches the words of {named}: there it is by how much the same score falls where {way}."


def _sloped_means(score: Score, inputs: Iterable[Mapping[str, Any]]) -> str:
    """What saliency is, of the kinds of Inputs that have a gradient."""
    pictured = [one["kind"] == "map" for one in inputs]
    ways = []
    if any(pictured):
        ways.append("its size says where a small change matters, and not in which direction")
    if not all(pictured):  # steps, numbers and words
        ways.append("it is gradient × (input - mean): to first order what each adds")
    if len(ways) > 1:
        ways = [f"of pictures {ways[0]}", f"of numbers and words {ways[1]}"]
    by = f", by its gradient: {'; '.join(ways)}" if pictured else ""
    return f"How strongly {_score(score)} depends on each part{by}."


def _score(score: Score) -> str:
    """What gradients are taken of: the number itself of an amount."""
    return f"the score for {score.name}" if score.is_share else score.name


def _of(score: Score) -> str:
    return f"the probability of {score.name}" if score.is_share else score.name


def _with(inputs: list[dict[str, Any]], columns: Iterable[Field]) -> str:
    kinds = {one["kind"] for one in inputs}
    if kinds == {"words"}:
        return ", that is a word or letter is left out"
    named = ", with the most common of a category" if any(field.numbers is Numbers.TEXT for field in columns) else ""
    left_out = "; of a text a word is left out" if "words" in kinds else ""
    return f" with the mean of the training part{named}{left_out}"


def _found(method: str, score: Score, shown: float, inputs: list[dict[str, Any]]) -> str:
    """One sentence of where it is most."""
    spots = [spot for one in inputs if (spot := _SPOTS[one["kind"]](one))]
    if not spots:
        return "Nothing of this sample shows."
    value, where = max(spots, key=lambda spot: abs(spot[0]))
    if value == 0:
        return f"No part of the input changes {_of(score)}."
    if method == "saliency":
        told = _score(score)
        return f"{told[:1].upper()}{told[1:]} depends most on {where}."
    if method == "gradcam":
        return f"The maps speak for {score.name} most at {where}."
    if score.is_share and abs(value) < LITTLE:
        return (
            f"No part by itself changes {_of(score)} by more than {abs(value):.2g}: "
            "the answer rests on several at once."
        )
    way = "falls" if value > 0 else "rises"
    return f"Most at {where}: without it {_of(score)} {way} by {abs(value):.2g}, from {shown:.3g}."


Spot = tuple[float, str]


def _at_map(one: Mapping[str, Any]) -> Spot | None:
    values = np.asarray(one["values"])
    row, column = np.unravel_index(np.abs(values).argmax(), values.shape)
    at = [int(place) * one["thin"] + one["thin"] // 2 + 1 for place in (row, column)]
    return float(values[row, column]), f"row {at[0]}, column {at[1]} of {one['field']}"


def _at_bar(one: Mapping[str, Any]) -> Spot | None:
    if not one["values"]:
        return None
    at = int(np.abs(one["values"]).argmax())
    return one["values"][at], f"{one['names'][at]} = {one['given'][at]}"


def _at_word(one: Mapping[str, Any]) -> Spot | None:
    if not one["values"]:
        return None
    at = int(np.abs(one["values"]).argmax())
    return one["values"][at], f"“{one['words'][at]}”"


def _at_step(one: Mapping[str, Any]) -> Spot | None:
    values = np.asarray(one["values"])
    if not values.size:
        return None
    channel, step = np.unravel_index(np.abs(values).argmax(), values.shape)
    of = f" of {one['names'][channel]}" if len(values) > 1 and one["names"] else ""
    return float(values[channel, step]), f"step {step + 1}{of}"


_SPOTS: Mapping[str, Callable[[Mapping[str, Any]], Spot | None]] = {
    "map": _at_map,
    "bars": _at_bar,
    "words": _at_word,
    "steps": _at_step,
    "none": lambda _: None,
}
