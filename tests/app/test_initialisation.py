"""The initialisation laboratory, as the Training room shows it."""

import json
from collections.abc import Callable

from app import state
from graphbuilder.store.jobs import Job
from tests.app.conftest import ME, Screen, engine
from tests.app.test_views import opened
from tests.networks import DIGIT, PIXELS, SCORES, chain, dense

NETWORK = chain(PIXELS, dense("hidden", 12), SCORES, DIGIT)
SEEN = {"low": -1.0, "high": 1.0, "counts": [1] * 64}
LAYER = {"id": "hidden", "label": "hidden", "activations": SEEN, "gradients": SEEN}


def looks(page: Screen) -> list[Job]:
    jobs = (state.jobs().job(ME, id) for id, *_ in state.jobs().pulse(ME, page.project))
    return [job for job in jobs if job.kind == "initial"]


def test_rules_are_looked_at_once_and_one_is_taken_and_taken_back(screen: Callable[[], Screen]) -> None:
    page = opened(screen, NETWORK).panel("Training")
    page.at.button(key="initial_open").click().run()
    page.settled()
    (job,) = looks(page)
    assert "Drawing weights by each rule" in page.text
    folder = state.store().home / "runs" / job.id
    folder.mkdir(parents=True)
    told = [
        {"rule": "chosen", "title": "As it is set", "verdict": "healthy", "words": "Healthy: fine.", "nodes": [LAYER]},
        {"rule": "he", "title": "He", "verdict": "explodes", "words": "Explodes: far.", "nodes": [LAYER]},
    ]
    (folder / "initial.json").write_text(json.dumps(told), "utf-8")
    engine().add_artefact(job.id, "initial.json", "-", f"runs/{job.id}/initial.json")
    engine().end(job.id, "finished")
    page.open().settled()
    assert "Healthy: fine." in page.text and "Explodes: far." in page.text
    page.at.button(key="use_he").click().run()
    kernels = {node.params.get("kernel_initializer") for node in page.document.nodes if node.kind == "Dense"}
    assert kernels == {"he_normal"}
    page.step("undo")
    assert page.document.node("hidden").params["kernel_initializer"] == "glorot_uniform"
