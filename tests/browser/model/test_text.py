"""Texts are cut, cleaned and folded without leaving half a character."""

from __future__ import annotations

import json

import pytest

from browser.model.actions import Click
from browser.model.text import (
    cut,
    fold,
    json_without_lone_surrogates,
    plain_number,
    squeeze,
    well_formed,
    without_lone_surrogates,
)


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("ab😀cd", 4, "ab😀…"),
        ("ab😀cd", 3, "ab…"),
        ("ab\ud83d\ude00cd", 4, "ab😀…"),
        ("abc\ud83d\ude00", 4, "abc😀"),
        ("abc\ud83dde", 5, "abc\ufffd…"),
        ("cafe\u0301 noir", 5, "caf…"),
        ("cafe\u0301 noir", 6, "cafe\u0301…"),
        ("👩\u200d💻 at work", 3, "👩…"),
        ("abc", 0, ""),
    ],
)
def test_a_text_is_cut_between_characters(text: str, longest: int, shown: str):
    assert cut(text, longest) == shown
    assert len(shown) <= longest
    assert shown.encode("utf-8").decode("utf-8") == shown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12999.95, "12999.95"),
        (1234567.0, "1234567"),
        (1e-07, "0.0000001"),
        (-2.5e20, "-250000000000000000000"),
        (1e308, "1e+308"),
        (7, "7"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_is_written_with_all_of_its_digits(value: float, written: str):
    assert plain_number(value) == written


def test_a_text_is_cut_without_a_sign_where_none_is_wanted():
    assert cut("ab😀cd", 3, "") == "ab😀"
    assert cut("cafe\u0301", 4, "") == "caf"


def test_a_short_text_with_a_lone_surrogate_is_cleaned_all_the_same():
    assert cut("a\udc00", 10) == "a\ufffd"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain 😀", "plain 😀"),
        ("\ud83d\ude00", "😀"),
        ("\ud83d", "\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("a\ud83d\ud83d\ude00b", "a\ufffd😀b"),
    ],
)
def test_lone_surrogates_are_replaced_and_pairs_are_joined(text: str, cleaned: str):
    assert without_lone_surrogates(text) == cleaned


def test_white_space_of_every_kind_is_one_space():
    assert squeeze("  a\u00a0\n b\t ") == "a b"


def test_texts_that_differ_in_case_and_white_space_fold_to_one():
    assert fold(" STRASSE\n 5") == fold("straße 5") == "strasse 5"


def test_accents_stay():
    assert fold("Crème BRÛLÉE") == "crème brûlée"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"half \ud83d"', "half \ufffd"),
        (r'"\ud83d\ud83d\uDE00"', "\ufffd\ufffd\ufffd"),
        (r'"C:\\udata"', r"C:\udata"),
        (r'"C:\\ud83d"', r"C:\ud83d"),
        (r'"C:\\\ud83d"', "C:\\\ufffd"),
        ('"😀 \\u0001"', "😀 \x01"),
    ],
)
def test_json_of_a_browser_is_cleaned_before_it_is_read(written: str, read: str):
    assert json.loads(json_without_lone_surrogates(written)) == read


def test_every_text_in_a_value_is_cleaned_and_what_was_clean_is_the_same():
    clean = Click("f0e1")
    assert well_formed({"a\ud800": [("b\ud800", 1.5, b"\xff"), {"c\udfff"}, None]}) == {
        "a\ufffd": [("b\ufffd", 1.5, b"\xff"), {"c\ufffd"}, None]
    }
    assert well_formed(Click("f0e1\ud800")) == Click("f0e1\ufffd")
    assert well_formed(clean) is clean
