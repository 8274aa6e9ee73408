"""Which new tabs are taken for those that a page of ours has asked for."""

from __future__ import annotations

import json

import pytest

from browser.cdp.attached.led_tabs import MOST_WANTED, LedTabs


@pytest.fixture
def led() -> LedTabs:
    tabs = LedTabs()
    tabs.attached("s1", {"type": "page", "targetId": "OURS"})
    return tabs


def asked(url: str, disposition: str = "newTab") -> bytes:
    params = {"frameId": "F", "reason": "anchorClick", "url": url, "disposition": disposition}
    return json.dumps(
        {"method": "Page.frameRequestedNavigation", "params": params, "sessionId": "s1"},
        separators=(",", ":"),
    ).encode()


@pytest.mark.parametrize(
    "url", ["http://a.test/x?y", "https://a.test/", "blob:http://a.test/1-2", "file:///tmp/a.html"]
)
def test_a_page_leads_to_pages_once_each(led: LedTabs, url: str):
    led.note(asked(url))
    assert [led.take(url), led.take(url)] == ["OURS", ""]


@pytest.mark.parametrize("url", ["chrome://newtab/", "about:blank", "", "chrome-extension://a/b"])
def test_no_page_takes_a_new_tab_that_somebody_opens_for_themselves(led: LedTabs, url: str):
    led.note(asked(url))
    assert led.take(url) == ""


def test_of_a_page_that_asks_without_end_the_last_are_known(led: LedTabs):
    for at in range(3 * MOST_WANTED):
        led.note(asked(f"http://a.test/{at}"))
    assert len(led._wanted) == MOST_WANTED
    assert led.take(f"http://a.test/{3 * MOST_WANTED - 1}") == "OURS"
