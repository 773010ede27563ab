"""What is seen inside one node, held to NumPy and to Keras itself."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.document import Document
from graphbuilder.templates import template
from tests.networks import DIGIT, IMAGE, PIXELS, SCORES, chain, dense, graph, loss, node, wire

ACTIVATIONS: dict[str, Any] = {
    "": lambda x: x, "relu": lambda x: max(x, 0.0), "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}  # fmt: skip


def opened(document: Document, home: Path, spread: float = 0.0) -> Any:
    """spread: of what is added to all weights, so that none is left at zero."""
    from graphbuilder.training.inside import Inside

    inside = Inside.of(document, None, home)
    random = np.random.default_rng(0)
    inside.use([one + spread * random.normal(size=one.shape).astype(one.dtype) for one in inside.model.get_weights()])
    return inside


def ask(inside: Any, kind: str, **told: Any) -> Any:
    from graphbuilder.training.questions import question

    return question({"kind": kind, **told}).answer(inside)


def values(inside: Any, node: str, sample: str = "validation:3") -> Any:
    return inside.forward(inside.fed(inside.sample(sample).row)).nodes[node][0]


SORTS = {
    "conv": node("conv", "Conv2D", filters=5, kernel_size=[3, 3], activation="relu"),
    "same": node("same", "Conv2D", filters=4, kernel_size=[4, 3], strides=[2, 3], padding="same", activation="tanh"),
    "gaps": node("gaps", "Conv2D", filters=4, kernel_size=[3, 2], dilation_rate=[2, 3], padding="same"),
    "groups": node("groups", "Conv2D", filters=6, kernel_size=[2, 2], groups=2),
    "each": node("each", "DepthwiseConv2D", kernel_size=[3, 3], depth_multiplier=2, strides=[2, 2], padding="same"),
    "apart": node("apart", "SeparableConv2D", filters=3, kernel_size=[3, 3], depth_multiplier=2, activation="sigmoid"),
    "wider": node("wider", "Conv2DTranspose", filters=3, kernel_size=[3, 4], strides=[2, 3], padding="same"),
    "laid": node("laid", "Conv2DTranspose", filters=2, kernel_size=[4, 3], strides=[3, 2], activation="tanh"),
    "most": node("most", "MaxPooling2D", pool_size=[3, 3], strides=[2, 2], padding="same"),
    "mean": node("mean", "AveragePooling2D", pool_size=[3, 2], strides=[2, 2], padding="same"),
    "line": dense("line", 4, activation="tanh"),
}


def of_windows() -> Document:
    """Every sort of window behind four channels."""
    nodes = [IMAGE, node("scale", "Rescaling", scale=0.0625), node("four", "Conv2D", filters=4, kernel_size=[1, 1])]
    wires = [wire("image", "scale"), wire("scale", "four")]
    for id, one in SORTS.items():
        nodes += [one, node(f"flat_{id}", "Flatten")]
        wires += [wire("four", id), wire(id, f"flat_{id}"), wire(f"flat_{id}", "all")]
    nodes += [node("all", "Concatenate"), dense("scores", 10), loss("digit")]
    return graph(nodes, [*wires, wire("all", "scores"), wire("scores", "digit")], data="digits")


def test_a_window_is_summed_as_the_network_does(home: Path) -> None:
    inside = opened(of_windows(), home, 0.3)
    came = values(inside, "four")
    for id in SORTS:
        gave = values(inside, id)
        rows, columns, units = gave.shape
        for place, unit in (((0, 0), 0), ((rows - 1, columns - 1), units - 1), ((rows // 2, columns // 2), 1)):
            told = ask(inside, "window", node=id, sample="validation:3", place=[*place], unit=unit)
            right = gave[(*place, unit)]
            assert told["answer"] == pytest.approx(right, rel=1e-3), id
            assert ACTIVATIONS[told["activation"]](told["sum"]) == pytest.approx(right, rel=2e-3, abs=1e-5), id
            for channel in told["channels"]:
                at = np.ix_(*(np.clip(one, 0, 7) for one in told["rows"]))
                seen = came[(*at, channel["channel"])].ravel()
                pairs = zip(channel["input"], seen, strict=True)
                assert all(one is None or one == pytest.approx(value, rel=1e-3, abs=1e-6) for one, value in pairs), id
                if "products" in channel:
                    products = [(a or 0) * b for a, b in zip(channel["input"], channel["kernel"], strict=True)]
                    assert channel["products"] == pytest.approx(products, rel=3e-3, abs=1e-6)


def test_maps_are_what_a_model_of_keras_up_to_the_node_gives(home: Path) -> None:
    import keras

    inside = opened(template("lenet"), home)
    for layer, id in zip(inside.model.layers, inside.report.wired.order, strict=False):
        row = inside.sample("validation:3").row
        (right,) = keras.Model(inside.model.input, layer.output)(inside.tensors(inside.fed(row))).numpy()
        told = ask(inside, "maps", node=id, sample="validation:3")
        assert told["shape"] == [*right.shape]
        grid = right if right.ndim == 3 else right.reshape(1, 1, -1) if right.ndim == 1 else None
        assert grid is not None
        if told["layout"] == "units":
            assert told["pictures"][0]["numbers"] == pytest.approx(right[:256].tolist(), rel=1e-3, abs=1e-6)
            continue
        assert told["layout"] == "maps" and told["of"] == right.shape[-1]
        for one in told["pictures"]:
            letters = (np.frombuffer(one["cells"].encode(), "uint8").astype(float) - 80) / 32 * one["reach"]
            channel = right[..., one["unit"]]
            thin = max(1, -(-max(channel.shape) // 64))
            assert np.allclose(letters, channel[::thin, ::thin].ravel(), atol=one["reach"] / 40)


def test_every_card_has_the_first_weights_of_its_node(home: Path) -> None:
    inside = opened(of_windows(), home, 0.3)
    told = ask(inside, "kernels")["nodes"]
    kinds = {id: one["what"] for id, one in told.items()}
    assert kinds == {id: "kernel" for id in kinds if id not in ("line", "scores")} | {
        "line": "matrix",
        "scores": "matrix",
    }
    assert "most" not in kinds and "scale" not in kinds
    for id in ("conv", "wider"):
        pictures = ask(inside, "weights", node=id)["pictures"]
        shown = [{key: value for key, value in one.items() if key != "numbers"} for one in pictures]
        assert (told[id]["of"], told[id]["tiles"]) == (len(shown), shown[:8])
    assert (told["scores"]["of"], told["scores"]["tiles"][0]["rows"]) == (1, 10)


def test_weights_are_drawn_as_what_comes_in_is_laid_out(home: Path) -> None:
    inside = opened(of_windows(), home, 0.3)
    kernel = next(one for one in inside.model.layers if one.name == "conv").get_weights()[0]
    told = ask(inside, "weights", node="conv")
    assert told["kind"] == "kernels" and told["of"] == 5 and told["channels"] == 4
    assert told["pictures"][2]["numbers"] == pytest.approx(kernel.mean(axis=2)[..., 2].ravel(), rel=1e-3, abs=1e-6)
    apart = ask(inside, "weights", node="conv", unit=2)["pictures"]
    assert apart[1]["numbers"] == pytest.approx(kernel[:, :, 1, 2].ravel(), rel=1e-3)
    drawn = chain(PIXELS, node("scale", "Rescaling"), SCORES, DIGIT, data="digits")
    pixels = opened(drawn, home)
    told = ask(pixels, "weights", node="scores")
    assert told["kind"] == "pixels" and told["pictures"][4]["rows"] == told["pictures"][4]["columns"] == 8
    assert told["pictures"][4]["numbers"] == pytest.approx(pixels.model.get_weights()[0][:, 4], rel=1e-3)
    table = chain(node("x", "Input", field="measurements"), dense("h", 3), loss("loss", "species"), data="iris")
    rows = opened(table, home)
    (matrix,) = ask(rows, "weights", node="h")["matrices"]
    assert matrix["numbers"] == pytest.approx(rows.model.get_weights()[0].T.ravel(), rel=1e-3)
    assert matrix["names"] == [*rows.fields["measurements"].parts]


def test_the_samples_of_a_unit_are_those_of_its_greatest_answers(home: Path) -> None:
    inside = opened(of_windows(), home, 0.3)
    told = ask(inside, "top", node="conv", unit=3)
    everything = inside.forward(inside.fed(inside.rows["validation"][:256])).nodes["conv"][..., 3]
    assert told["looked"] == told["rows"] >= 256
    for one in told["samples"]:
        part, index = one["sample"].split(":")
        assert part == "validation" and inside.sample(one["sample"]).row == one["row"]
        if int(index) < 256:
            assert everything[int(index)].max() == pytest.approx(one["value"], rel=1e-3)
            assert everything[int(index)][tuple(one["place"])] == pytest.approx(one["value"], rel=1e-3)
    greatest = [one["value"] for one in told["samples"]]
    assert greatest == sorted(greatest, reverse=True)
    assert (everything.reshape(256, -1).max(axis=1) > greatest[-1] * 1.001).sum() <= len(greatest)


def test_attention_is_what_keras_gives_out_with_the_words_of_the_text(home: Path) -> None:
    ids = ["name", "words", "vectors", "seen", "mean", "scores", "loss"]
    nodes = [
        node("name", "Input", field="name"),
        node("words", "TextVectorization", vocabulary=[], max_tokens=60, output_sequence_length=12, split="character"),
        node("vectors", "Embedding", input_dim=60, output_dim=8, mask_zero=True),
        node("seen", "MultiHeadAttention", num_heads=2, key_dim=4),
        *(node("mean", "GlobalAveragePooling1D"), dense("scores", 10), loss("loss", "family")),
    ]
    wires = [wire(*pair) for pair in pairwise(ids) if pair != ("vectors", "seen")]
    wires += [{**wire("vectors", "seen"), "to_port": port} for port in ("query", "value")]
    document = graph(nodes, wires, data="colours")
    inside = opened(document, home, 0.5)
    came = values(inside, "vectors")[None]
    layer = next(one for one in inside.model.layers if type(one).__name__ == "MultiHeadAttention")
    there = values(inside, "words") > 0  # what steps of padding look at means nothing
    right = layer(came, came, return_attention_scores=True, value_mask=there[None])[1].numpy()[0]
    told = ask(inside, "attention", node="seen", sample="validation:3")
    assert told["steps"] == [12, 12] and told["of"] == 2
    for head, one in enumerate(told["pictures"]):
        found = np.array(one["numbers"]).reshape(12, 12)
        assert 0 < there.sum() < 12 and np.allclose(found[there], right[head][there], rtol=2e-3, atol=1e-6)
    (text,) = np.ravel(inside.arrays["name"][inside.sample("validation:3").row])
    assert told["words"][0][:3] == [*str(text).lower()[:3]] == told["words"][1][:3]
    said = ask(inside, "answer", inputs={"name": {"text": "sea ж"}})["notes"]
    assert said == ["“ж” is not in the vocabulary of Text vectorization 'words': the network knows nothing of it."]
    assert ask(inside, "answer", inputs={"name": {"text": "sea"}})["notes"] == []
    (said,) = ask(inside, "answer", inputs={"name": {"text": "ж ☂ ж"}})["notes"]
    assert said.startswith("“ж”, “☂” are not in") and said.endswith("nothing of them.")
    words = ask(inside, "maps", node="words", sample="validation:3")["names"]
    assert words == told["words"][0] == ask(inside, "maps", node="vectors", sample="validation:3")["words"]
    named = ask(inside, "embedding", node="vectors", sought=["e", "no such"])
    vectors = next(one for one in inside.model.layers if type(one).__name__ == "Embedding").get_weights()[0]
    vocabulary = next(one for one in inside.model.layers if one.name == "words").get_vocabulary()
    at = vocabulary.index("e")
    unit = vectors[: len(vocabulary)] / np.linalg.norm(vectors[: len(vocabulary)], axis=1, keepdims=True)
    cosines = unit @ unit[at]
    cosines[at] = -2
    assert named["near"][0]["nearest"][0][1] == pytest.approx(cosines.max(), rel=1e-3)
    assert named["missing"] == ["no such"] and {*named["names"]} == {"(none)", *vocabulary[1:]}


def test_a_node_within_a_repeated_block_with_shared_weights_is_seen(home: Path) -> None:
    inside = opened(template("transformer_on_patches"), home)
    inner = [id for id in inside.report.wired.order if "/" in id]
    attention = [id for id in inner if inside.report.wired.nodes[id].kind == "MultiHeadAttention"]
    for id in attention:
        told = ask(inside, "attention", node=id, sample="train:0")
        sums = np.array(told["pictures"][0]["numbers"], float).reshape(told["pictures"][0]["rows"], -1).sum(axis=1)
        assert sums == pytest.approx(np.ones(len(sums)), rel=1e-2)
    kernels = {f"{one}/kernel" for one in ("query", "key", "value", "attention_output")}
    assert {one["name"] for one in ask(inside, "weights", node=attention[0])["matrices"]} == kernels
    linear = next(id for id in inner if inside.report.wired.nodes[id].kind == "Dense")
    assert ask(inside, "weights", node=linear)["matrices"]
    assert ask(inside, "maps", node=linear, sample="train:0")["layout"] == "steps"


def test_units_are_shown_over_the_plane(home: Path) -> None:
    inside = opened(template("spiral_perceptron"), home)
    told = ask(inside, "units", node="n2")
    (low_x, low_y), (high_x, high_y) = told["low"], told["high"]
    one = told["pictures"][3]
    size = one["rows"]
    corner = np.array([[low_x + (high_x - low_x) / size / 2, high_y - (high_y - low_y) / size / 2]], "float32")
    right = inside.forward({next(iter(inside.plan.inputs)): corner}).nodes["n2"][0, one["unit"]]
    shown = (ord(one["cells"][0]) - 80) / 32 * one["reach"]
    assert shown == pytest.approx(right, abs=one["reach"] / 30)
    assert told["of"] == inside.model.get_layer(index=1).units


def test_what_cannot_be_answered_is_told_in_a_sentence(home: Path) -> None:
    from graphbuilder.training.inside import Unanswerable

    inside = opened(of_windows(), home)
    for kind, told, says in (
        ("weights", {"node": "most"}, "'most' has no weights that could be drawn"),
        ("weights", {"node": "gone"}, "has no such node"),
        ("maps", {"node": "digit", "sample": "validation:0"}, "no part of the model"),
        ("window", {"node": "flat_conv", "sample": "validation:0", "place": []}, "no sum over a window"),
        ("window", {"node": "conv", "sample": "validation:0", "place": [9, 9]}, "gives 6 × 6 × 5"),
        ("top", {"node": "conv", "unit": 7}, "has 5 units; unit 8 was asked for"),
        ("attention", {"node": "conv", "sample": "validation:0"}, "is no attention of several heads"),
        ("embedding", {"node": "conv"}, "has no vectors by name"),
        ("units", {"node": "conv"}, "one Input of two numbers"),
    ):
        with pytest.raises(Unanswerable, match=says):
            ask(inside, kind, **told)
