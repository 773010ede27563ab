"""The losses. Every module of this package is loaded, and each class in it with a title is a loss."""

from graphbuilder.losses import classes, values, margins, overlap, alignment  # noqa: F401, I001  -- in the order of forms
from graphbuilder.losses.loss import Encoding, LossKind, Reading, registered

LOSSES: dict[str, type[LossKind]] = registered()
"""By the name that documents have. The usual ones stand first."""


def usual(purpose: str) -> str:
    """The name of the loss that is usual for "classes", "two classes" by one output, or "values"."""
    return next(name for name, kind in LOSSES.items() if kind.usual_for == purpose)


__all__ = ["LOSSES", "Encoding", "LossKind", "Reading", "usual"]
