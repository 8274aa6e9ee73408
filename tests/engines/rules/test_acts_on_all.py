"""What is done to all things of a list at once, by the control that says so, and is seen of each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click
from engines.rules.plan import read_plan
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part


@dataclass
class Quay:
    """Boats in one place, chores and letters in two others, each with acts on one and on all."""

    place: str = "Boats"
    chores: dict[str, bool] = field(
        default_factory=lambda: {"Tar the hull": False, "Mend nets": True, "Rig": False}
    )
    letters: list[str] = field(default_factory=lambda: ["From Ida", "From Tor"])
    asks: bool = False
    asked: bool = False
    misses: str = ""
    pressed: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        names = ("Boats", "Chore List 2", "Letters 2")
        ways = part("navigation", "", *(part("link", name, ref=name) for name in names))
        return part("main", "", ways, *self._inside())

    def _inside(self) -> list[Part]:
        if self.place == "Chore List 2":
            rows = [
                part("listitem", "", name, *([] if done else [part("button", "Done", ref=f"done {name}")]))
                for name, done in self.chores.items()
            ]
            return [part("button", "Mark all as done", ref="all"), part("list", "", *rows)]
        if self.place == "Letters 2":
            rows = [
                part("listitem", "", one, part("button", "Archive", ref=f"one {one}")) for one in self.letters
            ]
            sure = (
                [part("dialog", "", "Archive everything?", part("button", "Yes", ref="yes"))]
                if self.asked
                else []
            )
            return [part("button", "Archive all letters", ref="all"), part("list", "", *rows), *sure]
        return [part("list", "", part("listitem", "", "Skiff", part("button", "Sell all boats", ref="sell")))]

    def do(self, action: Action) -> None:
        match action:
            case Click(target=("Boats" | "Chore List 2" | "Letters 2") as place):
                self.place = place
            case Click(target="all") if self.place == "Chore List 2":
                self.chores = {name: done or name != self.misses for name, done in self.chores.items()}
            case Click(target="all") if self.asks and not self.asked:
                self.asked = True
            case Click(target=("all" | "yes")):
                self.letters, self.asked = [], False
            case Click(target=str() as ref):
                self.pressed.append(ref)


@pytest.mark.parametrize("prompt", ["Mark all pending chores as done.", "Mark all chore items as done."])
def test_all_of_them_are_marked_where_the_navigation_has_them(prompt: str) -> None:
    quay = Quay()
    carried_out(prompt, quay.draw, quay.do)

    assert all(quay.chores.values())
    assert quay.pressed == []


@pytest.mark.parametrize("asks", [False, True])
def test_the_question_whether_all_are_meant_is_answered_with_yes(asks: bool) -> None:
    quay = Quay(asks=asks)
    carried_out("Archive all letters.", quay.draw, quay.do)

    assert quay.letters == []


def test_what_was_not_done_to_each_is_not_called_done() -> None:
    quay = Quay(misses="Rig")

    with pytest.raises(CannotDo, match="1 of 2 still offer"):
        carried_out("Mark all chores as done.", quay.draw, quay.do)


@pytest.mark.parametrize("prompt", ["Delete all letters.", "Mark all letters as done.", "Archive all boats."])
def test_an_act_on_all_that_nothing_offers_is_refused(prompt: str) -> None:
    quay = Quay()

    with pytest.raises(CannotDo):
        carried_out(prompt, quay.draw, quay.do)
    assert quay.letters == ["From Ida", "From Tor"]
    assert not all(quay.chores.values())


@pytest.mark.parametrize(
    "prompt",
    [
        "Mark all chores but one as done.",
        "Archive all letters but those from Ida.",
        "Mark all chores of today as done.",
        "Archive all letters older than those from Ida.",
    ],
)
def test_words_that_leave_some_of_them_out_are_not_read(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.unread or plan.why
