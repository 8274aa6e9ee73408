"""Numbers as pages and people write them."""

from __future__ import annotations

import pytest

from browser.input.fields.fields import number_for
from browser.model.errors import BadTarget
from browser.values.numbers import currency_code, find_numbers, iso_currency, possible_numbers, read_number
from browser.values.words import count, ordinal
from browser.values.written_numbers import first_number, written_numbers

FIELD = {"what": "spinbutton 'Depth'", "kind": "number", "limits": {"step": "any"}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1'234'567", 1234567),
        ("CHF 1’234.50", 1234.5),
        ("1\u00a0298,00 €", 1298),
        ("1\u202f298,00 €", 1298),
        ("34.992001", 34.992001),
        ("12.345", 12.345),
        ("$12.345", 12345),
        ("Rp 31.500", 31500),
        ("1.899,-", 1899),
        ("₹ 1,23,456.50", 123456.5),
        ("1٬250 تومان", 1250),
        ("KWD 12.345", 12.345),
        ("1,012.345 OMR", 1012.345),
        ("US$: 5.20", 5.2),
        ("Rs1,599.00", 1599),
        ("USD5.20", 5.2),
        ("5.20EUR", 5.2),
        ("0.125", 0.125),
        ("3m/s", 3000000),
        ("1 B/.", 1),
        ("A4", None),
        ("covid19", None),
        ("10:30", None),
        ("10 or 20", None),
    ],
)
def test_a_number_is_read_however_it_is_grouped(text, value):
    assert read_number(text) == value


def test_a_currency_is_told_from_the_same_letters_in_a_word():
    assert [found.priced for found in find_numbers("kr5 and 6 krill")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "RM50", "1.299,00 TL", "1 350 Р", "350 р.", "502,20 б.р.", "12 рублей", "S/ 35.90", "₡12 500", "CRC 12 500", "R 199.00",
        "Q1,250.00", "250 MAD", "249.00 ر.س\u200f", "\u200f249 \u200fدرهم", "1,280元起", "5 FCFA", "12 euros",
    ],
)  # fmt: skip
def test_an_amount_stands_beside_its_currency(text):
    assert [found.priced for found in find_numbers(text)] == [True]


@pytest.mark.parametrize(
    "text", ["TOP 10", "GEL 250 ml", "250 GEL capsules", "tyre 205/55 R16", "R 134", "XYZ 20", "12 рядов"]
)
def test_a_word_or_a_letter_beside_a_number_is_no_currency(text):
    assert not any(found.priced for found in find_numbers(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$64.50", "USD"),
        ("$64.50 AUD", "AUD"),
        ("64.50 $ CAD", "CAD"),
        ("¥120 CNY", "CNY"),
        ("$64.50 (87.10 CAD)", "USD"),
        ("$64.50 / CAD 87.10", "USD"),
        ("$64.50 EUR 60", "USD"),
    ],
)
def test_a_code_beside_an_amount_tells_which_currency_its_sign_is(text, code):
    assert iso_currency(currency_code(text) or "") == code


@pytest.mark.parametrize(
    ("text", "value"),
    [("$1,234.50", 1234.5), ("10m", 10), ("L3", 3), ("-$5", -5), ("item-5", 5), ("none", None)],
)
def test_the_first_number_leaves_units_out(text, value):
    assert first_number(text) == value


def test_numbers_are_given_as_they_are_written_and_as_plain_decimals():
    assert list(written_numbers("from -1.234,50 to 1 234,5")) == [
        ("-1.234,50", "-1234.50"),
        ("1 234,5", "1234.5"),
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,234", {1234, 1.234}),
        ("3.5 million", {3500000, 3.5}),
        ("2019-2024", {2019, 2024, -2024}),
        ("−4 °C", {-4, 4}),
        ("$22999", {22999}),
        ("5, 10, 15", {5, 10, 15}),
        ("35€ 99", {35, 99, 35.99}),
        ("118, 99 TL", {118, 99, 118.99}),
    ],
)
def test_a_text_may_mean_several_numbers(text, values):
    assert possible_numbers(text) == values


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1.234,50", "1234.50"),
        ("$1,234.50", "1234.50"),
        ("1e5", "1e5"),
        ("+4", "4"),
        ("12,5", "12.5"),
        ("about -4.5", "-4.5"),
    ],
)
def test_a_number_is_typed_into_a_field_as_html_writes_it(text, written):
    assert number_for(FIELD, text) == written


@pytest.mark.parametrize(("text", "why"), [("5k", "may mean 5 or 5000"), ("none", "is not one number")])
def test_what_states_no_one_number_is_refused(text, why):
    with pytest.raises(BadTarget, match=why):
        number_for(FIELD, text)


@pytest.mark.parametrize(
    ("words", "value"),
    [("3", 3), ("Twelve", 12), ("nineteen", 19), ("forty", 40), ("twenty-one", 21), ("ninety nine", 99)],
)
def test_counting_words(words, value):
    assert count(words) == value


@pytest.mark.parametrize("words", ["none", "first", "three four", "twenty-twelve", "one-two", "²", ""])
def test_words_that_are_no_count(words):
    assert count(words) is None


@pytest.mark.parametrize(
    ("word", "value"), [("Third", 3), ("twelfth", 12), ("21st", 21), ("final", -1), ("three", None)]
)
def test_ordinals(word, value):
    assert ordinal(word) == value
