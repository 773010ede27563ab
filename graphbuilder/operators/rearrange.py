"""Operators that take values out, turn them round or count their axes otherwise; no value is changed."""

from collections.abc import Iterator, Mapping, Sequence

from graphbuilder.calls import ALL, INDEXED, REST, Along, Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import place_of, places_of
from graphbuilder.operators.families import SHAPE
from graphbuilder.operators.operator import REQUIRED, Operator, ShapeFault, need_axes
from graphbuilder.operators.window import axis_names
from graphbuilder.parameters import AxesOf, AxisOf, Whole, WholeList, WholeOrNone
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Axis, Phrase, Shape, show
from graphbuilder.sketches import ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs

_FAR = 10**9


class _Rearranging(Operator):
    keeps_values = True
    keeps_numbers = True


class _Function(_Rearranging):
    """A function of Keras does the work."""

    def call(self, name: str) -> Call | None:
        return None


class Permute(_Rearranging, title="Permute", family=SHAPE):
    """Puts the axes into another order.

    Input shape: as many axes as dims has. Output shape: the same sizes in the order of dims.
    """

    keywords = ("transpose", "swap axes", "order of axes", "channels first")
    formula = r"y_{j,i} = x_{i,j}"
    when = "Where an operator works along the last axis and another one is meant: to mix steps in place of features."
    point = (
        "A Reshape to the same shape is something else: it reads on in rows, and mixes what does not belong together."
    )
    picture = (
        Sketch("Rows become columns and columns rows")
        .cells(30, 40, values(3, 4, lambda r, c: r * 4 + c + 1), 24, block(0, 0, 1, 4))
        .arrow(140, 76, 186, 76)
        .cells(204, 28, values(4, 3, lambda r, c: c * 4 + r + 1), 24, block(0, 0, 4, 1))
    )

    dims = WholeList(
        (2, 1), low=1, high=8, least=1, longest=8, distinct=True, keras_default=REQUIRED,
        help="Which axis comes first, second and so on; 1 is the first that comes in.",
    )  # fmt: skip

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if sorted(self.dims) != [*range(1, len(self.dims) + 1)]:
            says = "must name each axis from 1 to {axes} once; received {received}"
            yield "dims", Phrase(says, axes=len(self.dims), received=tuple(map(str, self.dims)))

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        if len(came) != len(self.dims):
            raise ShapeFault(
                "orders {axes} axes; received {came}.",
                "Name as many axes as come in.",
                "dims",
                repairs=[SetParameter("dims", [*range(2, len(came) + 1), 1])],
                axes=len(self.dims),
                came=came,
            )
        return tuple(came[place - 1] for place in self.dims)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for name, place, axis in zip(axis_names(output), self.dims, output, strict=True):
            yield f"{name}: axis {place} of what comes in, {show((axis,))}"

    def line(self) -> str:
        return f"axes {', '.join(map(str, self.dims))}"


class RepeatVector(_Rearranging, title="Repeat vector", family=SHAPE):
    """Makes a sequence of one vector by repeating it.

    Input shape: (features,). Output shape: (n, features).
    """

    keywords = ("repeat", "copy", "decoder", "autoencoder", "broadcast", "tile")
    formula = r"y_t = x, \quad t = 1 \ldots n"
    when = "Between an encoder that makes one vector of a sequence and a decoder that reads it at every step."
    point = "Every step is told the same; what makes the steps differ is the state of the cell behind it."
    picture = (
        Sketch("One vector is put in each of four rows")
        .cells(30, 66, [[1, 2, 3]], 26, {(0, 0), (0, 1), (0, 2)}, ORANGE)
        .arrow(118, 79, 166, 79)
        .cells(186, 27, [[1, 2, 3]] * 4, 26, block(0, 0, 1, 3), ORANGE)
    )

    n = Whole(8, low=1, high=10**6, keras_default=REQUIRED, help="How many steps there are to be.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return self.n, *need_axes(inputs, 1, "one vector", "A Flatten makes one of it.")

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"steps: as set, {self.n}"
        yield f"channels: as they come in, {show(output[-1:])}"

    def line(self) -> str:
        return f"{self.n} times"


class Slice(_Function, title="Slice", family=SHAPE):
    """Takes out some places along one axis: from one to before another, or every second.

    Input shape: any. Output shape: the same, that axis with as many as are taken.
    """

    keywords = ("crop", "index", "cut", "part", "last step", "subsample", "stride", "gather")
    formula = r"y_i = x_{start + i \cdot step}"
    when = "To look at a part alone: the last steps of a sequence, one channel, every second row."
    point = (
        "Counted as Python does: from 0, without the last; negative places count from the end. What is left out gets "
        "no gradient."
    )
    picture = (
        Sketch("Of eight places every second from 1 to before 7 is taken")
        .cells(30, 40, [[*range(8)]], 30, {(0, 1), (0, 3), (0, 5)})
        .text(150, 32, "1 : 7 : 2")
        .arrow(150, 76, 150, 100)
        .cells(105, 106, [[1, 3, 5]], 30, {(0, 0), (0, 1), (0, 2)})
    )

    axis = AxisOf(1, help="Along which axis: 1 is the first after the batch, -1 the last.")
    start = Whole(0, low=-_FAR, high=_FAR, help="The first place that is taken; -1 is the last there is.")
    stop = WholeOrNone(none="to the end", low=-_FAR, high=_FAR, help="The place before which it ends.")
    step = Whole(1, low=1, high=_FAR, help="How many places further on the next is taken.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        place = place_of(self.axis, came)
        taken = self._taken(came[place])
        if taken == 0:
            raise ShapeFault(
                "takes {places} of {have} places along axis {axis}, and none is there; received {came}.",
                "Begin at 0 and go to the end.",
                "start",
                repairs=[(SetParameter("start", 0), SetParameter("stop", None)), SetParameter("start", 0)],
                places=self._places(),
                have=came[place],
                axis=self.axis,
                came=came,
            )
        return (*came[:place], taken, *came[place + 1 :])

    def _taken(self, have: Axis) -> Axis:
        return None if have is None else len(range(*slice(self.start, self.stop, self.step).indices(have)))

    def _places(self) -> str:
        stop = "" if self.stop is None else self.stop
        return f"{self.start}:{stop}" + (f":{self.step}" if self.step > 1 else "")

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = place_of(self.axis, output)
        for at, (name, had, has) in enumerate(zip(axis_names(output), inputs[0], output, strict=True)):
            if at == place:
                yield f"{name}: {self._places()} of {show((had,))} = {show((has,))}"
            else:
                yield f"{name}: as they come in, {show((has,))}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        along = Along(self.start or None, self.stop, self.step if self.step > 1 else None)
        if self.axis > 0:
            return Call(INDEXED, (values["in"][0], *[ALL] * self.axis, along))
        return Call(INDEXED, (values["in"][0], REST, along, *[ALL] * (-self.axis - 1)))

    def line(self) -> str:
        return f"{self._places()} along {self.axis}"


class Flip(_Function, title="Reverse", family=SHAPE):
    """Turns the order of values along some axes round.

    Input shape: any. Output shape: the same.
    """

    keywords = ("flip", "mirror", "backwards", "reverse", "turn")
    formula = r"y_i = x_{n - 1 - i}"
    when = "To read a sequence from its end, or to set an image beside its mirror image."
    point = (
        "Always, not by chance and in training alone: that is augmentation. A mask that comes in is lost here; LSTM "
        "and its kin go backwards by themselves."
    )
    picture = (
        Sketch("Five values stand in the opposite order")
        .cells(24, 60, [[1, 2, 3, 4, 5]], 24, {(0, 0)})
        .arrow(152, 72, 176, 72)
        .cells(184, 60, [[5, 4, 3, 2, 1]], 24, {(0, 4)})
    )

    axis = AxesOf((1,), keras_default=REQUIRED, help="Which axes are turned round: 1 is the first, -1 the last.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        places_of(self.axis, inputs[0])
        return inputs[0]

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.flip", (values["in"][0],), self.arguments())

    def line(self) -> str:
        return f"along {', '.join(map(str, self.axis))}"


class ExpandDims(_Function, title="Add an axis", family=SHAPE):
    """Puts in an axis of size 1.

    Input shape: any. Output shape: the same with one axis more.
    """

    keywords = ("expand dims", "unsqueeze", "newaxis", "channel", "broadcast")
    formula = r"y_{i,0} = x_i"
    when = "To give a picture of grey values its channel, or a vector the axes along which it is to be repeated."
    point = "Not a number changes. Along an axis of 1, values are repeated where they meet a larger one."
    picture = (
        Sketch("A row of four values becomes a column")
        .cells(30, 64, [[1, 2, 3, 4]], 28, {(0, 0)})
        .arrow(152, 78, 200, 78)
        .cells(226, 22, [[1], [2], [3], [4]], 28, {(0, 0)})
        .text(240, 150, "4 × 1")
        .text(86, 112, "4")
    )

    axis = AxisOf(
        -1, keras_default=REQUIRED, help="Where the new axis is to stand: -1 is last, 1 first after the batch."
    )

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        place = place_of(self.axis, (*came, 1))
        return (*came[:place], 1, *came[place:])

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = place_of(self.axis, output)
        for at, (name, axis) in enumerate(zip(axis_names(output), output, strict=True)):
            yield f"{name}: put in, 1" if at == place else f"{name}: as it comes in, {show((axis,))}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.expand_dims", (values["in"][0],), self.arguments())

    def line(self) -> str:
        return f"at {self.axis}"


class Squeeze(_Function, title="Drop an axis", family=SHAPE):
    """Takes out axes of size 1.

    Input shape: any with size 1 along these axes. Output shape: the same without them.
    """

    keywords = ("squeeze", "remove axis", "channel")
    formula = r"y_i = x_{i,0}"
    when = "Behind what keeps axes of size 1, or to be rid of a single channel."
    point = "Not a number changes. An axis of another size is never dropped: that would throw values away."
    picture = (
        Sketch("A column of four values becomes a row")
        .cells(50, 22, [[1], [2], [3], [4]], 28, {(0, 0)})
        .arrow(104, 78, 152, 78)
        .cells(176, 64, [[1, 2, 3, 4]], 28, {(0, 0)})
        .text(64, 150, "4 × 1")
        .text(232, 112, "4")
    )

    axis = AxisOf(
        -1, keras_default=REQUIRED, help="Which axis is taken out: -1 is the last, 1 the first after the batch."
    )

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        place = place_of(self.axis, came)
        if came[place] != 1 or len(came) == 1:
            ones = [at + 1 for at, axis in enumerate(came) if axis == 1 and len(came) > 1]
            raise ShapeFault(
                "needs size 1 along axis {axis}, and another axis beside it; received {came}.",
                "Choose an axis of size 1, or take the values along it together by a mean or a maximum.",
                "axis",
                repairs=[SetParameter("axis", one) for one in ones[:2]],
                axis=self.axis,
                came=came,
            )
        return (*came[:place], *came[place + 1 :])

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = place_of(self.axis, inputs[0])
        names = axis_names(inputs[0])
        for name, axis in zip((*names[:place], *names[place + 1 :]), output, strict=True):
            yield f"{name}: as they come in, {show((axis,))}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.squeeze", (values["in"][0],), self.arguments())

    def line(self) -> str:
        return f"at {self.axis}"


class Diagonal(_Function, title="Diagonal", family=SHAPE):
    """Takes the diagonal out of the matrices that the last two axes make.

    Input shape: any of two axes or more. Output shape: the same without these two, and the length of the diagonal last.
    """

    keywords = ("diag", "trace", "matrix", "gram", "self", "similarity")
    formula = r"y_i = x_{i, i + offset}"
    when = "To look at what meets its partner in a table of all pairs: the scores of those that belong together."
    point = "All else in the table gets no gradient. The sum of a diagonal is the trace."
    picture = (
        Sketch("Of a square table what stands on its diagonal is taken")
        .cells(30, 22, values(4, 4, lambda r, c: r * 4 + c + 1), 28, {(place, place) for place in range(4)})
        .arrow(156, 78, 190, 78)
        .cells(200, 64, [[1, 6, 11, 16]], 28, {(0, place) for place in range(4)}, ORANGE)
    )

    offset = Whole(
        0, low=-_FAR, high=_FAR, keras_default=0,
        help="How far beside the main diagonal: above it, or below it where it is negative.",
    )  # fmt: skip

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        if len(came) < 2:
            raise ShapeFault("needs rows and columns; received {came}.", "Put a Reshape before it.", came=came)
        return (*came[:-2], self._length(came[-2], came[-1], came))

    def _length(self, rows: Axis, columns: Axis, came: Shape) -> Axis:
        if rows is None or columns is None:
            return None
        length = min(rows + min(self.offset, 0), columns - max(self.offset, 0))
        if length < 1:
            raise ShapeFault(
                "takes the diagonal {offset} beside the main one, and none is there; received {came}.",
                "The main diagonal, 0, is always there.",
                "offset",
                repairs=[SetParameter("offset", 0)],
                offset=self.offset,
                came=came,
            )
        return length

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        *names, last = axis_names(output)
        for name, axis in zip(names, output, strict=False):
            yield f"{name}: as they come in, {show((axis,))}"
        rows, columns = (show((inputs[0][place],)) for place in (-2, -1))
        yield f"{last}: the diagonal of {rows} × {columns}, {show(output[-1:])}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.diagonal", (values["in"][0],), {**self.arguments(), "axis1": -2, "axis2": -1})

    def line(self) -> str:
        return f"{self.offset:+d}" if self.offset else ""
