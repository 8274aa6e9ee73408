from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

pytest.importorskip("mcp")

from mcp import Client
from mcp_types import CallToolResult

from agent_core.demo_site import DemoSite
from agent_core.faces.desk.desk import Desk
from agent_core.faces.mcp.server import make_server
from tests.agent_core.faces.mcp.conftest import Host

pytestmark = pytest.mark.browser


def text(result: CallToolResult) -> str:
    assert not result.is_error, result.content
    return result.content[0].text


def ref_of(listed: str, words: str) -> str:
    [found] = re.findall(rf"(f\d+e\d+) {words}", listed)
    return found


async def test_a_host_steers_a_page_by_refs_that_stay_good(host: Host, site: DemoSite):
    async with host() as client:
        opened = text(await client.call_tool("open_page", {"url": site.url}))
        page = opened.splitlines()[0].removeprefix("page ")
        field, press = ref_of(opened, 'searchbox "Search posts"'), ref_of(opened, 'button "Search"')
        looked = text(await client.call_tool("observe", {"page": page, "query": "tide clock"}))
        assert "A tide clock made from a bicycle wheel" in looked
        actions = [
            {"action": "type", "ref": field, "text": "sail"},
            {"action": "click", "ref": press},
            {"action": "scroll", "to": "top"},
        ]
        acted = text(await client.call_tool("act", {"page": page, "actions": actions}))
        assert "1. typed" in acted
        assert "2. clicked" in acted
        assert "Our ferry now runs on two batteries and a sail" in acted
        assert "A tide clock" not in acted
        wrong = await client.call_tool(
            "act", {"page": page, "actions": [{"action": "click", "ref": "f0e9999"}]}
        )
        assert wrong.is_error
        assert "was not shown" in wrong.content[0].text
        gone = text(
            await client.call_tool("act", {"page": page, "actions": [{"action": "click", "ref": press}]})
        )
        assert gone.startswith("1. ")
        assert text(await client.call_tool("close_page", {"page": page})) == f"{page} is closed"


async def test_a_page_is_shown_as_a_picture_where_that_is_asked_for(
    desk: Callable[..., Desk], site: DemoSite
):
    async with desk() as serving, Client(make_server(serving)) as client:
        opened = text(await client.call_tool("open_page", {"url": site.url}))
        page = opened.splitlines()[0].removeprefix("page ")
        blind = await client.call_tool(
            "act", {"page": page, "actions": [{"action": "click", "x": 5, "y": 5}]}
        )
        assert "no picture was shown" in blind.content[0].text
        seen = await client.call_tool("observe", {"page": page, "picture": True})
        assert [block.type for block in seen.content] == ["text", "image"]
        pointed = await client.call_tool(
            "act", {"page": page, "actions": [{"action": "click", "x": 5, "y": 5}]}
        )
        assert text(pointed).startswith("1. clicked")
        kept = await client.read_resource(f"agent-core://pages/{page}/screenshot")
        assert kept.contents[0].mime_type == "image/png"
        full = await client.call_tool("open_page", {"url": site.url})
        assert full.is_error
        assert "close_page" in full.content[0].text


async def test_a_page_that_nobody_uses_is_closed(
    desk: Callable[..., Desk], site: DemoSite, our_browsers: Callable[[], set[int]]
):
    serving = desk()
    serving.options = replace(serving.options, page_idle_s=0.0)
    async with serving, Client(make_server(serving)) as client:
        opened = text(await client.call_tool("open_page", {"url": site.url}))
        page = opened.splitlines()[0].removeprefix("page ")
        looked = await client.call_tool("observe", {"page": page})
        assert looked.is_error
    assert our_browsers() == set()


async def test_no_call_outlives_the_patience_of_a_host(
    desk: Callable[..., Desk], site: DemoSite, silent: str, our_browsers: Callable[[], set[int]]
):
    async with desk() as serving, Client(make_server(serving)) as client:
        opened = text(await client.call_tool("open_page", {"url": site.url}))
        page = opened.splitlines()[0].removeprefix("page ")
        patient, hasty = serving.options, replace(serving.options, wait_s=1.0)
        serving.options = hasty
        waits = [
            {"action": "wait", "seconds": 3},
            {"action": "click", "ref": ref_of(opened, 'link "Letter"')},
        ]
        acted = text(await client.call_tool("act", {"page": page, "actions": waits}))
        assert acted == "still going on: call observe to see what came of it"
        serving.options = patient
        assert "Your e-mail address" in text(await client.call_tool("observe", {"page": page}))
        await client.call_tool("close_page", {"page": page})
        serving.options = hasty
        never = await client.call_tool("open_page", {"url": silent})
        assert never.is_error
        assert "not open after 1 s" in never.content[0].text
    assert our_browsers() == set()
