"""When a text is the name that was asked for, and when it is another name."""

from __future__ import annotations

import pytest

from browser.model.element_match import (
    STRONG,
    WEAK,
    Match,
    name_score,
    rivals,
    says_all,
    shows,
    similarity,
)
from browser.model.observation import Element


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Save", "Save"),
        ("save", "SAVE"),
        ("Sea salt", " sea   salt: "),
        ("e-mail", "Email"),
        ("The Open Door", "Open Door"),
    ],
)
def test_case_white_space_punctuation_and_an_article_make_no_other_name(asked: str, said: str) -> None:
    assert similarity(asked, said) >= STRONG


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("The Quiet Garden", "The Secret Garden"),
        ("Lower Mill Lane", "Lower Hill Lane"),
        ("Order 1042", "Order 1043"),
        ("Delete draft", "Delete"),
        ("user name", "name"),
        ("1.5", "15"),
        ("+", "-"),
        ("C++", "C#"),
        ("salt", "basalt"),
        ("Unfollow", "Follow"),
    ],
)
def test_a_name_that_lacks_a_word_or_has_another_in_its_place_is_another_name(asked: str, said: str) -> None:
    assert similarity(asked, said) == 0


def test_a_name_with_further_words_fits_less_than_the_name_alone() -> None:
    assert WEAK < similarity("Save", "Save and close") < similarity("Save", "save")


def test_a_misspelt_word_is_allowed_unless_the_name_is_meant_to_the_letter() -> None:
    assert similarity("Serach orders", "Search orders") > WEAK
    assert similarity("Serach orders", "Search orders", exact=True) == 0


def test_all_words_may_stand_in_any_order_and_together() -> None:
    assert says_all("user name", "Username *")
    assert says_all("garden quiet", "The Quiet Garden, 2nd edition")
    assert says_all("the e-mail", "Your email")
    assert not says_all("the quiet garden", "The Secret Garden")
    assert not says_all("", "The Secret Garden")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Dark green", "green"),
        ("Green (3)", "Green"),
        ("5 minutes", "5"),
        ("9.50 €", "9.50 €"),
        ("Januar 2027", "Jan"),
        ("A+ rating", "A+"),
        ("深色模式", "深色模式"),
    ],
)
def test_a_value_stands_in_a_text_from_the_beginning_of_a_word_on(text: str, value: str) -> None:
    assert shows(text, value)


@pytest.mark.parametrize(
    ("text", "value"), [("Evergreen", "Green"), ("15", "5"), ("51", "5"), ("None", "on"), ("", "Green")]
)
def test_a_value_does_not_stand_in_the_midst_of_another(text: str, value: str) -> None:
    assert not shows(text, value)


def test_what_an_author_calls_an_element_counts_only_where_it_says_nothing_itself() -> None:
    hints = ("delete", "icon")
    assert name_score("delete", Element(ref="a", role="button", hints=hints)) > WEAK
    assert name_score("remove", Element(ref="a", role="button", name="×", hints=hints)) > WEAK
    assert name_score("delete", Element(ref="a", role="button", name="Cancel", hints=hints)) == 0
    assert name_score("city", Element(ref="a", role="textbox", name="Where to?", hints=("city",))) > WEAK


def test_rivals_are_those_within_the_margin_of_the_best() -> None:
    matches = [
        Match(Element(ref=ref, role="link"), score) for ref, score in (("a", 1.0), ("b", 0.98), ("c", 0.9))
    ]

    assert [match.element.ref for match in rivals(matches, 0.03)] == ["a", "b"]
    assert rivals([], 0.03) == []
