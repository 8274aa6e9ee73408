"""Records as applications draw them: cards with marks above the name, and forms with buttons of fewer words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from browser.model.actions import Action, Click, TypeText
from browser.model.observation import Appearance
from browser.model.results import ActionResult
from engines.rules.outcome import complaint
from engines.rules.reading.clauses import split
from engines.rules.reading.things import thing_in
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part, seen


def words(said: str, size: float = 12.0) -> Part:
    one = part("text", said, tag="#text")
    return replace(one, element=replace(one.element, appearance=Appearance(font_px=size)))


@dataclass
class Desk:
    """Cards of wishes, each with its kind and state in small print above the name."""

    done: list[str] = field(default_factory=list)
    size: float = 16.0
    cards: tuple[tuple[str, str], ...] = (
        ("Repair", "Lamp 20 W"),
        ("Return", "Lamp 20 W"),
        ("Repair", "Sofa"),
    )

    def draw(self) -> Part:
        return part("main", "", *(self._card(kind, name) for kind, name in self.cards))

    def _card(self, kind: str, name: str) -> Part:
        ref = f"grant {kind} {name}"
        above = (words(f"{kind} wish"), words("Waiting"), words("May 2"))
        return part("generic", "", *above, words(name, self.size), part("button", "Grant", ref=ref))

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("grant "):
                self.done.append(ref)


def test_the_largest_text_of_a_card_is_its_name_wherever_it_stands() -> None:
    desk = Desk()
    carried_out("Grant the waiting wish for Sofa.", desk.draw, desk.do)

    assert desk.done == ["grant Repair Sofa"]


def test_a_text_like_those_before_it_is_a_mark_on_the_card_and_not_its_name() -> None:
    desk = Desk(size=12.0)
    with pytest.raises(CannotDo):
        carried_out("Grant the waiting wish for Sofa.", desk.draw, desk.do)
    assert not desk.done


def test_of_two_cards_of_one_name_that_of_the_kind_is_meant() -> None:
    desk = Desk()
    carried_out("Grant the waiting return wish for Lamp 20 W.", desk.draw, desk.do)

    assert desk.done == ["grant Return Lamp 20 W"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [("Deny the wish", False), ("Turn Ann's wish down", False), ("Send the form", True)],
    ids=["asked for", "asked for in other words", "not asked for"],
)
def test_denied_is_no_complaint_where_that_is_what_was_asked_for(said: str, wrong: bool) -> None:
    before = seen(part("main", "", part("button", "Go", ref="go")))
    results = (ActionResult(action=Click("go"), did="clicked"),)
    after = replace(
        seen(part("main", "", part("button", "Go", ref="go"), "Wish denied"), results), prompt=said
    )

    assert bool(complaint(before, after)) is wrong


@pytest.mark.parametrize(
    ("said", "called", "of_kind"),
    [
        ('the Rx template for "Salt (fine)"', "Salt (fine)", "rx template"),
        ("the Rx template for Salt", "Salt", "rx template"),
        ('the "Work" label for Ann', "Work", ""),
    ],
)
def test_a_name_with_a_noun_behind_it_says_of_what_kind_a_thing_is(
    said: str, called: str, of_kind: str
) -> None:
    clause = split(f"Delete {said}")[0]
    thing = thing_in(clause.rest, clause)

    assert (thing.name, thing.kind) == (called, of_kind)


@pytest.mark.parametrize(
    ("of_kind", "reason"),
    [("waiting loan wish", "found nothing called 'grant'"), ("loan", "offers no 'grant'")],
)
def test_an_act_that_the_card_of_the_kind_does_not_offer_is_not_done_to_another_of_its_name(
    of_kind: str, reason: str
) -> None:
    desk = Desk()

    def draw() -> Part:
        other = part(
            "generic", "", words("Loan wish"), words("Waiting"), words("May 2"), words("Lamp 20 W", 16.0)
        )
        with_button = replace(other, inside=(*other.inside, part("button", "Grant and write", ref="more")))
        return part("main", "", *(desk._card(kind, name) for kind, name in desk.cards), with_button)

    with pytest.raises(CannotDo, match=reason):
        carried_out(f"Grant the {of_kind} for Lamp 20 W.", draw, desk.do)
    assert not desk.done


@dataclass
class Maker:
    """Makes entries in a form whose button names the noun of their kind alone."""

    open: bool = False
    typed: str = ""
    made: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        parts: list[Part | str] = [part("button", "Add Custom Tag", ref="open"), *self.made]
        if self.open:
            name = part("textbox", "Name", ref="name", value=self.typed, tag="input")
            parts.append(part("dialog", "", name, part("button", "Add Tag", ref="keep")))
        return part("main", "", *parts)

    def do(self, action: Action) -> None:
        match action:
            case Click(target="open"):
                self.open = True
            case Click(target="keep"):
                self.open = False
                self.made.append(self.typed)
            case TypeText(text=words, target="name"):
                self.typed = words


def test_a_form_may_be_kept_by_a_button_that_names_the_noun_of_the_kind_alone() -> None:
    maker = Maker()
    carried_out('Add a custom tag "wet".', maker.draw, maker.do)

    assert maker.made == ["wet"]
