"""Numbers of a model that can be turned while compiled functions go on that were traced with them.

Keras takes a dropout's rate, a momentum or a penalty as a plain number. A dial is one, too: Python works with it in
double precision and branches on it. Where TensorFlow makes a tensor of it, or of what Python worked out from it, that
is read from a variable, which gets, when the dial is turned, what Python would have worked out from the new number: so
what is learned is to the last digit as if the function had been traced anew. Only where Python would have branched
otherwise it has to be.
"""

import operator
import threading
from collections.abc import Callable
from typing import Any, Self

import keras
import tensorflow as tf

_turning = threading.RLock()
"""What looks at gradients is traced beside the steps."""


class _Source:
    """What dials of one number share, and what was worked out from it."""

    def __init__(self, work_out: Callable[[], float]) -> None:
        self.work_out = work_out
        self.value = work_out()
        self.variables: dict[Any, tf.Variable] = {}
        self.derived: dict[Any, _Source] = {}
        self.branches: dict[Any, bool] = {}

    def follow(self) -> bool:
        """Has what was traced read the number as it is now; whether Python would branch otherwise."""
        self.value = self.work_out()
        for dtype, variable in self.variables.items():
            variable.assign(tf.constant(self.value, dtype))
        stale = any(compare(self.value, other) != was for (compare, other), was in self.branches.items())
        self.branches = {key: key[0](self.value, key[1]) for key in self.branches}
        return any([stale, *(one.follow() for one in self.derived.values())])

    def read(self, dtype: Any) -> Any:
        if dtype not in self.variables:
            with tf.init_scope():
                self.variables[dtype] = tf.Variable(tf.constant(self.value, dtype), trainable=False)
        return self.variables[dtype].read_value()


class Dial(float):
    """A number that can be turned. As any number it keeps the value that it was made with: `turned` gives the next."""

    source: _Source

    @classmethod
    def of(cls, value: float) -> Self:
        value = float(value)
        return cls._made(_Source(lambda: value))

    @classmethod
    def _made(cls, source: _Source) -> Self:
        dial = cls(source.value)
        dial.source = source
        return dial

    def turned(self, value: float) -> tuple[Self, bool]:
        """The dial with another value, which functions that were traced with this one follow from now on; whether they
        have to be traced anew all the same."""
        with _turning:
            self.source.work_out = lambda: value
            stale = self.source.follow()
            return self._made(self.source), stale

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        dtype = tf.float32 if dtype is None else tf.as_dtype(dtype)
        if tf.executing_eagerly():
            return tf.constant(self.source.value, dtype)
        with _turning:
            return self.source.read(dtype)

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        """A copy is a plain number."""
        return float, (float(self),)

    def __hash__(self) -> int:
        return super().__hash__()

    def __bool__(self) -> bool:
        return bool(self != 0.0)


def _worked(work: Callable[[float, float], float], turned: bool = False) -> Any:
    """turned: the dial is the right one of the two."""

    def made(self: Dial, other: Any) -> Any:
        if not isinstance(other, int | float) or isinstance(other, Dial):
            return NotImplemented
        source, key, known = self.source, (work, turned, other), float(other)
        one = (lambda: work(known, source.value)) if turned else (lambda: work(source.value, known))
        with _turning:
            if key not in source.derived:
                source.derived[key] = _Source(one)
            return Dial._made(source.derived[key])

    return made


def _compared(compare: Callable[[float, float], bool]) -> Any:
    def told(self: Dial, other: Any) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        known = float(other)
        with _turning:
            self.source.branches[compare, known] = found = compare(self.source.value, known)
        return found

    return told


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Dial, f"__{_name}__", _worked(getattr(operator, _name)))
    setattr(Dial, f"__r{_name}__", _worked(getattr(operator, _name), turned=True))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Dial, f"__{_name}__", _compared(getattr(operator, _name)))


_DROPS = keras.layers.Dropout
"""Whole maps are dropped by a subclass of it."""


def set_dials(model: keras.Model) -> None:
    """Makes dials of those numbers of a compiled model that people turn: the momentum of plain gradient descent, the
    rates of dropout, and penalties. Others a layer or an optimizer may work on where no dial can follow."""
    if type(model.optimizer) is keras.optimizers.SGD:
        model.optimizer.momentum = Dial.of(model.optimizer.momentum)
    for layer in model._flatten_layers():
        if isinstance(layer, _DROPS):
            layer.rate = Dial.of(layer.rate)
    for variable in model.trainable_variables:
        penalty = variable.regularizer
        if isinstance(penalty, keras.regularizers.L1L2 | keras.regularizers.L1 | keras.regularizers.L2):
            for name in penalty.get_config():
                setattr(penalty, name, Dial.of(getattr(penalty, name)))


def turn(owner: Any, name: str, value: Any) -> bool:
    """Gives an attribute another value; whether what was traced with it has to be traced anew."""
    before = getattr(owner, name)
    if not isinstance(before, Dial):
        setattr(owner, name, value)
        return True
    dial, stale = before.turned(float(value))
    setattr(owner, name, dial)
    return stale
