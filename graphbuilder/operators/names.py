"""From words, whole numbers and ranges to numbers that a network can work with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import ClassVar

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.families import PREPROCESSING
from graphbuilder.operators.operator import REQUIRED, Operator, Port, ShapeFault, Span
from graphbuilder.operators.window import axis_names
from graphbuilder.parameters import Choice, NumberList, TextList, Whole, WholeList, WholeOrNone
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Phrase, Shape, show, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, Numbers, TensorSpec

_MODES = {
    "int": "The number of each",
    "one_hot": "A row for each, with a single 1",
    "multi_hot": "One row, with a 1 for all that are there",
    "count": "One row, how often each is there",
}
_ROWS = {name: title for name, title in _MODES.items() if name != "int"}
_WHOLE, _TEXT = frozenset({Numbers.WHOLE}), frozenset({Numbers.TEXT})


def mode(default: str = "int", modes: Mapping[str, str] = _MODES) -> Choice:
    return Choice(default, choices=modes, help="How the names are given on: as numbers, or as rows of 0 and 1.")


class Encoding(Operator):
    """Gives each value a name of a fixed list, and the names as whole numbers or as rows of 0 and 1."""

    by_place = True
    squeezes_alone: ClassVar[bool] = False
    """One row for each is given only where the last axis is 1."""

    @property
    def names(self) -> int:
        """How many there are."""
        raise NotImplementedError

    def _names(self) -> str:
        """The sum behind it."""
        return whole(self.names)

    @property
    def _mode(self) -> str:
        return str(self.params.get("output_mode", "int"))

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        came = inputs[0]
        if self._mode == "int":
            return came
        if self._mode == "one_hot":
            if came[-1] != 1 and self.squeezes_alone:
                raise self._misfit("a last axis of 1", came)
            return (*(came[:-1] if came[-1] == 1 else came), self.names)
        if len(came) > 1:
            raise self._misfit("one axis", came)
        return (self.names,)

    def _misfit(self, what: str, came: Shape) -> ShapeFault:
        modes = [one for one in ("int", "one_hot") if one != self._mode]
        repairs: list[Repair] = [SetParameter("output_mode", one) for one in modes]
        return ShapeFault(
            "with output_mode {mode} needs {what}; received {came}.",
            "Use another output_mode, or a Reshape before it.",
            "output_mode",
            repairs=repairs,
            mode=self._mode,
            what=what,
            came=came,
        )

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        shape = self.output_shape(inputs, fields)
        return (TensorSpec(shape, Numbers.WHOLE, self.names) if self._mode == "int" else TensorSpec(shape),)

    def reach(self, came: Sequence[Span]) -> Span:
        return {"int": (0.0, float(self.names - 1)), "count": (0.0, inf)}.get(self._mode, (0.0, 1.0))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        if self._mode == "int":
            yield f"values: each one of {self._names()} names"
            return
        *axes, last = axis_names(output)
        for name, axis in zip(axes, output, strict=False):
            yield f"{name}: as they come in, {show((axis,))}"
        yield f"{last}: one for each name, {self._names()}"

    def line(self) -> str:
        return f"{whole(self.names)} names, {self._mode.replace('_', '-')}"


class Discretization(Encoding, title="Discretization", family=PREPROCESSING):
    """Replaces each value by the number of the bin that it falls into, between boundaries, typed in or measured.

    Input shape: any. Output shape: the same, with an axis of the bins where a row is given for each value.
    """

    keywords = ("bin", "bucket", "quantize", "interval", "preprocessing")
    formula = r"y = \#\{\,b_k \le x\,\}"
    when = "Where a measurement does not work evenly: ages, incomes, hours of a day."
    point = (
        "Within a bin nothing differs, and from bin to bin anything may: a linear model of bins draws stairs of any "
        "height, and no straight line."
    )
    picture = (
        Sketch("Boundaries cut a line into numbered bins")
        .line([(20, 80), (300, 80)], width=2)
        .line([(90, 60), (90, 100)], ORANGE, width=2.6)
        .line([(160, 60), (160, 100)], ORANGE, width=2.6)
        .line([(230, 60), (230, 100)], ORANGE, width=2.6)
        .dot(190, 80, BLUE, 6)
        .text(195, 50, "this one is in bin 2", color=BLUE)
        .text(55, 124, "0")
        .text(125, 124, "1")
        .text(195, 124, "2", color=BLUE)
        .text(265, 124, "3")
    )

    bin_boundaries = NumberList(
        (0.25, 0.5, 0.75), rising=True, keras_default=None,
        help="Where a bin ends and the next begins, rising; empty, they are found in the training part.",
    )  # fmt: skip
    num_bins = WholeOrNone(
        none="one more than boundaries", low=2, high=1000, quiet=True,
        help="Used where no boundaries are given: how many bins, each of equally many values of the training part.",
    )  # fmt: skip
    output_mode = mode()

    def adapts(self) -> bool:
        return not self.bin_boundaries

    def finds_words(self) -> bool:
        return not self.bin_boundaries

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if not self.bin_boundaries and self.num_bins is None:
            yield "num_bins", Phrase("must be given where no boundaries are; received none")

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        return (SetParameter("num_bins", 10),) if name == "num_bins" else ()

    @property
    def names(self) -> int:
        return len(self.bin_boundaries) + 1 if self.bin_boundaries else self.num_bins or 0

    def _names(self) -> str:
        if not self.bin_boundaries:
            return f"num_bins = {self.names}"
        return f"{len(self.bin_boundaries)} boundaries + 1 = {self.names}"

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        told.pop("num_bins" if self.bin_boundaries else "bin_boundaries", None)
        return told | ({"bin_boundaries": Listed(tuple(self.bin_boundaries))} if self.bin_boundaries else {})

    def line(self) -> str:
        return f"{self.names} bins, {self.output_mode.replace('_', '-')}"


class CategoryEncoding(Encoding, title="Category encoding", family=PREPROCESSING):
    """Makes of whole numbers that name something rows of 0 and 1, as long as there are names.

    Input shape: any, of whole numbers from 0 to below num_tokens. Output shape: (..., num_tokens), a row for each
    number, or with multi-hot one for all along the last axis.
    """

    keywords = ("one-hot", "one hot", "multi-hot", "bag of words", "dummy", "category", "preprocessing")
    formula = r"y_k = [\,x = k\,]"
    when = "For a few names, in front of a Linear; for many, an Embedding is the same with fewer numbers."
    point = (
        "As a number, name 3 would be three times name 1. In a row of its own each name is as far from every other, "
        "and a Linear behind it has a weight for each: an Embedding by another way."
    )
    picture = (
        Sketch("Two numbers become one row with a 1 for each of them, or a row each with a single 1")
        .cells(14, 66, [[2, 0]], 26)
        .arrow(76, 70, 120, 46)
        .arrow(76, 88, 120, 110)
        .cells(130, 26, [[1, 0, 1, 0]], 26, {(0, 0), (0, 2)}, ORANGE)
        .text(242, 43, "multi-hot", anchor="start", color=ORANGE)
        .cells(130, 88, [[0, 0, 1, 0], [1, 0, 0, 0]], 26, {(0, 2), (1, 0)}, BLUE)
        .text(242, 118, "one-hot", anchor="start", color=BLUE)
    )
    inputs = (Port("in", takes=_WHOLE),)
    of_other_numbers = "It takes names alone: give it an Input of whole numbers, or put a Discretization before it."

    num_tokens = Whole(10, low=1, high=10**6, keras_default=REQUIRED, help="How many names there are.")
    output_mode = mode("multi_hot", _ROWS)

    @property
    def names(self) -> int:
        return self.num_tokens

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs.specs
        if came.vocabulary is not None and came.vocabulary > self.num_tokens:
            raise ShapeFault(
                "tells {tokens:,} names apart, and {vocabulary:,} different ones come in.",
                "Set num_tokens to {vocabulary}.",
                "num_tokens",
                repairs=[SetParameter("num_tokens", came.vocabulary)],
                tokens=self.num_tokens,
                vocabulary=came.vocabulary,
            )
        return super().output_shape(inputs, fields)


def _tokens(low: int) -> WholeOrNone:
    return WholeOrNone(
        none="as many as are listed",
        low=low,
        high=10**6,
        quiet=True,
        help="How many names there may be, with those that stand for all others. Where none are listed, the most "
        "frequent of the training part are taken.",
    )


class Vocabulary(Encoding):
    """Finds each value in a list, and gives its place there. A list that is not typed in is measured: the most frequent
    values of the training part."""

    max_tokens = _tokens(3)

    @property
    def listed(self) -> tuple[str, ...] | tuple[int, ...]:
        return self.params["vocabulary"]  # type: ignore[return-value]

    @property
    def _others(self) -> int:
        """How many numbers stand for what is not listed."""
        raise NotImplementedError

    def adapts(self) -> bool:
        return not self.listed

    def finds_words(self) -> bool:
        return not self.listed

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        least = max(len(self.listed), 1) + self._others
        if not self.listed and self.max_tokens is None:
            yield "max_tokens", Phrase("must be given where no vocabulary is; received none")
        elif self.max_tokens is not None and self.max_tokens < least:
            says = "must be at least {least}; received {received}"
            yield "max_tokens", Phrase(says, least=least, received=self.max_tokens)

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        if name != "max_tokens":
            return ()
        usual = SetParameter("max_tokens", 1000)
        return (SetParameter("max_tokens", None), usual) if self.listed else (usual,)

    @property
    def names(self) -> int:
        return len(self.listed) + self._others if self.listed else self.max_tokens or 0

    def _names(self) -> str:
        if not self.listed:
            return f"the most frequent of the training part, at most {whole(self.names)}"
        return f"{len(self.listed)} listed + {self._others} for all others = {whole(self.names)}"

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        told.pop("vocabulary", None)
        if self.listed:
            return told | {"vocabulary": Listed(tuple(self.listed))}
        return told | ({"pad_to_max_tokens": True} if self._mode != "int" else {})


class _Lookup(Vocabulary):
    num_oov_indices = Whole(
        1, low=0, high=10**6, more=True, help="How many numbers stand for all that is not in the list, before it."
    )

    @property
    def _others(self) -> int:
        return self.num_oov_indices


class StringLookup(_Lookup, title="String lookup", family=PREPROCESSING):
    """Replaces each text by its place in a vocabulary, typed in or measured; what is not in it is 0.

    Input shape: any, of text. Output shape: the same, with an axis of the names where a row is given for each.
    """

    keywords = ("vocabulary", "category", "index", "oov", "unknown", "text", "preprocessing")
    formula = r"y = k\ \mathrm{where}\ v_k = x,\ \mathrm{else}\ 0"
    when = "For columns of words, each one of a known list: colours, countries, names of species."
    point = (
        "Something will come that is in no list. A place kept for all of it is the difference between a network that "
        "says it does not know, and one that falls over."
    )
    picture = (
        Sketch("Each text is found in a list, and its place is given")
        .cells(16, 34, [["green"], ["pink"]], 52)
        .arrow(76, 84, 108, 84)
        .text(160, 50, "0  all others", color=ORANGE)
        .text(160, 76, "1  red")
        .text(160, 102, "2  green", color=BLUE)
        .text(160, 128, "3  blue")
        .arrow(212, 84, 244, 84)
        .cells(256, 34, [[2], [0]], 52, {(0, 0)})
    )
    inputs = (Port("in", takes=_TEXT),)
    of_other_numbers = "It takes text alone: give it an Input of text, or use Integer lookup for whole numbers."

    vocabulary = TextList(
        ("red", "green", "blue"),
        keras_default=None,
        help="The texts that are known; empty, they are found in the training part.",
    )
    output_mode = mode()


class IntegerLookup(_Lookup, title="Integer lookup", family=PREPROCESSING):
    """Replaces each whole number by its place in a list that is typed in; what is not in it is 0.

    Input shape: any, of whole numbers. Output shape: the same, with an axis of the names where a row is given for each.
    """

    keywords = ("vocabulary", "category", "code", "id", "index", "oov", "unknown", "preprocessing")
    formula = r"y = k\ \mathrm{where}\ v_k = x,\ \mathrm{else}\ 0"
    when = "For codes with gaps: postcodes, numbers of products, classes of a survey."
    point = "A code of five digits has no hundred thousand meanings: only those that occur need a place, and a vector."
    picture = (
        Sketch("Each code is found in a list, and its place is given")
        .cells(16, 34, [[9012], [77]], 52)
        .arrow(76, 84, 108, 84)
        .text(160, 50, "0  all others", color=ORANGE)
        .text(160, 76, "1  1010")
        .text(160, 102, "2  8001")
        .text(160, 128, "3  9012", color=BLUE)
        .arrow(212, 84, 244, 84)
        .cells(256, 34, [[3], [0]], 52, {(0, 0)})
    )
    inputs = (Port("in", takes=_WHOLE),)
    of_other_numbers = "It takes whole numbers alone: give it an Input of these, or use String lookup for text."

    vocabulary = WholeList(
        (10, 20, 30), low=0, longest=1000, distinct=True, keras_default=None,
        help="The numbers that are known, in order; empty, they are found in the training part.",
    )  # fmt: skip
    output_mode = mode()


class Hashing(Encoding, title="Hashing", family=PREPROCESSING):
    """Gives each text or whole number one of a few numbers by a fixed sum of its letters, without any list.

    Input shape: any, of text or whole numbers. Output shape: the same, with an axis of the bins for rows of 0 and 1.
    Source: Weinberger et al. (2009), "Feature Hashing for Large Scale Multitask Learning".
    """

    keywords = ("hash", "bucket", "category", "trick", "text", "preprocessing")
    formula = r"y = hash(x) \bmod n"
    when = "For names that are too many to list, or not known beforehand."
    point = (
        "No list has to be kept, and two names may fall into one bin, never to be told apart. With twice the bins it "
        "happens half as often."
    )
    picture = (
        Sketch("Names fall into bins by a sum of their letters; two of them into one")
        .text(20, 44, "Zurich", anchor="start")
        .text(20, 84, "Paris", anchor="start")
        .text(20, 124, "Lima", anchor="start")
        .arrow(72, 40, 196, 56)
        .arrow(72, 80, 196, 108, ORANGE)
        .arrow(72, 120, 196, 114, ORANGE)
        .cells(204, 22, [["0"], ["1"], ["2"], ["3"]], 30, {(1, 0), (3, 0)})
        .text(250, 118, "both", anchor="start", color=ORANGE)
    )
    inputs = (Port("in", takes=_WHOLE | _TEXT),)
    of_other_numbers = "It takes names alone: give it an Input of text or of whole numbers."
    squeezes_alone = True

    num_bins = Whole(32, low=1, high=10**6, keras_default=REQUIRED, help="How many numbers there are to fall on.")
    salt = WholeOrNone(
        none="the usual sum", low=0, high=10**9, more=True, help="Another number makes other names fall together."
    )
    output_mode = mode()

    @property
    def names(self) -> int:
        return self.num_bins

    def line(self) -> str:
        return f"{whole(self.num_bins)} bins, {self.output_mode.replace('_', '-')}"


class HashedCrossing(Encoding, title="Hashed crossing", family=PREPROCESSING):
    """Gives each pair of two names one of a few numbers, by a fixed sum over both.

    Input shapes: twice (1,), of text or whole numbers. Output shape: (1,), or (num_bins,) as a row of 0 and 1.
    """

    keywords = ("cross", "interaction", "hash", "pair", "wide and deep", "category", "preprocessing")
    formula = r"y = hash(a, b) \bmod n"
    when = "Where two things mean something only together: hour and weekday, country and language."
    point = (
        "A sum of weights cannot say that one thing matters where another is: that takes a product. Crossing makes the "
        "product first, and a linear model can do the rest."
    )
    picture = (
        Sketch("A pair of names falls into one of the bins")
        .text(26, 56, "Monday", anchor="start")
        .text(26, 116, "8 o'clock", anchor="start")
        .arrow(92, 54, 130, 78)
        .arrow(92, 110, 130, 86)
        .ring(148, 82, 14)
        .text(148, 87, "×", size=16)
        .arrow(164, 82, 200, 82)
        .cells(208, 22, [["0"], ["1"], ["2"], ["3"]], 30, {(2, 0)}, ORANGE)
    )
    inputs = (Port("in", takes=_WHOLE | _TEXT), Port("with", takes=_WHOLE | _TEXT, help="The other half of the pair."))
    of_other_numbers = "It takes names alone: give it Inputs of text or of whole numbers."
    squeezes_alone = True

    num_bins = Whole(32, low=1, high=10**6, keras_default=REQUIRED, help="How many numbers there are to fall on.")
    output_mode = mode(modes={name: _MODES[name] for name in ("int", "one_hot")})

    @property
    def names(self) -> int:
        return self.num_bins

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        if any(shape != (1,) for shape in inputs):
            raise ShapeFault(
                "needs one name on each input, of shape 1", "A Split or a Reshape gives single names.", received=inputs
            )
        return super().output_shape(inputs, fields)

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("", (Listed((*values["in"], *values["with"])),))

    def line(self) -> str:
        return f"{whole(self.num_bins)} bins, {self.output_mode.replace('_', '-')}"


class TextVectorization(Vocabulary, title="Text vectorization", family=PREPROCESSING):
    """Takes a text apart into words, and gives the place of each in a vocabulary, typed in or measured.

    Input shape: (1,), a text. Output shape: (words,), of whole numbers: 0 is no word, 1 any that is not listed.
    """

    keywords = ("token", "tokenize", "words", "vocabulary", "bag of words", "n-gram", "nlp", "text", "preprocessing")
    formula = r"y_t = k\ \mathrm{where}\ v_k = word_t(x)"
    when = "First behind an Input of text; an Embedding follows, or a Category encoding for one row of what occurs."
    point = (
        "What a word is, is decided here and by nobody else: letters made small, marks thrown away, cut at blanks. "
        "What is lost here, such as a question mark, no layer gets back."
    )
    picture = (
        Sketch("A text is cut into words, and each becomes a number")
        .text(160, 34, "The cat sat.")
        .arrow(160, 42, 160, 60)
        .cells(82, 66, [["the", "cat", "sat"]], 52)
        .arrow(160, 122, 160, 136)
        .text(160, 154, "2   5   1", color=ORANGE)
    )
    inputs = (Port("in", takes=_TEXT),)
    of_other_numbers = "It takes text alone: give it an Input of text."
    by_place = False

    vocabulary = TextList(
        ("the", "a", "is"),
        keras_default=None,
        help="The words that are known, in order; empty, they are found in the training part.",
    )
    max_tokens = _tokens(5)
    standardize = Choice(
        "lower_and_strip_punctuation",
        choices={
            "lower_and_strip_punctuation": "Small letters, no marks",
            "lower": "Small letters",
            "strip_punctuation": "No marks",
            "none": "As it is",
        },
        help="What is done to the text first.",
    )
    split = Choice(
        "whitespace", choices={"whitespace": "At blanks", "character": "After every letter"}, help="Where it is cut."
    )
    ngrams = WholeOrNone(none="single words", low=1, high=10, more=True, help="Up to how many words in a row make one.")
    output_sequence_length = WholeOrNone(
        none="as many as there are", high=10**6, help="How many words are given: the rest is cut off, or filled with 0."
    )

    @property
    def _others(self) -> int:
        return 2  # none, and all others

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        if came != (1,):
            raise ShapeFault("needs one text, of shape 1; received {came}.", "Give the Input the shape 1.", came=came)
        return (self.output_sequence_length,)

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        return told | {"standardize": None} if self.standardize == "none" else told

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"words: {'as set, ' if self.output_sequence_length else 'as many as the text has, '}{show(output)}"
        yield from super().worked(inputs, output)

    def line(self) -> str:
        return f"{whole(self.names)} words"
