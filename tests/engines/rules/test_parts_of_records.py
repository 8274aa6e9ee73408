"""A part of one record is changed where the page keeps it, and only called changed where the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from browser.model.actions import Action, Click, Select, SetChecked, TypeText
from engines.rules.plan import read_plan
from engines.rules.skills.records.parts.change import ChangePart
from engines.rules.step_generator import CannotDo
from tests.support.page_models import Part, carried_out, part


@dataclass
class Yard:
    """A list of boats; a boat's own view has rows of a label, a value and a button that opens an editor."""

    boats: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: {
            "Heron": {"Berth": ["North"], "Tags": ["wooden", "leaking"], "Draught": []},
            "Tern": {"Berth": [], "Tags": [], "Draught": ["2"]},
        }
    )
    open: str = ""
    editing: str = ""
    typed: str = ""
    chosen: list[str] = field(default_factory=list)
    saves: bool = True
    """Whether what is saved is kept."""

    def draw(self) -> Part:
        if not self.open:
            rows = [
                part("listitem", "", part("link", name, ref=name), f"hull {at}")
                for at, name in enumerate(self.boats)
            ]
            return part("main", "", part("heading", "Boats"), part("list", "", *rows))
        rows = [
            part(
                "group",
                "",
                part("group", "", label, part("button", "Edit", ref=f"edit {label}")),
                *(values or ["None"]),
            )
            for label, values in self.boats[self.open].items()
        ]
        editor = [self._editor()] if self.editing else []
        return part("main", "", part("heading", self.open), *rows, *editor)

    def _editor(self) -> Part:
        save = part("button", "Save", ref="save")
        if self.editing == "Berth":
            offered = [part("radio", one, ref=f"pick {one}", label=one) for one in ("None", "North", "South")]
            return part("dialog", "", *offered, save)
        if self.editing == "Tags":
            offered = [
                part(
                    "checkbox",
                    one,
                    ref=f"pick {one}",
                    label=one,
                    states=("checked",) if one in self.chosen else (),
                )
                for one in ("wooden", "leaking", "sold")
            ]
            return part("dialog", "", *offered, save)
        box = part("textbox", "Draught", ref="box", tag="input", value=self.typed)
        return part("dialog", "", box, part("button", "Clear", ref="clear"), save)

    def do(self, action: Action) -> None:
        match action:
            case Click(target=str() as ref) if ref in self.boats:
                self.open = ref
            case Click(target=str() as ref) if ref.startswith("edit "):
                self.editing = ref.removeprefix("edit ")
                self.chosen = list(self.boats[self.open][self.editing])
                self.typed = "".join(self.chosen)
            case SetChecked(target=str() as ref, checked=checked):
                one = ref.removeprefix("pick ")
                if self.editing == "Berth":
                    self.chosen = [] if one == "None" else [one]
                elif checked:
                    self.chosen.append(one)
                else:
                    self.chosen.remove(one)
            case TypeText(text=words):
                self.typed, self.chosen = words, [words] if words else []
            case Click(target="clear"):
                self.typed, self.chosen = "", []
                self._keep()
            case Click(target="save"):
                self._keep()

    def _keep(self) -> None:
        if self.saves:
            self.boats[self.open][self.editing] = list(self.chosen)
        self.editing = ""


@pytest.mark.parametrize(
    ("prompt", "boat", "label", "values"),
    [
        pytest.param("Set the berth of the boat 'Tern' to 'South'.", "Tern", "Berth", ["South"], id="set"),
        pytest.param("Set the berth to 'South' on the boat 'Heron'.", "Heron", "Berth", ["South"], id="value first"),
        pytest.param("Change the berth of the boat Heron from North to South.", "Heron", "Berth", ["South"], id="from to"),
        pytest.param("Set the draught of the boat 'Heron' to 3.", "Heron", "Draught", ["3"], id="in a field"),
        pytest.param("Remove the berth from the boat 'Heron'.", "Heron", "Berth", [], id="none of a list"),
        pytest.param("Clear the draught of the boat 'Tern'.", "Tern", "Draught", [], id="a button that clears"),
        pytest.param("Add the 'sold' tag to the boat 'Heron'.", "Heron", "Tags", ["wooden", "leaking", "sold"], id="one more"),
        pytest.param("Add the tags 'sold' and 'wooden' to the boat 'Tern'.", "Tern", "Tags", ["sold", "wooden"], id="two more"),
        pytest.param("Remove the tag 'leaking' from the boat 'Heron'.", "Heron", "Tags", ["wooden"], id="one less"),
        pytest.param("Set the tags of the boat 'Heron' to 'sold'.", "Heron", "Tags", ["sold"], id="no other"),
    ],
)  # fmt: skip
def test_a_part_is_changed_in_the_editor_of_its_row(
    prompt: str, boat: str, label: str, values: list[str]
) -> None:
    yard = Yard()
    carried_out(prompt, yard.draw, yard.do)

    assert yard.boats[boat][label] == values
    others = [(b, one) for b in yard.boats for one in yard.boats[b] if (b, one) != (boat, label)]
    assert all(yard.boats[b][one] == Yard().boats[b][one] for b, one in others)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        pytest.param("Set the berth of the boat 'Tern' to 'West'.", "does not offer 'West'", id="not offered"),
        pytest.param("Set the keel of the boat 'Tern' to 'West'.", "no 'keel'", id="no such part"),
        pytest.param("Set the berth of the boat 'Gull' to 'South'.", "found nothing that fits 'Gull", id="no such boat"),
        pytest.param("Change the berth of the boat Heron from South to North.", "shows 'North', not 'South'", id="another value"),
        pytest.param("Remove the berth from the boat 'Tern'.", "nothing to clear", id="none to take"),
        pytest.param("Remove the tag 'sold' from the boat 'Heron'.", "and not 'sold'", id="not on it"),
        pytest.param("Add a star to the boat 'Heron'.", "no mark 'star'", id="no such mark"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_and_nothing_is_changed(prompt: str, reason: str) -> None:
    yard = Yard()

    with pytest.raises(CannotDo, match=reason):
        carried_out(prompt, yard.draw, yard.do)
    assert yard.boats == Yard().boats


@pytest.mark.parametrize(
    "prompt",
    ["Set the berth of the boat 'Tern' to 'South'.", "Remove the tag 'leaking' from the boat 'Heron'."],
)
def test_what_the_page_does_not_show_afterwards_was_not_changed(prompt: str) -> None:
    yard = Yard(saves=False)

    with pytest.raises(CannotDo, match="after it was changed"):
        carried_out(prompt, yard.draw, yard.do)


def test_a_value_that_only_holds_the_new_one_is_not_the_new_one() -> None:
    yard = Yard(saves=False)
    yard.boats["Tern"]["Berth"] = ["Not South"]

    with pytest.raises(CannotDo, match="after it was changed"):
        carried_out("Set the berth of the boat 'Tern' to 'South'.", yard.draw, yard.do)


def test_a_value_within_a_longer_one_is_still_to_be_added() -> None:
    yard = Yard()
    yard.boats["Heron"]["Tags"] = ["sold out"]
    carried_out("Add the tag 'sold' to the boat 'Heron'.", yard.draw, yard.do)

    assert yard.boats["Heron"]["Tags"] == ["sold out", "sold"]


def test_a_value_within_a_longer_one_does_not_show_that_it_was_added() -> None:
    yard = Yard(saves=False)
    yard.boats["Heron"]["Tags"] = ["sold out"]

    with pytest.raises(CannotDo, match="after it was changed"):
        carried_out("Add the tag 'sold' to the boat 'Heron'.", yard.draw, yard.do)


def test_a_value_is_gone_where_a_longer_one_that_holds_it_stays() -> None:
    yard = Yard()
    yard.boats["Heron"]["Tags"] = ["sold", "sold out"]
    carried_out("Remove the tag 'sold' from the boat 'Heron'.", yard.draw, yard.do)

    assert yard.boats["Heron"]["Tags"] == ["sold out"]


@dataclass
class Party:
    """A table of guests with a list in each row, and a star beside each name."""

    seats: dict[str, str] = field(default_factory=lambda: {"Ann Lund": "Window", "Bo Wik": "Stage"})
    starred: set[str] = field(default_factory=lambda: {"Bo Wik"})

    def draw(self) -> Part:
        head = part("row", "", part("columnheader", "", "Name"), part("columnheader", "", "Seat"))
        rows = [
            part(
                "row", "", part("cell", "", name),
                part("cell", "", part("button", "", ref=f"star {name}", hints=("star", "active") if name in self.starred else ("star",))),
                part("cell", "", part("combobox", f"Seat of {name}", ref=f"seat {name}", tag="select", value=seat, options=("Window", "Stage", "Door"))),
            )
            for name, seat in self.seats.items()
        ]  # fmt: skip
        filtering = part("combobox", "Seat", ref="filter", tag="select", value="All", options=("All", "Door"))
        return part("main", "", filtering, part("table", "", head, *rows))

    def do(self, action: Action) -> None:
        match action:
            case Select(target=str() as ref, options=(option,)):
                assert ref != "filter"
                self.seats[ref.removeprefix("seat ")] = option
            case Click(target=str() as ref) if ref.startswith("star "):
                self.starred ^= {ref.removeprefix("star ")}


def test_a_list_in_the_row_of_the_record_is_used_and_not_the_one_over_the_table() -> None:
    party = Party()
    carried_out("Change Ann Lund's seat from Window to Door.", party.draw, party.do)

    assert party.seats == {"Ann Lund": "Door", "Bo Wik": "Stage"}


def test_a_mark_is_set_and_taken_away_on_the_record() -> None:
    party = Party()
    carried_out("Remove the star from the guest Bo Wik.", party.draw, party.do)
    carried_out("Add a star to the guest Ann Lund.", party.draw, party.do)

    assert party.starred == {"Ann Lund"}


def test_a_mark_that_is_not_there_is_not_taken_away() -> None:
    party = Party()

    with pytest.raises(CannotDo, match="has no star"):
        carried_out("Remove the star from the guest Ann Lund.", party.draw, party.do)
    assert party.starred == {"Bo Wik"}


@pytest.mark.parametrize(
    "prompt",
    [
        "Set the berth of the boat 'Tern' to 'South' on Sundays.",
        "Set the berth of the boat 'Tern' to 'South' unless it rains.",
        "Remove the tag 'sold' from the boat 'Tern' twice.",
        "Add the tag 'sold' to every boat.",
        "Add the tag 'sold' to the boat 'Tern' but not the other.",
        "Clear the berth of the boat 'Tern' if Ann agrees.",
        "Assign Ann to the boat 'Tern' as soon as Bo calls.",
    ],
)
def test_a_word_that_is_left_over_refuses_the_clause(prompt: str) -> None:
    plan = read_plan(prompt)
    assert plan.unread or plan.why


@pytest.mark.parametrize(
    "prompt",
    [
        "Set the date of birth to 1990-01-02.",
        "Change the ramp speed to 'Fast' in Settings.",
        "Change the ramp speed in Kiln Settings to 'Fast'.",
        "Set the language in General to Danish.",
        "Set 'Name' to 'Bo'.",
    ],
)
def test_a_setting_is_no_part_of_a_record(prompt: str) -> None:
    assert not any(isinstance(planned.step, ChangePart) for planned in read_plan(prompt).steps)


def test_a_place_that_is_called_as_the_part_is_none() -> None:
    yard = Yard(open="Heron")
    place = part("generic", "", "Berths", part("group", "", "12"), ref="place", interactive=True)

    def draw() -> Part:
        return part("main", "", place, yard.draw())

    carried_out("Set the berth of the boat 'Heron' to 'South'.", draw, yard.do)
    assert yard.boats["Heron"]["Berth"] == ["South"]


@dataclass
class Crew:
    """A view with the crew of a boat, chosen among boxes that begin with initials; names stand in two parts."""

    crew: list[str] = field(default_factory=lambda: ["Ann Lund"])
    chosen: list[str] = field(default_factory=list)
    asking: bool = False

    def draw(self) -> Part:
        shown = [part("group", "", *name.split()) for name in self.crew] or ["None"]
        row = part("group", "", part("group", "", "Crew", part("button", "Edit", ref="edit")), *shown)
        boxes = [
            part("generic", "", part("checkbox", f"{one[0]}X {one}", ref=one, states=("checked",) if one in self.chosen else ()), f"{one[0]}X", one)
            for one in ("Ann Lund", "Bo Wik", "Bo Wikstrand")
        ]  # fmt: skip
        form = [part("dialog", "", *boxes, part("button", "Save", ref="save"))] if self.asking else []
        return part("main", "", part("heading", "Heron"), row, *form)

    def do(self, action: Action) -> None:
        match action:
            case Click(target="edit"):
                self.asking, self.chosen = True, list(self.crew)
            case SetChecked(target=str() as who, checked=checked):
                (self.chosen.append if checked else self.chosen.remove)(who)
            case Click(target="save"):
                self.asking, self.crew = False, self.chosen


@pytest.mark.parametrize(
    ("prompt", "crew"),
    [
        ("Add Bo Wik as a crew to the boat 'Heron'.", ["Ann Lund", "Bo Wik"]),
        ("Remove Ann Lund from the crew of the boat 'Heron'.", []),
    ],
)
def test_a_box_is_found_by_the_name_beside_it_and_a_value_in_parts_is_seen(
    prompt: str, crew: list[str]
) -> None:
    boat = Crew()
    carried_out(prompt, boat.draw, boat.do)

    assert boat.crew == crew


@dataclass
class Letters:
    """A letter's own view with a button for its labels; beside it all labels stand in a list of that name."""

    labels: list[str] = field(default_factory=lambda: ["Work"])
    open: bool = False
    asking: bool = False
    chosen: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        all_labels = part("group", "", "Labels", part("button", "Create", ref="create"), "Work", "Finance")
        if not self.open:
            rows = [part("listitem", "", part("link", name, ref=name), "Ann") for name in ("Rent", "Dinner")]
            return part("main", "", all_labels, part("list", "", *rows))
        boxes = [
            part(
                "checkbox",
                one,
                ref=f"box {one}",
                label=one,
                states=("checked",) if one in self.chosen else (),
            )
            for one in ("Work", "Finance")
        ]
        menu = [part("dialog", "", *boxes, part("button", "Apply", ref="apply"))] if self.asking else []
        return part(
            "main", "", all_labels, part("group", "", part("heading", "Rent"), *self.labels),
            part("button", "", ref="label", description="Labels"), *menu,
        )  # fmt: skip

    def do(self, action: Action) -> None:
        match action:
            case Click(target="Rent"):
                self.open = True
            case Click(target="label"):
                self.asking, self.chosen = True, list(self.labels)
            case SetChecked(target=str() as ref, checked=checked):
                (self.chosen.append if checked else self.chosen.remove)(ref.removeprefix("box "))
            case Click(target="apply"):
                self.asking, self.labels = False, self.chosen


@pytest.mark.parametrize(
    ("prompt", "labels"),
    [
        ("Apply the 'Finance' label to the letter 'Rent' from Ann.", ["Work", "Finance"]),
        ("Remove the 'Work' label from the letter 'Rent' from Ann.", []),
    ],
)
def test_a_button_is_used_that_is_called_as_the_part_is(prompt: str, labels: list[str]) -> None:
    letters = Letters()
    carried_out(prompt, letters.draw, letters.do)

    assert letters.labels == labels


@dataclass
class Key:
    """A view of a key whose row has one control, which is called by an act or shows the value."""

    control: Part
    pressed: list[str] = field(default_factory=list)

    def draw(self) -> Part:
        row = part("group", "", "Scope", self.control)
        return part("main", "", part("heading", "Weather bot"), row)

    def do(self, action: Action) -> None:
        if isinstance(action, Click):
            self.pressed.append(str(action.target))


@pytest.mark.parametrize(
    "control",
    [
        pytest.param(part("button", "", "Revoke", ref="it"), id="an act"),
        pytest.param(
            part("button", "Delete", ref="it", hints=("edit", "actions")), id="an act beside others"
        ),
        pytest.param(
            part("group", "", "read", part("button", "", "Copy it", ref="it")), id="beside the value"
        ),
    ],
)
def test_the_one_control_of_a_row_is_not_pressed_where_it_does_something_else(control: Part) -> None:
    key = Key(control)

    with pytest.raises(CannotDo, match="no 'scope'"):
        carried_out("Set the scope of the key 'Weather bot' to 'write'.", key.draw, key.do)
    assert key.pressed == []


def test_the_one_control_of_a_row_is_pressed_where_it_shows_the_value() -> None:
    key = Key(part("button", "", "read", ref="it"))

    with pytest.raises(CannotDo, match="does not offer 'write'"):
        carried_out("Set the scope of the key 'Weather bot' to 'write'.", key.draw, key.do)
    assert key.pressed == ["it"]


@dataclass
class Guests:
    """A search that suggests one guest; the guest's view has tags and friends as chips with crosses."""

    chips: dict[str, list[str]] = field(
        default_factory=lambda: {"Tags": ["Late", "Regular"], "Friends": ["Bo", "Late"]}
    )
    open: bool = False
    keeps: bool = False
    """Whether a cross does nothing."""

    def draw(self) -> Part:
        search = part("searchbox", "Search guests", ref="search", tag="input", value="")
        if not self.open:
            found = part("generic", "", part("button", "Ida Holm", ref="Ida"), hints=("results",))
            return part("main", "", search, found, part("button", "New guest", ref="new"))
        rows = [
            part(
                "group",
                "",
                part("heading", label),
                part("group", "", *(self._chip(label, one) for one in values)),
            )
            for label, values in self.chips.items()
        ]
        return part("main", "", search, part("heading", "Ida Holm"), *rows)

    def _chip(self, label: str, value: str) -> Part:
        return part("generic", "", value, part("generic", "×", ref=f"{label} {value}", interactive=True))

    def do(self, action: Action) -> None:
        match action:
            case Click(target="Ida"):
                self.open = True
            case Click(target=str() as ref) if not self.keeps:
                label, value = ref.split()
                self.chips[label].remove(value)


def test_a_chip_is_taken_away_by_its_cross_in_the_view_of_the_one_that_a_search_suggests() -> None:
    guests = Guests()

    said = carried_out("Remove the 'Regular' tag from Ida Holm.", guests.draw, guests.do)

    assert guests.chips == {"Tags": ["Late"], "Friends": ["Bo", "Late"]}
    assert "no longer shows 'Regular'" in said


@pytest.mark.parametrize(
    "prompt", ["Remove the 'Bo' tag from Ida Holm.", "Remove the 'Late' tag from Ida Holm."]
)
def test_a_chip_of_another_part_stays(prompt: str) -> None:
    guests = Guests()

    with_friends = {"Tags": ["Late", "Regular"], "Friends": ["Bo", "Late"]}
    try:
        carried_out(prompt, guests.draw, guests.do)
    except CannotDo:
        assert guests.chips == with_friends
    else:
        assert guests.chips == with_friends | {"Tags": ["Regular"]}


def test_a_cross_that_does_nothing_took_nothing_away() -> None:
    guests = Guests(keeps=True)

    with pytest.raises(CannotDo, match="does not show that 'Regular'"):
        carried_out("Remove the 'Regular' tag from Ida Holm.", guests.draw, guests.do)
