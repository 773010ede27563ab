"""Questions that come by a socket, and the room that networks which answer them may take."""

import json
import socket
import threading
from typing import Any

import pytest

from graphbuilder.store.jobs import Job
from graphbuilder.store.limits import Limits
from graphbuilder.store.work import Work
from graphbuilder.training.ear import Ear
from graphbuilder.training.jobs import asking


def ask(address: str, line: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(address)
        one.sendall(line)
        return one.makefile("rb").readline()


def test_each_question_is_answered_and_one_who_leaves_keeps_nobody_waiting() -> None:
    def answer(told: object) -> tuple[int, dict[str, Any]]:
        return 200, {"heard": told}

    with Ear() as ear:
        over = threading.Event()
        thread = threading.Thread(target=ear.listen, args=(answer, lambda silent: not over.is_set()))
        thread.start()
        try:
            with socket.socket(socket.AF_UNIX) as gone:
                gone.connect(ear.address)
                gone.sendall(b"{")
            status, _, told = ask(ear.address, b'{"kind": "answer"}\n').partition(b" ")
            assert (status, json.loads(told)) == (b"200", {"heard": {"kind": "answer"}})
            assert ask(ear.address, b"{\n").startswith(b"400 ")
        finally:
            over.set()
            thread.join()
    with pytest.raises(OSError):
        ask(ear.address, b"{}\n")


def test_what_is_likely_is_done_while_nobody_asks_one_piece_at_a_time() -> None:
    done: list[int] = []
    pieces = asking._Ahead(iter([lambda: done.append(1), lambda: 1 / 0, lambda: done.append(2)]))
    turns = iter([True] * 4 + [False])
    with Ear() as ear:
        ear._socket.settimeout(0.01)
        ear.listen(lambda told: (200, {}), lambda silent: next(turns), pieces)
    assert done == [1, 2]
    busy = asking._Ahead(iter([lambda: done.append(3), lambda: done.append(4)]))
    busy()
    busy._left = 0.0
    busy()
    assert done == [1, 2, 3], "no more than is worth it"


def inside_of(jobs: Work, run: str, owner: str = "me") -> str:
    return jobs.ask(owner, "inside", {"kind": "inside", "run": run}, "p", Limits(), parent=run)


def test_networks_that_answer_wait_for_their_own_room_alone(jobs: Work) -> None:
    runs = [jobs.ask("me", "train", {"kind": "train"}, "p") for _ in range(3)]
    ids, run = [inside_of(jobs, one) for one in runs], runs[0]
    limits = Limits(running=1, inside=2)
    took: list[Job] = [one for _ in range(4) if (one := jobs.take_up(limits))]
    assert [one.id for one in took] == [ids[0], ids[1], run], "beside a training, and no more than have room"
    assert [jobs.inside_of(one).id for one in runs] == ids  # type: ignore[union-attr]
    jobs.runs_now(ids[0])
    assert jobs.is_wanted(ids[0], run) == (True, True), "one waits for its room"
    jobs.end(ids[0], "finished")
    assert jobs.is_wanted(ids[0], run) == (False, True)
    assert jobs.take_up(limits).id == ids[2]  # type: ignore[union-attr]
    jobs.end(run, "finished")
    jobs.delete("me", run)
    assert jobs.is_wanted(ids[1], run) == (False, False), "of a run that was deleted"


def test_a_network_that_nobody_asks_ends_and_sooner_where_another_waits(
    jobs: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_LOOK_EVERY", 0.0)
    runs = [jobs.ask("me", "train", {"kind": "train"}, "p") for _ in range(2)]
    first = inside_of(jobs, runs[0])
    jobs.take_up(Limits(inside=1), lanes=("inside",))
    wanted = asking._Wanted(jobs, first, runs[0])
    assert [wanted(silent) for silent in (1.0, 59.0, 61.0)] == [True, True, False]
    inside_of(jobs, runs[1])
    assert [wanted(silent) for silent in (1.0, 4.0)] == [True, False], "another waits for its room"
    jobs.stop("me", runs[0])
    jobs.delete("me", runs[0])
    assert not wanted(0.0), "its run was deleted"
