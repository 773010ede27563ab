"""Operators that may be handed a mask: a value that says which steps are there."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from graphbuilder.calls import Argument, Call
from graphbuilder.operators.operator import REQUIRED, Operator, Port, ShapeFault
from graphbuilder.parameters import YesNo
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Inputs


def masked() -> YesNo:
    return YesNo(
        False,
        more=True,
        quiet=True,
        keras_default=REQUIRED,
        help="Take a mask as an input of its own: 1 for what counts, 0 for what does not.",
    )


class Masked(Operator):
    """With `masked` it has a port for a mask, which may stay empty. mask_port: called as Keras calls the argument."""

    mask_port: ClassVar[Port] = Port("mask", least=0, help="1 for every step that is there, 0 for one to pass over.")

    masked: YesNo
    """Declared where it is to stand, by `masked`."""

    def __init_subclass__(cls, *told: Any, **named: Any) -> None:
        super().__init_subclass__(*told, **named)
        cls.opened_by = {**cls.opened_by, cls.mask_port.name: "masked"}

    def input_ports(self) -> tuple[Port, ...]:
        ports = super().input_ports()
        return (*ports, self.mask_port) if self.params.get("masked") else ports

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        told.pop("masked", None)
        return told

    def mask_told(self, values: Mapping[str, Sequence[Argument]]) -> dict[str, Argument]:
        """The argument of the call that hands the mask over."""
        given = values.get(self.mask_port.name)
        return {self.mask_port.name: Call("ops.cast", (given[0], "bool"))} if given else {}

    def hold_mask(self, inputs: Inputs, wanted: Shape, *, repeats: bool = False) -> None:
        """Raises ShapeFault for a mask that has no value for each of what is wanted. repeats: one value may stand for
        all along an axis."""
        port = self.mask_port.name
        came = inputs.shape_on(port)
        if came is None:
            return
        fits = len(came) == len(wanted) and all(
            None in (one, axis) or one == axis or (repeats and one == 1) for one, axis in zip(came, wanted, strict=True)
        )
        if not fits:
            raise ShapeFault(
                "needs a mask of {wanted} on {port!r}; received {came}.",
                "Give it one value for each step.",
                "masked",
                repairs=[SetParameter("masked", False)],
                wanted=wanted,
                port=port,
                came=came,
            )
