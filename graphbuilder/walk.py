"""The shape walk: why a node's output has the shape that it has, what it costs, and how far it looks; in worked sums.

The sums of an operator are its own (`Operator.worked`); here the ones are added that are the same for all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from graphbuilder.checks import Report
from graphbuilder.inference import BYTES_PER_NUMBER, Facts, Wiring
from graphbuilder.memory import memory_in_words
from graphbuilder.operators.data import Input
from graphbuilder.operators.operator import Look, Operator
from graphbuilder.operators.window import AXES
from graphbuilder.shapes import LONGEST, show, whole
from graphbuilder.tensors import Numbers

RECEPTIVE_FIELD = "Receptive field: Araujo, Norris and Sim (2019), Computing Receptive Fields of Convolutional Networks"

_COSTS = ("parameters", "multiply-adds")
Sight = Mapping[str, Sequence[Look]]
"""For each Input that a value comes from, how far it looks at that along each axis of its grid."""


@dataclass(frozen=True, slots=True)
class Walk:
    """lines: a sum each. sources: whose they are."""

    lines: tuple[str, ...]
    sources: tuple[str, ...]


def walk(report: Report, id: str) -> Walk | None:
    """The walk of one node or of a use of a block; None where its shape is not known."""
    facts, operator = report.facts_of(id), report.drawn.operators.get(id) or report.wired.operators.get(id)
    if facts is None or operator is None:
        return None
    sight = [*_seen(report, id)]
    sources = [one for one in (operator.source, RECEPTIVE_FIELD if sight else "") if one]
    return Walk((*_of_operator(operator, facts), *_memory(facts), *sight), tuple(sources))


def _of_operator(operator: Operator, facts: Facts) -> Iterator[str]:
    """Every axis first, then parameters and multiply-adds, also where there are none."""
    told = [*operator.worked(facts.inputs, facts.shape)]
    yield from _axes(facts, [line for line in told if not line.startswith(_COSTS)])
    if facts.outputs:
        for what, count in zip(_COSTS, (facts.parameters, facts.counts.multiply_adds), strict=True):
            own = [line for line in told if line.startswith(what)]
            yield from own or [f"{what}: {whole(count) if count else 'none'}"]


def _axes(facts: Facts, told: Sequence[str]) -> Iterator[str]:
    """What the operator tells of axes, and of the others that they are as they come in."""
    names = (*AXES.get(len(facts.shape) - 1, ()), "channels")
    if facts.shape in facts.inputs and not any(line.startswith((*names, "values:")) for line in told):
        yield from ("shape: as it comes in", *told)
        return
    came = next((shape for shape in facts.inputs if len(shape) == len(facts.shape)), None)
    for name, had, has in zip(names, came or (), facts.shape, strict=False) if len(told) < len(facts.shape) else ():
        own = any(line.startswith(name) for line in told)
        if not own and had == has and (name != names[-1] or len(told) < len(names)):
            yield f"{name}: as they come in, {show((has,))}"
    yield from told


def _memory(facts: Facts) -> Iterator[str]:
    """Of what comes out, for one sample."""
    shapes = [spec.shape for spec in facts.outputs.values()]
    if shapes:
        sizes = " + ".join(show(shape) for shape in shapes)
        numbers = f"({sizes})" if len(shapes) > 1 else sizes
        bytes = facts.memory
        came = memory_in_words(bytes) if bytes >= 1000 else f"{bytes} bytes"
        yield f"memory of the output: {numbers} × {BYTES_PER_NUMBER} bytes = {came}{facts.each or ' a sample'}"


def _seen(report: Report, id: str) -> Iterator[str]:
    wired = report.wired
    operator, known = wired.operators.get(id), report.facts.get(id)
    if operator is None or known is None or not (operator.inputs and operator.outputs):
        return
    looks = operator.looks(known.inputs)
    (before,) = wired.before[id] if len(wired.before[id]) == 1 else ("",)
    for source, seen in sight_of(wired, report.facts, id).items():
        if source == id:
            continue
        grid = _grid(report.facts[source], wired.operators[source])
        least = tuple(_places(one, axis) for one, axis in zip(seen, grid, strict=True))
        line = f"receptive field: {show(least)} of the {show(grid)} places of {wired.called(source)}"
        if before and looks and max(one.window for one in looks) > 1:
            had = sight_of(wired, report.facts, before)[source][0]
            line += f"; {had.window} + ({looks[0].window} - 1) × {had.step} = {seen[0].window}"
        yield line


def _places(look: Look, axis: int | None) -> int | None:
    """How many places are seen of an axis; not known where all are, and nobody knows how many there are."""
    if axis is None:
        return None if look.window == LONGEST else look.window
    return min(look.window, axis)


def sight_of(wired: Wiring, facts: Mapping[str, Facts], id: str) -> Sight:
    """How far a value of this node looks at each Input that has a grid, and at each text that was cut into pieces: a
    text is a single value, and its pieces are the places.

    Source: Araujo, Norris and Sim (2019): a window of k over what is j places apart sees (k - 1) j places more, and
    strides of s make it s j places apart. What looks at all that comes in sees the whole grid.
    """
    found: dict[str, dict[str, tuple[Look, ...]]] = {}
    for one in _behind(wired, id):
        operator, known = wired.operators[one], facts.get(one)
        if operator is None or known is None:
            return {}
        if isinstance(operator, Input):
            found[one] = _begins(one, _grid(known, operator))
            continue
        looks, met = operator.looks(known.inputs), dict[str, tuple[Look, ...]]()
        for wire in wired.into[one]:
            for source, before in found[wire.source].items():
                after = _after(before, looks, _grid(facts[source], wired.operators[source]))
                met[source] = _widest(met[source], after) if source in met else after
        of_text = all(_is_text(facts[wire.source]) for wire in wired.into[one])
        cut = of_text and len(known.outputs) == 1 and not _is_text(known)
        found[one] = met or (_begins(one, _grid(known, operator)) if cut else {})
    return found[id]


def _is_text(facts: Facts) -> bool:
    return any(spec.numbers is Numbers.TEXT for spec in facts.outputs.values())


def _begins(id: str, grid: tuple[int | None, ...]) -> dict[str, tuple[Look, ...]]:
    """A grid of one place has no neighbours to look at."""
    return {id: (Look(),) * len(grid)} if any(axis != 1 for axis in grid) else {}


def _grid(facts: Facts, operator: Operator | None) -> tuple[int | None, ...]:
    """The axes of an Input along which places lie; whole numbers that name something stand at places themselves."""
    (spec,) = facts.outputs.values()
    return spec.shape[:-1] if spec.numbers is Numbers.FLOAT else spec.shape


def _after(before: tuple[Look, ...], looks: Sequence[Look] | None, grid: Sequence[int | None]) -> tuple[Look, ...]:
    if looks is None or len(looks) != len(before):
        return tuple(Look(LONGEST if axis is None else axis, Fraction(0)) for axis in grid)
    return tuple(
        Look(one.window + ceil((two.window - 1) * one.step), one.step * two.step)
        for one, two in zip(before, looks, strict=True)
    )


def _widest(first: tuple[Look, ...], second: tuple[Look, ...]) -> tuple[Look, ...]:
    return tuple(Look(max(a.window, b.window), max(a.step, b.step)) for a, b in zip(first, second, strict=True))


def _behind(wired: Wiring, id: str) -> list[str]:
    """The node and all that it reads, in an order of work."""
    needed, ahead = {id}, [id]
    while ahead:
        for source in wired.before[ahead.pop()]:
            if source not in needed:
                needed.add(source)
                ahead.append(source)
    return [one for one in wired.order if one in needed]
