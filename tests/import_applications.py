"""Every architecture of keras.applications imported: `make applications` prints the table of docs/importing.md.

Each is built without weights, told by Keras as JSON, imported and checked, and held to Keras' own count of parameters.
Of those that are ANSWERED, weights are drawn, saved with the model, imported with it, and both answer one batch.
"""

import gc
import inspect
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.importing.files import Imported, import_file, import_json
from graphbuilder.training.engine import load_keras

ANSWERED = (
    "MobileNet", "MobileNetV2", "MobileNetV3Small", "EfficientNetB0", "EfficientNetV2B0", "NASNetMobile", "DenseNet121",
    "ResNet50", "ResNet50V2", "InceptionV3", "Xception", "ConvNeXtTiny",
)  # fmt: skip


def applications(names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    import keras

    for name, make in vars(keras.applications).items():
        if (
            inspect.isfunction(make)
            and "weights" in inspect.signature(make).parameters
            and (not names or name in names)
        ):
            keras.utils.set_random_seed(1)
            yield name, make(weights=None)


def farthest(model: Any, folder: Path) -> float:
    """How far apart Keras' answers and ours are at most, of the same weights."""
    from graphbuilder.compiler import fresh_model
    from graphbuilder.plan import code_plan
    from graphbuilder.training.runs import begin_with

    random = np.random.default_rng(1)
    for one in model.weights:  # as if they were trained: no scale is 1, no mean is 0
        if "seed_generator" not in one.path and len(one.shape) == 1:
            one.assign(random.uniform(0.5, 1.5, one.shape).astype("float32"))
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    path = folder / "net.keras"
    model.save(path)
    came = import_file(path)
    path.unlink()
    assert came.weights is not None and came.report.weights == (came.weights.wanted,) * 2, came.report.messages[:5]
    checked = came.drawn.checked
    ours = fresh_model(code_plan(checked))
    shape = (1, *(224 if axis is None else axis for axis in model.inputs[0].shape[1:]))
    x, name = random.uniform(0, 255, shape).astype("float32"), ours.inputs[0].name
    (fresh,) = (np.asarray(one) for one in ours({name: x}).values())
    begin_with(ours, checked, came.weights.arrays)
    (answer,) = (np.asarray(one) for one in ours({name: x}).values())
    assert np.abs(answer - fresh).max() > 1e-3, "the weights change nothing"
    return float(np.abs(answer - np.asarray(model(x))).max())


def row(name: str, model: Any, folder: Path) -> tuple[str, bool]:
    """A line of the table, and whether all of it holds."""
    text = model.to_json().encode()
    start = time.process_time()
    came: Imported = import_json(text)
    seconds = time.process_time() - start
    report, errors = came.report, came.drawn.checked.errors
    good = not errors and not report.placeholders and report.parameters == model.count_params()
    apart = ""
    if name in ANSWERED and good:
        most = farthest(model, folder)
        apart, good = f"{most:.1e}", good and most < 1e-5
    says = "clean" if not errors else errors[0].message[:60]
    told = f"| {name} | {report.nodes:,} | {report.parameters:,} | {says} | {seconds:.2f} | {apart} |"
    return told + ("" if good else f" ✗ Keras has {model.count_params():,}"), good


def main(names: Sequence[str]) -> int:
    load_keras()
    import keras

    print("| model | nodes | parameters, as Keras counts them | checked | seconds to import | farthest answer apart |")
    print("|---|---|---|---|---|---|")
    bad, count = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, model in applications(names):
            told, good = row(name, model, Path(folder))
            print(told, flush=True)
            bad, count = bad + (not good), count + 1
            del model
            keras.backend.clear_session()
            gc.collect()
    print(f"\n{count - bad} of {count} are imported whole.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
