"""The initialisation laboratory: how activations and gradients are distributed over the layers before any training, by
each of several rules for drawing the kernels of this very network, on its data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.blocks import labels
from graphbuilder.checks import Report
from graphbuilder.compiler import evaluate_call, opened
from graphbuilder.initializing import RULES, kernels_of
from graphbuilder.plan import Plan
from graphbuilder.records.events import Activations
from graphbuilder.ridges import in_two_digits
from graphbuilder.training.compiled import compiled
from graphbuilder.training.distributions import Span, activations, rms
from graphbuilder.training.gradients import Trained, differentiable, rows_at_once, rows_of
from graphbuilder.training.parts import Parts

SHOWN = 12
"""Layers, evenly taken from all."""
ALIKE = 1e-6
"""Units of a layer are equal where they differ by no more of what they give."""
FADES, GROWS = 0.02, 10.0
"""How large the activations of the last layer may be beside those of the first one's input."""
VANISHES, EXPLODES = 0.01, 100.0
"""How large the gradient at the first layer may be beside that at the last one."""
SATURATES, PARTLY, FLAT = 0.5, 0.25, 0.1
"""Of a layer's values the share that lies where its function is flat: that is the verdict, that is it where all else is
well, and that is worth a word."""


def initial(
    model: keras.Model,
    report: Report,
    plan: Plan,
    parts: Parts,
    relu: Collection[str],
    bounded: Mapping[str, Span],
) -> list[dict[str, Any]]:
    """Of each rule: its name, what comes of it in words, and of each layer its activations and the gradient of a row's
    loss with respect to them, as JSON values. model: compiled, with weights as they are set. relu: nodes whose units
    may be dead. bounded: of nodes that end with a function of two bounds, these."""
    inside, owned = opened(model, plan)
    nodes = differentiable(inside)
    trained = Trained(model, inside, [*nodes])
    rows = len(next(iter(parts.x.values())))
    chosen = np.random.default_rng(plan.seed).permutation(rows)[: rows_at_once(plan, nodes.values(), rows)]
    batch = rows_of(parts, chosen)
    layers = [id for id in report.wired.order if id in nodes and id in owned and owned[id].trainable_variables]
    bends = {id for id, one in report.wired.operators.items() if one and one.activation_name() not in (None, "linear")}

    @compiled()
    def passed(weights: Any) -> list[tuple[Any, Any]]:
        """Of each node what it gives, and the gradient with respect to that."""
        done = trained.back(weights, batch)
        through = [None if one is None else tf.convert_to_tensor(one) for one in done.back]
        return [*zip(done.values, through, strict=True)]

    called = labels(report.document)
    found = []
    for name, rule in RULES.items():
        keras.utils.set_random_seed(plan.seed)
        weights = [tf.convert_to_tensor(one.value) for one in model.weights]
        if rule.value is not None:
            weights = _drawn(model, report, owned, weights, rule.value)
        found_of = zip(nodes, passed(weights), strict=True)
        seen = {id: _seen(values, back, id in relu, bounded.get(id)) for id, (values, back) in found_of}
        shares = {id: one.given.saturated or 0.0 for id, one in seen.items() if id in bounded and [id] != layers[-1:]}
        verdict, words = _verdict(seen, layers, called, report, shares)
        words += _dead(seen, called) if verdict != "symmetric" else ""
        words += f" {flat}" if (flat := _flat(shares, called)) and verdict not in ("saturates", "flat") else ""
        shown = [id for id in report.wired.order if id in seen and (id in layers or id in bends)]
        told = [_told(id, called, seen[id]) for id in _some(shown)]
        found.append({"rule": name, "title": rule.title, "verdict": verdict, "words": words, "nodes": told})
    return found


def _drawn(
    model: keras.Model, report: Report, owned: Mapping[str, Any], weights: Sequence[Any], value: Any
) -> list[Any]:
    """The weights with all kernels drawn by a rule; a frozen layer keeps its own."""
    of_kernels: dict[int, Any] = {}
    for id_of, layer in owned.items():
        operator = report.wired.operators.get(id_of)
        if operator is None or not (names := kernels_of(operator)):
            continue
        declared = operator.parameters[names[0]]
        drawn: Any = keras.initializers.get(evaluate_call(declared.argument(declared.read(value)), {}))
        for variable in layer.trainable_variables:
            if variable.name.endswith("kernel") and "recurrent" not in variable.name:
                of_kernels[id(variable)] = drawn.clone()
    return [
        tf.convert_to_tensor(of_kernels[id(one)](one.shape, one.dtype)) if id(one) in of_kernels else kept
        for one, kept in zip(model.weights, weights, strict=True)
    ]


@dataclass(frozen=True)
class Seen:
    """What a node gives and the gradient of a row's loss with respect to it, which is None where the loss does not
    reach it. rms: of what it gives. alike: whether all its units give the same. flow: the norm of a row's gradient, as
    the mean over rows."""

    given: Activations
    back: Activations | None
    rms: float
    alike: bool
    units: int
    flow: float


def _seen(values: Any, back: Any, relu: bool, bounds: Span | None) -> Seen:
    values = values.numpy().astype(np.float32)
    apart = np.abs(values - values[..., :1]).max()
    alike = bool(apart <= ALIKE * np.abs(values).max())
    given = activations(values, relu, bounds)
    if back is None:
        return Seen(given, None, rms(values), alike, values.shape[-1], 0.0)
    gradient = len(values) * back.numpy().astype(np.float32)
    flow = float(np.linalg.norm(gradient.reshape(len(values), -1), axis=1).mean())
    return Seen(given, activations(gradient), rms(values), alike, values.shape[-1], flow)


def _verdict(
    seen: Mapping[str, Seen],
    layers: Sequence[str],
    called: Mapping[str, str],
    report: Report,
    shares: Mapping[str, float],
) -> tuple[str, str]:
    """One word, and a sentence with the numbers behind it. shares: of nodes, of values where the function is flat."""
    if not layers:
        return "healthy", "There is no layer to draw weights for."
    first, last = layers[0], layers[-1]
    alike = [id for id in layers if seen[id].alike and seen[id].units > 1]
    if alike:
        return "symmetric", (
            f"Symmetric: all units of {called[alike[0]]} give the same, get the same gradient and so stay one unit."
        )
    if full := [id for id, share in shares.items() if share > SATURATES]:
        return "saturates", f"Saturates: {shares[full[0]]:.0%} of {called[full[0]]} lies where its function is flat."
    came = next((wire.source for wire in report.wired.into[first] if wire.source in seen), first)
    grown = _ratio(seen[last].rms, seen[came].rms)
    if not np.isfinite(grown) or grown > GROWS:
        return (
            "explodes",
            f"Explodes: {called[last]} gives values {in_two_digits(grown)} times as large as those that come in.",
        )
    back = _ratio(seen[first].flow, seen[last].flow)
    if back > EXPLODES:
        return (
            "explodes",
            f"Explodes: at {called[first]} the gradient is {in_two_digits(back)} times as large as at {called[last]}.",
        )
    if back < VANISHES:
        return (
            "vanishes",
            f"Vanishes: of the gradient at {called[last]}, {in_two_digits(back)} is left at {called[first]}.",
        )
    if grown < FADES:
        return (
            "vanishes",
            f"Vanishes: {called[last]} gives values {in_two_digits(grown)} times as large as those that come in.",
        )
    if max(shares.values(), default=0.0) > PARTLY:
        return "flat", f"Partly flat: gradients pass, but {_flat(shares, called, 'of')}"
    ends, passes = in_two_digits(grown), in_two_digits(back)
    return "healthy", f"Healthy: activations end {ends} times as large as they come, gradients {passes} times."


def _dead(seen: Mapping[str, Seen], called: Mapping[str, str]) -> str:
    """Where the largest share of units gives nothing, as a sentence behind another; "" where all give something."""
    shares = {id: one.given.dead for id, one in seen.items() if one.given.dead}
    if not shares:
        return ""
    most = max(shares, key=shares.__getitem__)
    return f" Of {called[most]}, {shares[most]:.0%} of the units are dead: they give 0 for every row."


def _flat(shares: Mapping[str, float], called: Mapping[str, str], of: str = "Of") -> str:
    """Where the largest share of values lies where the function is flat, as a sentence; "" where hardly any does."""
    most = max(shares, key=shares.__getitem__, default="")
    if shares.get(most, 0.0) <= FLAT:
        return ""
    return f"{of} what {called[most]} gives, {shares[most]:.0%} lies where its function is flat."


def _ratio(one: Any, other: Any) -> float:
    return float(one) / float(other) if float(other) > 0 else float(one) and float("inf")


def _told(id: str, called: Mapping[str, str], seen: Seen) -> dict[str, Any]:
    parts = {"activations": seen.given, "gradients": seen.back}
    return {"id": id, "label": called[id], **{part: asdict(one) for part, one in parts.items() if one}}


def _some(ids: Sequence[str]) -> list[str]:
    """SHOWN of them at most, the first and the last among these."""
    places = np.unique(np.linspace(0, len(ids) - 1, min(SHOWN, len(ids))).astype(int)) if ids else ()
    return [ids[place] for place in places]
