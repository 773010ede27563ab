"""Networks without data: their code builds the model that is built here, where there is no graphbuilder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.checks import Report, check
from graphbuilder.checks.structure import MOST_IN_A_ROW
from graphbuilder.codegen import to_python
from graphbuilder.plan import code_plan
from tests.contract.test_templates import FRESH, QUIET
from tests.contract.warm import Warm
from tests.networks import ARCHITECTURES, chain, deep_row, dense, node, skips

REPORTS: dict[str, Report] = {name: check(draw()) for name, draw in ARCHITECTURES.items()}
ENDS = {
    "vgg16": ["predictions: (1, 1000)"],
    "two_outputs": ["model_2: (1, 3)", "x_2: (1, 1)"],
    "loss_without_data": ["kind: (1, 10)", "off: (1, 1)"],
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> dict[str, Any]:
    """What the exported files of all architectures told in one fresh process."""
    folder = tmp_path_factory.mktemp("exported")
    files = {name: folder / f"{name}.py" for name in ARCHITECTURES}
    for name, file in files.items():
        file.write_text(to_python(code_plan(REPORTS[name])), "utf-8")
    ran = warm.run(FRESH, "{}", *files.values(), cwd=folder, env=QUIET)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    return {name: told[str(file)] for name, file in files.items()}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_code_of_an_architecture_builds_what_was_counted_and_shows_its_outputs(name: str, exported: Any) -> None:
    there = exported[name]
    assert there["count"] == REPORTS[name].parameters
    assert there["printed"].rstrip().splitlines()[-len(ENDS[name]) :] == ENDS[name]


def test_vgg16_drawn_by_hand_has_the_parameters_of_keras_applications(exported: Any) -> None:
    assert exported["vgg16"]["count"] == 138_357_544


@pytest.mark.parametrize("name", sorted(set(ARCHITECTURES) - {"vgg16"}))
def test_the_code_of_an_architecture_builds_the_model_that_is_built_here(name: str, exported: Any) -> None:
    from graphbuilder.compiler import fresh_model

    model = fresh_model(code_plan(REPORTS[name]))
    layers = [[type(layer).__name__, layer.get_config()] for layer in model.layers]
    assert exported[name]["layers"] == json.loads(json.dumps(layers, default=str))
    first = [float(abs(weights).sum()) for weights in model.get_weights()]
    assert exported[name]["first"] == pytest.approx(first, rel=1e-6)
    assert bool(model.compiled) == (name == "loss_without_data")


def test_as_many_in_a_row_as_are_allowed_are_built_and_read_back(tmp_path: Path) -> None:
    import keras

    from graphbuilder.compiler import fresh_model

    model = fresh_model(code_plan(check(deep_row(MOST_IN_A_ROW))))
    model.save(tmp_path / "model.keras")
    assert len(keras.models.load_model(tmp_path / "model.keras").layers) == MOST_IN_A_ROW


def test_more_in_a_row_are_built_where_keras_goes_back_along_a_shorter_way() -> None:
    from graphbuilder.compiler import fresh_model

    assert len(fresh_model(code_plan(check(skips(400, around_first=True)))).layers) == 1201


def test_an_untrained_model_is_saved_and_reads_back(tmp_path: Path) -> None:
    import keras
    import numpy as np

    from graphbuilder.training import runs

    model = runs.untrained(REPORTS["two_outputs"], tmp_path)
    model.save(tmp_path / "model.keras")
    x = {"in_2": np.ones((2, 8, 8, 1), "float32"), "point": np.ones((2, 2), "float32")}
    back = keras.models.load_model(tmp_path / "model.keras").predict(x, verbose=0)
    here = model.predict(x, verbose=0)
    assert {name: values.tolist() for name, values in back.items()} == {n: v.tolist() for n, v in here.items()}


@pytest.mark.parametrize(
    ("between", "kept"), [([], True), ([dense("d", 4)], True), ([node("a", "Elementwise")], False)]
)
def test_what_is_masked_is_passed_over_as_far_as_the_mask_goes(between: list[dict[str, Any]], kept: bool) -> None:
    """Behind a layer that hands the mask on, padding changes nothing; behind a function, which loses it, it does."""
    from graphbuilder.compiler import build_model

    words = node("words", "Input", shape=[None], numbers="whole", vocabulary=9)
    masked = node("e", "Embedding", input_dim=9, output_dim=4, mask_zero=True)
    model = build_model(code_plan(check(chain(words, masked, *between, node("r", "GRU", units=3), data=""))))
    short, padded = (model({"words": np.array([row])})["r"] for row in ([1, 2], [1, 2, 0, 0]))
    assert np.allclose(short, padded) == kept
