"""Blocks: a part of a network that is drawn once and used as often as one likes.

None of these is in the palette: a block is made of nodes that are there (blocks.py).
"""

from graphbuilder.fields import Fields
from graphbuilder.operators.families import BLOCK
from graphbuilder.operators.operator import Operator, Port
from graphbuilder.parameters import BlockId, Whole, YesNo
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Inputs

MOST_TIMES = 200


class Block(Operator, family=BLOCK):
    """Uses a block: what is drawn in it, once or several times in a row.

    Input and output shapes: those of what is in it.
    """

    kind = "Block"
    title = "Block"
    inputs = ()
    outputs = ()

    block = BlockId(help="Which block is used.")
    repeat = Whole(1, low=1, high=MOST_TIMES, help="How many times in a row.")
    shared = YesNo(False, help="Every time with the same weights; else each has its own.")

    def line(self) -> str:
        weights = ", one set of weights" if self.shared and self.repeat > 1 else ""
        return f"× {self.repeat}{weights}" if self.repeat > 1 else ""


class BlockInput(Operator, family=BLOCK):
    """Where values enter a block. Its label is what the port is called at every use."""

    kind = "BlockInput"
    title = "Block input"
    stands = "inside"
    stem = "entry"
    keywords = ("entry", "port", "argument")
    inputs = ()


class BlockOutput(Operator, family=BLOCK):
    """What a block gives. Its label is what the port is called at every use."""

    kind = "BlockOutput"
    title = "Block output"
    stands = "inside"
    stem = "result"
    keywords = ("result", "port", "return")
    outputs = ()

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]


def ports(ids: tuple[str, ...]) -> tuple[Port, ...]:
    return tuple(map(Port, ids))
