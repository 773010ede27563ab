"""Each template trains, and what it exports is the same model where there is no graphbuilder."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.names import layer_names
from graphbuilder.plan import Plan, code_plan, plan
from graphbuilder.templates import gallery, template
from graphbuilder.training import runs
from tests.contract.warm import Warm
from tests.networks import TEMPLATES

FRESH = Path(__file__).with_name("fresh.py")
QUIET = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": ""}
PLANS: dict[str, Plan] = {name: plan(check(template(name))) for name in TEMPLATES}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, home: Path, warm: Warm) -> dict[str, Any]:
    """What the exported files of all templates told in one fresh process. They are told which rows are trained on where
    what stands in for a gap is measured there."""
    from graphbuilder.compiler import split

    folder = tmp_path_factory.mktemp("exported")
    files = {name: folder / f"{name}.py" for name in TEMPLATES}
    for name, file in files.items():
        file.write_text(to_python(PLANS[name]), "utf-8")
    asked = {
        str(files[name]): {
            "options": dict(planned.source.params),
            "adapted": planned.adapted,
            "train": split(planned, prepare(planned.source, home).arrays)[0].tolist() if planned.imputed else [],
        }
        for name, planned in PLANS.items()
    }
    ran = warm.run(FRESH, json.dumps(asked), *files.values(), cwd=folder, env=QUIET)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    return {name: told[str(file)] for name, file in files.items()}


@pytest.mark.long
@pytest.mark.parametrize("name", TEMPLATES)
def test_C8_the_exported_model_is_the_one_that_trains_here(name: str, exported: Any, home: Path) -> None:
    import keras

    from graphbuilder.compiler import build_model, compile_model, inputs_of, targets_of
    from graphbuilder.datasets import preparation

    planned = PLANS[name]
    data, rows = prepare(planned.source, home).arrays, np.arange(planned.batch_size)
    x, y = inputs_of(planned, data, rows), targets_of(planned, data, rows)
    keras.utils.set_random_seed(planned.seed)
    model = build_model(planned)
    first = [float(np.sum(np.abs(w))) for w in model.get_weights()]
    preparation.adapt(model, planned.adapted, x)
    compile_model(model, planned)
    model.run_eagerly = all("float" in str(one.dtype) for one in x.values())  # once is not worth a graph
    losses = model.train_on_batch(x, y, return_dict=True)
    there = exported[name]
    layers = [[type(layer).__name__, layer.get_config()] for layer in model.layers]
    assert there["layers"] == json.loads(json.dumps(layers, default=str))
    assert there["first"] == pytest.approx(first, rel=1e-6)
    assert {k: float(v) for k, v in there["losses"].items()} == pytest.approx(losses, rel=1e-5)
    assert there["after"] == pytest.approx(model.evaluate(x, y, return_dict=True, verbose=0), rel=1e-5)


TASKS: dict[str, tuple[int, str, float]] = {
    "penguins": (12, "accuracy", 0.93),
    "regression": (30, "mae", 0.8),
    "several_answers": (8, "f1", 0.84),
    "printed_digits": (6, "accuracy", 0.9),
    "road_signs": (8, "accuracy", 0.9),
    "segmentation": (6, "iou_mean", 0.5),
    "denoising": (2, "mae", 0.6),
    "waves": (8, "accuracy", 0.7),
    "next_temperature": (2, "mae", 0.4),
    "colour_names": (15, "accuracy", 0.5),
}
"""Of each task how many epochs are enough here for which score: a share, or of errors the part of the baseline's that
is left."""


def hold_to_baseline(name: str, run: runs.Run, home: Path) -> None:
    """Clearly better than whoever has no network, by the first metric of the task."""
    from graphbuilder.compiler import split
    from graphbuilder.training.guessing import guess

    data, (output,) = prepare(run.plan.source, home).arrays, run.plan.outputs
    train, validation, _ = split(run.plan, data)
    guessed = guess(output, run.plan, data, validation, train)
    _, metric, bound = TASKS[name]
    score, baseline = run.result()[f"val_{metric}"], guessed and guessed.scores[metric]
    assert baseline is not None
    if metric == "mae":
        assert score <= bound * baseline
    else:
        assert score >= bound > baseline + 0.04


def test_every_task_has_a_template() -> None:
    """Those of the section for it, and no other."""
    (group,) = [group for group in gallery() if group.title == "One for each task"]
    assert {entry.name for entry in group.entries} == set(TASKS)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_trains_and_is_saved_whole(name: str, home: Path, tmp_path: Path) -> None:
    import keras

    epochs, *_ = TASKS.get(name, (2,))
    report = check(editing.set_training(template(name), "epochs", epochs))
    run = runs.run(report, home, lambda event: None)
    if name in TASKS:
        hold_to_baseline(name, run, home)
    runs.save(run, report, tmp_path / "run")
    result = json.loads((tmp_path / "run" / "result.json").read_text("utf-8"))
    assert (result["state"], result["epochs"]) == ("finished", epochs)
    assert np.isfinite(result["val_loss"])
    assert result["parameters"] == report.parameters
    kept = keras.models.load_model(tmp_path / "run" / "model.keras")
    assert all(np.array_equal(a, b) for a, b in zip(kept.get_weights(), run.model.get_weights(), strict=True))


def test_whole_networks_are_those_of_keras_applications() -> None:
    """Each layer's weights, and with the same weights the same answer."""
    import keras

    from graphbuilder.compiler import build_model

    keras.utils.set_random_seed(1)
    for name, theirs in (("inception_v3", keras.applications.InceptionV3), ("resnet50", keras.applications.ResNet50)):
        report = check(template(name))
        real, ours = theirs(weights=None), build_model(code_plan(report))
        shapes = [Counter(tuple(map(tuple, (w.shape for w in layer.weights))) for layer in one.layers)
                  for one in (real, ours)]  # fmt: skip
        assert shapes[0] == shapes[1]
        assert (report.parameters, report.trainable) == (real.count_params(), keras_trainable(real))
        if name == "inception_v3":
            names = layer_names(report.document.nodes)
            for node, layer in zip(report.document.nodes, real.layers, strict=True):
                if layer.weights:
                    ours.get_layer(names[node.id]).set_weights(layer.get_weights())
            x = np.random.default_rng(1).random((1, 299, 299, 3), "float32")
            (answer,) = ours({ours.inputs[0].name: x}).values()
            assert np.allclose(answer, real(x), atol=1e-6)


def keras_trainable(model: Any) -> int:
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def test_the_inception_block_learns_the_digits(home: Path) -> None:
    result = runs.run(check(template("inception")), home, lambda event: None).result()
    assert result["val_accuracy"] >= 0.95


def test_C8_running_an_exported_file_trains_and_tests(tmp_path: Path) -> None:
    document = editing.set_training(template("two_inputs_two_losses"), "epochs", 1)
    (tmp_path / "model.py").write_text(to_python(plan(check(document))), "utf-8")
    command = [sys.executable, "-I", "model.py"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=QUIET, timeout=300)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "Test: {" in ran.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["model.py"]
