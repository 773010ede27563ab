"""What simple methods make of the same data: the least that a network has to beat, and what it may hope for.

Measured once for each data set and its parts, on a bounded number of rows and columns, and kept beside the snapshot.
"""

import fcntl
import hashlib
import json
import logging
import math
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.compiler import Arrays, split
from graphbuilder.plan import Output, Plan
from graphbuilder.records.events import Baseline, Baselines, Ended, Epoch, Event, Started, Steps, finite
from graphbuilder.training.giveaway import as_words, columns, giveaway
from graphbuilder.training.parts import Parts
from graphbuilder.training.scores import explained

log = logging.getLogger("graphbuilder.training")

ROWS, SCORED, COLUMNS = 2_000, 1_000, 1_024
"""At most: rows learned from, rows scored, and columns, evenly taken from all."""
COMPARED = 20_000
"""Training rows, at most, among which validation rows are looked for."""
_ROOM = 1000
"""Times as many different rows as there are have to be possible, for two that are equal to be one row twice."""
_A_LETTER = 0.7
"""Nats that a letter of a text says, beside those before it (Shannon, 1951: about one bit)."""
NEIGHBOURS = 5
SECONDS = 2.0
"""After which nothing more is begun."""
BEGIN_SECONDS = 2.0
"""So long behind the first steps it begins, where no epoch is done before: until then others wait for more."""
PATIENCE_SECONDS = 4.0
"""So long a training that is over waits for what is still measured."""
_TARGETS = 64
_WORDS, _LOOKED = 50, 200
"""Different ones, at most, that a category has here, and rows that are looked at first."""


def beside(
    tell: Callable[[Event], None], plan: Plan, parts: Parts, data: Arrays, folder: Path
) -> Callable[[Event], None]:
    """Tells what it is told, and the baselines as soon as they are measured, which a thread does beside the steps.
    folder: of the snapshot, where they are kept."""
    measuring: Future[Baselines] | None = None
    owed, due = True, math.inf

    def hear(event: Event) -> None:
        nonlocal measuring, owed, due
        owed |= isinstance(event, Started)
        if owed and measuring and (measuring.done() or isinstance(event, Ended)):
            owed = False
            try:
                tell(measuring.result(PATIENCE_SECONDS))
            except Exception as fault:  # what is only set beside a training must not end it
                log.warning("No baselines: %s: %s", type(fault).__name__, fault)
        tell(event)
        if isinstance(event, Steps):
            due = min(due, time.monotonic() + BEGIN_SECONDS)
        if not measuring and (isinstance(event, Epoch) or time.monotonic() > due):
            measuring = ThreadPoolExecutor(1, "baselines").submit(baselines, plan, parts, data, folder)

    return hear


def baselines(plan: Plan, parts: Parts, data: Arrays, folder: Path) -> Baselines:
    """Those that are kept, else measured; by one of the jobs that want them at the same time."""
    told = [ROWS, sorted(plan.inputs.items()), [output.target for output in plan.outputs], repr(plan.split)]
    told += [repr(plan.split_fields), plan.alike, repr(plan.imputed), "shared of texts", "giveaway of words", "words"]
    path = folder / f"baselines-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]}.json"
    with _in_turn(folder):
        if not path.is_file():
            measured = _measured(plan, parts, data)
            making = path.with_name(f".{path.name}.making")
            try:
                making.write_text(json.dumps(finite(measured)), "utf-8")
                making.replace(path)
            except OSError as fault:
                log.warning("Baselines could not be kept: %s", fault)
                return _of_json(measured)
        return _of_json(json.loads(path.read_text("utf-8")))


def _of_json(told: Mapping[str, Any]) -> Baselines:
    return Baselines({name: Baseline(**one) for name, one in told.items()})


@contextmanager
def _in_turn(folder: Path) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _measured(plan: Plan, parts: Parts, data: Arrays) -> dict[str, dict[str, Any]]:
    import sklearn.linear_model  # noqa: PLC0415  # what takes long, and is not measured
    import sklearn.neighbors  # noqa: PLC0415, F401

    train, validation, _ = split(plan, data)
    learned, scored = _some(len(train), ROWS), _some(len(validation), SCORED)
    words = _words(parts.x, learned)
    shared = _shared(learned, scored, parts, len(train), words)
    x, x_val = _columns(parts.x, learned, words, apart=True), _columns(parts.x_val, scored, words, apart=True)
    if x is not None and x_val is not None:
        mean, spread = x.mean(axis=0), x.std(axis=0)
        x, x_val = ((one - mean) / np.where(spread > 0, spread, 1) for one in (x, x_val))
    alone = columns(plan, parts.x, learned)
    fields, until = plan.source.fields(), time.monotonic() + SECONDS
    found = {}
    for output in plan.outputs:
        field = fields[output.target]
        y, y_val = (np.asarray(data[output.target][rows]) for rows in (train[learned], validation[scored]))
        if field.kind == "class" and field.shape == ():
            found[output.name] = asdict(_of_class(output, x, x_val, y, y_val, until))
        elif field.kind in ("number", "vector", "array") and 0 < y[0].size <= _TARGETS:
            flat, flat_val = (one.reshape(len(one), -1).astype(float) for one in (y, y_val))
            found[output.name] = asdict(_of_values(x, x_val, flat, flat_val, until))
        if output.name in found:
            found[output.name] |= {"shared": shared, "giveaway": giveaway(alone, y, field)}
    return found


def _shared(learned: Any, scored: Any, parts: Parts, rows: int, words: Mapping[str, Any]) -> float | None:
    """The share of validation rows that a training row is equal to, in amounts, categories and texts; None where equal
    rows are to be expected."""
    if not len(scored):
        return None
    x, texts = _columns(parts.x, learned, words), _texts(parts.x, learned, words)
    possible = sum(math.log(len(np.unique(column))) for column in (() if x is None else x.T))
    possible += sum(_A_LETTER * float(np.mean([len(one) for one in column])) for column in texts)
    if possible < math.log(_ROOM * len(learned)):
        return None
    there = set[tuple[Any, ...]]()
    for some in np.array_split(_some(rows, COMPARED), -(-min(rows, COMPARED) // ROWS)):
        there |= {*_keys(parts.x, some, words)}
    return float(np.mean([row in there for row in _keys(parts.x_val, scored, words)]))


def _keys(arrays: Mapping[str, Any], rows: Any, words: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What comes in of each row, to be looked up: amounts and categories as bytes, and texts."""
    x = _columns(arrays, rows, words)
    amounts = (b"" for _ in rows) if x is None else (row.tobytes() for row in x)
    return zip(amounts, *_texts(arrays, rows, words), strict=True)


def _texts(arrays: Mapping[str, Any], rows: Any, words: Mapping[str, Any]) -> list[list[str]]:
    """Of each input of texts those of the rows."""
    texts = (values for name, values in arrays.items() if name not in words and _is_text(values))
    return [[" ".join(row) for row in as_words(np.asarray(one)[rows]).reshape(len(rows), -1)] for one in texts]


def _of_class(output: Output, x: Any, x_val: Any, y: Any, y_val: Any, until: float) -> Baseline:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.neighbors import KNeighborsClassifier  # noqa: PLC0415

    kinds, counts = np.unique(y, return_counts=True)
    constant = float((y_val == kinds[counts.argmax()]).mean())

    def score(method: Any) -> float | None:
        if x is None or len(kinds) < 2 or time.monotonic() > until:
            return None
        return float((method.fit(x, y).predict(x_val) == y_val).mean())

    nearest, linear = _scores(score, len(y), KNeighborsClassifier, lambda: LogisticRegression(max_iter=50))
    return Baseline("accuracy", len(y), None, None, constant, nearest, linear)


def _of_values(x: Any, x_val: Any, y: Any, y_val: Any, until: float) -> Baseline:
    from sklearn.linear_model import Ridge  # noqa: PLC0415
    from sklearn.neighbors import KNeighborsRegressor  # noqa: PLC0415

    spread = ((y_val - y_val.mean(axis=0)) ** 2).sum(axis=0)

    def r2(answered: Any) -> float | None:
        value = explained(((y_val - answered.reshape(y_val.shape)) ** 2).sum(axis=0), spread)
        return value if np.isfinite(value) else None

    def score(method: Any) -> float | None:
        return None if x is None or time.monotonic() > until else r2(method.fit(x, y).predict(x_val))

    nearest, linear = _scores(score, len(y), KNeighborsRegressor, lambda: Ridge(1e-3))
    constant = r2(np.broadcast_to(y.mean(axis=0), y_val.shape))
    return Baseline("r2", len(y), float(y.mean()), float(y.std()), constant, nearest, linear)


def _scores(score: Callable[[Any], float | None], rows: int, nearest: Any, linear: Any) -> list[float | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a fit was cut short, which is meant
        return [score(nearest(n_neighbors=min(NEIGHBOURS, rows))), score(linear())]


def _some(count: int, most: int) -> "np.ndarray[Any, Any]":
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(int))


def _is_text(values: Any) -> bool:
    return getattr(values, "dtype", None) in (object, "string") or np.asarray(values[:1]).dtype.kind in "OUST"


def _words(arrays: Mapping[str, Any], rows: "np.ndarray[Any, Any]") -> dict[str, Any]:
    """Of each input of single words from a short list, as categories are, these words."""
    found = {}
    for name, values in arrays.items():
        if not _is_text(values) or np.asarray(values[:_LOOKED]).size > min(_LOOKED, len(values)):
            continue
        if len(np.unique(as_words(values[:_LOOKED]))) <= _WORDS:  # else texts, of which there are many
            words = np.unique(as_words(np.asarray(values)[rows]))
            if len(words) <= _WORDS:
                found[name] = words
    return found


def _columns(
    arrays: Mapping[str, Any], rows: "np.ndarray[Any, Any]", words: Mapping[str, Any], *, apart: bool = False
) -> "np.ndarray[Any, Any] | None":
    """All amounts and categories that come in, a row a sample; None where there are none, as of texts. apart: a column
    for each category, and not one of their numbers."""
    found = []
    for name, values in arrays.items():
        if name in words:
            is_word = as_words(np.asarray(values)[rows]).reshape(-1, 1) == words[name]
            found.append(np.asarray(is_word if apart else is_word @ np.arange(1, 1 + len(words[name])), "float32"))
            found[-1] = found[-1].reshape(len(rows), -1)
        elif not _is_text(values) and np.asarray(values[rows[:1]]).dtype.kind in "fiub":
            found.append(np.asarray(values[rows], "float32").reshape(len(rows), -1))
    if not found:
        return None
    joined: np.ndarray[Any, Any] = np.nan_to_num(np.concatenate(found, axis=1))
    return joined[:, _some(joined.shape[1], COLUMNS)]
