"""What is fed to a model in training, and what it is to answer: the parts of the data."""

from dataclasses import dataclass, field

from graphbuilder.compiler import Arrays, inputs_of, split, targets_of, weights_of
from graphbuilder.plan import Plan
from graphbuilder.readers import DataError


@dataclass(frozen=True)
class Parts:
    """What is fed to the model, and what it is to answer, for training and for validation. w: how much each row counts
    in the losses; empty where all count alike."""

    x: Arrays
    y: Arrays
    x_val: Arrays
    y_val: Arrays
    test_rows: int
    w: Arrays = field(default_factory=dict)
    w_val: Arrays = field(default_factory=dict)

    @property
    def rows(self) -> tuple[int, int, int]:
        return length_of(self.x), length_of(self.x_val), self.test_rows


def length_of(x: Arrays) -> int:
    """How many rows these have."""
    return len(next(iter(x.values())))


def parts(plan: Plan, data: Arrays) -> Parts:
    """The training and validation part of the data, as the plan's model takes them. The test part is only counted.
    Raises DataError where one of the two has no row."""
    train, validation, test = split(plan, data)
    for part, rows in (("training", train), ("validation", validation)):
        if not len(rows):
            raise DataError(
                f"The split of {plan.source.title} leaves the {part} part no row, of {plan.source.rows():,}: "
                "classes, groups or times have too few rows to be in every part. Add rows, or part them otherwise.",
                "E_DATA_SPLIT", part=part, rows=plan.source.rows(),
            )  # fmt: skip
    return Parts(
        inputs_of(plan, data, train),
        targets_of(plan, data, train),
        inputs_of(plan, data, validation),
        targets_of(plan, data, validation),
        len(test),
        weights_of(plan, data, train),
        weights_of(plan, data, validation),
    )
