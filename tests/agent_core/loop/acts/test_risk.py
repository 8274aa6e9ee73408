"""Which acts wait for a person's yes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_core.loop.acts.risk import risk_of, told
from agent_core.task.fields import RISKY_ACTS
from browser.model.actions import (
    AnswerDialog,
    Click,
    Drag,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    Point,
    Press,
    Scroll,
    SwitchTab,
    TypeText,
    Upload,
    Wait,
)
from browser.model.observation import Box, Dialog, Element, Observation


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
        ("Publier", "send"),
        ("Enviar", "send"),
        ("Envía el mensaje", "send"),
        ("Ordina ora", "buy"),
        ("Commander", "buy"),
        ("Comprar", "buy"),
        ("Public", None),
        ("Publications", None),
        ("Environment", None),
        ("Ordinary", None),
        ("Ordina per prezzo", None),
        ("Commands", None),
        ("Compress", None),
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


@pytest.mark.parametrize(
    ("message", "accept", "risk"),
    [("Delete 3 files?", True, "delete"), ("Delete 3 files?", False, None), ("Leave the page?", True, None)],
)
def test_what_a_dialog_asks_is_what_a_yes_to_it_does(message, accept, risk):
    page = replace(page_with("", "button"), dialog=Dialog(kind="confirm", message=message))
    assert risk_of(AnswerDialog(accept), page, RISKY_ACTS) == risk


def test_a_person_is_told_what_the_dialog_asks():
    page = replace(page_with("", "button"), dialog=Dialog(kind="confirm", message="Delete 3 files?"))
    assert told(AnswerDialog(True), "delete", page) == (
        'May the agent accept the dialog "Delete 3 files?" at http://127.0.0.1/shop? '
        "It may delete or cancel something."
    )


SEARCHING = Observation(
    url="http://127.0.0.1/shop",
    elements=(
        Element(ref="f0e1", role="searchbox", name="Search", box=Box(0, 0, 90, 30), interactive=True),
        Element(ref="f0e2", role="button", name="Buy now", box=Box(0, 40, 90, 30), interactive=True),
        Element(ref="f0e3", role="text", name="now", box=Box(40, 40, 40, 30), parent="f0e2"),
        Element(ref="f0e4", role="link", name="Next", box=Box(0, 80, 90, 30), interactive=True),
    ),
    focused="f0e1",
)


@pytest.mark.parametrize(
    ("before", "action", "risk"),
    [
        ((), Press("Enter"), None),
        ((Hover("f0e2"), Wait(1), Scroll(dy=90)), Press("Enter"), None),
        ((TypeText("hat", "f0e1"),), Press("Enter"), None),
        ((Click(Point(20, 20)), Press("Control+A"), TypeText("hat")), Press("Enter"), None),
        ((Press("Tab"),), Press("Enter"), "send"),
        ((Press("Tab", "f0e1"),), Press("Enter"), "send"),
        ((), Press("Tab+Enter"), "send"),
        ((), Press("Tab+Enter", "f0e1"), "send"),
        ((Press("Tab"),), Press("Space"), "send"),
        ((Press("Tab"),), TypeText("hat", submit=True), "send"),
        ((SwitchTab("t2"),), Press("Enter"), "send"),
        ((), HoldKey("Enter"), None),
        ((Press("Tab"),), HoldKey("Enter"), "send"),
        ((Click("f0e4"),), Press("Enter"), "send"),
        ((Press("Space", "f0e4"),), Press("Enter"), "send"),
        ((Press("Home"), Press("ArrowDown", "f0e4")), Press("Enter"), "send"),
        ((), Press("ArrowDown+Enter", "f0e4"), "send"),
        ((), Press("ArrowDown+Enter", "f0e1"), None),
        ((), Press("Enter", "f0e4"), None),
        ((TypeText("hat", "f0e1", submit=True),), Press("Enter"), "send"),
        ((MouseMove(Point(20, 50)),), MouseDown(), "buy"),
        ((MouseMove(Point(20, 90)),), MouseDown(), None),
        ((), MouseDown(), "send"),
        ((Scroll(dy=300),), Click(Point(20, 90)), "send"),
        ((MouseMove(Point(5, 5)),), Click(Point(20, 50)), "buy"),
        ((Scroll(dy=300),), Click("f0e4"), None),
    ],
)
def test_what_was_done_since_the_page_was_seen_decides_where_keyboard_and_pointer_are(before, action, risk):
    assert risk_of(action, SEARCHING, RISKY_ACTS, before) == risk


def test_what_cannot_be_known_counts_as_any_of_the_kinds_that_are_wanted():
    assert risk_of(Press("Enter"), SEARCHING, ("delete", "upload"), (Press("Tab"),)) == "delete"
    assert risk_of(Press("Enter"), SEARCHING, ("upload",), (Press("Tab"),)) is None


def test_a_part_of_a_button_presses_the_button():
    assert risk_of(Click("f0e3"), SEARCHING, RISKY_ACTS) == "buy"


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
    assert told(Click("f0e1", count=2), "buy", page_with("Buy now")).startswith(
        'May the agent click button "Buy now" x2 at'
    )
    assert told(Click(Point(20, 20)), "buy", page_with("Buy now")).startswith(
        'May the agent click (20, 20) on button "Buy now" at'
    )
    assert told(TypeText("f0e1", "f0e1", submit=True), "send", page_with("Message", "textbox")).startswith(
        'May the agent type "f0e1" into textbox "Message" at'
    )


def test_a_person_is_not_told_of_an_element_where_it_is_not_known_what_would_be_pressed():
    assert told(Press("Enter"), "send", SEARCHING, (Press("Tab"),)) == (
        "May the agent press Enter at http://127.0.0.1/shop? It may send something."
    )
