"""What an optimizer is: declared once, with its lesson and its parameters."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.lessons import Lesson
from graphbuilder.optimizers.options import DECAY, rate
from graphbuilder.optimizers.ways import Update
from graphbuilder.parameters import Declared, Number, Parameter
from graphbuilder.sketches import Sketch


class Optimizer(Declared):
    """Base of the optimizers; a subclass given a `title` is registered under its own name.

    slots: numbers kept beside each weight; keeping: parameters that keep one more, where they are set; work: numbers
    that a step works out for each beside its gradient, as measured, one array of weights after the other. All are for
    the estimate of memory. fixed: arguments that make this optimizer out of Keras' more general one. from_weights: it
    begins from the weights, so it has to be built before `fit`, in which Keras 3.15 lets it begin from zeros. update:
    what it does to one weight by itself, of which its way down a surface is drawn.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    keras: ClassVar[str]
    slots: ClassVar[int]
    keeping: ClassVar[tuple[str, ...]] = ()
    work: ClassVar[int]
    formula: ClassVar[str]
    when: ClassVar[str]
    point: ClassVar[str]
    picture: ClassVar[Sketch]
    fixed: ClassVar[Mapping[str, Argument]] = MappingProxyType({})
    from_weights: ClassVar[bool] = False
    update: ClassVar[Update | None] = None

    learning_rate = rate(0.001)
    weight_decay = Number(
        0.0,
        low=0.0,
        more=True,
        quiet=True,
        keras_default=None,
        help="How much weights shrink at each step: the share, times the learning rate; 0 is not at all.",
        lesson=DECAY,
    )

    def __init_subclass__(cls, title: str = "", keras: str = "", slots: int = 0, work: int = 1) -> None:
        super().__init_subclass__()
        last = {"weight_decay": cls.parameters["weight_decay"]}  # where it stood when AdamW alone had it
        cls.parameters = MappingProxyType({**{n: p for n, p in cls.parameters.items() if n not in last}, **last})
        if title:
            cls.name, cls.title, cls.keras = cls.__name__, title, keras or cls.__name__
            cls.slots, cls.work = slots, work
            OPTIMIZERS[cls.name] = cls

    @classmethod
    def lesson(cls) -> Lesson:
        return Lesson(cls.picture, cls.when, cls.point, cls.formula)

    def kept(self) -> int:
        """How many numbers are kept beside each weight, as the parameters are set."""
        return self.slots + sum(bool(self.params[name]) for name in self.keeping)

    def call(self, told: Mapping[str, Argument] = MappingProxyType({})) -> Call:
        """told: what it is told beside its own parameters, or in their place."""
        own = {name: _argument(one, self.params[name]) for name, one in self.parameters.items() if self._says(name)}
        return Call(f"optimizers.{self.keras}", kwargs={**own, **self.fixed, **told})

    def _says(self, name: str) -> bool:
        parameter = self.parameters[name]
        return not parameter.quiet or self.params[name] != parameter.default


def _argument(parameter: Parameter[Any], value: Any) -> Argument:
    taken = parameter.argument(value)
    return Listed(taken) if isinstance(taken, tuple) else taken


OPTIMIZERS: dict[str, type[Optimizer]] = {}
