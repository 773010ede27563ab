"""What a network gives, told to people: an answer in words, what came in, and a small view of any value."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np

from graphbuilder.blocks import labels
from graphbuilder.fields import Field
from graphbuilder.plan import Output
from graphbuilder.tensors import Numbers
from graphbuilder.training.entering import image_of, parts_of, png
from graphbuilder.training.inside import Inside, Sample
from graphbuilder.training.surface import likeliest, probabilities

MOST_BARS, MOST_VALUES, MOST_MAPS, SIDE = 30, 48, 8, 24
"""Of an answer, of a vector on a card, and of the maps there, each of so many pixels along a side at most."""
MOST_STEPS, MOST_LINES = 200, 6
"""Of a series that is fed."""
MAP_SIDE = 128
"""Places along a side of a map of classes."""

Array = np.ndarray[Any, Any]


def told_of(inside: Inside, sample: Sample | None) -> dict[str, Any] | None:
    """number: of its row in the source."""
    if sample is None:
        return None
    number = sample.row + 1 if inside.numbers is None else int(inside.numbers[sample.row])
    return {"part": sample.part, "index": sample.index, "row": sample.row, "number": number}


def shown(inside: Inside, name: str, values: Array) -> dict[str, Any]:
    """What an Input was fed, as it is shown and may be entered again."""
    field = inside.fields[inside.plan.inputs[name]]
    image = image_of(inside, field)
    if image is not None:
        grey = np.asarray(values, "float64").reshape(tuple(one or -1 for one in image.shape))
        grey = np.nan_to_num(np.clip((grey - image.low) / ((image.high - image.low) or 1) * 255, 0, 255))
        return {"picture": png(grey[..., :3] if grey.shape[-1] >= 3 else grey.mean(axis=-1))}
    if field.kind == "text":
        return {"text": " ".join(map(str, values.ravel()))[:2000]}
    if field.numbers is Numbers.TEXT:
        return {"values": dict(zip(parts_of(field), map(str, values.ravel()), strict=True))}
    if len(field.shape) == 1:
        return {"values": dict(zip(parts_of(field), map(digits, values.ravel()), strict=True))}
    flat = np.atleast_1d(np.asarray(values, "float64"))
    flat = flat.reshape(len(flat), -1)
    places = np.unique(np.linspace(0, len(flat) - 1, min(MOST_STEPS, len(flat))).astype(int))
    return {"series": [[digits(one, 4) for one in flat[places, at]] for at in range(min(MOST_LINES, flat.shape[1]))]}


# Answers in words


def in_words(inside: Inside, output: Output, answered: Array) -> dict[str, Any]:
    """One row's answer of an output. kind: classes, with "bars" of name and probability, the likeliest first; names,
    the same of each by itself; values, with name and number; picture; places, of a class each; numbers, of which
    nothing is known."""
    target = inside.fields[output.target]
    called = labels(inside.report.document)[output.node]
    told: dict[str, Any] = {"name": output.name, "label": called or output.name, "target": target.name}
    if target.kind == "class" and not output.names_classes:
        return {**told, "kind": "numbers", "small": small(answered)}
    if target.kind == "class" and target.shape == ():
        sure = probabilities(output, answered[np.newaxis])[0]
        order = np.argsort(-sure, kind="stable")[:MOST_BARS]
        bars = [[name_of(target, int(one)), digits(sure[one])] for one in order]
        return {**told, "kind": "classes", "bars": bars, "of": len(sure)}
    if target.kind == "class":
        best = likeliest(output, answered[np.newaxis])[0]
        names, count = np.unique(best, return_counts=True)
        shares = sorted(zip(count.tolist(), names.tolist(), strict=True), reverse=True)[:MOST_BARS]
        bars = [[name_of(target, one), digits(share / best.size)] for share, one in shares]
        told |= {"kind": "places", "bars": bars, "classes": list(target.classes[:256])}
        return {**told, **({"map": classes_map(best)} if best.ndim == 2 else {})}
    amounts = read(output, answered)
    if target.kind == "labels":
        said = amounts.reshape(-1)
        order = np.argsort(-said, kind="stable")[:MOST_BARS]
        return {**told, "kind": "names", "bars": [[name_of(target, int(one)), digits(said[one])] for one in order]}
    if target.kind == "image":
        reach = (target.high - target.low) or 1
        grey = np.nan_to_num(np.clip((amounts - target.low) / reach * 255, 0, 255))
        return {**told, "kind": "picture", "picture": png(grey[..., :3] if grey.shape[-1] == 3 else grey.mean(axis=-1))}
    flat = amounts.reshape(-1)
    parts = parts_of(target) if len(target.shape) == 1 and target.shape[0] == len(flat) else []
    parts = [target.name] if len(flat) == 1 else parts or [str(place + 1) for place in range(len(flat))]
    bars = [[name, digits(one)] for name, one in zip(parts, flat[:MOST_BARS], strict=False)]
    return {**told, "kind": "values", "bars": bars, "low": target.low, "high": target.high}


def read(output: Output, answered: Array) -> Array:
    """What an output that is no class gives, as its loss reads it."""
    amounts = answered.astype("float64")
    if output.reading == "margins":
        return (np.clip(amounts, -1, 1) + 1) / 2  # type: ignore[no-any-return]
    return 1 / (1 + np.exp(-np.clip(amounts, -80, 80))) if output.from_logits else amounts


def right_of(inside: Inside, output: Output, sample: Sample | None) -> dict[str, Any]:
    """What is right of the sample, in the words of the answer; nothing where that is not a few words."""
    if sample is None:
        return {}
    target = inside.fields[output.target]
    right = np.asarray(inside.arrays[output.target][sample.row])
    if target.kind == "class" and target.shape == ():
        return {"right": [name_of(target, int(right))]}
    if target.kind == "class" and right.ndim == 2:
        return {"right_map": classes_map(right)}
    if target.kind == "labels":
        return {"right": [name_of(target, int(one)) for one in np.flatnonzero(right.reshape(-1) > 0.5)]}
    if target.kind in ("number", "vector") and right.size <= MOST_BARS:
        return {"right": [digits(one) for one in right.reshape(-1)]}
    return {}


def classes_map(classes: Array) -> dict[str, Any]:
    """A class for each place of a picture, a byte each as base64."""
    thin = max(1, -(-max(classes.shape) // MAP_SIDE))
    some = classes[::thin, ::thin]
    return {"height": some.shape[0], "width": some.shape[1], "classes": _bytes(some % 256)}


def name_of(target: Field, place: int) -> str:
    return target.classes[place] if place < len(target.classes) else str(place)


# A small view of any value


def small(values: Array) -> Mapping[str, Any]:
    """maps: pictures of a byte a pixel, as base64, from low to high over all that the node gives; bars: numbers; words.
    of: how many there are, of which some are told."""
    if values.dtype.kind in "OSU":
        told = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in values.ravel()[:8]]
        return {"kind": "words", "words": told, "of": int(values.size)}
    found = np.nan_to_num(values.astype("float64"), nan=0.0, posinf=0.0, neginf=0.0)
    while found.ndim > 3:
        found = found[len(found) // 2]
    if found.ndim < 2:
        numbers = found.reshape(-1)
        return {"kind": "bars", "values": [digits(one, 4) for one in numbers[:MOST_VALUES]], "of": int(numbers.size)}
    maps = found[..., np.newaxis] if found.ndim == 2 else found
    thin = [max(1, -(-side // SIDE)) for side in maps.shape[:2]]
    low, high = float(found.min()), float(found.max())
    some = (maps[:: thin[0], :: thin[1], :MOST_MAPS] - low) / ((high - low) or 1) * 255
    return {
        "kind": "maps",
        "height": some.shape[0],
        "width": some.shape[1],
        "maps": [_bytes(some[..., one]) for one in range(some.shape[-1])],
        "of": int(maps.shape[-1]),
        "low": digits(low, 4),
        "high": digits(high, 4),
    }


def _bytes(values: Array) -> str:
    return b64encode(values.round().astype("uint8").tobytes()).decode("ascii")


def digits(value: Any, count: int = 6) -> float | None:
    """A number with so many digits; None for what is none."""
    number = float(value)
    return float(f"{number:.{count}g}") if np.isfinite(number) else None
