"""Which step looks at which, and which name lies where: attention and embeddings with the words that they are about."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphbuilder.checks import Report
from graphbuilder.operators.data import Input
from graphbuilder.operators.names import Vocabulary
from graphbuilder.tensors import Numbers
from graphbuilder.training.tiles import digits, rounded, tile

STEPS, HEADS = 64, 16
NAMED, NEAR = 300, 6
_LETTERS = 24


def attended(scores: "np.ndarray[Any, Any]", asking: Sequence[str], answering: Sequence[str]) -> dict[str, Any]:
    """The weights of attention of one sample, (heads, steps, other steps), as a picture a head: a row for each step
    that asks. steps: of both axes, how many there are; words: of what is shown of both, empty where they have none."""
    heads, down, across = scores.shape
    shown = scores[:HEADS, :STEPS, :STEPS]
    words = [[one[:_LETTERS] for one in axis[:STEPS]] for axis in (asking, answering)]
    few = shown.size <= 8 * STEPS * STEPS
    pictures = [{"unit": head, **tile(one, STEPS, few)} for head, one in enumerate(shown)]
    return {"of": heads, "steps": [down, across], "words": words, "pictures": pictures}


def placed(vectors: "np.ndarray[Any, Any]", names: Sequence[str], sought: Sequence[str] = ()) -> dict[str, Any]:
    """Where the vectors of names lie on the plane of their first two principal components. sought: names that are
    wanted; the others are the first of the list, up to NAMED in all.

    explained: the share of the spread that each component has. near: of each sought name the nearest by cosine among
    all names, each with its cosine. missing: sought ones that are no names here.
    """
    where = {name: at for at, name in enumerate(names)}
    known = [where[one] for one in sought if one in where]
    chosen = list(dict.fromkeys([*known, *range(min(NAMED, len(names)))]))[:NAMED]
    rows = np.nan_to_num(vectors[chosen].astype("float64"))
    at, shares = plane(rows)
    return {
        "of": len(names),
        "size": int(vectors.shape[1]),
        "names": [names[one][:_LETTERS] for one in chosen],
        "points": [rounded(one) for one in at],
        "explained": rounded(shares),
        "vectors": tile(rows[:STEPS], STEPS, True),
        "near": [{"name": names[one], "nearest": _nearest(vectors, names, one)} for one in known],
        "missing": [one for one in sought if one not in where],
    }


def plane(rows: "np.ndarray[Any, Any]") -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """Places on the first two principal components, and the share of the spread that each has."""
    centred = rows - rows.mean(axis=0)
    left, spread, _ = np.linalg.svd(centred, full_matrices=False)
    at, total = np.zeros((len(rows), 2)), float((spread**2).sum()) or 1.0
    at[:, : min(2, len(spread))] = (left * spread)[:, :2]
    shares = np.zeros(2)
    shares[: min(2, len(spread))] = (spread**2)[:2] / total
    return at, shares


def _nearest(vectors: "np.ndarray[Any, Any]", names: Sequence[str], one: int) -> list[list[Any]]:
    rows = np.nan_to_num(vectors[: len(names)].astype("float64"))
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-30)
    cosines = unit @ unit[one]
    order = [at for at in np.argsort(-cosines, kind="stable").tolist() if at != one][:NEAR]
    return [[names[at][:_LETTERS], digits(cosines[at])] for at in order]


def namer(report: Report, node: str, port: str = "") -> str | None:
    """The node that says what the whole numbers mean that a node takes, or along whose steps it works: one with a
    vocabulary, or an Input of whole numbers; None where the way back leads to none. port: by which the way begins; the
    first without one."""
    wired, facts = report.wired, report.facts
    came = wired.into_port(node, port) if port else wired.into[node]
    while came:
        at = came[0].source
        operator = wired.operators[at]
        if isinstance(operator, Vocabulary):
            return at
        if isinstance(operator, Input):
            return at if facts[at].outputs["out"].numbers is Numbers.WHOLE else None
        came = wired.into[at]
    return None


def vocabulary(report: Report, node: str, layer: Any, count: int) -> list[str]:
    """What the whole numbers from a namer mean, from 0. count: how many numbers there are to name."""
    operator = report.wired.operators[node]
    if isinstance(operator, Vocabulary) and layer is not None:
        names = [str(one) for one in layer.get_vocabulary()]
        if "split" in operator.parameters and names[:1] == [""]:
            names[0] = "(none)"
        return names[:count]
    field = report.document.data.fields.get(operator.field) if isinstance(operator, Input) else None
    classes = field.classes if field else ()
    return [*classes][:count] if classes else [str(one) for one in range(count)]
