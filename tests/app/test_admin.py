"""The operator's page: closed to visitors, open to who has the token, and what it shows and does."""

from collections import namedtuple
from collections.abc import Callable

import pytest

from app import admission, state
from app.condition import condition
from graphbuilder.document import Document
from graphbuilder.store.limits import Limits
from tests.app.conftest import ME, Screen, engine

Opener = Callable[[], Screen]
TOKEN = "a token of the operator"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(admission.TOKEN_VARIABLE, TOKEN)


@pytest.fixture
def door(screen: Opener) -> Screen:
    """The page before the token was given."""
    page = screen()
    page.at.run()
    return page.go("admin").settled()


def give(page: Screen, token: str) -> Screen:
    page.at.text_input(key="token").input(token)
    next(button for button in page.at.button if button.label == "Open").click().run()
    return page.settled()


def buttons(page: Screen) -> list[str]:
    return [button.label for button in page.at.button]


def test_row_6_without_the_token_the_page_shows_and_does_nothing(door: Screen) -> None:
    engine().ask("somebody", "train", {"kind": "train"}, address="192.0.2.1")
    give(door, "wrong")
    assert "That is not the token" in door.text
    assert "192.0.2.1" not in door.text
    assert buttons(door) == ["Open"]
    door.go("projects").go("admin")
    assert buttons(door) == ["Open"]


def test_row_6_with_the_token_it_shows_jobs_visitors_disk_and_memory(door: Screen) -> None:
    engine().host_says(1, "ready")
    id = engine().ask("somebody", "train", {"kind": "train"}, address="192.0.2.1")
    state.store().create("somebody else", Document())
    give(door, TOKEN)
    assert "Engine **ready** · queue **open**" in door.text
    assert "**train** queued, number 1" in door.text
    assert "visitor somebody at 192.0.2.1" in door.text
    assert "| somebody | 0 | 1 |" in door.text
    assert "memory free: **" in door.text
    door.at.button(key=f"stop:{id}").click().run()
    job = engine().job("somebody", id)
    assert (job.state, job.reason) == ("stopped", "taken out of the queue before it began by whoever runs this server")
    assert "None goes on, and none waits." in door.settled().text


def test_row_6_the_queue_is_paused_and_goes_on(door: Screen) -> None:
    give(door, TOKEN)
    engine().ask(ME, "train", {"kind": "train"})
    door.at.button(key="pause").click().run()
    assert "queue **paused**" in door.settled().text
    assert engine().take_up(Limits()) is None
    door.at.button(key="pause").click().run()
    assert engine().take_up(Limits())


def test_row_6_the_token_is_kept_neither_in_the_address_nor_in_its_field(door: Screen) -> None:
    give(door, TOKEN)
    assert TOKEN not in repr(door.at.query_params)
    assert TOKEN not in repr(door.at.session_state)


def test_row_6_another_session_has_to_give_it_too(door: Screen, screen: Opener) -> None:
    give(door, TOKEN)
    other = screen()
    other.at.run()
    assert buttons(other.go("admin")) == ["Open"]


@pytest.mark.parametrize("given", ["", TOKEN[:-1], TOKEN + "x", "é", TOKEN.upper()])
def test_row_6_a_token_that_is_not_the_same_is_none(given: str) -> None:
    assert not admission.is_token(given)
    assert admission.is_token(f" {TOKEN} ")


def test_row_6_a_token_of_the_settings_that_can_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(admission.TOKEN_VARIABLE, "admin")
    with pytest.raises(ValueError, match="at least 16 letters; it has 5"):
        admission.token()
    monkeypatch.delenv(admission.TOKEN_VARIABLE)
    assert len(admission.token()) >= 32


def test_row_5_the_start_page_says_how_much_is_kept(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHBUILDER_OWNER_DISK_MB", "20")
    id = engine().ask(ME, "train", {"kind": "train"})
    (state.store().home / "runs" / id).mkdir(parents=True)
    (state.store().home / "runs" / id / "last.npz").write_bytes(bytes(12_000_000))
    assert "Projects, runs and data take 12 MB of 20 MB." in screen().open_projects().settled().text


def test_row_5_a_visitor_who_keeps_too_much_is_told_and_nothing_is_started(
    page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHBUILDER_OWNER_DISK_MB", "1")
    id = engine().ask(ME, "train", {"kind": "train"})
    (state.store().home / "runs" / id).mkdir(parents=True)
    (state.store().home / "runs" / id / "last.npz").write_bytes(bytes(1_200_000))
    page.at.button(key="train").click().run()
    assert "Your projects, runs and data take 1.2 MB, and 1.0 MB are allowed." in page.settled().text
    assert state.jobs().runs(ME, page.project) == []


def test_row_8_health_tells_of_a_disk_that_is_nearly_full(screen: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    screen()
    assert (condition().status, condition().disk) == ("ok", "ok")
    monkeypatch.setattr("shutil.disk_usage", lambda _: namedtuple("Disk", "free")(10**9))
    assert (condition().status, condition().disk) == ("ok", "low")
