"""An address counts as opened once its document is there: the present one may ask whether it is to be left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from browser.input.context import InputContext
from browser.input.navigate import history, load
from browser.input.outcome import Outcome


@dataclass
class Asking:
    """A page that asks whether it is to be left, until it is answered."""

    answered: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = "http://here.test/"
    hear_of_documents: list[Any] = field(default_factory=list)

    async def reload(self, **_):
        await self.answered.wait()

    go_back = go_forward = reload

    async def goto(self, url, **_):
        await self.answered.wait()


def acting(page, told):
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Context(InputContext):
        tabs: Any = None

        async def rest(self, since, ceiling_s=0.0, *, rested=False):
            return True

    tabs = SimpleNamespace(active=SimpleNamespace(page=page, worlds=page))
    return Context(tabs=tabs, on_progress=lambda outcome: told.append(outcome.did))


WAYS = [
    pytest.param(
        lambda context: load(context, "http://there.test/", Outcome("opened http://there.test/")),
        "asked for http://there.test/",
        "opened http://there.test/",
        id="address",
    ),
    pytest.param(
        lambda context: history(context, "reload"),
        "asked to load the page again",
        "loaded the page again",
        id="reload",
    ),
]


@pytest.mark.parametrize(("go", "asked", "done"), WAYS)
async def test_a_page_that_asks_whether_it_is_to_be_left_is_not_told_as_left(go, asked, done):
    page, told = Asking(), []
    going = asyncio.ensure_future(go(acting(page, told)))
    await asyncio.sleep(0)
    assert told == [asked]
    page.answered.set()
    assert (await going).did == done
    assert told == [asked, done]
    assert page.hear_of_documents == []


@pytest.mark.parametrize(("go", "asked", "done"), WAYS)
async def test_a_document_that_came_and_asks_something_is_told_as_opened(go, asked, done):
    page, told = Asking(), []
    going = asyncio.ensure_future(go(acting(page, told)))
    await asyncio.sleep(0)
    for hear in page.hear_of_documents:
        hear()
    assert told == [asked, done]
    going.cancel()
