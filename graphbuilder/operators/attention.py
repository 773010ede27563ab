"""Operators in which every step looks at every other."""

from collections.abc import Iterator, Mapping, Sequence

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.operator import REQUIRED, Counts, Operator, Port, ShapeFault, known_size, need_axes
from graphbuilder.parameters import Number, Weight, Whole, WholeOrNone, YesNo, activity_regularizer
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, TensorSpec


class MultiHeadAttention(Operator, title="Multi-head attention", family=SEQUENCE):
    """Every step of the query gathers values, weighted by how well their keys answer it; several heads do so at once.

    Input shapes: query (steps, features), value (other steps, features), key as many steps as value; without a key,
    values are their own keys. Output shape: the query's. With return_attention_scores the weights come out as well:
    (heads, steps, other steps). Source: Vaswani et al. (2017), "Attention Is All You Need".
    """

    keywords = ("transformer", "self-attention", "query", "key", "value", "causal", "mha")
    formula = r"y = softmax\Big(\frac{Q K^T}{\sqrt{d_k}}\Big) V"
    when = "Where what belongs together may stand far apart: words of a sentence, patches of an image."
    point = (
        "How far apart two steps are makes no difference, and none to the order either: a position has to be given "
        "with the values. Every step meets every other, so the work grows with the square of the length."
    )
    picture = (
        Sketch("One step looks at all others, at some more than at others")
        .cells(40, 20, [["", "", "", "", ""]], 30, {(0, 2)}, BLUE)
        .cells(40, 110, [["", "", "", "", ""]], 30, {(0, 1), (0, 4)}, ORANGE)
        .line([(115, 50), (55, 110)], width=1)
        .line([(115, 50), (85, 110)], ORANGE, width=4)
        .line([(115, 50), (115, 110)], width=1)
        .line([(115, 50), (145, 110)], width=1)
        .line([(115, 50), (175, 110)], ORANGE, width=3)
        .text(206, 40, "query", color=BLUE, anchor="start")
        .text(206, 130, "keys and values", color=ORANGE, anchor="start")
    )
    inputs = (
        Port("query", help="The steps that ask."),
        Port("value", help="The steps that are gathered from."),
        Port("key", least=0, help="What values are found by; without it, the values themselves."),
    )

    num_heads = Whole(2, low=1, high=1000, keras_default=REQUIRED, help="How many attentions work side by side.")
    key_dim = Whole(16, low=1, high=10**6, keras_default=REQUIRED, help="Values of a query and a key in each head.")
    value_dim = WholeOrNone(none="as key_dim", more=True, high=10**6, help="Values of a value in each head.")
    dropout = Number(0.0, low=0.0, high=1.0, open_high=True, help="Share of the weights set to 0 in training.")
    use_causal_mask = YesNo(False, of_call=True, help="Let no step look at a later one.")
    return_attention_scores = YesNo(False, of_call=True, help="Give the weights out as well.")
    use_bias = YesNo(True, more=True, help="Add trained constants.")
    kernel = Weight("glorot_uniform")
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()

    def output_ports(self) -> tuple[Port, ...]:
        return (*self.outputs, Port("scores")) if self.return_attention_scores else self.outputs

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return self.output_specs(inputs, fields)[0].shape

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        query, value, key = self._met(inputs)
        if value[:1] != key[:1]:
            raise ShapeFault(
                "needs a key for every value; received {keys} keys and {values} values.",
                "Let both come from one sequence.",
                keys=key[:1],
                values=value[:1],
            )
        if self.return_attention_scores and query[0] != value[0]:
            raise ShapeFault(
                "gives its scores only where query and value have equally many steps; received {queries} and {values}.",
                "Set return_attention_scores to no.",
                "return_attention_scores",
                repairs=[SetParameter("return_attention_scores", False)],
                queries=query[:1],
                values=value[:1],
            )
        scores = TensorSpec((self.num_heads, query[0], value[0]))
        return TensorSpec(query), *([scores] if self.return_attention_scores else [])

    def _met(self, inputs: Inputs) -> tuple[Shape, Shape, Shape]:
        """Query, value and key, each a sequence."""
        fix = "A Reshape to (steps, features) makes one of it."
        found: list[Shape] = []
        for port in ("query", "value", "key"):
            shape = inputs.shape_on(port)
            if shape is None and port == "key":
                shape = found[1]
            found.append(need_axes([shape or ()], 2, f"a sequence of steps × features on {port!r}", fix))
            known_size(found[-1], -1, f"features on {port!r}")
        return found[0], found[1], found[2]

    def _projections(self, inputs: Inputs) -> dict[str, tuple[int, int, int]]:
        """Of each projection: steps, and the two sizes of its kernel."""
        query, value, key = self._met(inputs)
        keys, values = self.num_heads * self.key_dim, self.num_heads * (self.value_dim or self.key_dim)
        features = {
            name: known_size(shape, -1, "features") for name, shape in zip("qkv", (query, key, value), strict=True)
        }
        asked, gathered = size(query[:1]), size(value[:1])
        return {
            "query": (asked, features["q"], keys),
            "key": (gathered, features["k"], keys),
            "value": (gathered, features["v"], values),
            "output": (asked, values, features["q"]),
        }

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        projections = self._projections(inputs)
        asked, gathered = projections["query"][0], projections["key"][0]
        each = self.key_dim + (self.value_dim or self.key_dim)
        weights = sum(rows * columns + self.use_bias * columns for _, rows, columns in projections.values())
        products = sum(steps * rows * columns for steps, rows, columns in projections.values())
        return Counts(trainable=weights, multiply_adds=products + asked * gathered * self.num_heads * each)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for name, (_, rows, columns) in self._projections(inputs).items():
            bias = " + 1" if self.use_bias else ""
            yield f"{name}: ({rows}{bias}) × {columns} = {whole((rows + self.use_bias) * columns)} parameters"
        query, value, _ = self._met(inputs)
        each = self.key_dim + (self.value_dim or self.key_dim)
        yield f"each step with each: {show((query[0], value[0]))} × {self.num_heads} × {each} multiply-adds"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        key: dict[str, Argument] = {"key": values["key"][0]} if values["key"] else {}
        return Call("", (values["query"][0], values["value"][0]), {**key, **self.call_arguments()})

    def line(self) -> str:
        return f"{self.num_heads} heads of {self.key_dim}{', causal' if self.use_causal_mask else ''}"
