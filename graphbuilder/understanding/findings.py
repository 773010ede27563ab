"""What is odd about a table: all checks in turn."""

from collections.abc import Callable, Iterable

from graphbuilder.understanding.finding import Finding
from graphbuilder.understanding.looked import Looked
from graphbuilder.understanding.odd_classes import classes, leaks
from graphbuilder.understanding.odd_columns import gaps, little_said, meanings, roles, several, types
from graphbuilder.understanding.odd_rows import amount, outliers, panels, repeats, times

CHECKS: tuple[Callable[[Looked], Iterable[Finding]], ...] = (
    roles, several, amount, types, gaps, classes, leaks, repeats, panels, little_said, meanings, times, outliers,
)  # fmt: skip


def find(looked: Looked) -> list[Finding]:
    """All that is odd, what keeps from training first."""
    found = [one for check in CHECKS for one in check(looked)]
    return sorted(found, key=lambda one: not one.keeps_from_training)
