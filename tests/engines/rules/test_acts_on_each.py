"""What is done to each record of a list that fits, one after the other, and only to those."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click
from engines.rules.plan import read_plan
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part


@dataclass
class Post:
    """Letters of several people, each with an act on it; one may not go."""

    letters: dict[str, str] = field(
        default_factory=lambda: {
            "Sails": "Ida Holm",
            "Ropes": "Tor Vik",
            "Paint": "Ida Holm",
            "Oars": "Bo Ek",
        }
    )
    stays: str = ""
    goes_on: bool = False
    done: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        rows = [
            part(
                "listitem",
                "",
                who,
                part("link", what, ref=f"open {what}"),
                part("button", "Archive", ref=what),
            )
            for what, who in self.letters.items()
        ]
        more = [part("button", "Next page", ref="next")] if self.goes_on else []
        return part("main", "", part("heading", "Letters"), part("list", "", *rows), *more)

    def do(self, action: Action) -> None:
        if isinstance(action, Click) and action.target in self.letters:
            self.done.append(str(action.target))
            if action.target != self.stays:
                del self.letters[str(action.target)]


@dataclass
class Cards:
    """Two lists of cards, each headed by its name."""

    lists: dict[str, list[str]] = field(
        default_factory=lambda: {"Doing": ["Mend", "Tar"], "Done": ["Rig", "Wash"]}
    )

    def draw(self) -> Part:
        return part(
            "main",
            "",
            *(
                part(
                    "region",
                    "",
                    part("heading", name),
                    part(
                        "list",
                        "",
                        *(
                            part("listitem", "", part("heading", card), part("button", "Archive", ref=card))
                            for card in cards
                        ),
                    ),
                )
                for name, cards in self.lists.items()
            ),
        )

    def do(self, action: Action) -> None:
        for cards in self.lists.values():
            if isinstance(action, Click) and action.target in cards:
                cards.remove(str(action.target))


@pytest.mark.parametrize(
    "prompt",
    [
        "Archive all letters from Ida Holm.",
        "Archive every letter from Ida Holm.",
        "Archive both letters from Ida Holm.",
        "Archive all the two letters that Ida Holm has sent you.",
    ],
)
def test_it_is_done_to_each_that_fits_and_to_no_other(prompt: str) -> None:
    post = Post()

    told = carried_out(prompt, post.draw, post.do)

    assert list(post.letters) == ["Ropes", "Oars"]
    assert "Sails" in told
    assert "Paint" in told


def test_those_in_the_list_of_a_heading_are_meant() -> None:
    cards = Cards()

    carried_out("Archive all cards in the Done list.", cards.draw, cards.do)

    assert cards.lists == {"Doing": ["Mend", "Tar"], "Done": []}


def test_a_list_ends_where_the_next_is_headed() -> None:
    flat = {"Sails": "Done", "Ropes": "Done", "Oars": "Doing"}

    def draw() -> Part:
        rows: list[Part] = []
        for head in ("Done", "Doing"):
            rows.append(part("heading", head))
            rows += [
                part("listitem", "", part("link", one), part("button", "Archive", ref=one))
                for one, place in flat.items()
                if place == head
            ]
        return part("main", "", *rows)

    def do(action: Action) -> None:
        if isinstance(action, Click):
            flat.pop(str(action.target), None)

    carried_out("Archive all cards in the Done list.", draw, do)

    assert flat == {"Oars": "Doing"}


def test_another_number_than_the_prompt_says_is_refused_before_the_first_act() -> None:
    post = Post()

    with pytest.raises(CannotDo, match="2 letters fit, not 3"):
        carried_out("Archive the three letters from Ida Holm.", post.draw, post.do)

    assert post.done == []


def test_a_list_that_goes_on_is_left_alone() -> None:
    post = Post(goes_on=True)

    with pytest.raises(CannotDo, match="goes on"):
        carried_out("Archive all letters from Ida Holm.", post.draw, post.do)

    assert post.done == []


def test_where_nothing_says_what_tells_them_nothing_is_done() -> None:
    post = Post()

    with pytest.raises(CannotDo):
        carried_out("Archive all old letters.", post.draw, post.do)

    assert post.done == []


def test_one_that_does_not_go_is_told() -> None:
    post = Post(stays="Paint")

    with pytest.raises(CannotDo):
        carried_out("Archive all letters from Ida Holm.", post.draw, post.do)


@pytest.mark.parametrize(
    "prompt",
    [
        "Archive all letters from Ida Holm except the newest.",
        "Archive all letters without a stamp.",
        "Archive every other letter from Ida Holm.",
        "Archive all but two letters from Ida Holm.",
    ],
)
def test_what_leaves_some_out_is_not_read(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.unread or plan.why


def test_what_tells_them_from_others_is_kept() -> None:
    step = read_plan("Delete all pending bad reviews for Tern.").steps[0].step

    assert {"pending", "bad", "Tern"} <= {*step.told}  # type: ignore[attr-defined]
