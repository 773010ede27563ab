"""The chain rule in the form of a node, and of a wire that is selected."""

import json
from collections.abc import Callable

from app import state
from graphbuilder.store.limits import Limits
from tests.app.conftest import ME, Screen, engine
from tests.app.test_training import train
from tests.app.test_views import opened
from tests.networks import DIGIT, PIXELS, SCORES, chain, dense

NETWORK = chain(PIXELS, dense("hidden", 12), SCORES, DIGIT)


def numbers(*values: float) -> dict[str, object]:
    return {"numbers": [*values], "shape": [len(values)], "norm": 3.0}


def test_the_wires_into_a_node_are_told_with_their_numbers(screen: Callable[[], Screen]) -> None:
    page = opened(screen, NETWORK)
    page.at.session_state["chain"] = True
    page.select("scores").settled()
    (job,) = [
        job for id, *_ in state.jobs().pulse(ME, page.project) if (job := state.jobs().job(ME, id)).kind == "chain"
    ]
    assert "Working out the numbers" in page.text
    folder = state.store().home / "runs" / job.id
    folder.mkdir(parents=True)
    wire = {"value": numbers(0.5, 1, 2, 3), "upstream": numbers(-2), "local": None, "product": numbers(0.25),
            "together": 1}  # fmt: skip
    other = {**wire, "product": numbers(0.75)}
    wires = {"hidden.out>scores.in": wire, "pixels.out>hidden.in": other}
    weight = {"value": numbers(0.4), "gradient": numbers(-0.125), "batch": numbers(0.03125)}
    told = {"step": None, "row": 7, "rows": 32, "loss": 1.5, "wires": wires, "weights": {"scores": {"bias": weight}}}
    (folder / "chain.json").write_text(json.dumps(told), "utf-8")
    engine().add_artefact(job.id, "chain.json", "-", f"runs/{job.id}/chain.json")
    engine().end(job.id, "finished")
    page.open().settled()
    assert "Row 7 of the training part, by fresh weights: its loss L is 1.5." in page.text
    assert "hidden → scores" in page.text and "pixels → hidden" not in page.text
    assert "0.5, 1, 2 … (norm 3)" in page.text and "**0.25**" in page.text
    assert "bias of scores" in page.text and "∂L/∂bias of this row: **-0.125**" in page.text.replace("−", "-")
    assert "mean of 32 rows: 0.03125; gradient descent takes off the rate times that" in page.text
    page.send(selected=[], wire="pixels.out>hidden.in").settled()
    assert "bias of scores" not in page.text
    assert "pixels → hidden" in page.text and "hidden → scores" not in page.text
    assert "chain rule, with numbers" in page.text and "**0.75**" in page.text
    page.send(selected=[], wire="gone.out>hidden.in").settled()
    assert "Select a node" in page.text and "chain rule, with numbers" not in page.text


def test_the_numbers_are_by_the_weights_of_the_run_of_this_network_however_it_is_trained(
    screen: Callable[[], Screen],
) -> None:
    """A rate that was changed while it learns makes no other network; other units do."""
    page = opened(screen, NETWORK)
    page.at.session_state["chain"] = True
    run = train(page)
    engine().take_up(Limits())
    engine().runs_now(run.id)
    engine().tell(run.id, [(1, [])], None, {"snapshots": [0, 10, 300]})
    page.enter("training", "learning_rate", 0.5)

    def asked() -> dict[str, object]:
        jobs = (state.jobs().job(ME, id) for id, *_ in state.jobs().pulse(ME, page.project))
        newest = max((job for job in jobs if job.kind == "chain"), key=lambda job: job.created)
        return {"run": None, "step": None, **state.jobs().request(newest.id)}

    page.select("scores").settled()
    assert (asked()["run"], asked()["step"]) == (run.id, 300)
    page.select("hidden").enter("node", "units", 7).settled()
    assert asked()["run"] is None
