"""What changed between two looks at a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_core.loop.verify import AS_BEFORE, NO_EFFECT, digest, effect, effect_of
from browser.model.actions import Click
from browser.model.observation import Dialog, Element, Observation, Screenshot, Tab
from browser.model.results import ActionResult

FIELD = Element(ref="f0e1", role="textbox", name="Name", value="")
BOX = Element(ref="f0e2", role="checkbox", name="News", states=frozenset({"unchecked"}))
TAB = Tab(id="t1", url="https://a.example/", title="A", active=True)
PAGE = Observation(
    url="https://a.example/",
    title="A",
    elements=(FIELD, BOX),
    text="Hello\nName",
    tabs=(TAB,),
    page_size=(1280.0, 2000.0),
)


def seen(**changes: object) -> Observation:
    return replace(PAGE, **changes)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        pytest.param(seen(), NO_EFFECT, id="nothing"),
        pytest.param(
            seen(url="https://a.example/thanks"), "the page went to https://a.example/thanks", id="page"
        ),
        pytest.param(seen(title="B"), "the title is now 'B'", id="title"),
        pytest.param(
            seen(elements=(replace(FIELD, value="Ann"), BOX)), "textbox 'Name' now shows 'Ann'", id="value"
        ),
        pytest.param(
            seen(elements=(FIELD, replace(BOX, states=frozenset({"checked"})))),
            "checkbox 'News' is now checked",
            id="state",
        ),
        pytest.param(seen(text="Hello\nName\nSaved"), "appeared: 'Saved'", id="text came"),
        pytest.param(seen(text="Name"), "disappeared: 'Hello'", id="text went"),
        pytest.param(
            seen(dialog=Dialog(kind="alert", message="Sure?")), "a dialog opened: 'Sure?'", id="dialog"
        ),
        pytest.param(
            seen(tabs=(TAB, replace(TAB, id="t2", url="https://b.example/"))),
            "tab t2 opened: https://b.example/",
            id="tab",
        ),
        pytest.param(seen(scroll=(0.0, 300.0)), "scrolled to 300 px of 2000", id="scroll"),
        pytest.param(
            seen(elements=(FIELD,)), "only details changed on the page", id="an element without a text"
        ),
    ],
)
def test_a_change_is_said_in_words(after, said):
    assert effect(PAGE, after) == said
    assert (digest(PAGE) == digest(after)) == (said == NO_EFFECT)


def test_many_changes_are_counted():
    fields = tuple(Element(ref=f"f0e{n}", role="textbox", name=f"F{n}", value="") for n in range(9))
    filled = tuple(replace(field, value="x") for field in fields)
    said = effect(seen(elements=fields), seen(elements=filled))
    assert said.count("now shows") == 6
    assert said.endswith("and 3 more changes")


def test_of_another_page_it_is_told_what_it_shows_and_not_all_that_it_does_not():
    said = effect(PAGE, seen(url="https://a.example/thanks", text="Thanks"))

    assert said == "the page went to https://a.example/thanks; appeared: 'Thanks'"


def test_what_an_action_has_told_is_not_denied():
    told = ActionResult(action=Click("f0e1"), did="clicked", effect="18 elements changed")
    silent = ActionResult(action=Click("f0e1"), did="clicked")

    assert effect_of((silent, told), PAGE, seen()) == AS_BEFORE
    assert effect_of((silent,), PAGE, seen()) == effect_of((), PAGE, seen()) == NO_EFFECT
    assert effect_of((told,), PAGE, seen(title="B")) == "the title is now 'B'"


def test_pictures_count_only_where_nothing_else_was_seen():
    one, other = (Screenshot(data=data, width_px=1, height_px=1) for data in (b"1", b"2"))
    assert digest(seen(screenshots=(one,))) == digest(seen(screenshots=(other,)))
    blind = Observation(url="https://a.example/", screenshots=(one,))
    assert effect(blind, replace(blind, screenshots=(other,))) == "the page looks different"
