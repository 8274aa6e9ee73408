"""Texts and values are counted as the published scorers count them."""

import pytest

from benchmarks.suites.extraction import articles, products
from benchmarks.suites.extraction.saved import SavedPage
from benchmarks.suites.extraction.scorers import (
    Counts,
    mean_of_pages,
    numbers,
    over_all,
    segments,
    shingles,
    values,
)


def page_with(right, tmp_path, name="p"):
    return SavedPage(name, f"https://shop.example/{name}", tmp_path / name, right)


def test_a_text_is_compared_four_words_at_a_time():
    counts = shingles("one two three four five", "one two three four six")
    assert counts == Counts(1 / 3, 1 / 3, 1 / 3)


def test_a_long_text_weighs_no_more_than_a_short_one():
    counts = shingles("a b c d " * 50, "x y z w " * 90)
    assert counts.right + counts.wrong + counts.lost == pytest.approx(1)


def test_a_text_shorter_than_a_run_of_words_is_compared_as_a_whole():
    assert shingles("two words", "two, words!") == Counts(right=1)


def test_nothing_read_costs_recall_and_no_precision():
    score = mean_of_pages([shingles("a b c d", "a b c d"), shingles("a b c d", "")])
    assert (score.precision, score.recall) == (1.0, 0.5)
    assert score.f1 == pytest.approx(2 / 3)


def test_passages_count_whatever_their_white_space():
    assert segments(["a  b", "gone"], ["menu"], "so a\nb it is, no menu") == Counts(1, 1, 1)


def test_a_price_is_right_however_its_number_is_written():
    assert numbers(["449.90 "], 449.9) == Counts(right=1)
    assert numbers(["449.90"], "4 49") == Counts(wrong=1, lost=1)
    assert numbers([], 12) == Counts(wrong=1)
    assert numbers(["1"], None) == Counts(lost=1)


def test_any_of_several_right_values_is_right():
    assert values({"12", "013"}, "013") == Counts(right=1)


def test_values_are_summed_over_all_pages():
    score = over_all([Counts(right=1), Counts(right=1), Counts(wrong=1, lost=1), Counts(lost=1)])
    assert (score.precision, score.recall) == (2 / 3, 0.5)


def test_a_product_of_which_nothing_tells_that_it_is_sold_out_counts_as_in_stock(tmp_path):
    page = page_with({"availability": ["InStock"]}, tmp_path)
    assert products.value_counts(page, "availability", None) == Counts(right=1)


@pytest.mark.parametrize(("written", "read"), [("€", "EUR"), ("Lei", "RON"), ("CHF", "chf"), ("$", "CAD")])
def test_a_code_is_right_where_the_sign_of_its_currency_is(written, read, tmp_path):
    page = page_with({"currency": [written]}, tmp_path)
    assert products.value_counts(page, "currency", read) == Counts(right=1)
    assert products.value_counts(page, "currency", "XAU") == Counts(wrong=1, lost=1)


def test_authors_are_right_in_any_order_and_dates_by_their_day():
    assert articles.value_counts("author", ["Ann Lee", "Bo Day"], "Bo Day and Ann Lee") == Counts(
        wrong=1, lost=1
    )
    assert articles.value_counts("author", ["Ann Lee", "Bo Day"], "bo day; ann lee") == Counts(right=1)
    assert articles.value_counts("date_published", "2024-03-01", "2024-03-01T10:00Z") == Counts(right=1)
    assert articles.value_counts("headline", "A day out", None) == Counts(lost=1)


def test_the_scorer_of_a_page_is_that_of_its_collection(tmp_path):
    by_words = page_with({"articleBody": "a b c d e"}, tmp_path)
    by_passages = page_with({"with": ["a b"], "without": ["x"]}, tmp_path, "q")
    assert articles.body_counts(by_words, "a b c d") == Counts(0.5, 0, 0.5)
    assert articles.body_counts(by_passages, "a b c d") == Counts(right=1)
