"""What a network answers to an input: in words, at every node, with dropout left on, and when one number moves."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from pydantic import Field as Declared

from graphbuilder.blocks import labels
from graphbuilder.fields import Field
from graphbuilder.plan import Output
from graphbuilder.tensors import Numbers
from graphbuilder.training.entering import columns_of, image_of, is_series, lies_of, lines_of, parts_of
from graphbuilder.training.giveaway import as_words
from graphbuilder.training.inside import Inside, Unanswerable
from graphbuilder.training.questions.question import AboutInput, Question
from graphbuilder.training.questions.telling import (
    MOST_BARS,
    MOST_LINES,
    digits,
    in_words,
    name_of,
    read,
    right_of,
    shown,
    small,
    told_of,
)
from graphbuilder.training.surface import probabilities
from graphbuilder.training.wording import takes_apart, wording

TIMES, PLACES = 50, 61
CELLS, _BEYOND = 32, 0.1
"""Along a side of the plane, which reaches a little beyond the points."""
CHOICES, MOVED_CHOICES, MEASURED = 200, 12, 20_000
"""Words of a category to choose from, and to be answered beside each other; rows of the training part that ranges are
measured on."""

_WORDS, _TOLD, _UNKNOWN = 200, 8, 1
"""Words of a text that are looked up, and unknown ones that are named, at most; the number that stands for those."""

Array = np.ndarray[Any, Any]


class Answer(AboutInput, kind="answer"):
    """What each output answers, in words, and a small view of what every node gives on the way."""

    def answer(self, inside: Inside) -> dict[str, Any]:
        entered = self.entered(inside)
        values = inside.forward(entered.inputs)
        return {
            "step": inside.step,
            "sample": told_of(inside, entered.sample),
            "changed": list(entered.changed),
            "notes": [*entered.notes, *_unknown_words(inside, entered.inputs)],
            "inputs": {name: shown(inside, name, one[0]) for name, one in entered.inputs.items()},
            "outputs": [
                {**in_words(inside, one, values.outputs[one.name][0]), **right_of(inside, one, entered.sample)}
                for one in inside.plan.outputs
            ],
            "nodes": {id: small(value[0]) for id, value in values.nodes.items()},
        }


def _unknown_words(inside: Inside, inputs: Mapping[str, Array]) -> Iterator[str]:
    """Which words of a text are in no vocabulary that it is looked up in: to the network all of them are one."""
    wired = inside.report.wired
    for id, operator in wired.operators.items():
        if not (takes_apart(operator) and id in inside.layers):
            continue
        source = wired.operators[wired.before[id][0]] if wired.before[id] else None
        texts = [inputs[name] for name, field in inside.plan.inputs.items() if field == getattr(source, "field", None)]
        if not texts:
            continue
        parts = [*dict.fromkeys(wording(str(as_words(texts[0][:1]).reshape(-1)[0]), operator).parts)][:_WORDS]
        looked_up = inside.layers[id](tf.constant([[part] for part in parts])).numpy() if parts else ()
        unknown = [
            part for part, found in zip(parts, looked_up, strict=True) if found.any() and found.max() == _UNKNOWN
        ]
        if unknown:
            listed = ", ".join(f"“{one[:30]}”" for one in unknown[:_TOLD])
            more = f" and {len(unknown) - _TOLD:,} more" if len(unknown) > _TOLD else ""
            be, them = ("is", "it") if len(unknown) == 1 else ("are", "them")
            where = f"{be} not in the vocabulary of {wired.called(id)}"
            yield f"{listed}{more} {where}: the network knows nothing of {them}."


class Spread(AboutInput, kind="spread"):
    """What the outputs answer when dropout is left on: the same input, many times. times: how often."""

    times: int = Declared(TIMES, ge=2, le=200)

    def answer(self, inside: Inside) -> dict[str, Any]:
        if not inside.dropping:
            raise Unanswerable(
                "This network drops nothing, so it would answer the same every time. Add a Dropout and train it again "
                "to see how sure it is."
            )
        inputs = self.entered(inside).inputs
        many = {name: np.repeat(one, self.times, axis=0) for name, one in inputs.items()}
        found = inside.answers(many, dropout=True)
        return {
            "step": inside.step,
            "times": self.times,
            "outputs": [_spread(inside, one, found[one.name]) for one in inside.plan.outputs],
        }


class Moved(AboutInput, kind="moved"):
    """What the outputs answer when one number of an Input goes over its range in the training part, or one category
    over its words there, all else as it is. input: the Input's name. part: which of its numbers or words.

    "now" and "along" are numbers, or words, those that most rows have first.
    """

    input: str
    part: str

    def answer(self, inside: Inside) -> dict[str, Any]:
        entered = self.entered(inside)
        if self.input not in inside.plan.inputs:
            raise Unanswerable(f"The network has no Input {self.input[:60]!r}.")
        field = inside.fields[inside.plan.inputs[self.input]]
        if len(field.shape) != 1 or field.kind == "text" or self.part not in parts_of(field):
            raise Unanswerable(f"{field.name!r} has no number or category {self.part[:60]!r} that could move.")
        place = parts_of(field).index(self.part)
        given = entered.inputs[self.input][0, place]
        now: float | str
        if field.numbers is Numbers.TEXT:
            now, of = str(given), words(inside, field)[place]["choices"]
            along = np.array(_some_of(of, now), object)
            entered.inputs[self.input] = entered.inputs[self.input].astype(object)
        else:
            now = float(given)
            along = _over(ranges(inside, field)[place], now)
            of = along
        many = {name: np.repeat(one, len(along), axis=0) for name, one in entered.inputs.items()}
        many[self.input][:, place] = along
        found = inside.answers(many)
        return {
            "step": inside.step,
            "now": now if isinstance(now, str) else digits(now),
            "along": [one if isinstance(one, str) else digits(one) for one in along],
            "of": len(of),
            "outputs": [_moved(inside, one, found[one.name]) for one in inside.plan.outputs],
        }


def _over(about: dict[str, Any], now: float) -> Array:
    """The range of a number, and what it is now."""
    along = np.linspace(min(about["low"], now), max(about["high"], now), PLACES)
    return np.unique(np.round(along)) if about["whole"] else along


def _some_of(choices: list[str], now: str) -> list[str]:
    """The words that most rows have, and the one that it is now."""
    some = choices[:MOVED_CHOICES]
    return some if now in some else [*some[: MOVED_CHOICES - 1], now]


class Plane(AboutInput, kind="plane"):
    """What the first output answers all over the range of an Input of two numbers, all other Inputs as they are.
    input: its name."""

    input: str

    def answer(self, inside: Inside) -> dict[str, Any]:
        field = inside.fields[inside.plan.inputs[self.input]] if self.input in inside.plan.inputs else None
        if field is None or field.shape != (2,) or field.numbers is Numbers.TEXT:
            raise Unanswerable(f"Input {self.input[:60]!r} takes no point of a plane.")
        middle = {"values": {one["name"]: one["middle"] for one in ranges(inside, field)}}
        entered = type(self)(**{**self.model_dump(), "inputs": {**self.inputs, self.input: middle}}).entered(inside)
        low, high = (np.array([one[end] for one in ranges(inside, field)]) for end in ("low", "high"))
        beyond = (high - low) * _BEYOND
        low, high = low - beyond, high + beyond
        steps = (np.arange(CELLS) + 0.5) / CELLS
        x, y = np.meshgrid(low[0] + steps * (high[0] - low[0]), low[1] + steps * (high[1] - low[1]))
        many = {name: np.repeat(one, CELLS * CELLS, axis=0) for name, one in entered.inputs.items()}
        many[self.input] = np.stack([x.ravel(), y.ravel()], axis=1).astype(many[self.input].dtype)
        output = inside.plan.outputs[0]
        kind, _, numbers = series_of(inside, output, inside.answers(many)[output.name])
        if kind == "values":
            first = np.nan_to_num(numbers[:, 0])
            told = [digits(one, 4) for one in first]
            sure = (first - first.min()) / (np.ptp(first) or 1)
        else:
            told, sure = numbers.argmax(axis=1).tolist(), np.nan_to_num(numbers.max(axis=1))
        return {
            "step": inside.step,
            "low": [digits(one) for one in low],
            "high": [digits(one) for one in high],
            "size": CELLS,
            "cells": told,
            "sure": np.round(100 * sure).astype(int).tolist(),
            "kind": "values" if kind == "values" else "classes",
        }


class Entries(Question, kind="entries"):
    """What can be entered into each Input, with the ranges of the training part; what is answered, and how many samples
    there are to choose from."""

    def answer(self, inside: Inside) -> dict[str, Any]:
        called = labels(inside.report.document)
        nodes = {step.values[0]: step.node for step in inside.plan.body.steps}
        return {
            "step": inside.step,
            "inputs": [
                {"name": name, "node": nodes[name], "label": called[nodes[name]] or name, **entry(inside, field)}
                for name, field in ((name, inside.fields[field]) for name, field in inside.plan.inputs.items())
            ],
            "samples": {part: len(inside.rows[part]) for part in ("train", "validation")},
            "drops": bool(inside.dropping),
        }


# What can be entered


def entry(inside: Inside, field: Field) -> dict[str, Any]:
    """way: picture, point, numbers, words, text, series or sample, which can only be chosen."""
    told: dict[str, Any] = {"field": field.name, "kind": field.kind, "shape": list(field.shape)}
    image = image_of(inside, field)
    if image is not None:
        draws = image.shape[-1] == 1
        dark = draws and lies_of(inside, image).dark
        return {**told, "way": "picture", "picture": list(image.shape), "draws": draws, "dark": dark}
    if field.kind == "text":
        return {**told, "way": "text"}
    if field.numbers is Numbers.TEXT and len(field.shape) == 1:
        return {**told, "way": "words", "parts": words(inside, field)}
    if len(field.shape) == 1 and field.kind != "array":
        way = "point" if field.shape == (2,) and field.kind == "vector" else "numbers"
        return {**told, "way": way, "parts": ranges(inside, field)}
    if is_series(field):
        return {**told, "way": "series", "steps": field.shape[0], "lines": lines(inside, field)}
    return {**told, "way": "sample"}


def lines(inside: Inside, field: Field) -> list[dict[str, Any]]:
    """Of the first lines of a series name, low and high in the training part, and whether all its numbers are whole."""

    def measure() -> list[dict[str, Any]]:
        values = np.asarray(inside.arrays[field.name][inside.some("train", MEASURED)], "float64")
        values, found = values.reshape(*values.shape[:2], -1), []
        for place, name in enumerate(lines_of(field)[:MOST_LINES]):
            own = values[:, :, place][np.isfinite(values[:, :, place])]
            own = own if len(own) else np.array([field.low, field.high])
            low, high = digits(own.min()), digits(own.max())
            found.append({"name": name, "low": low, "high": high, "whole": bool((own == np.round(own)).all())})
        return found

    return inside.once(("lines", field.name), measure)


def ranges(inside: Inside, field: Field) -> list[dict[str, Any]]:
    """Of each number of a field: low, middle and high in the training part; whether all are whole; whether it may be
    missing; and its type, as columns of tables have it: a date is in days since 1970."""

    def measure() -> list[dict[str, Any]]:
        values = np.asarray(inside.arrays[field.name][inside.some("train", MEASURED)], "float64")
        found, types = [], {one.name: one.type for one in columns_of(inside, field)}
        for place, name in enumerate(parts_of(field)):
            own = values[:, place][np.isfinite(values[:, place])]
            own = own if len(own) else np.array([field.low, field.high])
            low, middle, high = (digits(one) for one in (own.min(), np.median(own), own.max()))
            missing = bool(field.missing and field.missing[place])
            whole = bool((own == np.round(own)).all())
            kind = types.get(name, "number")
            told = {"low": low, "middle": middle, "high": high, "whole": whole, "missing": missing, "type": kind}
            found.append({"name": name, **told})
        return found

    return inside.once(("ranges", field.name), measure)


def words(inside: Inside, field: Field) -> list[dict[str, Any]]:
    """Of each category of a field the words of the training part, those that most rows have first."""

    def measure() -> list[dict[str, Any]]:
        values = np.asarray(inside.arrays[field.name][inside.some("train", MEASURED)], object).astype(str)
        found = []
        for place, name in enumerate(parts_of(field)):
            each, count = np.unique(values[:, place], return_counts=True)
            order = np.argsort(-count, kind="stable")[:CHOICES]
            found.append({"name": name, "choices": [str(each[one]) for one in order if each[one]]})
        return found

    return inside.once(("words", field.name), measure)


# Many answers


def series_of(inside: Inside, output: Output, answered: Array) -> tuple[str, list[str], Array]:
    """Of many answers the kind, what each number is called, and (rows, numbers)."""
    target = inside.fields[output.target]
    if target.kind == "class" and target.shape == () and output.names_classes:
        sure = probabilities(output, answered)
        return "classes", [name_of(target, one) for one in range(sure.shape[-1])], sure
    amounts = (answered.astype("float64") if target.kind == "class" else read(output, answered)).reshape(
        len(answered), -1
    )
    count = amounts.shape[1]
    if target.kind == "labels":
        return "names", [name_of(target, one) for one in range(count)], amounts
    parts = parts_of(target) if len(target.shape) == 1 and target.shape[0] == count else []
    names = [target.name] if count == 1 else parts or [str(place + 1) for place in range(count)]
    return "values", names, amounts


def _spread(inside: Inside, output: Output, answered: Array) -> dict[str, Any]:
    kind, names, numbers = series_of(inside, output, answered)
    mean = numbers.mean(axis=0)
    order = (np.argsort(-mean, kind="stable") if kind != "values" else np.arange(len(mean)))[:MOST_BARS]
    told: dict[str, Any] = {"name": output.name, "target": output.target, "kind": kind}
    if kind == "classes":
        likely, count = np.unique(numbers.argmax(axis=1), return_counts=True)
        told["said"] = {names[int(one)]: int(many) for one, many in zip(likely, count, strict=True)}
    told["bars"] = [
        {
            "name": names[one],
            "mean": digits(mean[one]),
            "spread": digits(numbers[:, one].std()),
            "answers": [digits(each, 4) for each in numbers[:, one]],
        }
        for one in order
    ]
    return told


def _moved(inside: Inside, output: Output, answered: Array) -> dict[str, Any]:
    """Those of the numbers that change most, and of classes those that are ever likeliest."""
    kind, names, numbers = series_of(inside, output, answered)
    order = np.argsort(-(numbers.max(axis=0) if kind != "values" else np.ptp(numbers, axis=0)), kind="stable")[:5]
    curves = [
        {"name": names[one], "place": int(one), "values": [digits(each, 4) for each in numbers[:, one]]}
        for one in sorted(order)
    ]
    return {"name": output.name, "target": output.target, "kind": kind, "curves": curves}
