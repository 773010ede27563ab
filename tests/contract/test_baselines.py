"""Simple methods beside a network: what they score, and that they are measured once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.datasets.snapshot import Snapshot, prepare
from graphbuilder.plan import Plan, plan
from graphbuilder.records.events import Baseline, Baselines, Ended, Epoch, Event, Started, Steps
from graphbuilder.templates import template


def measured(name: str, home: Path) -> Baseline:
    from graphbuilder.training.baselines import baselines
    from graphbuilder.training.parts import parts

    planned = plan(check(template(name)))
    snapshot = prepare(planned.source, home)
    found = baselines(planned, parts(planned, snapshot.arrays), snapshot.arrays, snapshot.path)
    return next(iter(found.outputs.values()))


def test_digits_are_known_by_their_neighbours(home: Path) -> None:
    found = measured("lenet", home)
    assert found.metric == "accuracy" and found.rows <= 2000
    assert found.constant and 0.05 < found.constant < 0.2
    assert found.nearest and found.nearest > 0.9
    assert found.linear and found.linear > 0.85


def test_categories_count_and_texts_do_not(home: Path) -> None:
    """Categories come to a model as words: simple methods get a column for each, and texts are left out."""
    from graphbuilder.training.baselines import _columns, _words
    from graphbuilder.training.parts import parts

    planned = plan(check(template("penguins")))
    x, rows = parts(planned, prepare(planned.source, home).arrays).x, np.arange(40)
    words = _words(x, rows)
    assert sorted(map(len, words.values())) == [3, 3], "islands, and sexes with the one that is not known"
    joined, apart = _columns(x, rows, words), _columns(x, rows, words, apart=True)
    assert joined is not None and apart is not None
    assert (joined.shape, apart.shape) == ((40, 6), (40, 10))
    found = measured("colour_names", home)
    assert found.constant and found.nearest is None and found.giveaway is None


def test_words_in_other_letters_count_as_well() -> None:
    """TensorFlow has them as bytes of UTF-8."""
    from graphbuilder.training.baselines import _columns, _words

    towns = np.array([[one.encode()] for one in ("Köln", "Łódź", "Paris") * 100], object)
    words = _words({"town": towns}, np.arange(300))
    assert list(words["town"]) == ["Köln", "Paris", "Łódź"]
    apart = _columns({"town": towns}, np.arange(300), words, apart=True)
    assert apart is not None and apart[:3].tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_a_target_of_amounts_has_mean_and_spread(home: Path) -> None:
    from graphbuilder.compiler import split

    found = measured("regression", home)
    planned = plan(check(template("regression")))
    data = prepare(planned.source, home).arrays
    y = np.asarray(data[planned.outputs[0].target])[split(planned, data)[0]]
    assert (found.mean, found.spread) == pytest.approx((y.mean(), y.std()), rel=1e-5)
    assert found.constant == pytest.approx(0.0, abs=0.1)
    assert found.linear and found.linear > 0.3


def test_they_are_told_once_beside_the_steps_and_kept(home: Path) -> None:
    planned = plan(check(template("spiral_perceptron")))
    snapshot = prepare(planned.source, home)
    for path in snapshot.path.glob("baselines-*.json"):
        path.unlink()
    found = [told_of(planned, snapshot) for _ in range(2)]
    assert found[0] == found[1]
    assert len([*snapshot.path.glob("baselines-*.json")]) == 1


def told_of(planned: Plan, snapshot: Snapshot) -> Event:
    from graphbuilder.training.baselines import beside
    from graphbuilder.training.parts import parts

    told: list[Event] = []
    hear = beside(told.append, planned, parts(planned, snapshot.arrays), snapshot.arrays, snapshot.path)
    events = Started(1, (1, 1, 1), 1, 1), Steps(1, (1.0,), 0.1), Epoch(1, 1, {}, 0.2, True), Steps(2, (1.0,), 0.2)
    for event in (*events, Ended("finished", "", 1, 2, 1, {}, 0.3)):
        hear(event)
    assert [one for one in told if not isinstance(one, Baselines)][:-1] == [*events]
    kinds = [type(one) for one in told if not isinstance(one, Steps)]
    assert [one for one in kinds if one is not Epoch] == [Started, Baselines, Ended]
    assert kinds.index(Epoch) < kinds.index(Baselines), "until an epoch is done others wait for more"
    return next(one for one in told if isinstance(one, Baselines))


def test_validation_rows_that_were_learned_from_are_counted(home: Path) -> None:
    from graphbuilder.compiler import split
    from graphbuilder.training.baselines import _shared
    from graphbuilder.training.parts import parts

    planned = plan(check(template("lenet")))
    arrays = {name: np.array(values) for name, values in prepare(planned.source, home).arrays.items()}
    train, validation, _ = split(planned, arrays)
    field = planned.inputs[next(iter(planned.inputs))]
    fed = parts(planned, arrays)
    learned, count = np.arange(500), len(validation)
    scored = np.arange(count)
    assert _shared(learned, scored, fed, len(train), {}) == 0.0
    arrays[field][validation[: count // 4]] = arrays[field][train[: count // 4]]
    fed = parts(planned, arrays)
    assert _shared(learned, scored, fed, len(train), {}) == pytest.approx((count // 4) / count)
    few = {name: np.asarray(one).reshape(len(one), -1)[:, 20:23] > 8 for name, one in fed.x.items()}
    assert _shared(learned, learned, replace(fed, x=few, x_val=few), len(train), {}) is None, "there are eight rows"
    texts = {"text": np.array([f"a sentence of its own, which is number {row}" for row in range(500)], object)}
    others = [f"another sentence, {row} of them" for row in range(150)]
    held = {"text": np.array([*texts["text"][:50], *others], object)}
    told = replace(fed, x=texts, x_val=held)
    assert _shared(learned, np.arange(200), told, 500, {}) == pytest.approx(0.25)
    names = {"text": np.array([f"name {row}" for row in range(500)], object)}
    told = replace(fed, x=names, x_val=names)
    assert _shared(learned, learned, told, 500, {}) is None, "two people may have one name"
