"""Every architecture of keras.applications imported: `make applications` prints the table of docs/importing.md.

Each is built without weights and without the softmax at its end, behind which answers are all but equal; told by Keras
as JSON, imported and checked, and held to Keras' own count of parameters. Then weights are drawn, saved with the model,
imported with it, and three answer one batch: Keras' own model, ours, and the model that our exported code makes in a
fresh process.
"""

import gc
import inspect
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.codegen import to_python
from graphbuilder.importing.files import Imported, import_file, import_json
from graphbuilder.training.engine import load_keras

CODE = """
import json, runpy, sys
import numpy as np
file, weights, x, answer = sys.argv[1:]
model = runpy.run_path(file)["build_model"]()
with np.load(weights) as told:
    places = {path: f"arr_{n}" for n, path in enumerate(told["paths"].tolist())}
    assert len(places) == len(model.weights)
    for one in model.weights:
        one.assign(told[places[one.path]])
for layer in model.layers:
    if hasattr(layer, "finalize_state"):
        layer.finalize_state()
got = model({model.inputs[0].name: np.load(x)})
np.save(answer, np.asarray(got if not isinstance(got, dict) else [*got.values()][0]))
print(json.dumps(model.count_params()))
"""


def applications(names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    import keras

    for name, make in vars(keras.applications).items():
        if (
            inspect.isfunction(make)
            and "weights" in inspect.signature(make).parameters
            and (not names or name in names)
        ):
            keras.utils.set_random_seed(1)
            yield name, make(weights=None, classifier_activation=None)


def drawn(model: Any) -> None:
    """Draws weights as if they were trained: no scale is 1, no mean is 0."""
    random = np.random.default_rng(1)
    for one in model.weights:
        if "seed_generator" not in one.path and len(one.shape) == 1:
            one.assign(random.uniform(0.5, 1.5, one.shape).astype("float32"))
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def farthest(model: Any, folder: Path) -> tuple[float, float]:
    """How far Keras' answers are at most from those of our model and of its code, of the same weights."""
    from graphbuilder.compiler import fresh_model
    from graphbuilder.plan import code_plan
    from graphbuilder.training.runs import begin_with

    drawn(model)
    shape = (1, *(224 if axis is None else axis for axis in model.inputs[0].shape[1:]))
    x = np.random.default_rng(2).uniform(0, 255, shape).astype("float32")
    theirs, count = np.asarray(model(x)), model.count_params()
    path = folder / "net.keras"
    model.save(path)
    came = import_file(path)
    path.unlink()
    assert came.weights is not None and came.report.weights == (came.weights.wanted,) * 2, came.report.messages[:5]
    checked = came.drawn.checked
    ours = fresh_model(code_plan(checked))
    name = ours.inputs[0].name
    (fresh,) = (np.asarray(one) for one in ours({name: x}).values())
    begin_with(ours, checked, came.weights.arrays)
    (answer,) = (np.asarray(one) for one in ours({name: x}).values())
    assert np.abs(answer - fresh).max() > 1e-3, "the weights change nothing"
    (folder / "net.py").write_text(to_python(code_plan(checked)), "utf-8")
    arrays = [np.asarray(one) for one in ours.weights]
    np.savez(folder / "weights.npz", *arrays, paths=np.array([one.path for one in ours.weights]))
    del ours, came, arrays
    gc.collect()
    np.save(folder / "x.npy", x)
    files = [folder / one for one in ("net.py", "weights.npz", "x.npy", "answer.npy")]
    ran = subprocess.run([sys.executable, "-c", CODE, *files], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout.splitlines()[-1]) == count, "the code's model has other parameters"
    code = np.load(folder / "answer.npy")
    return float(np.abs(answer - theirs).max()), float(np.abs(code - theirs).max())


def row(name: str, model: Any, folder: Path) -> tuple[str, bool]:
    """A line of the table, and whether all of it holds."""
    text = model.to_json().encode()
    start = time.process_time()
    came: Imported = import_json(text)
    seconds = time.process_time() - start
    report, errors = came.report, came.drawn.checked.errors
    count = model.count_params()
    good = not errors and not report.placeholders and report.parameters == count
    apart = " | "
    if good:
        most = farthest(model, folder)
        apart, good = " | ".join(f"{one:.1e}" for one in most), max(most) < 1e-5
    says = "clean" if not errors else errors[0].message[:60]
    told = f"| {name} | {report.nodes:,} | {report.parameters:,} | {says} | {seconds:.2f} | {apart} |"
    return told + ("" if good else f" ✗ Keras has {count:,}"), good


def main(names: Sequence[str]) -> int:
    load_keras()
    import keras

    print(
        "| model | nodes | parameters, as Keras counts them | checked | seconds to import | answer apart | its code's |"
    )
    print("|---|---|---|---|---|---|---|")
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
