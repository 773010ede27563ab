"""The chain rule with a network's own numbers: along every wire what goes forward, the gradient that comes from behind,
the derivative between them, and their product, which is handed on."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.blocks import Edge, key_of
from graphbuilder.checks import Report
from graphbuilder.compiler import opened, opened_by_port
from graphbuilder.plan import Plan
from graphbuilder.training.gradients import differentiable, places_of, rows_at_once, rows_of
from graphbuilder.training.parts import Parts

_ZERO = tf.UnconnectedGradients.ZERO
NUMBERS = 12
"""Of a value of many, so many are told."""


def chain(model: keras.Model, report: Report, plan: Plan, parts: Parts, row: int = 0) -> dict[str, Any]:
    """For one row of the training part, of a batch as in training but in inference mode: its loss, and of every wire of
    the flat graph that the loss reaches, "source.port>target.port":

    value: what goes along it. upstream: the derivative of the row's loss with respect to what the target gives, of a
    Loss 1. product: the derivative of the row's loss with respect to the value, by this target alone. local: the
    derivative of the target with respect to the value, place by place, so that the product is upstream times local;
    None where a place of the target depends on several of the value. Each with at most NUMBERS numbers, and beside them
    shape and, as norm, the mean over the batch. row: its number within the batch. together: how many wires lead the
    same value into the same target: product and local are of all of them.

    And of every node's trained weights, by their names: value; gradient, the derivative of the row's loss; batch, that
    of the batch's mean loss with its penalties, which a step of gradient descent takes off, times its rate; their norms
    are of the whole weight. rows: of the batch.
    """
    inside = opened_by_port(model, plan)
    nodes = differentiable(inside)
    values: dict[str, Any] = inside.output["nodes"]
    rows = len(next(iter(parts.x.values())))
    chosen = np.random.default_rng(plan.seed).permutation(rows)[: rows_at_once(plan, nodes.values(), rows)]
    x, y, *w = rows_of(parts, chosen)
    count = len(chosen)
    trained = [one.value for one in model.trainable_variables]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([one for one in x.values() if one.dtype.is_floating])
        found = inside(x, training=False)
        loss = model.compute_loss(x, y, found["outputs"], *w, training=False)
    came = {id: found["nodes"][id] for id in nodes}
    back = dict(zip(came, tape.gradient(loss, [*came.values()]), strict=True))
    with tf.GradientTape() as of_row:
        alone = _loss_of(model, inside, x, y, w, row)
    gradients = [one.gradient(of, trained, unconnected_gradients=_ZERO) for one, of in ((of_row, alone), (tape, loss))]
    upstream = {id: count * tf.convert_to_tensor(one) for id, one in back.items() if one is not None}
    outputs = {output.node for output in plan.outputs}
    rest = [(one, x[one.name]) for one in model.inputs]
    wires: dict[str, Any] = {}
    for target in report.wired.order:
        into: dict[str, list[Edge]] = {}
        for edge in report.wired.into[target]:
            into.setdefault(_value_of(report, edge), []).append(edge)
        told: Mapping[str, dict[str, Any]] = {}
        if target in outputs:
            ones = tf.ones((count, 1))
            told = {id: _told(came[id], ones, upstream[id], upstream[id], row) for id in into if id in upstream}
        elif all(id in values for id in into):
            given = [id for id in values if id.rpartition(".")[0] == target and id in upstream]
            told = _into(given, [*into], values, found["nodes"], upstream, row, rest) if given else {}
        for id, one in told.items():
            for edge in into[id]:
                wires[key_of(edge)] = {**one, "together": len(into[id])}
    weights: dict[str, Any] = {}
    for (node, name), *numbers in zip(places_of(model, opened(model, plan)[1]), trained, *gradients, strict=True):
        whole = (_numbers(tf.convert_to_tensor(one)[None], 0) for one in numbers)
        weights.setdefault(node, {})[name] = dict(zip(("value", "gradient", "batch"), whole, strict=True))
    return {"row": int(chosen[row]), "rows": count, "loss": float(alone), "wires": wires, "weights": weights}


def _value_of(report: Report, edge: Edge) -> str:
    """The value that goes along a wire, as `opened_by_port` names it."""
    operator = report.wired.operators[edge.source]
    ports = [port.name for port in operator.output_ports()] if operator else []
    return f"{edge.source}.{ports.index(edge.source_port) if edge.source_port in ports else 0}"


def _into(
    given: Sequence[str],
    sources: Sequence[str],
    values: Any,
    found: Any,
    upstream: Any,
    row: int,
    rest: Sequence[tuple[Any, Any]],
) -> dict[str, dict[str, Any]]:
    """The wires into one node, by the value that comes along. given: the node's own values that the loss reaches. rest:
    the model's inputs with what is fed, of which the mask is made that a node may read beside its values."""
    if not sources:
        return {}
    along = [values[one] for one in sources]
    beside = [(one, fed) for one, fed in rest if all(one is not other for other in along)]
    node = keras.Model([*along, *(one for one, _ in beside)], [values[one] for one in given])
    comes = [found[one] for one in sources]
    amounts = [place for place, one in enumerate(comes) if one.dtype.is_floating]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([comes[place] for place in amounts])
        answered = tf.nest.flatten(node([*comes, *(fed for _, fed in beside)], training=False))
    behind = [upstream[one] for one in given]
    all_behind = behind[0] if len(given) == 1 else tf.concat([tf.reshape(one, [len(one), -1]) for one in behind], 1)
    told = {}
    for place in amounts:
        product = tape.gradient(answered, comes[place], output_gradients=behind)
        if product is None:
            continue
        one = answered[0] if len(given) == 1 and _by_place(answered[0], comes[place], tape) else None
        local = None if one is None else tape.gradient(one, comes[place])
        told[sources[place]] = _told(comes[place], all_behind, local, product, row)
    return told


def _by_place(answered: Any, given: Any, tape: Any) -> bool:
    """Whether each place of what comes out depends on its own place of what comes in alone: then the derivative is the
    same whichever places are asked, taken together or every other one."""
    if answered.shape != given.shape:
        return False
    every = tape.gradient(answered, given)
    if every is None:
        return False
    size = int(np.prod(answered.shape[1:]))
    if size == 1:
        return True
    mask = np.random.default_rng(0).integers(0, 2, size).astype("float32")
    mask[:2] = 0, 1
    mask = tf.reshape(tf.constant(mask), answered.shape[1:])
    some = tape.gradient(answered, given, output_gradients=tf.ones_like(answered) * mask)
    return bool(tf.reduce_all(tf.abs(some - every * mask) <= 1e-6 * (1 + tf.abs(every))))


def _told(value: Any, upstream: Any, local: Any, product: Any, row: int) -> dict[str, Any]:
    parts = {"value": value, "upstream": upstream, "local": local, "product": product}
    return {name: None if one is None else _numbers(one, row) for name, one in parts.items()}


def _numbers(values: Any, row: int) -> dict[str, Any]:
    array = np.asarray(values, "float64")
    flat = array.reshape(len(array), -1)
    numbers = [float(f"{one:.6g}") for one in flat[row][:NUMBERS]]
    norm = float(np.linalg.norm(flat, axis=1).mean())
    return {"numbers": numbers, "shape": list(array.shape[1:]), "norm": float(f"{norm:.6g}")}


def _loss_of(model: keras.Model, inside: keras.Model, x: Any, y: Any, w: Any, row: int) -> Any:
    """Of the one row, without penalties."""
    one = slice(row, row + 1)
    x, y, *w = ({name: values[one] for name, values in part.items()} for part in (x, y, *w))
    total = model.compute_loss(x, y, inside(x, training=False)["outputs"], *w, training=False)
    return total - sum(model.losses)
