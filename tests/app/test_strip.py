"""Samples before and after a node, as the inspector shows them."""

import base64
import io
import json
from collections.abc import Callable

import pytest
from PIL import Image

from app import state
from graphbuilder.store.jobs import Job
from tests.app.conftest import ME, Screen, engine
from tests.app.test_views import opened
from tests.networks import DIGIT, SCORES, chain, node

PICTURES = chain(node("in", "Input", field="image"), node("flip", "RandomFlip"), node("flat", "Flatten"), SCORES, DIGIT)


def png() -> str:
    out = io.BytesIO()
    Image.new("L", (8, 8), 90).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def strips(page: Screen) -> list[Job]:
    jobs = (state.jobs().job(ME, id) for id, *_ in state.jobs().pulse(ME, page.project))
    return [job for job in jobs if job.kind == "strip"]


def shown(screen: Callable[[], Screen], document: object = PICTURES, select: str = "flip") -> Screen:
    page = opened(screen, document)
    page.at.session_state["strip"] = True
    return page.select(select).settled()


def test_samples_are_taken_by_a_job_once_and_shown(screen: Callable[[], Screen]) -> None:
    page = shown(screen)
    (job,) = strips(page)
    assert state.jobs().request(job.id)["node"] == "flip"
    assert "Taking samples" in page.text
    page.open()
    assert len(strips(page)) == 1
    folder = state.store().home / "runs" / job.id
    folder.mkdir(parents=True)
    one = {"before": {"png": png()}, "after": {"text": "0.5 · 1"}}
    (folder / "strip.json").write_text(json.dumps([one] * 6), "utf-8")
    engine().add_artefact(job.id, "strip.json", "-", f"runs/{job.id}/strip.json")
    engine().end(job.id, "finished")
    page.open().settled()
    assert page.text.count("0.5 · 1") == 6
    page.at.button(key="strip_others").click().run()
    assert len({state.jobs().request(one.id)["seed"] for one in strips(page.settled())}) == 2


def test_what_was_asked_for_before_an_edit_is_not_waited_for(screen: Callable[[], Screen]) -> None:
    page = shown(screen)
    (first,) = strips(page)
    page.enter("node", "mode", "vertical").settled()
    states = {job.id: job.state for job in strips(page)}
    assert (len(states), states.pop(first.id), [*states.values()]) == (2, "stopped", ["queued"])


def test_what_cannot_be_sampled_says_why(screen: Callable[[], Screen]) -> None:
    page = shown(screen)
    (job,) = strips(page)
    engine().end(job.id, "failed", "The data are gone.")
    assert "The data are gone." in page.open().settled().text


def test_a_network_with_a_fault_takes_no_samples(screen: Callable[[], Screen]) -> None:
    page = shown(screen, chain(node("in", "Input", field="image"), node("flip", "RandomFlip"), SCORES, DIGIT))
    assert "nothing keeps the network from training" in page.text
    assert strips(page) == []


@pytest.mark.parametrize("kind", ["flat", "scores"])
def test_only_what_prepares_samples_shows_them(kind: str, screen: Callable[[], Screen]) -> None:
    assert strips(shown(screen, select=kind)) == []
