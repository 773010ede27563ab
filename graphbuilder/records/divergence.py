"""What to do about a training whose loss became no number."""

from graphbuilder.blocks import flat
from graphbuilder.document import Document
from graphbuilder.operators.families import NORMALIZATION
from graphbuilder.operators.fitting import MEASURED, RESCALING


def advice(document: Document) -> str:
    """What to change in the network that diverged, in sentences; the likeliest cause first."""
    training = document.training
    rate = training.options.get("learning_rate")
    told = []
    if isinstance(rate, float) and rate > 0:
        told.append(f"Train with a tenth of the learning rate: {rate / 10:.6g} instead of {rate:.6g}.")
    used = {operator for node in flat(document).nodes.values() if (operator := node.operator)}
    if not any(one.family is NORMALIZATION or one.kind in (RESCALING, MEASURED) for one in used):
        told.append("Rescale or normalize what comes in: large values make large steps.")
    if training.optimizer in ("SGD", "Momentum", "Nesterov"):
        told.append("Or take Adam, which holds the size of its steps.")
    return " ".join(told)
