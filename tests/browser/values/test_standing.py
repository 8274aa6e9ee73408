"""Whether a text says a value, in whichever form the value is given."""

from __future__ import annotations

import pytest

from browser.model.observation import Appearance, Box, Dialog, Element, Observation, Tab
from browser.values.durations import possible_durations
from browser.values.standing import PageTexts, says


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4, "★★★★☆ (35)"),
        (3, "three bedrooms"),
        (0.85, "85%"),
        (90, "1h 30m"),
        (5400, "1 hour and 30 minutes"),
        (1.5, "90 min"),
        (225, "3:45"),
        ("PT1H30M", "1h30"),
        ("14:30", "2:30 pm"),
        ("14:30:00", "Open 2:30 - 4:00 pm"),
        ("09:00", "from 9 a.m."),
        ("2024-06-11T16:05:00Z", "11 June 2024, 4:05 pm"),
        ("2024-06-11T00:00:00", "11 June 2024"),
        ("2024-06-11T16:05:00Z", "2024-06-11T18:05:00+02:00"),
        ("2024-06-11T22:30:00-05:00", "12 June 2024, 5:30 am GMT+2"),
        ("2024-06-11 16:05:00+00:00", "June 11, 2024 12:05 PM -0400"),
        ("1234.50", "€ 1.234,50"),
        ("March 12, 2024", "2024-03-12"),
        ("2:30 PM", "14:30"),
        ("张伟", "作者张伟发表于昨天"),
        ("서울", "서울에서"),
        ("Hausboot", "Haus\u00adboot"),
        ("+49305550100", "Call +49 (30) 555-0100"),
    ],
)
def test_a_value_is_said_in_another_form(value, text):
    assert says(text, value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "★★★★☆"),
        (0.8, "85%"),
        (91, "1h 30m"),
        ("15:30", "2:30 pm"),
        ("21:00", "9:00 am to 5:00 pm"),
        ("2024-06-11T09:00:00", "11 June 2024, 4:05 pm"),
        ("2024-06-12T16:05:00", "11 June 2024, 4:05 pm"),
        ("2024-06-11T16:05:00Z", "2024-06-11T18:05:00+01:00"),
        ("2024-06-11T16:05:00", "2024-06-11T18:05:00+02:00"),
        ("25:00", "open 24 hours"),
        ("March 13, 2024", "2024-03-12"),
        ("boat", "lifeboats"),
        ("张力", "作者张伟发表于昨天"),
        ("1235.50", "€ 1.234,50"),
        ("+49305550101", "Call +49 (30) 555-0100"),
    ],
)
def test_another_value_is_not(value, text):
    assert not says(text, value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h 30m", {5400}),
        ("2 days", {172800}),
        ("1.5 hours", {5400}),
        ("1:30:00", {5400}),
        ("PT45M", {2700}),
        ("30 miles", set()),
        ("5 stars", set()),
    ],
)
def test_durations_are_read_in_seconds(text, seconds):
    assert possible_durations(text) == seconds


@pytest.mark.parametrize("value", ["4711", "Harbour office", "Terms", "2026-10-14T09:00", "Your name"])
def test_all_that_is_shown_of_a_page_is_seen(value):
    page = Observation(
        url="http://127.0.0.1/",
        tabs=(Tab(id="t2", url="http://127.0.0.1/terms", title="Terms", active=False),),
        dialog=Dialog(kind="alert", message="Your number is 4711", default=""),
        elements=(
            Element(ref="e1", role="textbox", label="Harbour office", placeholder="Your name"),
            Element(ref="e2", role="time", text="soon", limits={"datetime": "2026-10-14T09:00"}),
        ),
    )

    assert PageTexts(page).find(value)


def _price(whole: str, cents: str, size: float) -> PageTexts:
    small = Appearance(font_px=size)
    text = Element(ref="p", role="paragraph", tag="p", text=whole + cents)
    big = Element(
        ref="w", role="text", name=whole, parent="p", appearance=Appearance(font_px=20), box=Box(0, 0, 40, 20)
    )
    end = Element(ref="c", role="text", name=cents, parent="p", appearance=small, box=Box(40, 0, 20, 20))
    return PageTexts(Observation(url="http://127.0.0.1/", elements=(text, big, end), text=whole + cents))


def test_what_a_note_says_of_the_elements_that_are_left_out_is_not_said_by_the_page():
    left_out = Element(ref="f0e9+", role="note", name="13 more (9 headings, 4 links) not listed")
    own = Element(ref="f0e9", role="note", name="13 more")

    assert PageTexts(Observation(url="", elements=(left_out,))).find(13) is None
    assert PageTexts(Observation(url="", elements=(own,))).find(13) == ("13 more", "f0e9")


def test_cents_that_are_set_smaller_are_part_of_a_price():
    assert _price("$229", "99", size=10).find(229.99) == ("$229.99", "p")


def test_no_price_is_said_by_digits_that_show_another():
    assert _price("$229", "99", size=20).find(229.99) is None
    assert not says("$450", 4.5)
