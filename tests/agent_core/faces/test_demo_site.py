from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from agent_core.demo_site import DemoSite
from agent_core.demo_site.server import PAGES

GOOD: dict[str, Any] = {
    "name": "Ada Byron",
    "email": "ada@quayside.example",
    "workshop": "Sail repair",
    "level": "Beginner",
    "day": "2026-05-09",
    "lunch": False,
    "rules": True,
}


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


def post(site: DemoSite, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    request = Request(site.url + path, body, {"Content-Type": "application/json"})
    try:
        with urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_served(site: DemoSite, path: str):
    with urlopen(site.url.rstrip("/") + path) as answer:
        assert answer.status == 200
        assert len(answer.read()) > 0


def test_a_page_that_is_not_there_is_not_found(site: DemoSite):
    with pytest.raises(HTTPError, match="404") as refusal:
        urlopen(site.url + "../server.py")
    refusal.value.close()


def test_a_complete_registration_is_kept_under_the_number_it_was_given(site: DemoSite):
    status, answer = post(site, "workshops", json.dumps(GOOD).encode())
    assert status == 201
    assert site.registrations == [{**GOOD, "number": answer["number"]}]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("email", "ada"),
        ("workshop", "Juggling"),
        ("level", None),
        ("day", "9 May"),
        ("lunch", "yes"),
        ("rules", False),
    ],
)
def test_an_incomplete_registration_is_refused_with_a_sentence(site: DemoSite, field: str, value: object):
    status, answer = post(site, "workshops", json.dumps({**GOOD, field: value}).encode())
    assert status == 422
    assert answer["problem"].endswith(".")
    assert site.registrations == []


def test_the_letter_takes_an_address_and_nothing_else(site: DemoSite):
    assert post(site, "letter", b'{"email": "ada@quayside.example"}')[0] == 201
    assert post(site, "letter", b'{"email": "ada"}')[0] == 422
    assert post(site, "letter", b"not json")[0] == 422
    assert site.subscribers == ["ada@quayside.example"]


def test_a_browser_that_hangs_up_leaves_no_traceback(site, capfd):
    port = urlsplit(site.url).port
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.sendall(b"GET /posts.js HTTP/1.1\r\nHost: here\r\n")
    with urlopen(site.url) as answer:
        assert answer.status == 200
    time.sleep(0.2)  # its threads come to the end of those that went away
    assert "Traceback" not in capfd.readouterr().err
