"""The kinds of parameter that an operator, an optimizer or a data set may declare: a small closed set.

A parameter is declared once, as a class attribute, with its default, its bounds and a line of help. The form, the
bounds check, the file format, the printed code and the contract tests all read that declaration. On an instance the
attribute is the value: `units = Whole(32, low=1, help=...)` makes `dense.units` an int. `kernel = Weight(...)` declares
all that may be said of a weight.
"""

from graphbuilder.parameters.chosen import OneOf, Option
from graphbuilder.parameters.constraints import CONSTRAINTS, Constraint
from graphbuilder.parameters.declared import LARGEST_NUMBER, LARGEST_SIZE, Declared, Parameter, WrongType
from graphbuilder.parameters.initializers import INITIALIZERS, Drawn, Initializer, constant_of
from graphbuilder.parameters.lists import Listing, Matrix, NumberList, NumberListOrNone, TextList, WholeList
from graphbuilder.parameters.numbers import Number, NumberOrNone, Odd, Whole, WholeOrAll, WholeOrNone, YesNo
from graphbuilder.parameters.optional import OrNone
from graphbuilder.parameters.penalties import PENALTIES, Regularizer
from graphbuilder.parameters.sizes import ENDS, AxesOf, AxisOf, Edges, ShapeOf, Sizes, SizesOrNone
from graphbuilder.parameters.values import Chosen, Inner, Params, Penalty, Value, in_words, written
from graphbuilder.parameters.weights import Weight, activity_regularizer
from graphbuilder.parameters.words import BlockId, Choice, FieldName, Formula, ScoreKey, Words

__all__ = [
    "CONSTRAINTS", "ENDS", "INITIALIZERS", "LARGEST_NUMBER", "LARGEST_SIZE", "PENALTIES", "AxesOf", "AxisOf",
    "BlockId", "Choice", "Chosen", "Constraint", "Declared", "Drawn", "Edges", "FieldName", "Formula",
    "Initializer", "Inner", "Listing", "Matrix", "Number", "NumberList", "NumberListOrNone", "NumberOrNone",
    "Odd", "OneOf", "Option", "OrNone", "Parameter", "Params", "Penalty", "Regularizer", "ScoreKey", "ShapeOf", "Sizes",
    "SizesOrNone", "TextList", "Value", "Weight", "Whole", "WholeList", "WholeOrAll", "WholeOrNone", "Words",
    "WrongType", "YesNo", "activity_regularizer", "constant_of", "in_words", "written",
]  # fmt: skip
