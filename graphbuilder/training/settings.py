"""How a network is trained: the optimizers and the settings beside them, each declared once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from graphbuilder.calls import Argument, Call
from graphbuilder.parameters import Declared, Number, Whole, YesNo


class Settings(Declared):
    """What holds for every optimizer."""

    batch_size = Whole(
        32, low=1, high=10**6, help="Samples a step looks at; the whole training part gives full-batch descent."
    )
    epochs = Whole(15, low=1, high=100_000, help="How often every sample is seen.")
    seed = Whole(1, low=0, high=2**31 - 1, help="The same seed draws the same weights and the same order of samples.")
    patience = Whole(
        0,
        low=0,
        high=100_000,
        unit="epochs",
        help="Stop when the validation loss got no better for so long; 0 is never.",
    )
    min_delta = Number(0.0, low=0.0, more=True, help="By how much the validation loss must fall to count as better.")


class Split(Declared):
    """Which share of the rows is kept from training."""

    validation = Number(0.2, low=0.05, high=0.85, help="Share of the rows to watch training by.")
    test = Number(0.2, low=0.0, high=0.85, help="Share of the rows that nothing sees before the final test.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed puts other rows into the parts.")


class Optimizer(Declared):
    """Base of the optimizers; a subclass given a `title` is registered under its own name.

    slots: numbers kept beside each weight, for the estimate of memory. fixed: arguments that make this optimizer out of
    Keras' more general one.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    keras: ClassVar[str]
    slots: ClassVar[int]
    formula: ClassVar[str]
    fixed: ClassVar[Mapping[str, Argument]] = MappingProxyType({})

    learning_rate = Number(0.001, low=0.0, high=1000.0, open_low=True, help="How far each step goes.")

    def __init_subclass__(cls, title: str = "", keras: str = "", slots: int = 0) -> None:
        super().__init_subclass__()
        if title:
            cls.name, cls.title, cls.keras, cls.slots = cls.__name__, title, keras or cls.__name__, slots
            OPTIMIZERS[cls.name] = cls

    def call(self) -> Call:
        return Call(f"optimizers.{self.keras}", kwargs={**self.params, **self.fixed})  # type: ignore[dict-item]


OPTIMIZERS: dict[str, type[Optimizer]] = {}


class SGD(Optimizer, title="Gradient descent (SGD)"):
    """A step against the gradient of one batch."""

    formula = r"w \leftarrow w - \eta g"
    learning_rate = Number(0.01, low=0.0, high=1000.0, open_low=True, help="How far each step goes.")


class Momentum(SGD, title="SGD with momentum", keras="SGD", slots=1):
    """Steps gather speed along directions that stay the same."""

    formula = r"v \leftarrow \mu v - \eta g, \quad w \leftarrow w + v"
    momentum = Number(0.9, low=0.0, high=1.0, open_high=True, help="The share of the last step that is kept.")


class Nesterov(Momentum, title="SGD with Nesterov momentum", keras="SGD", slots=1):
    """Momentum that takes the gradient where the step would lead."""

    formula = r"v \leftarrow \mu v - \eta g, \quad w \leftarrow w + \mu v - \eta g"
    fixed = MappingProxyType({"nesterov": True})


class Adagrad(Optimizer, title="Adagrad", slots=1):
    """Every weight has its own rate, smaller the more it has moved."""

    formula = r"s \leftarrow s + g^2, \quad w \leftarrow w - \eta g / \sqrt{s + \epsilon}"
    learning_rate = Number(0.01, low=0.0, high=1000.0, open_low=True, help="How far each step goes at first.")
    initial_accumulator_value = Number(0.1, low=0.0, more=True, help="What the sum of squares starts from.")
    epsilon = Number(1e-7, low=0.0, open_low=True, more=True, help="Against division by zero.")


class Adadelta(Optimizer, title="Adadelta", slots=2):
    """Like Adagrad, but it forgets old gradients and finds its rate from past steps."""

    formula = r"w \leftarrow w - \eta \frac{RMS(\Delta w)}{RMS(g)} g"
    learning_rate = Number(1.0, low=0.0, high=1000.0, open_low=True, help="A factor on each step; 1 is the paper's.")
    rho = Number(0.95, low=0.0, high=1.0, open_high=True, help="How slowly old gradients are forgotten.")
    epsilon = Number(1e-7, low=0.0, open_low=True, more=True, help="Against division by zero.")


class RMSprop(Optimizer, title="RMSprop", slots=1):
    """Every weight's step is divided by the recent size of its gradient."""

    formula = r"s \leftarrow \rho s + (1 - \rho) g^2, \quad w \leftarrow w - \eta g / \sqrt{s + \epsilon}"
    rho = Number(0.9, low=0.0, high=1.0, open_high=True, help="How slowly old gradients are forgotten.")
    momentum = Number(
        0.0, low=0.0, high=1.0, open_high=True, more=True, help="The share of the last step that is kept."
    )
    epsilon = Number(1e-7, low=0.0, open_low=True, more=True, help="Against division by zero.")
    centered = YesNo(False, more=True, help="Divide by the spread of the gradient and not by its size.")


class Adam(Optimizer, title="Adam", slots=2):
    """Momentum and a rate for every weight together; a good first choice."""

    formula = r"w \leftarrow w - \eta \hat m / (\sqrt{\hat v} + \epsilon)"
    beta_1 = Number(0.9, low=0.0, high=1.0, open_high=True, more=True, help="How slowly the mean gradient moves.")
    beta_2 = Number(0.999, low=0.0, high=1.0, open_high=True, more=True, help="How slowly its mean square moves.")
    epsilon = Number(1e-7, low=0.0, open_low=True, more=True, help="Against division by zero.")
    amsgrad = YesNo(False, more=True, help="Never let the mean square shrink.")


class AdamW(Adam, title="AdamW", slots=2):
    """Adam that also shrinks every weight a little at each step."""

    formula = r"w \leftarrow w - \eta \left(\hat m / (\sqrt{\hat v} + \epsilon) + \lambda w\right)"
    weight_decay = Number(0.004, low=0.0, help="How much weights shrink: the share, times the learning rate.")
