"""Operators in which every step looks at every other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.families import ATTENTION
from graphbuilder.operators.masked import Masked, masked
from graphbuilder.operators.operator import REQUIRED, Counts, Operator, Port, ShapeFault, known_size, need_axes
from graphbuilder.parameters import Choice, Number, Weight, Whole, WholeOrNone, YesNo, activity_regularizer
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Phrase, Shape, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, TensorSpec

Projections = Mapping[str, tuple[int, int, int]]
"""By name: steps, and the two sizes of a kernel."""

_MASKED = "Steps of the value that are masked get no weight."


class _Attention(Operator):
    """Every step of the query gathers values, weighted by how well their keys answer it."""

    inputs = (
        Port("query", help="The steps that ask."),
        Port("value", help="The steps that are gathered from."),
        Port("key", least=0, help="What values are found by; without it, the values themselves."),
    )
    dropped_by = ("dropout",)

    def output_ports(self) -> tuple[Port, ...]:
        return (*self.outputs, Port("scores")) if self.params["return_attention_scores"] else self.outputs

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
        out = self._gathered(query, value, key)
        return TensorSpec(out), *(TensorSpec(self._scores(query, value)) for _ in self.output_ports()[1:])

    def _gathered(self, query: Shape, value: Shape, key: Shape) -> Shape:
        """The shape of the output. Raises ShapeFault where features do not fit."""
        raise NotImplementedError

    def _scores(self, query: Shape, value: Shape) -> Shape:
        raise NotImplementedError

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """The scores, and the weights that they become."""
        query, value, _ = self._met(inputs)
        return 2 * size(self._scores(query, value))

    def work(self, inputs: Inputs, output: Shape) -> int:
        """The gradient of the scores."""
        query, value, _ = self._met(inputs)
        return size(self._scores(query, value))

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


def _alike(one: Shape, other: Shape, ports: str) -> None:
    """Holds two sequences to as many features."""
    if one[-1] != other[-1]:
        raise ShapeFault(
            f"needs as many features of {ports}; received {{one}} and {{other}}.",
            "A Linear on one of them makes them equal.",
            one=one[-1:],
            other=other[-1:],
        )


class _Heads(_Attention):
    """Attention that weighs query, key and value first, and what was gathered last."""

    def _projections(self, inputs: Inputs) -> Projections:
        raise NotImplementedError

    def _products(self) -> tuple[int, int]:
        """Heads, and the multiply-adds of one head for one step that meets another."""
        raise NotImplementedError

    def _all(self, inputs: Inputs) -> Projections:
        projections = self._projections(inputs)
        return {**projections, "gate": projections["query"]} if self.params["use_gate"] else projections

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        projections, (heads, each) = self._all(inputs), self._products()
        asked, gathered = projections["query"][0], projections["key"][0]
        bias = bool(self.params["use_bias"])
        weights = sum(rows * columns + bias * columns for _, rows, columns in projections.values())
        products = sum(steps * rows * columns for steps, rows, columns in projections.values())
        return Counts(trainable=weights, multiply_adds=products + asked * gathered * heads * each)

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """And what each projection gives, or takes, in the heads."""
        projections = self._all(inputs)
        heads = sum(steps * columns for name, (steps, _, columns) in projections.items() if name != "output")
        asked, gathered, _ = projections["output"]
        return super().kept(inputs, output) + heads + asked * gathered

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"values: {show(output)} as the query has them"
        bias = bool(self.params["use_bias"])
        for name, (_, rows, columns) in self._all(inputs).items():
            sum_of = f"({rows} + 1) × {columns}" if bias else f"{rows} × {columns}"
            yield f"parameters of the {name}: {sum_of} = {whole((rows + bias) * columns)}"
        query, value, _ = self._met(inputs)
        heads, each = self._products()
        met = size((query[0], value[0])) * heads * each
        yield f"multiply-adds, each step with each: {show((query[0], value[0]))} × {heads} × {each} = {whole(met)}"
        yield f"multiply-adds, with those of the parameters: {whole(self.counts(inputs, output).multiply_adds)}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        key: dict[str, Argument] = {"key": values["key"][0]} if values["key"] else {}
        return Call("", (values["query"][0], values["value"][0]), {**key, **self.call_arguments()})


class MultiHeadAttention(Masked, _Heads, title="Multi-head attention", family=ATTENTION):
    """Every step of the query gathers values, weighted by how well their keys answer it; several heads do so at once.

    Input shapes: query (steps, features), value (other steps, features), key as many steps as value; without a key,
    values are their own keys. Output shape: the query's. With return_attention_scores the weights come out as well:
    (heads, steps, other steps). Source: Vaswani et al. (2017), "Attention Is All You Need".
    """

    shows = "heads"

    keywords = ("transformer", "self-attention", "query", "key", "value", "causal", "mha")
    formula = r"y = softmax\Big(\frac{Q K^T}{\sqrt{d_k}}\Big) V"
    when = "Where what belongs together may stand far apart: words of a sentence, patches of an image."
    point = (
        "How far apart two steps are makes no difference, and none to the order either: a position has to be given "
        "with the values. Every step meets every other, so the work grows with the square of the length. "
        f"{_MASKED}"
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
    mask_port = Port(
        "attention_mask", least=0, help="1 where a step of the query may look at one of the value, 0 where it may not."
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

    sliding_window = WholeOrNone(
        none="any", more=True, quiet=True, high=10**6, help="Only steps that are fewer than this many away are seen."
    )
    use_gate = YesNo(False, more=True, quiet=True, help="Let a sigmoid of the query say how much gets through.")
    features = WholeOrNone(
        none="as the query has",
        more=True,
        quiet=True,
        high=10**6,
        keras_default=REQUIRED,
        help="How many values each step gives.",
    )
    masked = masked()

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        features = told.pop("features")
        return told | ({"output_shape": (features,)} if features else {})

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        query, value, _ = self._met(inputs)
        mask = inputs.shape_on(self.mask_port.name)
        heads = (self.num_heads,) if mask is not None and len(mask) > 2 else ()
        self.hold_mask(inputs, (*heads, query[0], value[0]), repeats=True)
        out, *scores = super().output_specs(inputs, fields)
        if query[0] == value[0]:
            return out, *scores
        # Keras takes scores to be as long as the query both ways, so nothing may be built upon their other length
        return out, *(TensorSpec((*one.shape[:-1], None)) for one in scores)

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        call = super().applied(values)
        return Call("", call.args, {**call.kwargs, **self.mask_told(values)})

    def _gathered(self, query: Shape, value: Shape, key: Shape) -> Shape:
        return (*query[:-1], self.features or query[-1])

    def _scores(self, query: Shape, value: Shape) -> Shape:
        return self.num_heads, query[0], value[0]

    def _projections(self, inputs: Inputs) -> Projections:
        query, value, key = self._met(inputs)
        keys, values = self.num_heads * self.key_dim, self.num_heads * (self.value_dim or self.key_dim)
        asked, gathered = size(query[:1]), size(value[:1])
        return {
            "query": (asked, size(query[-1:]), keys),
            "key": (gathered, size(key[-1:]), keys),
            "value": (gathered, size(value[-1:]), values),
            "output": (asked, values, self.features or size(query[-1:])),
        }

    def _all(self, inputs: Inputs) -> Projections:
        found = dict(super()._all(inputs))
        if self.use_gate:
            found["gate"] = (*found["gate"][:2], found["value"][2])
        return found

    def _products(self) -> tuple[int, int]:
        return self.num_heads, self.key_dim + (self.value_dim or self.key_dim)

    def line(self) -> str:
        return f"{self.num_heads} heads of {self.key_dim}{', causal' if self.use_causal_mask else ''}"


class GroupQueryAttention(_Heads, title="Grouped-query attention", family=ATTENTION):
    """Multi-head attention in which several heads of the query share one head of keys and values.

    Input shapes: query (steps, features), value (other steps, as many features), key as many steps as value; without a
    key, values are their own keys. Output shape: the query's. With return_attention_scores the weights come out as
    well: (heads, steps, other steps). Source: Ainslie et al. (2023), "GQA: Training Generalized Multi-Query
    Transformer Models from Multi-Head Checkpoints".
    """

    shows = "heads"

    keywords = ("gqa", "multi-query attention", "mqa", "transformer", "self-attention", "llama", "causal")
    formula = r"y^{(h)} = softmax\Big(\frac{Q^{(h)} K^{(g)T}}{\sqrt{d}}\Big) V^{(g)}, \quad g = \lfloor h G / H \rfloor"
    when = "In large transformers, where keys and values of every head would fill the memory."
    point = (
        "A question each, a library for several: with as many groups as heads it is multi-head attention, with one "
        f"group multi-query attention. Little is lost, and a long text is written faster. {_MASKED}"
    )
    picture = (
        Sketch("Four heads of the query, two by two, share two heads of keys and values")
        .cells(56, 20, [["q", "q", "q", "q"]], 34, {(0, 0), (0, 1), (0, 2), (0, 3)}, BLUE)
        .cells(90, 108, [["k v", "k v"]], 34, {(0, 0), (0, 1)}, ORANGE)
        .line([(73, 54), (104, 108)])
        .line([(107, 54), (108, 108)])
        .line([(141, 54), (140, 108)])
        .line([(175, 54), (144, 108)])
        .text(206, 42, "4 heads ask", color=BLUE, anchor="start")
        .text(206, 130, "2 groups answer", color=ORANGE, anchor="start")
    )

    head_dim = Whole(16, low=1, high=10**6, keras_default=REQUIRED, help="Values of a query and a key in each head.")
    num_query_heads = Whole(4, low=1, high=1000, keras_default=REQUIRED, help="How many heads ask.")
    num_key_value_heads = Whole(
        1,
        low=1,
        high=1000,
        keras_default=REQUIRED,
        help="How many heads answer; it divides those that ask, and 1 is multi-query attention.",
    )
    dropout = Number(0.0, low=0.0, high=1.0, open_high=True, help="Share of the weights set to 0 in training.")
    use_causal_mask = YesNo(False, of_call=True, help="Let no step look at a later one.")
    return_attention_scores = YesNo(False, of_call=True, help="Give the weights out as well.")
    use_bias = YesNo(True, more=True, help="Add trained constants.")
    kernel = Weight("glorot_uniform")
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()
    sliding_window = WholeOrNone(
        none="any", more=True, high=10**6, help="Only steps that are fewer than this many away are seen."
    )
    use_gate = YesNo(False, more=True, help="Let a sigmoid of the query say how much gets through.")

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.num_query_heads % self.num_key_value_heads:
            says = "must divide the {asking} heads that ask; received {received}"
            yield "num_key_value_heads", Phrase(says, asking=self.num_query_heads, received=self.num_key_value_heads)

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        fits = [n for n in range(self.num_key_value_heads, 0, -1) if self.num_query_heads % n == 0]
        return [SetParameter("num_key_value_heads", n) for n in fits[:1]]

    def _gathered(self, query: Shape, value: Shape, key: Shape) -> Shape:
        _alike(query, value, "query and value")
        return query

    def _scores(self, query: Shape, value: Shape) -> Shape:
        return self.num_query_heads, query[0], value[0]

    def _projections(self, inputs: Inputs) -> Projections:
        query, value, key = self._met(inputs)
        asks, answers = self.num_query_heads * self.head_dim, self.num_key_value_heads * self.head_dim
        asked, gathered = size(query[:1]), size(value[:1])
        return {
            "query": (asked, size(query[-1:]), asks),
            "key": (gathered, size(key[-1:]), answers),
            "value": (gathered, size(value[-1:]), answers),
            "output": (asked, asks, size(query[-1:])),
        }

    def _products(self) -> tuple[int, int]:
        return self.num_query_heads, 2 * self.head_dim

    def line(self) -> str:
        causal = ", causal" if self.use_causal_mask else ""
        return f"{self.num_query_heads} heads on {self.num_key_value_heads}, of {self.head_dim}{causal}"


class _OneHead(Masked, _Attention):
    """Attention by the values as they come in."""

    mask_port = Port("mask", least=0, help="1 for every step of the value that is there, 0 for one to pass over.")

    dropout = Number(0.0, low=0.0, high=1.0, open_high=True, help="Share of the weights set to 0 in training.")
    use_causal_mask = YesNo(False, of_call=True, help="Let no step look at a later one.")
    return_attention_scores = YesNo(False, of_call=True, help="Give the weights out as well.")

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        _, value, _ = self._met(inputs)
        self.hold_mask(inputs, value[:1])
        return super().output_specs(inputs, fields)

    def mask_told(self, values: Mapping[str, Sequence[Argument]]) -> dict[str, Argument]:
        """Keras is handed one for the query and one for the value."""
        told = super().mask_told(values)
        return {name: Listed((None, mask)) for name, mask in told.items()}

    def _gathered(self, query: Shape, value: Shape, key: Shape) -> Shape:
        _alike(query, key, "query and key")
        return query[0], value[1]

    def _scores(self, query: Shape, value: Shape) -> Shape:
        return query[0], value[0]

    def _scored(self, query: Shape) -> int:
        """Multiply-adds of one score."""
        return 0

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        query, value, _ = self._met(inputs)
        each = self._scored(query) + size(value[-1:])
        return Counts(self._weights(query), multiply_adds=size(query[:1]) * size(value[:1]) * each)

    def _weights(self, query: Shape) -> int:
        return 0

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """And where query and key are added before they are compared, every sum."""
        return super().kept(inputs, output) + self._sums(inputs)

    def work(self, inputs: Inputs, output: Shape) -> int:
        """Sums are bent and weighed, each with a gradient."""
        return super().work(inputs, output) + 3 * self._sums(inputs)

    def _sums(self, inputs: Inputs) -> int:
        query, value, _ = self._met(inputs)
        return size(query[:1]) * size(value[:1]) * size(query[-1:]) if self._adds() else 0

    def _adds(self) -> bool:
        """Whether query and key are added before they are compared."""
        raise NotImplementedError

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        query, value, _ = self._met(inputs)
        yield f"steps: one for each that asks, {show(output[:1])}"
        yield f"channels: as the values have them, {show(output[-1:])}"
        if weights := self._weights(query):
            yield f"parameters: of the score, {whole(weights)}"
        each = " + ".join(str(one) for one in (self._scored(query), value[-1]) if one)
        steps, total = show((query[0], value[0])), self.counts(inputs, output).multiply_adds
        yield f"multiply-adds, each step with each: {steps} × {f'({each})' if '+' in each else each} = {whole(total)}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        came = tuple(one for port in ("query", "value", "key") for one in values[port])
        return Call("", (Listed(came),), {**self.call_arguments(), **self.mask_told(values)})

    def line(self) -> str:
        return "causal" if self.use_causal_mask else ""


class Attention(_OneHead, title="Attention", family=ATTENTION):
    """Every step of the query gathers values, weighted by the product of query and key; nothing is weighed before.

    Input shapes: query (steps, features), value (other steps, other features), key as many steps as value and as many
    features as query; without a key, values are their own keys. Output shape: (steps, other features). With
    return_attention_scores the weights come out as well: (steps, other steps). Source: Luong et al. (2015), "Effective
    Approaches to Attention-based Neural Machine Translation".
    """

    keywords = ("dot-product attention", "luong", "query", "key", "value", "seq2seq", "alignment", "causal")
    formula = r"y = softmax(Q K^T) V"
    when = "Between an encoder and a decoder, or to see attention without the weights around it."
    point = (
        "A soft look-up: where a dictionary gives one entry, this gives a mean of all, weighted by how well their keys "
        f"fit. The product of two vectors is large where they point the same way. {_MASKED}"
    )
    picture = (
        Sketch("A query is multiplied with every key; the shares weigh the values")
        .cells(20, 62, [["", ""]], 26, {(0, 0), (0, 1)}, BLUE)
        .text(46, 112, "query", color=BLUE)
        .text(92, 80, "·", size=22)
        .cells(108, 24, [["", ""], ["", ""], ["", ""], ["", ""]], 26)
        .text(134, 146, "keys")
        .arrow(170, 76, 200, 76)
        .bars([0.1, 0.65, 0.2, 0.05], 210, 104, 84, 70, ORANGE)
        .text(252, 124, "shares", color=ORANGE)
    )
    needs_amounts = True

    use_scale = YesNo(False, help="Learn one factor of all scores.")
    score_mode = Choice(
        "dot",
        choices={"dot": "Dot: the product", "concat": "Concat: a tanh of the sum"},
        help="How a query and a key are compared.",
    )
    masked = masked()

    def _adds(self) -> bool:
        return self.score_mode == "concat"

    def _scored(self, query: Shape) -> int:
        return size(query[-1:]) if self.score_mode == "dot" else 0

    def _weights(self, query: Shape) -> int:
        return self.use_scale + (self.score_mode == "concat")


class AdditiveAttention(_OneHead, title="Additive attention", family=ATTENTION):
    """Every step of the query gathers values, weighted by a small network's score of query and key.

    Input shapes: query (steps, features), value (other steps, other features), key as many steps as value and as many
    features as query; without a key, values are their own keys. Output shape: (steps, other features). With
    return_attention_scores the weights come out as well: (steps, other steps). Source: Bahdanau et al. (2015), "Neural
    Machine Translation by Jointly Learning to Align and Translate".
    """

    keywords = ("bahdanau", "query", "key", "value", "seq2seq", "alignment", "causal")
    formula = r"s_{ij} = v \cdot \tanh(q_i + k_j), \quad y_i = \sum_j softmax_j(s_{ij}) \, v_j"
    when = "Between an encoder and a decoder, with a Linear before query and key; the attention that came first."
    point = (
        "The score is learned and not only measured. It made translation of long sentences work: the decoder looks "
        f"back at the words it needs, where before one vector had to hold them all. {_MASKED}"
    )
    picture = (
        Sketch("Query and key are added, bent by tanh and weighed to one score")
        .cells(20, 30, [["", "", ""]], 26, {(0, 0), (0, 1), (0, 2)}, BLUE)
        .text(59, 22, "query", color=BLUE)
        .text(59, 84, "+", size=20)
        .cells(20, 98, [["", "", ""]], 26, {(0, 0), (0, 1), (0, 2)}, ORANGE)
        .text(59, 142, "key", color=ORANGE)
        .arrow(108, 77, 150, 77)
        .box(154, 58, 56, 38, "tanh")
        .arrow(210, 77, 256, 77)
        .text(232, 66, "· v")
        .cells(262, 64, [["s"]], 26)
    )

    use_scale = YesNo(True, help="Learn the weights of the score, one for each feature; else they are all 1.")
    masked = masked()

    def _adds(self) -> bool:
        return True

    def _weights(self, query: Shape) -> int:
        return size(query[-1:]) if self.use_scale else 0
