"""Days that no text says whole: put together from a calendar, or counted from the day of the page."""

from __future__ import annotations

import pytest

from agent_core.loop.grounds.unfounded import grounds_of
from browser.model.observation import Element, Observation
from browser.values.dates import day_of_month, months_named
from engines.output_spec import OutputSpec

ANY = OutputSpec(schema={"type": "object"})
EVENTS = {14: "Party", 20: "Stocktaking", 3: "Choir"}


def calendar(heading: str = "June 2026", days: int = 30, prefix: str = "j") -> list[Element]:
    """A month as a grid: a cell for each day, with what is on as a button in it."""
    elements = [
        Element(ref=f"{prefix}h", role="heading", name=heading, text=heading),
        Element(ref=f"{prefix}g", role="grid", text="1 2 3"),
    ]
    for day in range(1, days + 1):
        cell, event = f"{prefix}{day}", EVENTS.get(day, "")
        text = f"{day} {event}".strip()
        elements += [
            Element(ref=cell, role="gridcell", text=text, parent=f"{prefix}g", depth=1),
            Element(ref=f"{cell}n", role="text", name=str(day), text=str(day), parent=cell, depth=2),
        ]
        if event:
            elements.append(
                Element(ref=f"{cell}e", role="button", name=event, text=event, parent=cell, depth=2)
            )
    return elements


def made_up(output: dict[str, object], *elements: Element, text: str = "") -> set[str]:
    page = Observation(url="http://127.0.0.1/calendar", elements=elements, text=text)
    return set(grounds_of(output, ANY, "When is it?", [page], {}).made_up)


@pytest.mark.parametrize(
    "heading", ["June 2026", "Juni 2026", "2026-06", "8 - 21 June 2026", "JUN 2026", "2026年6月"]
)
def test_a_day_is_put_together_from_the_month_over_a_calendar_and_its_cell(heading):
    page = Observation(url="http://127.0.0.1/calendar", elements=tuple(calendar(heading)))

    source = grounds_of({"event": "Party", "date": "2026-06-14"}, ANY, "When?", [page], {}).sources["/date"]

    assert source.derived
    assert source.text == f"put together from {heading!r} and '14 Party' below it"


@pytest.mark.parametrize(
    "output",
    [
        pytest.param({"event": "Party", "date": "2026-06-15"}, id="the day of nothing"),
        pytest.param({"event": "Party", "date": "2026-06-20"}, id="the day of something else"),
        pytest.param({"date": "2026-07-14"}, id="another month"),
        pytest.param({"date": "2025-06-14"}, id="another year"),
        pytest.param({"date": "2026-06-31"}, id="a day that the month has not"),
    ],
)
def test_a_day_that_does_not_stand_beside_its_event_was_made_up(output):
    assert made_up(output, *calendar()) == {"/date"}


def test_of_a_stay_one_day_stands_beside_its_name():
    stay = {"event": "Party", "from": "2026-06-14", "to": "2026-06-16"}

    assert not made_up(stay, *calendar())


def test_each_day_belongs_to_the_month_above_it():
    both = [*calendar(), *calendar("July 2026", 31, "y")]

    assert not made_up({"date": "2026-07-31"}, *both)
    assert made_up({"date": "2026-06-31"}, *both)
    assert made_up({"date": "2026-08-01"}, *both)


def test_numbers_below_a_month_that_begin_no_day_make_none():
    heading = Element(ref="h", role="heading", name="June 2026", text="June 2026")
    others = ["14 comments", "14:30", "14.50", "Room 14", "14/3"]
    below = [Element(ref=f"t{at}", role="text", name=said, text=said) for at, said in enumerate(others)]

    assert made_up({"date": "2026-06-14"}, heading, *below) == {"/date"}


def test_a_month_without_its_year_goes_with_a_year_that_is_said():
    page = (*calendar("June"), Element(ref="f", role="text", name="Diary of 2031", text="Diary of 2031"))

    assert not made_up({"date": "2031-06-14"}, *page)
    assert made_up({"date": "2041-06-14"}, *page)


def test_a_day_is_counted_from_the_one_day_that_the_page_is_of():
    of_a_day = "Bulletin of 12 June 2019\nTomorrow: strong wind"

    assert not made_up({"date": "2019-06-13"}, text=of_a_day)
    assert made_up({"date": "2019-06-15"}, text=of_a_day)
    assert made_up({"date": "2019-06-13"}, text="Bulletin of 12 June 2019\nStrong wind")
    assert made_up({"date": "2019-06-13"}, text=f"{of_a_day}\nFirst issue: 3 May 2011")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("June", {(None, 6)}),
        ("Events in June 2026", {(2026, 6)}),
        ("29 Jun - 5 Jul 2026", {(2026, 6), (2026, 7)}),
        ("06/2026", {(2026, 6)}),
        ("14.06.2026", set()),
        ("You may cancel", set()),
        ("You may cancel until 2026", set()),
        ("4.5 out of 5", set()),
    ],
)
def test_a_heading_names_a_month_only_where_it_is_meant(text, named):
    assert months_named(text) == named


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14", (14, True)),
        ("Mon 14", (14, True)),
        ("14th", (14, True)),
        ("Di., 14.", (14, True)),
        ("14 Fr", (14, True)),
        ("14 Party", (14, False)),
        ("32", None),
        ("14:30", None),
        ("14.50", None),
        ("Room 14", None),
        ("1400", None),
    ],
)
def test_a_text_begins_with_a_day_of_the_month(text, day):
    assert day_of_month(text) == day


@pytest.mark.parametrize(
    ("output", "unfounded"),
    [
        pytest.param({"date": "2026-06-12", "weekday": "Friday"}, set(), id="the weekday of a day beside it"),
        pytest.param({"date": "2026-06-12", "month": "June"}, set(), id="its month"),
        pytest.param({"date": "2026-06-12", "weekday": "Monday"}, {"/weekday"}, id="another weekday"),
        pytest.param({"month": "July"}, {"/month"}, id="another month"),
        pytest.param({"weekday": "Fri"}, set(), id="of the only day"),
    ],
)
def test_a_weekday_or_a_month_follows_from_the_day_that_is_meant(output, unfounded):
    assert made_up(output, text="Released on 2026-06-12") == unfounded


def test_the_weekday_of_one_of_several_days_follows_from_none():
    assert made_up({"weekday": "Friday"}, text="Released on 2026-06-12, changed on 2026-07-01") == {
        "/weekday"
    }
