"""The ways of the runs that are compared: on a plane through the weights of their own network, and of their optimizers
on classic functions of two weights."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import looks, state, trainings
from app.text import plain
from graphbuilder.classic import STEPS, SURFACES, stops, update_of
from graphbuilder.figures import Path, paths
from graphbuilder.optimizers.ways import way_on
from graphbuilder.records.comparison import Look
from graphbuilder.store.jobs import Job


class Shown(Protocol):
    """A run that is compared."""

    @property
    def run(self) -> Job: ...
    @property
    def name(self) -> str: ...
    @property
    def look(self) -> Look: ...


def paths_of(compared: Sequence[Shown], line: DeltaGenerator) -> None:
    """Their paths, where they can be drawn; else why not. line: for what is said of them."""
    runs = [one.run for one in compared]
    if why := looks.why_no_plane(runs):
        line.caption(plain(why))
        return
    job = looks.landscape_of(runs)
    if job is None:
        looks.ask_landscape(runs)
        job = looks.landscape_of(runs)
    if job is not None and job.active:
        with line:
            _waiting(job.id)
    elif job is not None and job.state != "finished":
        line.caption(plain(job.reason) or "The paths could not be worked out.")
    elif job is not None:
        _drawn(looks.found(job), compared, line)


def classic(compared: Sequence[Shown], line: DeltaGenerator) -> None:
    """Two functions, and the way of each run's optimizer on them by its own settings."""
    updates = [(one, update_of(trainings.run_document(one.run.id).training)) for one in compared]
    known = [(one, update) for one, update in updates if update]
    ways_of: dict[Any, list[str]] = {}
    left_out = ", ".join(plain(one.name) for one, update in updates if not update)
    with st.container(key="classic", horizontal=True, gap="small"):
        for surface in SURFACES:
            ways, ways_of = [], {}
            for one, update in known:
                way = stops(way_on(surface.gradient, surface.start, update, STEPS))
                ways_of.setdefault(tuple(way), []).append(plain(one.name))
                told = [f"step {step:,}, {surface.height(x, y):.4g}" for step, x, y in way]
                ways.append(Path(one.name, [(x, y) for _, x, y in way], told, color_of(one.look), one.look.dash))
            with st.container(key=f"classic_{surface.name}", gap=None):
                st.markdown(f"**{surface.title}**, {surface.formula}")
                figure = paths(*surface.grid(), ways)
                figure["layout"]["showlegend"] = surface == SURFACES[-1]
                _figure(figure, f"{surface.name}_figure")
    line.caption(
        f"{STEPS:,} steps from ○ to ◆."
        + "".join(f" {', '.join(names)} go the same way." for names in ways_of.values() if len(names) > 1)
        + (f" Not drawn: {left_out}, which works on whole matrices." if left_out else ""),
        help="From one start by each run's optimizer and rate. The gradient is exact here, without batches; schedules "
        "and penalties play no part.",
    )


def _figure(figure: Mapping[str, Any], key: str) -> None:
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, height="stretch")


def color_of(look: Look) -> str:
    """In the scheme that the page has now."""
    return look.color_dark if st.context.theme.type == "dark" else look.color


def _drawn(found: Mapping[str, Any], compared: Sequence[Shown], line: DeltaGenerator) -> None:
    by_id = {one.run.id: one for one in compared}
    ways = [
        Path(shown.name, one["at"], [_stop(*stop) for stop in zip(one["steps"], one["losses"], strict=True)],
             color_of(shown.look), shown.look.dash)
        for one in found["runs"]
        if (shown := by_id.get(one["run"]))
    ]  # fmt: skip
    across, up = found["shares"]
    line.caption(
        f"The plane holds **{across + up:.0%}** of the movement ({across:.0%} across, {up:.0%} up). From ○ to ◆.",
        help="The plane lies along the two directions in which the weights of all these runs varied most, as in Li et "
        f"al. 2018. Its contours stand at equal ratios of the loss of {found['rows']:,} training rows, which was taken "
        f"at {len(found['x'])} × {len(found['y'])} places. What is not trained stays as the first run left it. Weights "
        "off the plane are seen where they fall on it; under the pointer stands their own loss.",
    )
    _figure(paths(found["x"], found["y"], found["losses"], ways), "paths_figure")


def _stop(step: int, loss: float | None) -> str:
    return f"step {step:,}, loss {'no number' if loss is None else f'{loss:.4g}'}"


@st.fragment(run_every="0.5s")
def _waiting(id: str) -> None:
    job = trainings.job(id)
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"Laying a plane through the weights …{engine}")
    if not job.active:
        st.rerun()
