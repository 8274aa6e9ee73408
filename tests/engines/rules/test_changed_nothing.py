"""When a click after which a page is as it was is no success, and when nothing had to change."""

from __future__ import annotations

import pytest

from browser.model.actions import Click
from browser.model.observation import Box, Element, Observation
from browser.model.results import ActionResult
from engines.rules.outcome import changed_nothing
from engines.rules.scene import Scene

URL = "http://127.0.0.1/page"


def clicked(target: Element, *, focused: str = "", effect: str = "") -> bool:
    """Whether a click on this element is said to have changed nothing on a page that stays as it was."""
    page = Observation(url=URL, elements=(target,), focused=focused)
    result = ActionResult(action=Click(target.ref), did="clicked it", effect=effect)
    return changed_nothing(Scene(page), Scene(page, results=(result,)), closely=True)


def element(role: str, **fields: object) -> Element:
    return Element(ref="e1", role=role, box=Box(0, 0, 40, 20), interactive=True, **fields)


@pytest.mark.parametrize(
    "target",
    [
        element("button", name="Save"),
        element("button", name="Print"),
        element("link", name="Next", href="http://127.0.0.1/page#"),
        element("checkbox", name="News", states=frozenset({"checked"})),
        element("textbox", name="Name", value=""),
    ],
    ids=lambda target: target.name,
)
def test_what_should_have_shown_and_did_not_is_said(target):
    assert clicked(target)


@pytest.mark.parametrize(
    ("target", "focused"),
    [
        pytest.param(element("textbox", name="Name", value=""), "e1", id="a field that has the keyboard"),
        pytest.param(element("tab", name="Prices", states=frozenset({"selected"})), "", id="a tab in front"),
        pytest.param(element("radio", name="Red", states=frozenset({"checked"})), "", id="a choice that is made"),
        pytest.param(element("link", name="Top", href=f"{URL}#top"), "", id="a link to where we are"),
        pytest.param(element("button", name="Copy link"), "", id="what is copied"),
    ],
)  # fmt: skip
def test_what_need_not_show_is_no_failure(target, focused):
    assert not clicked(target, focused=focused)


def test_an_effect_that_was_seen_is_a_change():
    assert not clicked(element("button", name="Save"), effect="a download began: report.pdf")
