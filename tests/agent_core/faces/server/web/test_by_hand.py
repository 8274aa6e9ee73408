"""Taking a run's page over through the server, as the script of its page does it, without a browser."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from browser.model.by_hand import MouseInput, TextInput
from tests.support.hands import JPEG, HeldRun, HeldRuns
from tests.support.task_server import served, settings_in, until, with_key

TASK = {"prompt": "Find the price", "url": "http://127.0.0.1:9/", "engine": "embedded"}


class Seat:
    """One page that watches the run."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.pictures: list[bytes] = []

    def say(self, type: str, **fields: Any) -> None:  # noqa: A002  the name of the field
        self.socket.send(json.dumps({"type": type, **fields}))

    def hears(self, type: str) -> dict[str, Any]:  # noqa: A002
        """The next message of this type."""
        while True:
            message = self.socket.recv(timeout=60)
            if isinstance(message, bytes):
                self.pictures.append(message)
                continue
            said: dict[str, Any] = json.loads(message)
            if said["type"] == type:
                return said


class Place:
    """A server with one run that goes on."""

    def __init__(self, client: Client, runs: HeldRuns) -> None:
        self.client, self.runs = client, runs
        self.run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        until(lambda: runs.begun)

    @property
    def run(self) -> HeldRun:
        return self.runs.begun[0]

    @contextmanager
    def seat(self, token: str | None = None, origin: str | None = None) -> Iterator[Seat]:
        here = str(self.client.base_url).rstrip("/")
        if token is None:
            page = self.client.get(f"/runs/{self.run_id}").text
            found = re.search(r'data-token="([^"]+)"', page)
            token = found[1] if found else ""
        address = f"{here.replace('http', 'ws', 1)}/runs/{self.run_id}/hand"
        with connect(address, origin=origin or here, proxy=None) as socket:  # type: ignore[arg-type]
            seat = Seat(socket)
            seat.say("hello", token=token)
            yield seat


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    runs = HeldRuns(tmp_path / "kept")
    with served(settings_in(tmp_path, stop_grace_s=0.1), runs) as client:
        yield Place(client, runs)


@pytest.fixture
def failed(place: Place) -> Iterator[list[str]]:
    """What the server could not cope with."""
    told: list[str] = []

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    handler, uvicorn = Told(logging.ERROR), logging.getLogger("uvicorn.error")
    uvicorn.addHandler(handler)
    yield told
    uvicorn.removeHandler(handler)


def test_a_person_takes_the_page_works_in_it_and_gives_it_back(place: Place):
    with place.seat() as seat:
        seat.say("take")
        assert seat.hears("held")["lapses_s"] == 60
        seat.say("input", inputs=[{"type": "down", "x": 0.5, "y": 0.25}, {"type": "text", "text": "Oslo"}])
        page = seat.hears("page")
        assert (page["tabs"][0]["title"], page["dialog"]["message"]) == ("Prices", "Leave?")
        seat.say("input", inputs=[{"type": "dialog", "accept": False}])
        assert seat.hears("page")["dialog"] is None
        assert place.run.hand.sent[:2] == [MouseInput(do="down", x=0.5, y=0.25), TextInput(text="Oslo")]
        seat.say("release")
        assert seat.hears("free")["why"] == ""
        assert seat.pictures == [JPEG]
    assert [type(event).__name__ for event in place.run.journal.events] == ["TakenOver", "GivenBack"]


def test_one_person_holds_it_and_another_hears_that_and_may_have_it_next(place: Place):
    with place.seat() as first, place.seat() as second:
        first.say("take")
        first.hears("held")
        second.say("take")
        assert "works in the page now" in second.hears("refused")["why"]
        second.say("input", inputs=[{"type": "text", "text": "mine"}])
        assert "take it over first" in second.hears("refused")["why"]
        assert place.run.hand.sent == []
        first.say("release")
        first.hears("free")
        second.say("take")
        second.hears("held")


def test_who_leaves_the_page_gives_it_back(place: Place):
    with place.seat() as seat:
        seat.say("take")
        seat.hears("held")
    until(lambda: not place.run.control.holder)


def test_a_connection_that_breaks_keeps_the_hold_for_who_comes_back_with_its_name(place: Place):
    with place.seat() as seat:
        seat.say("take")
        name = seat.hears("held")["hold"]
        seat.socket.socket.close()
    assert place.run.control.holder
    with place.seat() as again:
        again.say("resume", hold="guessed")
        again.hears("free")
        again.say("resume", hold=name)
        again.hears("held")
        again.say("input", inputs=[{"type": "text", "text": "back"}])
        until(lambda: place.run.hand.sent)
        again.say("release")
        again.hears("free")


def test_bad_input_is_answered_with_a_sentence_and_the_page_is_still_held(place: Place):
    with place.seat() as seat:
        seat.say("take")
        seat.hears("held")
        for inputs in ([{"type": "jump"}], [{"type": "move", "x": 7, "y": 0}], ["text"], [None]):
            seat.say("input", inputs=inputs)
            assert seat.hears("refused")["why"].startswith("inputs")
        seat.say("dance")
        assert "must be take" in seat.hears("refused")["why"]
        assert place.run.control.holder
        assert place.run.hand.sent == []


@pytest.mark.parametrize("message", ["[1, 2]", "{", "x" * 70_000, '"text"', b"bytes", "[" * 50_000])
def test_who_sends_what_no_page_of_ours_sends_is_not_talked_to(
    place: Place, message: str | bytes, failed: list[str]
):
    with place.seat() as seat:
        seat.socket.send(message)
        with pytest.raises(ConnectionClosed):
            seat.hears("held")
    assert not place.run.control.holder
    assert failed == []


def test_a_page_of_another_site_and_one_without_our_token_are_refused(place: Place, failed: list[str]):
    with pytest.raises(InvalidStatus, match="403"), place.seat(origin="http://evil.example"):
        pass
    for token in ("", "guessed", "\ud800"):
        with place.seat(token=token) as seat, pytest.raises(ConnectionClosed):
            seat.hears("held")
    assert not place.run.control.holder
    assert failed == []


def test_pictures_are_made_only_while_somebody_watches(place: Place):
    with place.seat() as seat:
        seat.say("take")
        seat.hears("held")
        until(lambda: place.run.hand.watching == 1)
    until(lambda: place.run.hand.watching == 0)


def test_other_viewers_see_who_has_the_page_on_theirs(place: Place):
    with place.seat() as seat:
        seat.say("take")
        seat.hears("held")
        with place.client.stream("GET", f"/runs/{place.run_id}/live") as stream:
            said = next(line for line in stream.iter_lines() if "works in the page by hand" in line)
    assert "A person" in said


def test_a_hold_lapses_and_its_holder_hears_why(tmp_path: Path):
    runs = HeldRuns(tmp_path / "kept", lapses_s=0.3)
    with served(settings_in(tmp_path, stop_grace_s=0.1), runs) as client:
        place = Place(client, runs)
        with place.seat() as seat:
            seat.say("take")
            seat.hears("held")
            assert "no sign of life" in seat.hears("free")["why"]
        assert not place.run.control.holder


def test_a_run_that_does_not_go_on_here_has_no_picture_and_cannot_be_taken(place: Place):
    place.client.post(f"/v1/runs/{place.run_id}/cancel")
    until(lambda: place.client.get(f"/v1/runs/{place.run_id}").json()["finished_at"])
    with pytest.raises(ConnectionClosed, match="does not go on here"), place.seat(token="x") as seat:
        seat.hears("held")


def test_with_keys_a_page_is_not_taken_over_by_who_is_not_signed_in(tmp_path: Path):
    settings, runs = settings_in(tmp_path, stop_grace_s=0.1), HeldRuns(tmp_path / "kept")
    key = with_key(settings)
    with served(settings, runs, key=key) as client:
        place = Place(client, runs)
        with pytest.raises(InvalidStatus, match="403"), place.seat(token="x"):
            pass
