"""The panel Inside says what can be asked of the run that is shown."""

from app.components.within import hidden_nodes, last_hidden
from graphbuilder.checks import check
from graphbuilder.templates import template


def test_the_node_that_is_shown_first_is_what_the_last_layer_parts_into_classes() -> None:
    report = check(template("lenet"))
    nodes = hidden_nodes(report)
    last = last_hidden(report, nodes)
    wired = report.wired
    (behind,) = [wire.target for id in nodes for wire in wired.into[id] if wire.source == last]
    assert report.facts[behind].shape == (10,) and report.facts[last].shape != (10,)
