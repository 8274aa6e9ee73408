"""Which of the caller's error codes the engine without a model finds fitting."""

from __future__ import annotations

import pytest

from engines.rules.error_codes import fitting_codes


@pytest.mark.parametrize(
    ("meaning", "reason", "fits"),
    [
        ("The account is locked", "the page says: your account has been locked", True),
        ("The credentials are incorrect or the account is locked", "This account is locked.", True),
        ("The credentials are incorrect or the account is locked", "The price is incorrect.", False),
        ("No tickets are left", "There are no tickets", False),
        ("Tickets sold out", "All 40 tickets are sold out", True),
        ("Wrong", "Wrong", False),
        ("", "anything at all", False),
    ],
)
def test_a_code_fits_where_all_words_of_one_meaning_stand_in_one_text(meaning, reason, fits):
    assert fitting_codes({"code": meaning}, reason, None) == (("code",) if fits else ())


def test_a_code_that_speaks_for_itself_needs_no_meaning():
    assert fitting_codes({"account_locked": ""}, "the account is locked", None) == ("account_locked",)


def test_an_article_is_no_message():
    text = "account " + "word " * 80 + "locked"
    assert fitting_codes({"code": "The account is locked"}, text, None) == ()
