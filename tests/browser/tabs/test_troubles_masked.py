"""What a page's troubles tell holds no secret, not even a part of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.redaction.redactor import Redactor
from browser.tabs.troubles import LONGEST_TOLD, Troubles

TOKEN = "Fjord7719cobaltMarten2093heronQuay41"


class Place:
    """A tab that is no browser's, and what goes wrong in it."""

    def __init__(self) -> None:
        self.url = "http://shop.example/basket"
        self._hears: dict[str, Callable[[Any], None]] = {}
        self.redactor = Redactor()
        self.redactor.add(TOKEN, "{{secret:TOKEN}}")
        self.troubles = Troubles(self, self.redactor)  # type: ignore[arg-type]

    def on(self, event: str, hear: Callable[[Any], None]) -> None:
        self._hears[event] = hear

    async def send(self, method: str, params: object) -> dict[str, Any]:
        assert method == "Log.enable"
        return {}

    def throws(self, message: str) -> None:
        self._hears["pageerror"](message)

    async def does_not_load(self, url: str, text: str) -> None:
        await self.troubles.watch(self)  # type: ignore[arg-type]
        entry = {"level": "error", "source": "network", "url": url, "text": text}
        self._hears["Log.entryAdded"]({"entry": entry})


@pytest.mark.parametrize("before", range(LONGEST_TOLD - len(TOKEN) - 2, LONGEST_TOLD + 2, 3))
async def test_of_a_secret_that_is_cut_nothing_is_left(before):
    place = Place()
    place.throws("x" * before + TOKEN)
    await place.does_not_load(
        f"http://shop.example/{'y' * before}{TOKEN}",
        f"the server responded with a status of {'z' * before}{TOKEN}",
    )
    told = place.redactor.text(place.troubles.take())
    assert [part for part in (TOKEN[:4], TOKEN[:8], TOKEN[:15]) if part in told] == []
    assert "xxx" in told
    assert "yyy" in told
    assert "zzz" in told


async def test_an_address_that_is_none_is_passed_over():
    place = Place()
    place.url = "about:blank"
    await place.does_not_load("http://[x/", "net::ERR_INVALID_URL")
    assert place.troubles.take() == ""


async def test_how_an_address_is_told_says_nothing_of_its_query():
    place = Place()
    await place.does_not_load(
        "http://shop.example/save?key=1", "the server responded with a status of 500 ()"
    )
    assert place.troubles.take() == "did not load: /save?... (500)"
