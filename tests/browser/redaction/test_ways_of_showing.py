"""A picture does not depend on a secret's value, in whichever way the page paints it; or there is no picture."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image, ImageChops

from browser.lifecycle.launch import Browser
from browser.model.errors import BrowserError
from browser.model.observation import View
from browser.options import Recording, SessionOptions
from browser.redaction.secret_store import SecretStore
from browser.session import Session
from testbed.serving import Server
from tests.support.ways_of_showing import INNER, UNTOLD, WAYS, Way

pytestmark = [pytest.mark.browser, pytest.mark.guard, pytest.mark.asyncio(loop_scope="session")]

FEW = (
    "letters on a wave",
    "several fields",
    "generated text before the rest",
    "generated text elsewhere",
    "a shadow by a filter of its parent",
    "a frame of another origin that is turned",
    "outlines of letters",
)


def keeping(*values: str) -> SecretStore:
    store = SecretStore()
    for value in values:
        store.redactor.add(value, "{{secret:PW}}")
    return store


def pixels(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def is_same(one: bytes, other: bytes) -> bool:
    return ImageChops.difference(pixels(one), pixels(other)).getbbox() is None


async def opened(browser: Browser, *values: str, **options: Any) -> Session:
    return await browser.open_session(SessionOptions(secrets=keeping(*values), **options))


async def show(server: Server, way: Way, shown: Sequence[tuple[Session, str]]) -> None:
    """Open in each session the page that shows its value, as it is when it has come to rest in all of them."""
    server.page(INNER, "/inner")

    async def one(session: Session, value: str, path: str) -> None:
        server.media[path] = way.media or "text/html"
        await session.goto(server.page(way.page(value), path))
        assert session.front is not None
        if way.click:
            await session.front.click("#go")
        await session.front.wait_for_timeout(way.wait_ms)

    await asyncio.gather(*(one(*each, f"/way/{number}") for number, each in enumerate(shown)))


async def kept_pictures(session: Session) -> list[bytes]:
    """Pictures that a run would keep; none where it would keep none."""
    try:
        return [(await session.screenshot()).data, (await session.screenshot(full=True)).data]
    except BrowserError:
        return []


async def seen_pictures(session: Session) -> list[bytes]:
    """What an engine sees; there, images are not covered."""
    seen = await session.observe(View(elements=False, screenshots="viewport"))
    return [one.data for one in seen.screenshots]


async def masked_pictures(sessions: Sequence[Session], way: Way, name: str) -> list[list[bytes]]:
    """What each of the sessions gives of its page."""

    async def of(session: Session) -> list[bytes]:
        kept = await kept_pictures(session)
        assert bool(kept) is (name not in UNTOLD), name
        return [*kept, *([] if way.images else await seen_pictures(session))]

    return await asyncio.gather(*map(of, sessions))


async def assert_same(browser: Browser, server: Server, ways: list[str]) -> None:
    shown: list[str] = []
    for values in sorted({WAYS[name].values for name in ways}):
        known = ([values[0]], [values[1]], [], [])
        sessions = [await opened(browser, *secrets) for secrets in known]
        pages = list(zip(sessions, (values[0], values[1], values[0], values[2]), strict=True))
        masking, plain = sessions[:2], sessions[2:]
        for name in ways:
            way = WAYS[name]
            if way.values != values:
                continue
            await show(server, way, pages)
            masked = await masked_pictures(masking, way, name)
            if way.moves:
                shown += [name for picture in chain(*masked) if green_pixels(pixels(picture))]
            elif not all(map(is_same, *masked)):
                # A busy browser may show a part of a page late; what shows a value shows it again.
                await show(server, way, pages[:2])
                masked = await masked_pictures(masking, way, name)
                shown += [] if all(map(is_same, *masked)) else [name]
            control = [(await session.screenshot()).data for session in plain]
            assert not is_same(*control), f"{name} shows no value"
        for session in sessions:
            await session.close()
    assert shown == []


def green_pixels(image: Image.Image) -> int:
    """What moves is green, and nothing else is."""
    red, green, blue = image.split()
    return sum(ImageChops.subtract(green, ImageChops.lighter(red, blue)).histogram()[60:])


async def test_a_picture_does_not_depend_on_a_value(server, browser):
    await assert_same(browser, server, list(FEW))


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_picture_does_not_depend_on_a_value_in_whichever_way_it_is_shown(server, browser):
    assert len(WAYS) >= 40
    await assert_same(browser, server, list(WAYS))


GREEN = """<style>
* {color: lime; border-color: black !important; outline-color: black !important} #plain {color: black}
</style>"""
"""Text is green, and what else is drawn in the colour of the text, such as the border of a dialog, is not."""
FILMED_S = 0.7
"""How long a page stands, so that a picture of it comes into the film."""


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_nor_does_a_film(server, browser, tmp_path: Path):
    shown = {}
    value = "Marten-Cove-2093"
    for name, values in (("masked", (value,)), ("plain", ())):
        (tmp_path / name).mkdir()
        session = await opened(browser, *values, recording=Recording(folder=tmp_path / name, video=True))
        server.page(INNER, "/inner")
        for way in list(WAYS.values())[::4]:
            if way.values[0] == value and not way.media and not way.images:
                await session.goto(server.page(GREEN + way.page(value), "/way"))
                await asyncio.sleep(FILMED_S)
        film = (await session.recorded()).video
        await session.close()
        assert film is not None
        with av.open(str(film)) as frames:
            shown[name] = [green_pixels(frame.to_image().convert("RGB")) for frame in frames.decode(video=0)]
    assert max(shown["plain"]) > 0
    assert max(shown["masked"]) == 0
