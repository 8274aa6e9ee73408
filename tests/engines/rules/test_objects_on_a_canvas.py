"""Objects on a canvas that do not show their names: a panel says what the chosen one is called, and has its parts."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, TypeText
from engines.rules.plan import read_plan
from engines.rules.reading.values.days import in_unit
from engines.rules.skills.records.acts.act_on import ActOn
from engines.rules.skills.records.parts.change import ChangePart
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part

Thing = dict[str, str]


def _thing(name: str, says: str, ink: str = "#111111") -> Thing:
    return {"name": name, "says": says, "turn": "0", "ink": ink, "haze": "100", "edge": "Round"}


@dataclass
class Boards:
    """Two boards in a list, the things on the one that is chosen, and a panel with the parts of what is chosen."""

    boards: list[tuple[Thing, list[Thing]]] = field(
        default_factory=lambda: [
            ({"name": "Harbour", "ground": "#000000"}, [_thing("Pier", "old"), _thing("Caption", "North")]),
            (
                {"name": "Island", "ground": "#101010"},
                [_thing("Pier", "new"), _thing("Light house", ""), _thing("Caption", "South")],
            ),
        ]
    )
    at: int = 0
    one: int = -1
    forgets: bool = False

    @property
    def things(self) -> list[Thing]:
        return self.boards[self.at][1]

    @property
    def chosen(self) -> Thing:
        return self.boards[self.at][0] if self.one < 0 else self.things[self.one]

    def draw(self) -> Part:
        rows = [
            part(
                "generic",
                "",
                str(n + 1),
                board["name"],
                ref=f"board {n}",
                interactive=True,
                hints=self._hints(n),
            )
            for n, (board, _) in enumerate(self.boards)
        ]
        drawn = [
            part(
                "generic",
                one["says"],
                one["says"] or "·",
                ref=f"thing {n}",
                interactive=True,
                hints=("figure",),
            )
            for n, one in enumerate(self.things)
        ]
        side = [self._section("Ground", self._field("Color", "ground"))] if self.one < 0 else self._parts()
        return part(
            "main",
            "",
            part("generic", "", *rows),
            part("generic", "", *drawn, hints=("canvas",)),
            part("generic", "", *side),
        )

    def _hints(self, n: int) -> tuple[str, ...]:
        return ("board", "selected") if n == self.at else ("board",)

    def _parts(self) -> list[Part]:
        edges = [
            part(
                "button",
                f"{one} edge",
                ref=f"edge {one}",
                hints=("active",) if self.chosen["edge"] == one else (),
            )
            for one in ("Round", "Sharp")
        ]
        return [
            part("textbox", ref="put name", tag="input", value=self.chosen["name"], hints=("object", "name")),
            self._section(
                "Place",
                self._field("Turn (deg)", "turn", "spinbutton"),
                self._field("Haze", "haze", "slider"),
            ),
            self._section("Ink", self._field("Color", "ink")),
            self._section("Line", part("generic", "", *edges)),
            part("button", "Delete object", ref="delete"),
        ]

    def _section(self, title: str, *inside: Part) -> Part:
        return part("generic", "", title, *inside)

    def _field(self, label: str, key: str, role: str = "textbox") -> Part:
        control = part(role, ref=f"put {key}", tag="input", value=self.chosen[key], interactive=True)
        drawn = part("generic", "", control, self.chosen[key]) if role == "slider" else control
        return part("generic", "", label, drawn)

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref.startswith("r.0."):
                self.at, self.one = int(ref.split(".")[2]), -1
            case Click(target=str() as ref) if ref.startswith("board "):
                self.at, self.one = int(ref.removeprefix("board ")), -1
            case Click(target=str() as ref) if ref.startswith("thing "):
                self.one = int(ref.removeprefix("thing "))
            case Click(target=str() as ref) if ref.startswith("edge "):
                self.chosen["edge"] = ref.removeprefix("edge ")
            case Click(target="delete"):
                self.things.pop(self.one)
                self.one = -1
            case TypeText(text=words, target=str() as ref):
                self.chosen[ref.removeprefix("put ")] = "#999999" if self.forgets else words


@pytest.mark.parametrize(
    ("prompt", "name", "key", "value"),
    [
        ("Change the ink color of the 'Light house' shape on the 'Island' board to #FF8800.", "Light house", "ink", "#FF8800"),
        ("Set the turn of the 'Pier' object on the 'Island' board to 45 degrees.", "Pier", "turn", "45"),
        ("Change the haze of the main caption on the 'Island' board to 50%.", "Caption", "haze", "50"),
        ("Set the edge of the 'Light house' shape on the 'Island' board to 'Sharp'.", "Light house", "edge", "Sharp"),
        ("Change the line edge of the 'Pier' object on the 'Island' board to 'sharp edge'.", "Pier", "edge", "Sharp"),
    ],
)  # fmt: skip
def test_a_part_of_an_object_is_changed_in_the_panel_that_names_it(
    prompt: str, name: str, key: str, value: str
) -> None:
    page = Boards()
    untouched = Boards().boards
    said = carried_out(prompt, page.draw, page.do, turns=40)

    assert "chosen again" in said
    wanted = [{**one, key: value} if one["name"] == name else one for one in untouched[1][1]]
    assert page.boards == [untouched[0], (untouched[1][0], wanted)]


def test_the_ground_of_a_board_is_changed_while_none_of_its_objects_is_chosen() -> None:
    page = Boards()
    carried_out("Change the ground of the 'Island' board to a solid color #2D2D2D.", page.draw, page.do)

    assert page.boards[1][0]["ground"] == "#2D2D2D"


def test_an_object_is_deleted_from_its_board_where_the_canvas_shows_it_no_more() -> None:
    page = Boards()
    carried_out("Delete the 'Caption' shape (showing 'South') from the 'Island' board.", page.draw, page.do)

    assert [one["name"] for one in page.boards[1][1]] == ["Pier", "Light house"]


@pytest.mark.parametrize(
    ("forgets", "prompt", "reason"),
    [
        (
            True,
            "Change the ink color of the 'Pier' shape on the 'Island' board to #FF8800.",
            "shows '#999999'",
        ),
        (False, "Change the ink color of the 'Mast' shape on the 'Island' board to #FF8800.", "no object"),
        (
            False,
            "Delete the 'Caption' text object (showing 'North') from the 'Island' board.",
            "does not say",
        ),
    ],
)
def test_what_cannot_be_seen_to_be_so_is_given_up(forgets: bool, prompt: str, reason: str) -> None:
    page = Boards(forgets=forgets)
    with pytest.raises(CannotDo, match=reason):
        carried_out(prompt, page.draw, page.do, turns=40)

    assert len(page.boards[1][1]) == 3


def test_a_part_of_a_record_is_read_with_the_record_that_it_is_in() -> None:
    step = read_plan("Delete the 'Pier' object on the 'Island' board.").steps[0].step
    assert isinstance(step, ActOn)
    assert step.thing.within is not None
    assert (step.thing.name, step.thing.within.name) == ("Pier", "Island")

    step = read_plan("Change the font size of the title on the 'Island' board to 42.").steps[0].step
    assert isinstance(step, ChangePart)
    assert step.thing.within is not None
    assert (step.change.label, step.thing.kind, step.thing.within.name) == ("font size", "title", "Island")


@pytest.mark.parametrize(
    ("value", "said", "number"),
    [
        ("800 milliseconds", "Duration (ms)", "800"),
        ("800 milliseconds", "Duration (s)", "800 milliseconds"),
        ("5 minutes", "Timeout", "5 minutes"),
        ("45 degrees", "Rotation", "45"),
        ("50%", "Opacity", "50"),
        ("600ms", "Delay in milliseconds", "600"),
        ("12 eggs", "Eggs", "12 eggs"),
        ("50%", "Discount ($)", "50%"),
        ("12 px", "Width (cm)", "12 px"),
    ],
)
def test_a_number_is_taken_from_its_unit_where_the_field_is_in_that_unit(
    value: str, said: str, number: str
) -> None:
    assert in_unit(value, said) == number
