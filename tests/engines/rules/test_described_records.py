"""A record is found by all that is said of it, in whatever way the page writes it."""

from __future__ import annotations

import pytest

from engines.rules.grounding.described import days_in, description_of, records_described
from tests.support.page_models import Part, part, seen


def row(*texts: str) -> Part:
    return part("listitem", "", *texts, part("button", "Cancel"))


VISITS = part(
    "main",
    "",
    part("heading", "Visits"),
    part(
        "list",
        "",
        row("Office Visit", "Thu, Mar 19, 2026", "Dr. Elena Reyes"),
        row("Office Visit", "Thu, Mar 19, 2026", "Dr. Omar Haddad"),
        row("Physical Therapy", "03/26/2026", "Dana Cole"),
        row("Transfer", "-$200.00", "Visa Card"),
        row("Transfer", "-$1,200.00", "Visa Card"),
    ),
)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("March 19", "Dr. Reyes"), "Office Visit"),
        (("physical therapy session", "March 26"), "Physical Therapy"),
        (("$200 payment", "Visa Card"), "Transfer"),
        (("therapy visit", "26 March 2026"), "Physical Therapy"),
    ],
)
def test_the_one_record_that_says_all_of_it(words: tuple[str, ...], title: str) -> None:
    found = records_described(description_of(*words), seen(VISITS))

    assert [one.name for one in found] == [title]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("March 20", "Dr. Reyes"), id="another day"),
        pytest.param(("March 19", "Dr. Cole"), id="another name"),
        pytest.param(("$2 payment", "Visa Card"), id="another amount"),
        pytest.param(("session",), id="one plain word"),
        pytest.param(("speech therapy lesson",), id="too few plain words"),
    ],
)
def test_a_record_that_lacks_some_of_it_is_another(words: tuple[str, ...]) -> None:
    assert records_described(description_of(*words), seen(VISITS)) == []


def test_two_that_say_it_equally_well_are_both_told() -> None:
    assert len(records_described(description_of("March 19"), seen(VISITS))) == 2


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Thu, Mar 19", {(3, 19)}),
        ("19 March at 10:20", {(3, 19)}),
        ("2026-03-19", {(3, 19)}),
        ("Room 19", set()),
        ("May 5pm", set()),
    ],
)
def test_days_with_and_without_a_year(text: str, days: set[tuple[int, int]]) -> None:
    assert days_in(text) == days
