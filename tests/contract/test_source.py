"""Scripts read by their syntax have the parameters and the layers that Keras makes of them when it runs them."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.importing.files import import_file
from graphbuilder.operators import OPERATORS

pytestmark = pytest.mark.keras
SCRIPTS = Path(__file__).parent.parent / "scripts"
RUN = {
    "attention_shapes": "model", "augmentation": "model", "autoencoder": "autoencoder", "closures": "net",
    "functions_and_names": "model", "imdb_lstm": "model", "multi_input": "model", "nested_sequential": "auto",
    "resnet_block": "model", "seq2seq": "model", "shared_dense": "model", "siamese": "model", "squeeze_excite": "model",
    "own_weights": "model", "positions": "model", "built_late": "model",
    "transformer_text": "model", "unet": "unet_model", "vgg_loops": "model",
}  # fmt: skip
"""The variable of the model, by script."""


def layers_of(layer: Any) -> list[str]:
    import keras

    if isinstance(layer, keras.layers.InputLayer):
        return []
    parts = getattr(layer, "layers", None)
    if parts is None and not type(layer).__module__.startswith("keras."):
        parts = layer._layers
    return [type(layer).__name__] if parts is None else [one for part in parts for one in layers_of(part)]


@pytest.mark.parametrize("name", sorted(RUN))
def test_a_script_that_is_read_is_the_model_that_keras_makes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    path = SCRIPTS / f"{name}.py"
    monkeypatch.setattr(sys, "argv", [str(path)])
    names: dict[str, Any] = {"__name__": "__main__"}
    keras.backend.clear_session()
    exec(compile(path.read_text(), path.name, "exec"), names)
    model = names[RUN[name]]
    came = import_file(path).drawn
    assert came.report.parameters == model.count_params()
    document = came.document
    nodes = [*document.nodes, *(node for block in document.blocks for node in block.nodes)]
    ours = Counter(node.kind.removeprefix("Position") for node in nodes if not node.shares)
    theirs = Counter(kind for kind in layers_of(model) if kind in OPERATORS)
    assert theirs
    assert not theirs - ours
