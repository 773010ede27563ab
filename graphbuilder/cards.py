"""What a screen shows of operators and nodes, as plain JSON values: the palette, and a card for every node."""

from typing import Any

from graphbuilder.checks import Report
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnostics import Severity
from graphbuilder.document import Node, input_ports, output_ports
from graphbuilder.inference import Facts
from graphbuilder.memory import kilobytes
from graphbuilder.operators import FAMILIES, KINDS, OPERATORS, Operator
from graphbuilder.operators.families import BLOCK
from graphbuilder.refusals import OF_WIRES, REFUSALS
from graphbuilder.repairs import offered
from graphbuilder.shapes import show, whole


def palette() -> dict[str, Any]:
    """Families and operators, in order, with all that is needed to draw and to wire them, and why a wire cannot be. Not
    offered is what belongs to blocks."""
    families = [
        {"name": f.name, "title": f.title, "color": f.color, "color_dark": f.color_dark, "icon": f.icon}
        for f in (*FAMILIES, BLOCK)
    ]
    shown = ("kind", "title", "family", "keywords", "summary", "inputs", "outputs")
    operators = [
        {
            "keras": kind,
            "offered": kind in OPERATORS,
            **{key: value for key, value in operator.describe().items() if key in shown},
        }
        for kind, operator in KINDS.items()
    ]
    return {"families": families, "operators": operators, "refusals": {code: REFUSALS[code] for code in OF_WIRES}}


def own_ports(node: Node) -> dict[str, Any]:
    """The node's ports, where they are not those that the palette tells of its kind; else nothing."""
    known = KINDS.get(node.kind)
    inputs, outputs = input_ports(node), output_ports(node)
    if known is None or (inputs, outputs) == (known.inputs, known.outputs):
        return {}
    told = {"inputs": [port.describe() for port in inputs or ()]}
    return {"ports": {**told, "outputs": [{"name": port.name} for port in outputs or ()]}}


def cards(report: Report) -> dict[str, dict[str, Any]]:
    """By node id: the operator's title, a line of what matters, output shape, parameters, and the worst fault; what
    training needs marks no node."""
    faults: dict[str, dict[str, Any]] = {}
    for found in findings(report):  # the worst come first
        if found["severity"] == Severity.NEED:
            continue
        for place, id in enumerate(found["nodes"]):
            if id not in faults or (faults[id]["text"] == "" and place == 0 and _as_loud(found, faults[id])):
                shown = {key: found[key] for key in ("code", "severity", "text", "unfinished", "repairs")}
                faults[id] = shown if place == 0 else {**shown, "text": "", "repairs": []}
    return {id: {**card_of(report, id), "fault": faults.get(id)} for id in report.drawn.nodes}


def _as_loud(found: dict[str, Any], other: dict[str, Any]) -> bool:
    return (found["severity"], found["unfinished"]) == (other["severity"], other["unfinished"])


def findings(report: Report) -> list[dict[str, Any]]:
    """Every diagnostic in order, as panels show it: its words, where it belongs, and the repairs that were tried."""
    return [
        {
            "code": found.code,
            "severity": str(found.severity),
            "text": found.text,
            "nodes": list(dict.fromkeys(id.split("/")[0] for id in found.nodes)),
            "parameter": found.parameter,
            "unfinished": found.unfinished,
            "repairs": [{"key": offer.key, "says": offer.says} for offer in offers],
        }
        for found, offers in zip(report.diagnostics, offered(report), strict=True)
    ]


def card_of(report: Report, id: str) -> dict[str, str]:
    """What one node's card tells: the operator's title, a line of what matters, output shape and parameters."""
    operator, facts, node = report.drawn.operators[id], report.facts_of(id), report.drawn.nodes[id]
    return {
        "title": operator.title if operator else node.kind,
        "line": _line(report, node, operator) if operator else "unknown operator",
        "shape": _shapes(facts) if facts and output_ports(node) else "",
        "parameters": f"{large(facts.parameters)} params" if facts and facts.parameters else "",
    }


def _line(report: Report, node: Node, operator: Operator) -> str:
    """What matters of a node: of a use of a block, the block's name comes first; that weights are shared, last."""
    named = [block.name for block in report.document.blocks if block.id == node.params.get("block")]
    shares = report.drawn.nodes.get(node.shares)
    marks = [*([f"weights of {shares.label or shares.kind}"] if shares else []), *(["frozen"] if node.frozen else [])]
    return ", ".join(filter(None, [" ".join(filter(None, [*named, operator.line()])), *marks]))


def _shapes(facts: Facts) -> str:
    """What comes out: of several outputs, each shape once."""
    return ", ".join(dict.fromkeys(show(spec.shape) for spec in facts.outputs.values()))


def state_of(report: Report, loud: bool = True) -> str:
    """The state of the check in a few words. loud: what is only unfinished counts as a fault."""
    errors = sum(loud or not found.unfinished for found in report.errors)
    warnings = len(report.warnings)
    if errors:
        return f"{errors} fault{'s' if errors > 1 else ''}"
    if report.errors:
        return "Not finished yet"
    told = f"{warnings} warning{'s' if warnings > 1 else ''}" if warnings else "No faults"
    return f"{told} · training needs {needed_by_training(report)}" if report.needs else told


def look_of(report: Report, loud: bool = True) -> Severity:
    """What the state of the check looks like: that of its worst finding."""
    found = {Severity.NEED if one.unfinished and not loud else one.severity for one in report.diagnostics}
    return next(severity for severity in Severity if severity in found)


def needed_by_training(report: Report) -> str:
    """What training needs before it can start, in a few words: a Loss and data."""
    named = [found.needs for found in report.needs]
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def in_figures(report: Report) -> dict[str, str]:
    """The network at a glance, by what each figure is of. What a node has whose shape is not known is left out."""
    sinks = [one for id in report.wired.nodes if (one := report.wired.operators[id]) and not one.outputs]
    source = SOURCES.get(report.document.data.name)
    least = "at least " if len(report.facts) < len(report.wired.nodes) else ""
    return {
        "nodes": whole(len(report.drawn.nodes)),
        "parameters": least + large(report.parameters),
        **({"of them trained": large(report.trainable)} if report.trainable != report.parameters else {}),
        "multiply-adds": f"{least}{large(report.multiply_adds)}{report.each}",
        "memory": f"{least}{kilobytes(report.memory)}{report.each or ' a sample'}",
        "data": source.title if source else report.document.data.name or "none yet",
        "loss": ", ".join(one.line() for one in sinks) or "none yet",
    }


def large(number: int) -> str:
    """A count that is read at a glance: 61,706 or 1.24 M or 1.2 × 10^21."""
    for unit, name in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if unit <= number < 10**15:
            return f"{number / unit:.2f} {name}"
    return whole(number)
