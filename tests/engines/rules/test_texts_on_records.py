"""A text that is written on a record: in its own view, in the field that is called so, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, TypeText
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part


@dataclass
class Harbour:
    """A list of boats, each with a view of its own where notes on it are kept."""

    behind: str = ""
    """What has to be pressed before the field for a note comes up; "" where it is there."""
    buttons: tuple[str, ...] = ("Save note",)
    keeps: bool = True
    alone: bool = False
    """Whether the boat is the only one, and stands in no list."""
    boat: str = ""
    writing: bool = False
    typed: str = ""
    kept: list[tuple[str, str]] = field(default_factory=list)

    def draw(self) -> Part:
        if not self.boat and self.alone:
            one = part(
                "generic", "", part("text", "Tern"), part("text", "moored"), ref="Tern", interactive=True
            )
            return part("main", "", part("heading", "Boats"), one)
        if not self.boat:
            rows = [
                part("row", "", part("link", boat, ref=boat), "in the harbour") for boat in ("Gull", "Tern")
            ]
            return part("main", "", part("heading", "Boats"), part("table", "", *rows))
        form = (
            part("textbox", "Write a note about this boat...", ref="text", tag="textarea", value=self.typed,
                 states=("multiline",)),
            *(part("button", name, ref=f"keep {name}") for name in self.buttons),
        )  # fmt: skip
        shut = (part("button", self.behind, ref="open"),)
        told = [note for boat, note in self.kept if boat == self.boat]
        inside = form if self.writing or not self.behind else shut
        return part("main", "", part("heading", self.boat), part("group", "", *inside), *told)

    def do(self, action: Action) -> None:
        match action:
            case Click(target="Gull" | "Tern" as boat):
                self.boat = boat
            case Click() if self.alone and not self.boat:
                self.boat = "Tern"
            case Click(target="open"):
                self.writing = True
            case TypeText(text=words, target="text"):
                self.typed = words
            case Click(target=str() as pressed) if pressed.startswith("keep "):
                self.kept += [(self.boat, self.typed)] if self.keeps else []
                self.typed, self.writing = "", False


@pytest.mark.parametrize("behind", ["", "Note", "Add a note"])
@pytest.mark.parametrize(
    "prompt",
    [
        "Leave a note on the Tern that says 'Needs paint'.",
        "Add a note to the Tern's record that says 'Needs paint'.",
    ],
)
def test_a_note_is_written_in_the_view_of_its_record_and_kept(behind: str, prompt: str) -> None:
    harbour = Harbour(behind)
    told = carried_out(prompt, harbour.draw, harbour.do)

    assert harbour.kept == [("Tern", "Needs paint")]
    assert "the page shows 'Needs paint'" in told


@pytest.mark.parametrize(
    ("harbour", "why"),
    [
        (Harbour(keeps=False), "does not show the note"),
        (Harbour(buttons=("Save note", "Add note")), "found no one button"),
        (Harbour(buttons=("Delete note",)), "found no one button"),
    ],
)
def test_a_note_that_is_not_kept_is_not_said_to_be_left(harbour: Harbour, why: str) -> None:
    with pytest.raises(CannotDo, match=why):
        carried_out("Leave a note on the Tern that says 'Needs paint'.", harbour.draw, harbour.do)

    assert not harbour.kept


def test_the_only_record_there_is_opened_though_it_stands_in_no_list() -> None:
    harbour = Harbour(alone=True)
    carried_out("Leave a note on the Tern that says 'Needs paint'.", harbour.draw, harbour.do)

    assert harbour.kept == [("Tern", "Needs paint")]
