"""Which of the products that a page describes is the one that it is about."""

from __future__ import annotations

from browser.model.observation import Observation, StatedValue
from engines.extraction.product.offer import main_products


def describing(*names: str, title: str = "Copper kettle | Hearth & Hob") -> Observation:
    stated = tuple(
        StatedValue(syntax="json-ld", thing=at, kind="product", name=field, value=value, ref="")
        for at, name in enumerate(names, start=1)
        for field, value in (("name", name), ("offers/price", f"{at}.50"))
        if value
    )
    return Observation(url="http://127.0.0.1/p", title=title, structured=stated)


def named(page: Observation, headline: str) -> list[str]:
    return [name.value if (name := one.get("name")) else "" for one in main_products(page, headline)]


def test_it_is_the_one_that_headline_or_title_name():
    assert named(describing("Tin cup", "Copper kettle"), "Copper kettle") == ["Copper kettle"]
    assert named(describing("Tin cup", "Copper kettle"), "Our finest") == ["Copper kettle"]


def test_a_name_in_other_words_is_that_of_the_page_as_long_as_it_shares_one():
    assert named(describing("Kettle, copper, 2 l"), "Copper kettle") == ["Kettle, copper, 2 l"]


def test_one_without_a_name_is_that_of_the_page():
    assert named(describing(""), "Copper kettle") == [""]


def test_one_of_another_name_is_not_taken_for_that_of_the_page():
    assert named(describing("Tin cup"), "Copper kettle") == []


def test_a_page_that_calls_itself_nothing_is_about_what_it_describes():
    assert named(describing("Tin cup", title=""), "") == ["Tin cup"]


def test_of_many_none_is():
    assert named(describing(*(f"Kettle {at}" for at in range(5))), "All our kettles") == []
