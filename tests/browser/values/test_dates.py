"""Dates and times as pages and people write them, also into the fields of a form."""

from __future__ import annotations

from datetime import date

import pytest

from browser.input.fields.formats import readings
from browser.values.dates import iso_date, iso_time, month_number, possible_days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31-Dec-25", "2025-12-31"),
        ("2025 Dec 31", "2025-12-31"),
        ("31 décembre 2025", "2025-12-31"),
        ("1er mai 2024", "2024-05-01"),
        ("31 de dezembro de 2025", "2025-12-31"),
        ("12.03.2024", "2024-03-12"),
        ("Version 2.0", None),
        ("4.5 out of 5", None),
        ("12-abc-25", None),
    ],
)
def test_a_date_is_read_in_seven_languages(text, day):
    assert iso_date(text) == day


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("March", 3),
        ("Sept.", 9),
        ("März", 3),
        ("août", 8),
        ("gen", 1),
        ("dez.", 12),
        ("marketing", None),
        ("", None),
    ],
)
def test_names_of_months(name, number):
    assert month_number(name) == number


def test_an_open_order_may_mean_two_days():
    assert possible_days("03/04/2024") == {date(2024, 3, 4), date(2024, 4, 3)}


@pytest.mark.parametrize(
    ("text", "clock"), [("2:30p", "14:30:00"), ("2:30 apples", "02:30:00"), ("9 a.m.", "09:00:00")]
)
def test_half_days(text, clock):
    assert iso_time(text) == clock


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("date", "12/31/25", "2025-12-31"),
        ("date", "1/2/2025", "2025-01-02 2025-02-01"),
        ("date", "1.2.2025", "2025-02-01"),
        ("date", "2025.12.31", "2025-12-31"),
        ("date", "2025-12-31T00:00:00", "2025-12-31"),
        ("date", "2025-12-31 14:30", ""),
        ("date", "31 Dec 25", "2025-12-31"),
        ("date", "31 12 2025", "2025-12-31"),
        ("date", "31 décembre 2025", "2025-12-31"),
        ("date", "Marketing 3 2024", ""),
        ("time", "9", "09:00"),
        ("time", "14h", "14:00"),
        ("time", "14h30", "14:30"),
        ("time", "1430", "14:30"),
        ("time", "930", "09:30"),
        ("time", "1470", ""),
        ("time", "14:30:15", "14:30:15"),
        ("time", "14:30Z", ""),
        ("time", "2:00 to 4:00 pm", ""),
        ("time", "2 pm", "14:00"),
        ("time", "25:00", ""),
        ("month", "décembre 2025", "2025-12"),
        ("month", "12/2025", "2025-12"),
        ("month", "13/2025", ""),
        ("month", "31/12/2025", ""),
        ("month", "Dec 25", ""),
        ("week", "2025-W52", "2025-W52"),
        ("week", "week 7, 26", ""),
        ("datetime-local", "Dec 31, 2025 2:30 PM", "2025-12-31T14:30"),
        ("datetime-local", "31.12.2025 14.30", "2025-12-31T14:30"),
        ("datetime-local", "tomorrow", ""),
        ("datetime-local", "2025-12-31 14:30:45", "2025-12-31T14:30:45"),
        ("datetime-local", "2025-12-31", ""),
        ("datetime-local", "2025-12-31T14:30:00+02:00", ""),
        ("datetime-local", "3/4/2025 2 pm", "2025-03-04T14:00 2025-04-03T14:00"),
    ],
)
def test_what_is_typed_becomes_what_the_field_takes_or_is_open(kind, text, values):
    assert readings(kind, text) == tuple(values.split())


@pytest.mark.parametrize(("day_first", "value"), [(True, "2025-02-01"), (False, "2025-01-02")])
def test_a_field_says_how_its_days_are_read(day_first, value):
    assert readings("date", "1/2/2025", day_first) == (value,)
