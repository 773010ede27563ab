"""The chain rule along the wires into a node, with the numbers of one training row."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import looks, state, trainings
from app.text import plain
from graphbuilder.blocks import Edge, key_of, labels
from graphbuilder.checks import Report
from graphbuilder.document import Wire
from graphbuilder.levels import Level
from graphbuilder.texts import amount

_FEW = 3


def chain(level: Level, id: str) -> None:
    """Of each wire into the node what goes forward, and how the gradient that comes from behind is handed on."""
    _along(level.report, level.report.wired.into.get(level.path(id), ()))


def chain_of_wire(level: Level, wire: Wire) -> None:
    """What goes forward along one wire, and how the gradient is handed on."""
    _along(level.report, level.edges_of(wire))
    st.caption(
        "The chain rule, with numbers of one training row: the gradient ∂L/∂x of what goes along is the gradient that "
        "comes from behind, times the derivative of the node that it goes into."
    )


def title_of_wire(level: Level, wire: Wire) -> str:
    return f"**Wire** :gray[{plain(_end(level, wire.source))} → {plain(_end(level, wire.target))}]"


def _end(level: Level, id: str) -> str:
    return level.nodes[id].label or id


def _along(report: Report, edges: Sequence[Edge]) -> None:
    if report.against_training:
        st.caption("The numbers are worked out once nothing keeps the network from training.")
        return
    job = looks.chain_of(report)
    if job is None:
        looks.ask_chain(report)
        job = looks.chain_of(report)
    if job is not None and job.active:
        _waiting(job.id)
    elif job is not None and job.state != "finished":
        st.caption(plain(job.reason) or "The numbers could not be worked out.")
    elif job is not None:
        found = looks.found(job)
        called = labels(report.document)
        weights = "fresh weights" if found["step"] is None else f"the weights of step {found['step']:,}"
        st.caption(f"Row {found['row']:,} of the training part, by {weights}: its loss L is {found['loss']:.4g}.")
        known = {key_of(edge): (edge, found["wires"][key_of(edge)]) for edge in edges if key_of(edge) in found["wires"]}
        for edge, told in known.values():
            st.markdown(_line(plain(called[edge.source]), plain(called[edge.target]), told))
        for target in dict.fromkeys(edge.target for edge, _ in known.values()):
            for name, told in found.get("weights", {}).get(target, {}).items():
                st.markdown(_weight(plain(f"{name} of {called[target]}"), plain(name), told, found["rows"]))
        if not known:
            st.caption("No gradient of the loss comes through here.")


def _line(source: str, target: str, told: Mapping[str, Any]) -> str:
    local = told["local"]
    between = _numbers(local) if local else f"each place of {target} depends on several of {source}"
    several = f" (of {told['together']} wires with this value, together)" if told["together"] > 1 else ""
    return "  \n".join(
        (
            f"**{source} → {target}**{several}",
            f"value {source}: {_numbers(told['value'])}",
            f"upstream ∂L/∂{target}: {_numbers(told['upstream'])}",
            f"local ∂{target}/∂{source}: {between}",
            f"product ∂L/∂{source}: **{_numbers(told['product'])}**",
        )
    )


def _weight(title: str, name: str, told: Mapping[str, Any], rows: int) -> str:
    return "  \n".join(
        (
            f"**{title}**",
            f"value: {_numbers(told['value'])}",
            f"∂L/∂{name} of this row: **{_numbers(told['gradient'])}**",
            f"mean of {rows} rows: {_numbers(told['batch'])}; gradient descent takes off the rate times that",
        )
    )


def _numbers(told: Mapping[str, Any]) -> str:
    numbers = [one for one in told["numbers"] if one is not None]
    if len(numbers) == 1:
        return amount(numbers[0], 4)
    more = " …" if len(numbers) > _FEW else ""
    return f"{', '.join(amount(one, 2) for one in numbers[:_FEW])}{more} (norm {told['norm'] or 0:.3g})"


@st.fragment(run_every="0.5s")
def _waiting(id: str) -> None:
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"Working out the numbers …{engine}")
    if not trainings.job(id).active:
        st.rerun()
