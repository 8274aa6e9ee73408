"""Which acts wait for a person's yes."""

from __future__ import annotations

import pytest

from agent_core.loop.risk import risk_of, told
from agent_core.task.fields import RISKY_ACTS
from browser.model.actions import Click, Drag, Hover, Point, Press, Scroll, TypeText, Upload
from browser.model.observation import Box, Element, Observation


def page_with(name: str, role: str = "button", **fields: object) -> Observation:
    whole = Element(ref="f0e0", role="generic", name="", box=Box(0, 0, 1000, 1000))
    one = Element(ref="f0e1", role=role, name=name, box=Box(10, 10, 80, 30), interactive=True, **fields)
    return Observation(url="http://127.0.0.1/shop", elements=(whole, one), focused="f0e1")


@pytest.mark.parametrize(
    ("name", "risk"),
    [
        ("Buy now", "buy"),
        ("Place your order", "buy"),
        ("Jetzt kaufen", "buy"),
        ("Zahlungspflichtig bestellen", "buy"),
        ("Payer", "buy"),
        ("Send", "send"),
        ("Nachricht absenden", "send"),
        ("Publish post", "send"),
        ("Delete account", "delete"),
        ("Remove from list", "delete"),
        ("Abo kündigen", "delete"),
        ("Next", None),
        ("Show details", None),
        ("Cancel", None),
        ("Display", None),
        ("Resend?", None),
        ("Search", None),
    ],
)
def test_the_name_of_what_is_pressed_decides(name, risk):
    assert risk_of(Click("f0e1"), page_with(name), RISKY_ACTS) == risk


def test_only_the_kinds_that_are_wanted_count():
    assert risk_of(Click("f0e1"), page_with("Buy now"), ("send",)) is None
    assert risk_of(Click("f0e1"), page_with("Buy now"), ()) is None
    assert risk_of(Upload("f0e1", ("a.pdf",)), page_with("File"), ("upload",)) == "upload"
    assert risk_of(Upload("f0e1", ("a.pdf",)), page_with("File"), ("buy",)) is None


def test_a_click_at_a_point_is_judged_by_what_lies_there():
    page = page_with("Pay")
    assert risk_of(Click(Point(20, 20)), page, RISKY_ACTS) == "buy"
    assert risk_of(Click(Point(500, 500)), page, RISKY_ACTS) is None


def test_enter_sends_what_is_no_search_and_presses_a_button_that_has_the_keyboard():
    field, search = page_with("Message", "textbox"), page_with("Search the shop", "searchbox")
    assert risk_of(TypeText("hi", "f0e1", submit=True), field, RISKY_ACTS) == "send"
    assert risk_of(TypeText("hi", "f0e1"), field, RISKY_ACTS) is None
    assert risk_of(TypeText("hat", "f0e1", submit=True), search, RISKY_ACTS) is None
    assert risk_of(Press("Enter"), field, RISKY_ACTS) == "send"
    assert risk_of(Press("Tab"), field, RISKY_ACTS) is None
    assert risk_of(Press("Enter"), page_with("Delete"), RISKY_ACTS) == "delete"
    assert risk_of(Press("Enter"), page_with("Next"), RISKY_ACTS) is None
    assert risk_of(Press("Space"), page_with("Buy"), RISKY_ACTS) == "buy"


@pytest.mark.parametrize("action", [Hover("f0e1"), Scroll(), Drag("f0e1", Point(1, 1))])
def test_what_presses_nothing_is_not_asked_about(action):
    assert risk_of(action, page_with("Buy"), RISKY_ACTS) is None


def test_a_long_text_that_is_clicked_is_no_button():
    assert risk_of(Click("f0e1"), page_with("You may buy this " * 10), RISKY_ACTS) is None


def test_a_person_is_told_what_would_be_done_and_where():
    assert told(Click("f0e1"), "buy", page_with("Buy now")) == (
        'May the agent click button "Buy now" at http://127.0.0.1/shop? It may buy or order something.'
    )
    assert told(Press("Enter"), "send", page_with("Message", "textbox")) == (
        'May the agent press Enter on textbox "Message" at http://127.0.0.1/shop? It may send something.'
    )
