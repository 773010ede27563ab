"""What is seen of a network by the weights of a step, in the records of a training: where a run did not look, or what
it saw was thinned out since."""

from typing import Any

from graphbuilder.records.events import Event, Probe, as_json
from graphbuilder.training.inside import Inside
from graphbuilder.training.probes import ROWS, Probes
from graphbuilder.training.questions.question import Question
from graphbuilder.training.surface import Surface, surface
from graphbuilder.training.units import bounded_nodes, relu_nodes


class Look(Question, kind="look"):
    """The activations of every node, and of a network of points its boundary and what its units add to that."""

    def answer(self, inside: Inside) -> dict[str, Any]:
        probes, plane = inside.once("look", lambda: _looking(inside))
        step = (self.step or 0) if inside.step is None else inside.step
        events: list[Event] = [Probe(step, 0.0, probes.look_at_all())]
        if plane:
            events += [plane.look(step), plane.look_at_units(step)]
        return {"step": step, "events": [as_json(event) for event in events]}


def _looking(inside: Inside) -> tuple[Probes, Surface | None]:
    report, rows = inside.report, inside.rows
    some = inside.fed(rows["validation"][:ROWS])
    probes = Probes(inside.model, inside.plan, some, relu_nodes(report), bounded_nodes(report))
    return probes, surface(inside.model, inside.plan, inside.fed(rows["train"]))
