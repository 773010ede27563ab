"""The chain rule along the wires into a node, with the numbers of one training row."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import state, trainings
from app.text import plain
from graphbuilder.blocks import labels
from graphbuilder.levels import Level

_FEW = 3


def chain(level: Level, id: str) -> None:
    """Of each wire into the node what goes forward, and how the gradient that comes from behind is handed on."""
    report, node = level.report, level.path(id)
    if report.against_training:
        st.caption("The numbers are worked out once nothing keeps the network from training.")
        return
    job = trainings.chain_of(report)
    if job is None:
        trainings.ask_chain(report)
        job = trainings.chain_of(report)
    if job is not None and job.active:
        _waiting(job.id)
    elif job is not None and job.state != "finished":
        st.caption(plain(job.reason) or "The numbers could not be worked out.")
    elif job is not None:
        found = trainings.look_found(job)
        called = labels(report.document)
        wires = {wire: told for wire, told in found["wires"].items() if wire.partition(">")[2] == node}
        weights = "fresh weights" if found["step"] is None else f"the weights of step {found['step']:,}"
        st.caption(f"Row {found['row']:,} of the training part, by {weights}: its loss L is {found['loss']:.4g}.")
        for wire, told in wires.items():
            source = wire.partition(">")[0]
            st.markdown(_line(plain(called[source]), plain(called[node]), told))
        if not wires:
            st.caption("No gradient of the loss comes through here.")


def _line(source: str, target: str, told: Mapping[str, Any]) -> str:
    local = told["local"]
    between = _numbers(local) if local else f"each place of {target} depends on several of {source}"
    return "  \n".join(
        (
            f"**{source} → {target}**",
            f"value {source}: {_numbers(told['value'])}",
            f"upstream ∂L/∂{target}: {_numbers(told['upstream'])}",
            f"local ∂{target}/∂{source}: {between}",
            f"product ∂L/∂{source}: **{_numbers(told['product'])}**",
        )
    )


def _numbers(told: Mapping[str, Any]) -> str:
    numbers = [f"{one:.4g}" for one in told["numbers"] if one is not None]
    if len(numbers) == 1:
        return numbers[0]
    more = " …" if len(numbers) > _FEW else ""
    return f"{', '.join(numbers[:_FEW])}{more} (norm {told['norm'] or 0:.3g})"


@st.fragment(run_every="0.5s")
def _waiting(id: str) -> None:
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"Working out the numbers …{engine}")
    if not trainings.job(id).active:
        st.rerun()
