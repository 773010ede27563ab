"""The optimizers: each declared once, with the way it takes down a long bowl as its picture."""

# In the order of the form
from graphbuilder.optimizers import by_gradient, by_weight  # isort: skip
from graphbuilder.optimizers.adam import Adam  # isort: skip
from graphbuilder.optimizers import by_direction  # isort: skip
from graphbuilder.optimizers.optimizer import OPTIMIZERS, Optimizer

__all__ = ["OPTIMIZERS", "Adam", "Optimizer", "by_direction", "by_gradient", "by_weight"]
