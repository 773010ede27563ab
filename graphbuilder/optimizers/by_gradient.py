"""Plain gradient descent, what gives its steps momentum, and what takes of them the direction alone."""

from types import MappingProxyType

from graphbuilder.optimizers import options, ways
from graphbuilder.optimizers.optimizer import Optimizer
from graphbuilder.sketches import descent


class SGD(Optimizer, title="Gradient descent (SGD)"):
    """A step against the gradient of one batch."""

    formula = r"w \leftarrow w - \eta g"
    when = "To see every step of the idea, and where momentum and a schedule are added with care."
    point = "The steepest way down is not the way to the lowest point: in a long valley it zigzags between the walls."
    update = staticmethod(ways.sgd)
    picture = descent("Gradient descent: its way to the lowest point", ways.way_down(ways.sgd))
    learning_rate = options.rate(0.01)


class Momentum(SGD, title="SGD with momentum", keras="SGD", slots=1):
    """Steps gather speed along directions that stay the same."""

    formula = r"v \leftarrow \mu v - \eta g, \quad w \leftarrow w + v"
    when = "For images, with a rate that is tuned: hard to beat in the end."
    point = "A heavy ball rolls through small bumps and does not turn at every one."
    update = staticmethod(ways.momentum)
    picture = ways.picture("Momentum", ways.momentum)
    momentum = options.share_kept(0.9, "The share of the last step that is kept.", options.MOMENTUM, keras_default=0.0)


class Nesterov(Momentum, title="SGD with Nesterov momentum", keras="SGD", slots=1):
    """Momentum that takes the gradient where the step would lead."""

    formula = r"v \leftarrow \mu v - \eta g, \quad w \leftarrow w + \mu v - \eta g"
    when = "Where momentum overshoots."
    point = "It looks where the ball is about to be, and brakes before the wall and not behind it."
    update = staticmethod(ways.nesterov)
    picture = ways.picture("Nesterov", ways.nesterov)
    fixed = MappingProxyType({"nesterov": True})
