"""Scripts read by their syntax have the parameters and the layers that Keras makes of them when it runs them."""

import inspect
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.importing.files import import_file
from graphbuilder.importing.settings import Unread, params_of
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


@pytest.mark.parametrize("kind", OPERATORS)
def test_what_a_script_leaves_out_is_what_keras_takes(kind: str) -> None:
    import keras

    made = getattr(keras.layers, kind, None)
    if made is None or kind in ("Input", "Wrapper"):
        pytest.skip("no layer of Keras")
    signature = inspect.signature(made.__init__).parameters.values()
    needed = [one.name for one in signature if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD]
    told = dict.fromkeys(needed[1:], 4)
    try:
        whole = made(**told).get_config()
    except (TypeError, ValueError, AttributeError):
        pytest.skip("it needs more than numbers")
    with suppress(Unread):
        as_script, as_file = (params_of(kind, config)[0] for config in (told, whole))
        usual = OPERATORS[kind].defaults()
        for name, parameter in OPERATORS[kind].parameters.items():
            own, theirs = (
                parameter.read(params[name]) if name in params else usual[name] for params in (as_script, as_file)
            )
            assert own == theirs, name


@pytest.mark.parametrize("made", [
    "StringLookup(vocabulary=['a', 'b'])", "StringLookup(vocabulary=['a', 'b'], mask_token='')",
    "StringLookup(vocabulary=('a', 'b'), num_oov_indices=0)",
    "StringLookup(vocabulary=['', '[UNK]', 'a'], mask_token='')",
    "StringLookup(vocabulary=['a', 'b'], mask_token='', output_mode='one_hot')",
    "IntegerLookup(vocabulary=[3, 4], num_oov_indices=2)", "TextVectorization(vocabulary=['a', 'b'])",
    "TextVectorization(vocabulary=['', '[UNK]', 'a', 'b'])", "TextVectorization(vocabulary=['a'], output_mode='count')",
])  # fmt: skip
@pytest.mark.parametrize("count", ["words.vocabulary_size()", "len(words.get_vocabulary())"])
def test_the_words_of_a_lookup_are_counted_as_keras_counts_them(made: str, count: str, tmp_path: Path) -> None:
    names: dict[str, Any] = {}
    text = (
        f"import keras\nfrom keras import layers\nwords = layers.{made}\n"
        f"model = keras.Sequential([keras.Input((1,)), layers.Embedding({count}, 3)])\n"
    )
    exec(text, names)
    script = tmp_path / "words.py"
    script.write_text(text)
    assert import_file(script).report.parameters == names["model"].count_params()
