"""Whose page it is: the signed cookie, and the key that it is signed by."""

import asyncio
import multiprocessing
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from app import owner

KEY = "a key"
NAME = owner.cookie_name(KEY)


def set_cookie(cookies: str, key: str = KEY) -> str | None:
    """The header that a visitor with these cookies gets; None where he keeps the cookie he has."""
    sent: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(b"host", b"here"), (b"cookie", cookies.encode())]}
    asyncio.run(owner.OwnerCookie(page, key)(scope, None, send))
    return dict(sent[0]["headers"]).get(b"set-cookie", b"").decode() or None


def given(cookies: str, key: str = KEY) -> str | None:
    """The owner whom a visitor with these cookies is made; None where he stays who he is."""
    told = set_cookie(cookies, key)
    if told is None:
        return None
    name, _, cookie = told.split(";")[0].partition("=")
    assert name == owner.cookie_name(key)
    return owner.read(cookie, key)


def test_the_first_answer_brings_a_cookie_that_no_script_and_no_other_site_gets() -> None:
    told = set_cookie("")
    assert told and re.fullmatch(rf"{NAME}=[^;]+; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", told)


def test_S8_every_visitor_is_another_of_128_random_bits() -> None:
    made = {given("") for _ in range(20)}
    assert len(made) == 20
    assert all(name and len(bytes.fromhex(name)) == 16 for name in made)


def test_a_visitor_keeps_a_cookie_that_is_ours() -> None:
    told = set_cookie("")
    assert told and set_cookie(told.split(";")[0]) is None


@pytest.mark.parametrize(
    "other", ['{"a": 1}', "a=\x01", 'x={"theme":"dark"}; y=[1]', "no value", 'open="quote', "=", "a=b=c"]
)
def test_a_cookie_is_found_among_those_of_other_programs(other: str) -> None:
    mine = f"{NAME}={owner.sign('me', KEY)}"
    assert given(f"{other}; {mine}") is None
    assert given(f"{mine}; {other}") is None


@pytest.mark.parametrize(
    "forged",
    ["", "me", "me.", "you" + owner.sign("me", KEY)[2:], owner.sign("me", "another key"), owner.sign("me", KEY)[:-1]],
)
def test_a_cookie_that_was_tampered_with_gets_a_new_one(forged: str) -> None:
    assert owner.read(forged, KEY) is None
    made = given(f"{NAME}={forged}")
    assert made and made != "me"


def test_two_servers_of_one_machine_do_not_overwrite_each_others_cookie() -> None:
    both = f"{NAME}={owner.sign('me', KEY)}; {owner.cookie_name('other')}={owner.sign('me too', 'other')}"
    assert (given(both), given(both, "other")) == (None, None)


def test_the_key_is_stable_and_readable_by_its_user_alone(tmp_path: Path) -> None:
    key = owner.signing_key(tmp_path)
    assert owner.signing_key(tmp_path) == key
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE((tmp_path / owner.KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [owner.KEY_FILE]


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    assert owner.signing_key(tmp_path / "a") != owner.signing_key(tmp_path / "b")


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for round in range(10):
            home = tmp_path / str(round)
            home.mkdir()
            assert len(set(pool.map(owner.signing_key, [home] * 4, chunksize=1))) == 1


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        (None, "this machine"),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("x" * 1000, "x" * 64),
    ],
)
def test_row_6_a_household_counts_as_one_address(address: str | None, counts_as: str) -> None:
    assert owner.network(address) == counts_as


@pytest.mark.parametrize("setting", [None, "10.0.0.1,10.0.0.0/8"])
def test_row_6_what_a_visitor_says_of_his_address_is_believed_of_named_proxies_alone(
    setting: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import serve, state

    state.store.cache_clear()
    monkeypatch.setattr(serve.os, "environ", dict(os.environ))
    for name, value in (("GRAPHBUILDER_TRUSTED_PROXIES", setting), ("FORWARDED_ALLOW_IPS", "*")):
        serve.os.environ.pop(name, None)
        if value:
            serve.os.environ[name] = value
    believed: list[str] = []
    monkeypatch.setattr(serve.st.App, "run", lambda *_, **__: believed.append(serve.os.environ["FORWARDED_ALLOW_IPS"]))
    monkeypatch.setattr("sys.argv", ["serve", "--host", "127.0.0.1", "--port", "1", "--home", str(tmp_path)])
    serve.main()
    state.store.cache_clear()
    assert believed == [setting or ""]


@pytest.mark.parametrize("kept", ["", "ab", "0" * 63, "z" * 64, "\xff" * 64])
def test_row_9_a_key_that_is_none_is_refused_in_words(kept: str, tmp_path: Path) -> None:
    (tmp_path / owner.KEY_FILE).write_text(kept, "latin-1")
    with pytest.raises(ValueError, match=r"signing.key, (is no whole key|cannot be read). Put it back from a backup"):
        owner.signing_key(tmp_path)
    assert (tmp_path / owner.KEY_FILE).read_text("latin-1") == kept


def test_row_9_a_key_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def synced(_: int) -> None:
        told.append(sorted(path.name == owner.KEY_FILE for path in tmp_path.iterdir()))

    told: list[list[bool]] = []
    monkeypatch.setattr(owner.os, "fsync", synced)
    owner.signing_key(tmp_path)
    assert told == [[False], [False, True]], "the file, then the folder"


def test_row_9_nobody_says_himself_whose_connection_it_is() -> None:
    seen: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        seen.append([value for name, value in scope["headers"] if name.decode() == owner.VISITOR_HEADER])

    for cookies in ("", f"{NAME}={owner.sign('me', KEY)}"):
        headers = [(b"cookie", cookies.encode()), (owner.VISITOR_HEADER.encode(), b"you")]
        asyncio.run(owner.OwnerCookie(page, KEY)({"type": "websocket", "headers": headers}, None, None))
    assert seen == [[b""], [b"me"]]
