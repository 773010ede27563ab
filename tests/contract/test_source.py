"""Scripts read by their syntax have the parameters and the layers that Keras makes of them when it runs them."""

import inspect
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.calls import Call
from graphbuilder.importing.files import import_file, import_script
from graphbuilder.operators import OPERATORS
from graphbuilder.printing import expression
from tests.moves import moved

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


@pytest.mark.parametrize(
    ("name", "variable"),
    [("constant_bases", "model"), ("position_tables", "of_any_length"), ("position_tables", "of_one_length"),
     ("coordinates", "model"), ("tables_of_weights", "model"), ("wide_and_deep", "model"),
     ("graph_attention", "model"), ("fourier", "model"), ("backend_functions", "model"),
     ("backend_functions", "of_steps"),
     *(("weights_in_any_shape", f"of_{one}") for one in ("steps", "one", "places", "both", "more", "rows")),
     *(("own_kernels", one) for one in ("convolved", "along", "token", "turned", "mean", "apart", "shared")),
     *(("own_kernels", one) for one in ("grid", "each")),
     *(("causal_and_mirrored", f"of_{one}") for one in ("the_past", "mirrors", "each"))],
)  # fmt: skip
def test_what_a_script_works_out_answers_as_keras_does(name: str, variable: str) -> None:
    import keras
    import numpy as np

    from graphbuilder.compiler import fresh_model
    from graphbuilder.plan import code_plan

    path = SCRIPTS / f"{name}.py"
    keras.backend.clear_session()
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(path.read_text(), path.name, "exec"), names)
    model = names[variable]
    came = import_script(path.read_bytes(), model=variable)
    assert not came.report.placeholders, [str(one) for one in came.report.messages]
    plan = code_plan(came.drawn.checked)
    ours = fresh_model(plan)
    for weights in (model.weights, ours.weights):
        for one in weights:
            shape = [size for size in one.shape if size > 1]
            one.assign(np.random.default_rng(shape).normal(0, 0.4, shape).reshape(one.shape))
    random = np.random.default_rng(5)
    fed = {
        one._keras_history.operation.name: random.integers(0, 2, (3, *(axis or 12 for axis in one.shape[1:])))
        if "int" in one.dtype
        else random.normal(size=(3, *one.shape[1:])).astype("float32")
        for one in model.inputs
    }
    wide = {name: value[:, None] if value.ndim == 1 else value for name, value in fed.items()}
    (given,) = ours(dict(zip(plan.entrances, wide.values(), strict=True)) if len(wide) == 1 else wide).values()
    right = model(fed if isinstance(model.input, dict) else [*fed.values()])
    assert np.abs(np.asarray(given) - np.asarray(right)).max() < 1e-5


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


def made_as(kind: str) -> bool:
    """Whether Keras has a layer of this kind that takes one value."""
    operator = OPERATORS[kind]
    call = operator().call("layer") if len([port for port in operator.inputs if port.least]) == 1 else None
    return call is not None and call.callee == f"layers.{kind}"


NOT_AS_TOLD = {
    "EinsumDense": "its sizes are another parameter here",
    "RandomSaturation": "Keras holds it to values from 0 to 1 whatever it is told",
}


def told_little(kind: str) -> Iterator[str]:
    """A layer of this kind as scripts make it: with what it has to be told, and with one parameter more."""
    import keras

    operator, own = OPERATORS[kind], inspect.signature(getattr(keras.layers, kind).__init__).parameters
    needed = {name for name, one in own.items() if one.default is one.empty and name in operator.parameters}
    for name, parameter in [("", None), *operator.parameters.items()]:
        for value in [None] if parameter is None else [*moved(parameter)][:2]:
            made = operator({} if parameter is None else {name: value})
            call, said = made.call("layer"), made.arguments()
            if call is None or call.callee != f"layers.{kind}":
                continue
            usual = {one: operator.parameters[one].argument(operator.parameters[one].default) for one in needed}
            arguments = {one: told for one, told in {**usual, **said}.items() if one in {*needed, name}}
            yield expression(Call(call.callee, kwargs=arguments))


def plain(config: dict[str, Any]) -> dict[str, Any]:
    """A layer's configuration but its name; a chance that is drawn itself as its mean."""
    told = json.loads(json.dumps({name: one for name, one in config.items() if name != "name"}, default=str))
    chance = told.get("factor")
    return told | ({"factor": sum(chance)} if isinstance(chance, list) and min(chance) >= 0 else {})


@pytest.mark.parametrize("kind", sorted({*filter(made_as, OPERATORS)} - {*NOT_AS_TOLD}))
def test_what_a_script_does_not_tell_a_layer_is_what_keras_takes_or_is_said(kind: str) -> None:
    import keras
    from keras import layers

    from graphbuilder.compiler import evaluate_call

    shape, compared = (8,) * getattr(OPERATORS[kind], "rank", 2) + (3,), 0
    for made in told_little(kind):
        try:
            theirs = eval(made, {"keras": keras, "layers": layers})
        except (ValueError, TypeError):
            continue
        script = f"import keras\nfrom keras import layers\nx = keras.Input({shape})\nm = keras.Model(x, {made}(x))\n"
        came = import_script(script.encode()).drawn
        (first, *states) = (node for node in came.document.nodes if node.kind != "Input")
        if came.report.messages or {node.kind for node in states} - {"Activation"}:
            continue
        assert first.kind == kind
        call = OPERATORS[kind](first.params).call("layer")
        assert call
        assert plain(evaluate_call(call, {}).get_config()) == plain(theirs.get_config()), made
        compared += 1
    assert compared
