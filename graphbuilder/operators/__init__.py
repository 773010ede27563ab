"""The operators. Every module of this package is loaded, and each class in it with a title is an operator."""

from importlib import import_module
from pkgutil import iter_modules

from graphbuilder.operators.block import Block, BlockInput, BlockOutput
from graphbuilder.operators.families import FAMILIES
from graphbuilder.operators.operator import Operator, registered
from graphbuilder.operators.placeholder import Placeholder

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

OPERATORS: dict[str, type[Operator]] = dict(
    sorted(registered().items(), key=lambda item: FAMILIES.index(item[1].family)),
)
"""Every operator by kind, in the order of the palette."""

KINDS: dict[str, type[Operator]] = {
    **OPERATORS, **{one.kind: one for one in (Block, BlockInput, BlockOutput, Placeholder)}
}  # fmt: skip
"""Every kind of node that is known: operators, those that belong to blocks, and what stands for an unknown one."""

__all__ = ["FAMILIES", "KINDS", "OPERATORS", "Operator"]
