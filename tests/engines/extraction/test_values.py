"""Numbers, dates, names and wishes as people write them."""

from __future__ import annotations

import pytest

from browser.model.observation import Element, Observation
from browser.values.dates import iso_date, iso_datetime, iso_time, looks_like_date
from browser.values.numbers import read_number
from engines.extraction import extract
from engines.extraction.page.words import affinity, telling_words
from engines.extraction.schema.wanted import read_schema
from engines.extraction.schema.wish import Condition, Order, read_wish


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234", 1234),
        ("1,234.56", 1234.56),
        ("1.234,56", 1234.56),
        ("€ 12,50", 12.5),
        ("12,50 €", 12.5),
        ("€ 420.000", 420000),
        ("1.2k", 1200),
        ("3.5 million", 3500000),
        ("53 comments", 53),
        ("(35)", 35),
        ("85%", 85),
        ("−4 °C", -4),
        ("-$5.20", -5.2),
        ("4.5 out of 5", 4.5),
        ("3,412,900 (2023)", 3412900),
        ("★★★★☆", 4),
        ("12 345", 12345),
        ("10 or 20", None),
        ("none", None),
        ("covid19", None),
    ],
)
def test_a_number_is_read_only_where_the_text_states_one(text, number):
    assert read_number(text) == number


def test_a_comma_before_three_digits_is_decimal_only_where_the_page_writes_so():
    assert read_number("1,234", decimal_comma=True) == 1.234
    assert read_number("1.234", decimal_comma=True) == 1234


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-12", "2024-03-12"),
        ("12 March 2024", "2024-03-12"),
        ("March 12th, 2024", "2024-03-12"),
        ("Tue, 12 Mar 2024", "2024-03-12"),
        ("12.03.2024", "2024-03-12"),
        ("12. März 2024", "2024-03-12"),
        ("12 de marzo de 2024", "2024-03-12"),
        ("25/12/2023", "2023-12-25"),
        ("12/25/2023", "2023-12-25"),
        ("03/04/2024", None),
        ("31 February 2024", None),
        ("3 hours ago", None),
        ("March 12", None),
        ("from 1 May 2024 to 3 May 2024", None),
    ],
)
def test_a_date_is_read_only_where_it_can_mean_one_day(text, day):
    assert iso_date(text) == day


def test_an_ambiguous_date_follows_what_the_other_dates_of_the_page_show():
    assert iso_date("03/04/2024", day_first=True) == "2024-04-03"
    assert iso_date("03/04/2024", day_first=False) == "2024-03-04"


def test_times_keep_their_offset():
    assert iso_datetime("11 June 2024, 4:05 pm") == "2024-06-11T16:05:00"
    assert iso_datetime("2024-06-11 16:00 UTC") == "2024-06-11T16:00:00Z"
    assert iso_time("9:30") == "09:30:00"
    assert looks_like_date("yesterday")


@pytest.mark.parametrize(
    ("name", "label", "fits"),
    [
        ("price", "Price", True),
        ("num_comments", "comments", True),
        ("publishedAt", "Date", True),
        ("job_title", "Position", True),
        ("first_name", "Last name", False),
        ("price", "Weight", False),
    ],
)
def test_names_fit_labels_that_mean_the_same(name, label, fits):
    assert (affinity(telling_words(name), telling_words(label)) >= 0.5) is fits


def test_a_wish_says_how_many_in_which_order_and_which_ones():
    assert read_wish("the top 3 posts").first == 3
    assert read_wish("the last two entries").last == 2
    assert read_wish("the second result").nth == 2
    assert read_wish("the cheapest flight").order == Order(("price",), False)
    assert read_wish("the cheapest flight").first == 1
    assert read_wish("the 5 newest articles").first == 5
    assert read_wish("products under $20").conditions == (Condition(("price",), "<", 20.0),)
    assert read_wish("posts with at least 100 points").conditions == (Condition(("point",), ">=", 100.0),)
    assert read_wish("only those that smell nice").doubts


def page_of(*elements: Element) -> Observation:
    return Observation(url="https://example.org/", title="Page", elements=elements)


@pytest.mark.parametrize(
    "schema", [{"type": "array", "items": {}}, {"type": "object"}, {"type": "string"}, {}]
)
def test_an_empty_page_gives_nothing_and_says_so(schema):
    got = extract(schema, "Extract everything", page_of())

    assert got.output in (None, {}, [])
    assert not got.confident
    assert got.reason


def test_constants_and_defaults_of_the_schema_are_never_taken_for_data():
    schema = {
        "type": "object",
        "properties": {
            "kind": {"const": "book"},
            "price": {"type": "number", "default": 10},
            "state": {"enum": ["new"]},
        },
    }

    got = extract(schema, "Extract the book", page_of(Element(ref="e1", role="text", name="Hello")))

    assert got.output == {}
    assert set(got.missing) == {"/kind", "/price", "/state"}


def test_references_and_unions_of_a_schema_are_followed():
    schema = {
        "type": "object",
        "properties": {
            "price": {"$ref": "#/$defs/money"},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "$defs": {"money": {"allOf": [{"type": "number"}, {"minimum": 0}]}},
    }

    got = extract(schema, "the price", page_of(Element(ref="e1", role="text", name="Price: $5.50")))

    assert got.output == {"price": 5.5, "note": None}
    assert got.sources == {"/price": "e1"}
    assert got.missing == ("/note",)


def test_what_a_definition_says_of_itself_again_is_not_read_from_the_same_page():
    section = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "parent": {"$ref": "#/$defs/section"},
            "parts": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/section"}, {"type": "null"}]}},
        },
    }
    schema = {"$defs": {"section": section}, "$ref": "#/$defs/section"}

    got = extract(schema, "the section", page_of(Element(ref="e1", role="text", name="Name: Lamps")))

    assert got.output == {"name": "Lamps"}


@pytest.mark.parametrize("names", ["a", "abcdef"])
def test_a_schema_without_an_end_is_read_some_levels_deep(names):
    definitions = {
        one: {"required": list(names), "properties": {name: {"$ref": f"#/$defs/{name}"} for name in names}}
        for one in names
    }
    part = read_schema({"$defs": definitions, "$ref": "#/$defs/a"})

    assert [inner.name for inner in part.properties] == list(names)


def test_values_that_lie_deep_in_a_schema_are_known_for_what_they_are():
    schema = {"type": "number"}
    for at in range(25):
        schema = {"type": "object", "properties": {f"part{at}": schema}}
    part = read_schema(schema)
    while part.properties:
        (part,) = part.properties
    assert part.is_number
