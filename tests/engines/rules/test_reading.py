"""What the engine without a model reads in a prompt."""

from __future__ import annotations

import pytest

from browser.values.words import ordinal
from engines.rules.plan import read_plan
from engines.rules.reading.clauses import split
from engines.rules.reading.phrases import describe
from engines.rules.reading.values.days import date, items
from engines.rules.skills.browse import Go
from engines.rules.skills.context import About
from engines.rules.skills.controls.assign import Assign
from engines.rules.skills.controls.calendar import PickDate
from engines.rules.skills.controls.choice import Choose, ChooseNothing, MenuPath, TickNamed
from engines.rules.skills.controls.gauge import SetGauges
from engines.rules.skills.dragging import DragOnto, DragToPlace
from engines.rules.skills.lists.extremes import TakeExtreme, duration, price
from engines.rules.skills.lists.results import NthResult
from engines.rules.skills.lists.search import Search
from engines.rules.skills.lists.sorting import SortBy
from engines.rules.skills.login import LogIn
from engines.rules.skills.press import Press, PressEach, Submit
from engines.rules.skills.scrolling import PressKey


def cut(prompt: str) -> list[tuple[str, str]]:
    return [(clause.verb, clause.spoken(clause.rest)) for clause in split(prompt)]


@pytest.mark.parametrize(
    ("prompt", "clauses"),
    [
        pytest.param(
            'Enter "a, then click b" into the field and press Send.',
            [("type", "a, then click b into the field"), ("click", "Send")],
            id="no instruction is read inside quotes",
        ),
        pytest.param(
            "Please tap OK, and then scroll down", [("click", "OK"), ("scroll", "down")], id="polite"
        ),
        pytest.param(
            "1. Click Settings\n2. Uncheck 'News'\n3. Press Save",
            [("click", "Settings"), ("uncheck", "News"), ("click", "Save")],
            id="numbered lines",
        ),
        pytest.param(
            "Select salt, pepper and mint, then hit Submit when done.",
            [("choose", "salt, pepper and mint"), ("click", "Submit")],
            id="a list is no new instruction",
        ),
        pytest.param(
            "Close the box by clicking the cross", [("close", "the box"), ("click", "the cross")], id="means"
        ),
        pytest.param(
            "Don’t panic: click ‘Go’", [("", "Don’t panic: click Go")], id="an apostrophe quotes nothing"
        ),
    ],
)
def test_a_prompt_is_cut_into_clauses(prompt: str, clauses: list[tuple[str, str]]) -> None:
    assert cut(prompt) == clauses


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("the 2nd radio button", {"kind": "radio", "ordinal": 2, "name": ""}),
        ("the last link", {"kind": "link", "ordinal": -1}),
        ('the "Send" button', {"kind": "button", "name": "Send", "exact": True}),
        ("a small red circle", {"shape": "circle", "size": "small", "colour": "red", "any": True}),
        ("the phone number", {"name": "phone number", "shape": ""}),
        ('the button in the dialog labeled "No"', {"kind": "button", "name": "No", "exact": True}),
        ("Tab #3", {"kind": "tab", "name": "#3"}),
        ("all checkboxes", {"kind": "checkbox", "every": True}),
    ],
)
def test_a_phrase_says_what_is_meant(words: str, known: dict[str, object]) -> None:
    [clause] = split(f"Click {words}")

    description = describe(clause.rest, clause)

    assert {field: getattr(description, field) for field in known} == known


def test_what_something_is_in_is_told_from_what_it_is() -> None:
    [clause] = split('Click the "Like" button on all posts by @ann')

    description = describe(clause.rest, clause)

    assert (description.name, description.kind) == ("Like", "button")
    assert description.within is not None
    assert (description.within.kind, description.within.every) == ("post", True)
    assert description.within.within is not None
    assert description.within.within.name == "@ann"


@pytest.mark.parametrize(
    ("prompt", "step"),
    [
        ("Click Save", Press),
        ('Press the "Reply" button on 2 posts by @bo', PressEach),
        ("Submit the form", Submit),
        ("Select nothing", ChooseNothing),
        ("Select File > Export > PDF", MenuPath),
        ("Choose Norway from the dropdown", Choose),
        ("Select 7 with the slider", SetGauges),
        ("Set the sliders to [1, 2, 3]", SetGauges),
        ("Pick May 3, 2024 in the calendar", PickDate),
        ("Find the message by Ann", About),
        ("Drag Ann to the 3rd position", DragToPlace),
        ("Drag 'Write report' into the column 'Done'", DragOnto),
        ("Buy the ticket with the lowest price", TakeExtreme),
        ('Log in with username "ann" and password "x y"', LogIn),
        ("Log in as ann with password xy", LogIn),
        ("Open the 7th search result", NthResult),
        ('Search for "tea"', Search),
        ("Sort the table by Age in descending order", SortBy),
        ("Go back", Go),
        ("Tick 'News' and 'Offers'", TickNamed),
        ("Check the boxes for salt and pepper", TickNamed),
        ("Press Ctrl+A", PressKey),
        ("Go to https://example.org/a", Go),
    ],
)
def test_an_instruction_is_read_as_its_step(prompt: str, step: type) -> None:
    plan = read_plan(prompt)

    assert (plan.unread, plan.why) == ((), ())
    assert [type(planned.step) for planned in plan.steps] == [step]


@pytest.mark.parametrize(
    "prompt",
    [
        "Click the button that is not red",
        "Tick all boxes except the last",
        "If there is a banner, close it",
        "Click Save unless it is grey",
        "Fold the paper crane",
        "Click Save and whistle a tune, then dance",
        "What is the capital of France?",
        "Click 'Save' and 'Close'",
        "Press the 'Send' button of 'Ann' while holding 'Shift'",
    ],
)
def test_what_the_rules_do_not_know_is_left_unread(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.unread or plan.why


def test_being_told_not_to_submit_asks_for_nothing_and_contradicts_a_press() -> None:
    plan = read_plan("Enter 'Ann' into the name field but do not submit it.")
    against = read_plan("Enter 'Ann' into the name field and press Send, but do not submit it.")

    assert (len(plan.steps), plan.unread, plan.why) == (1, (), ())
    assert against.why


def test_where_an_output_is_asked_for_the_end_of_the_prompt_is_its_wish() -> None:
    plan = read_plan("Click 'More', then extract the title of every post.", extracting=True)

    assert [type(planned.step) for planned in plan.steps] == [Press]
    assert plan.wish == "extract the title of every post"


@pytest.mark.parametrize(
    ("words", "found"),
    [("03/25/2016", (2016, 3, 25)), ("2026-05-09", (2026, 5, 9)), ("May 3rd, 2024", (2024, 5, 3)),
     ("25/12/2020", (2020, 12, 25)), ("3 May 2024", (2024, 5, 3))],
)  # fmt: skip
def test_dates_in_any_usual_form(words: str, found: tuple[int, int, int]) -> None:
    day = date(words)
    assert day is not None
    assert (day.year, day.month, day.day) == found


def test_no_date_is_made_of_what_is_none() -> None:
    assert date("13/13/2020") is None
    assert date("03/05/2016") is None
    assert date("tomorrow") is None


@pytest.mark.parametrize(
    ("prompt", "value"),
    [
        ("The club name is Rovers F.C.", "Rovers F.C."),
        ("The club name is Rovers.", "Rovers"),
        ("Change the customer to Bolt Ltd. and click Save", "Bolt Ltd."),
        ("Change the bio to I like the sea.", "I like the sea."),
        ("Change the bio to I like the sea", "I like the sea"),
        ("Change the bio to Greetings from the sea.", "Greetings from the sea"),
    ],
)
def test_a_full_stop_belongs_to_the_value_where_it_is_written_with_it(prompt: str, value: str) -> None:
    step = read_plan(prompt).steps[0].step

    assert isinstance(step, Assign)
    assert step.values == (value,)


def test_small_values() -> None:
    assert items("A, B and C") == ("A", "B", "C")
    assert items("salt and pepper") == ("salt", "pepper")
    assert ordinal("third") == 3
    assert ordinal("21st") == 21
    assert ordinal("last") == -1
    assert price("Book for $1,255.50") == 1255.5
    assert price("14h 18m") is None
    assert duration("Duration: 14h 18m") == 14 * 60 + 18
    assert duration("45 min") == 45
