"""Edits that cannot be done: why, by code, and the sentences that people read about it."""

from typing import Any

REFUSALS = {
    "node gone": "The node is not there any more.",
    "nodes gone": "The nodes are not there any more.",
    "node there": "The node is there already.",
    "wire gone": "The wire is not there any more.",
    "itself": "{source} cannot feed itself.",
    "twice": "These two are wired already.",
    "taken": "{target} takes one wire here, and has it. Delete that one first.",
    "circle": "This would close a circle: {target} already leads to {source}.",
    "not in a wire": "{operator} cannot stand inside a wire.",
    "other ports": "{operator} has other inputs and outputs.",
    "other place": "{operator} cannot take the place of {node}, which has {needs}: it has {has}.",
    "no placeholder": "{node} is no placeholder: delete it, or put an operator beside it.",
    "no port": "There is no such port.",
    "no operator": "There is no operator {name!r}.",
    "unknown operator": "{name!r} is an unknown operator, whose parameters cannot be changed.",
    "no parameter": "There is no parameter {name!r}.",
    "no field": "There is no such field.",
    "no data set": "There is no data set {name!r}.",
    "unknown data set": "The data set {name!r} is not known; choose another.",
    "no data": "No data are chosen; choose a data set first.",
    "no optimizer": "There is no optimizer {name!r}.",
    "unknown optimizer": "The optimizer {name!r} is not known; choose another.",
    "other optimizer": "{name} of {who} was not set: the network has another optimizer now.",
    "other data": "{name} of {who} was not set: the network has another data set now.",
    "no value": "{name} {fault}.",
    "not held": "{where}: {why}.",
    "too many": "A document may have at most {most:,} {what}.",
    "set twice": "This would be set twice.",
    "no branch": "Nothing on these branches can be changed.",
    "no change": "Nothing would change.",
    "fault gone": "That fault is gone already.",
    "not mended": "The network has changed: this would not mend it any more.",
    "no edit": "The canvas sent an edit that is not known here; reload the page.",
    "no block": "The block is not there any more.",
    "not opened": "{block} cannot be opened: see what is wrong with it.",
    "outside of blocks": "{node} belongs outside of blocks; leave it out.",
    "shares beyond": "Weights are shared with a node that is not among these; take it as well, or give each its own.",
    "circle of a block": "A way leads out of these nodes and back into them; take what lies on it as well.",
    "other kind": "{node} cannot share the weights of {other}, which is another operator.",
    "shares itself": "{other} has no weights of its own to share.",
    "within itself": "{block} cannot stand within itself.",
    "still used": "{block} is used still; delete its uses first.",
    "of a block": "{node} belongs to its block; leave it out.",
    "only in blocks": "{node} belongs into a block.",
    "own fault": "This could not be done, by a fault of this program; nothing was changed.",
}

OF_WIRES = ("itself", "twice", "taken", "circle")
"""What the browser refuses by itself, in the same words, while a wire is drawn."""


class EditError(ValueError):
    """An edit that cannot be done: a code, and the facts that its sentence is made of."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(REFUSALS[code].format(**facts))
        self.code, self.facts = code, facts
