"""A record that is chosen in its list while a panel shows its parts, and things in the words for them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, TypeText
from engines.rules.plan import read_plan
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, only_step, part


@dataclass
class Loom:
    """Threads in a list; a panel shows the width and the twist of the chosen one."""

    widths: dict[str, str] = field(default_factory=lambda: {"Warp": "2", "Weft": "3", "Hem": "4"})
    twists: dict[str, str] = field(default_factory=lambda: dict.fromkeys(("Warp", "Weft", "Hem"), "Left (S)"))
    chosen: str = "Warp"
    open: bool = False
    forgets: bool = False
    marks: bool = True

    def draw(self) -> Part:
        rows = [
            part("generic", name, ref=f"row {name}", interactive=True, hints=self._marked(name))
            for name in self.widths
        ]
        width = part(
            "textbox", "Width", ref="width", tag="input", label="Width", value=self.widths[self.chosen]
        )
        twist = part(
            "generic",
            self.twists[self.chosen],
            self.twists[self.chosen],
            ref="twist",
            interactive=True,
            hints=("dropdown",),
        )
        entries = [
            part("generic", one, one, ref=f"pick {one}", interactive=True)
            for one in (("Left (S)", "Right (Z)") if self.open else ())
        ]
        sections = (
            part("generic", "", "Thread", width),
            part("generic", "", "Thread Spin", part("generic", "", "Twist", twist, *entries)),
        )
        return part("main", "", part("generic", "", *rows), part("generic", "", *sections))

    def _marked(self, name: str) -> tuple[str, ...]:
        return ("thread", "selected") if self.marks and name == self.chosen else ("thread",)

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("row "):
                self.chosen = ref.removeprefix("row ")
                if self.forgets:
                    self.widths = dict.fromkeys(self.widths, "9")
            case Click(target="twist"):
                self.open = not self.open
            case Click(target=str() as ref) if ref.startswith("pick "):
                self.twists[self.chosen], self.open = ref.removeprefix("pick "), False
            case TypeText(text=words, target="width"):
                self.widths[self.chosen] = words


def test_a_part_of_the_chosen_record_is_changed_in_its_panel() -> None:
    loom = Loom()
    said = carried_out("Set the width of the thread 'Weft' to 7.", loom.draw, loom.do)

    assert loom.widths == {"Warp": "2", "Weft": "7", "Hem": "4"}
    assert "chosen again" in said


def test_a_part_may_be_called_by_its_section_and_its_own_label_and_a_value_without_its_aside() -> None:
    loom = Loom()
    carried_out("Set the spin twist of the thread 'Hem' to 'Right'.", loom.draw, loom.do)

    assert loom.twists == {"Warp": "Left (S)", "Weft": "Left (S)", "Hem": "Right (Z)"}


def test_a_part_that_the_record_does_not_keep_is_not_called_changed() -> None:
    loom = Loom(forgets=True)
    with pytest.raises(CannotDo, match="once it is chosen again"):
        carried_out("Set the width of the thread 'Weft' to 7.", loom.draw, loom.do)


def test_a_panel_is_not_taken_for_that_of_a_record_that_no_list_marks() -> None:
    loom = Loom(marks=False)
    with pytest.raises(CannotDo, match="no view headed so"):
        carried_out("Set the width of the thread 'Weft' to 7.", loom.draw, loom.do)
    assert loom.widths["Weft"] == "3"


@pytest.mark.parametrize(
    ("prompt", "name", "also"),
    [
        ("Approve the draft order O-5 for Ann Lee (the garden order).", "O-5", ("Ann Lee",)),
        ("Delete draft order O-5 (Ann Lee garden chairs).", "O-5", ("Ann Lee",)),
        ("Delete the note by Ann Lee that says 'Too late'.", "Too late", ("Ann Lee",)),
        ("Remove the Latex allergy from the patient's allergy list.", "Latex", ()),
        ("Send draft quote Q-7 for Ann Lee.", "Q-7", ("Ann Lee",)),
        ("Submit the order O-4 (Ann Lee) for approval.", "O-4", ("Ann Lee",)),
    ],
)
def test_a_thing_is_read_with_what_is_said_aside_of_it(prompt: str, name: str, also: tuple[str, ...]) -> None:
    step = only_step(prompt)

    assert isinstance(step, ActOn)
    assert (step.thing.name, step.thing.also) == (name, also)


@pytest.mark.parametrize(
    "prompt",
    [
        "Delete the note 'Tea' (not the old note).",
        "Delete the note 'Tea' (the last one).",
        "Delete the note 'Tea' (twice).",
        "Submit the order O-4 for approval tomorrow.",
        "Send draft quote Q-7 for Ann Lee unless it is late.",
        "Remove the Latex allergy from every list.",
        "Set 'Pace' to daily unless it rains.",
    ],
)
def test_an_aside_that_says_more_than_what_a_thing_is_is_refused(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.why or plan.unread
