"""Runs exported files in a process of their own that has no graphbuilder: `python -I fresh.py FILE...`.

Prints one JSON object: for each file the configuration of its layers, its first weights, and the loss after one step;
for one without data what its `main` prints.
"""

import contextlib
import importlib.util
import io
import json
import sys
from typing import Any


class NoGraphbuilder:
    """Nothing of graphbuilder can be imported here."""

    def find_spec(self, name: str, *_: Any) -> None:
        if name.split(".")[0] == "graphbuilder":
            raise ImportError("an exported file needs graphbuilder")


def told(path: str) -> dict[str, Any]:
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        spec = importlib.util.spec_from_file_location("model", path)
        file: Any = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(file)  # type: ignore[union-attr]
    assert heard.getvalue() == "", "importing prints something"
    import keras
    import numpy as np

    if not hasattr(file, "load_data"):
        return looked_at(file)
    asked = json.loads(sys.argv[1])[path]
    keras.utils.set_random_seed(file.SEED)
    data = file.load_data(**asked["options"])
    rows = np.arange(file.BATCH_SIZE)
    x, y = file.prepare(data, rows, *([np.array(asked["train"])] if asked["train"] else []))
    model = file.build_model()
    first = [float(np.sum(np.abs(w))) for w in model.get_weights()]
    if hasattr(file, "adapt"):
        file.adapt(model, asked["adapted"], x)
    file.compile_model(model)
    model.run_eagerly = all("float" in str(one.dtype) for one in x.values())  # once is not worth a graph
    losses = model.train_on_batch(x, y, return_dict=True)
    after = model.evaluate(x, y, return_dict=True, verbose=0)
    return {
        "layers": layers_of(model),
        "first": first,
        "losses": losses,
        "after": after,
    }


def looked_at(file: Any) -> dict[str, Any]:
    """Runs the `main` of a file that has no data, and keeps the model it makes."""
    made: list[Any] = []
    build = file.build_model
    file.build_model = lambda: made.append(build()) or made[0]
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        file.main()
    (model,) = made
    first = [float(abs(weights).sum()) for weights in model.get_weights()]
    return {"layers": layers_of(model), "first": first, "count": model.count_params(), "printed": heard.getvalue()}


def layers_of(model: Any) -> list[Any]:
    return [[type(layer).__name__, layer.get_config()] for layer in model.layers]


if __name__ == "__main__":
    sys.meta_path.insert(0, NoGraphbuilder())  # type: ignore[arg-type]
    print(json.dumps({path: told(path) for path in sys.argv[2:]}, default=str))
