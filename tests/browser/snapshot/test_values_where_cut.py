"""Texts are cut behind a value or before it, and never within one."""

from __future__ import annotations

import pytest

from browser.model.observation import Element, LookRequest
from browser.redaction.redactor import Redactor
from browser.snapshot.capture import Captured
from browser.snapshot.distill.distill import distill
from browser.snapshot.distill.token_budget import MAX_TEXT
from browser.snapshot.look import WHOLE_TEXT, answer
from browser.snapshot.spread_values import without_whole_values

TOKEN = "Fjord7719cobaltMarten2093heronQuay41"
PARTS = (TOKEN[:6], TOKEN[:12], TOKEN[:15])


@pytest.fixture
def redactor() -> Redactor:
    made = Redactor()
    made.add(TOKEN, "{{secret:TOKEN}}")
    return made


def text(ref: str, name: str, parent: str = "") -> Element:
    return Element(ref=ref, role="text", name=name, parent=parent)


@pytest.mark.parametrize("before", range(MAX_TEXT - len(TOKEN) - 2, MAX_TEXT + 2, 5))
def test_a_page_that_is_shortened_tells_no_part_of_a_value(redactor, before):
    tail = [text(f"f0e{at + 9}", "word", "f0e2") for at in range(500)]
    page = [
        Element(ref="f0e1", role="paragraph"),
        text("f0e3", f"{'x' * before} {TOKEN} {'y ' * 900}", "f0e1"),
        Element(ref="f0e2", role="paragraph"),
        text("f0e4", "x" * (before - 1), "f0e2"),
        text("f0e5", TOKEN, "f0e2"),
        *tail,
    ]
    told = distill(without_whole_values(page, redactor), 400)
    assert len([one for one in told if "more characters" in one.name]) == 2
    assert [part for part in PARTS if part in repr(redactor.of(told))] == []


@pytest.mark.parametrize("before", range(WHOLE_TEXT - len(TOKEN) - 2, WHOLE_TEXT + 2, 5))
def test_an_answer_to_a_look_that_is_shortened_tells_no_part_of_a_value(redactor, before):
    page = Captured(elements=(text("f0e1", f"{'x' * before} {TOKEN} {'y ' * 900}"),))
    found = answer(page, LookRequest(ref="f0e1"), 100_000, redactor)
    assert "more characters" in found.elements[0].name
    assert [part for part in PARTS if part in repr(redactor.of(found))] == []


def test_elements_without_a_value_are_the_same(redactor):
    elements = [text("f0e1", "Oslo"), text("f0e2", "Bergen")]
    assert without_whole_values(elements, redactor) == elements
    assert without_whole_values([], redactor) == []
