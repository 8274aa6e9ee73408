"""What a page states of the product that it is about, chosen among all that it describes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from browser.model.observation import Observation, StatedValue
from engines.extraction.page.words import split_words
from engines.extraction.stated import StatedThing, page_itself, things

_KINDS = ("product", "individualproduct", "productmodel", "productgroup", "vehicle", "car")
_IN = re.compile(
    r"in_?stock|limited_?availability|pre_?sale|pre_?order|in_?store_?only|online_?only|back_?order|"
    r"^available$|made_?to_?order",
    re.IGNORECASE,
)
_OUT = re.compile(r"out_?of_?stock|sold_?out|discontinued|^unavailable$|^oos$", re.IGNORECASE)
_PRICES = (
    "offers/price",
    "price",
    "offers/lowPrice",
    "offers/priceSpecification/price",
    "offers/offers/price",
    "offers/offers/priceSpecification/price",
)
_NOT_PAID = re.compile(
    r"^(?:priceType \S*(?:list|strikethrough|msrp|srp|invoice|minimumadvertised)(?:price)?$|"
    r"validForMemberTier\b)",
    re.IGNORECASE,
)
"""What schema.org has for prices that nobody pays, or members alone."""
_LESS_LIKELY = re.compile(
    r"^(?:itemCondition \S*(?:used|refurbished|damaged)(?:condition)?$|referenceQuantity\b)", re.IGNORECASE
)
"""What it has for used ones, and for prices of a measure, which may be the product's all the same."""
_MOST_ALIKE = 3
"""More products than this that are alike, of which none is named in the title, are a list."""


def main_products(observation: Observation, headline: str) -> list[StatedThing]:
    """The product that the page is about, and its variants of the same name; [] where none is described."""
    described = [one for one in things(observation.structured, *_KINDS) if one.get("name")]
    spoken = {" ".join(split_words(text)) for text in (headline, observation.title) if text}
    named = [one for one in described if _is_named(one, spoken)]
    if named:
        return sorted(named, key=lambda one: -len(one.values))
    some = things(observation.structured, *_KINDS)
    return [one for one in some if not _is_another(one, spoken)][:1] if len(some) <= _MOST_ALIKE else []


def _is_another(thing: StatedThing, spoken: set[str]) -> bool:
    """Whether the page speaks of something else: no word of the thing's name is in its headline or title."""
    name = thing.get("name")
    words = set(split_words(name.value)) if name else set()
    told = set(" ".join(spoken).split())
    return bool(words and told) and not words & told


def _is_named(thing: StatedThing, spoken: set[str]) -> bool:
    name = thing.get("name")
    words = " ".join(split_words(name.value)) if name else ""
    return len(words) >= 4 and any(words in text or (text in words and len(text) >= 8) for text in spoken)


def stated_prices(thing: StatedThing | None, observation: Observation) -> list[StatedValue]:
    """The prices that are stated of it, the likeliest first: what is asked of anybody for a new one, now."""
    head = page_itself(observation.structured)
    prices = [one for one in thing.all(*_PRICES) if not _beside(one, thing, _NOT_PAID)] if thing else []
    prices.sort(key=lambda one: thing is not None and _beside(one, thing, _LESS_LIKELY))
    return [*prices, *head.all("product:sale_price:amount", "product:price:amount", "og:price:amount")]


def _beside(price: StatedValue, thing: StatedThing, said: re.Pattern[str]) -> bool:
    """Whether what states a price, or its offer, says something of it, as `priceType ListPrice`."""
    place = price.name.rpartition("/")[0]
    offer = place.partition("/priceSpecification")[0]
    return any(
        said.search(f"{one.name[len(at) + 1 :]} {one.value}")
        for at in {place, offer}
        for one in thing.values
        if at and one.name.startswith(f"{at}/")
    )


def stated_currency(thing: StatedThing | None, observation: Observation) -> StatedValue | None:
    """The currency that is stated of its price."""
    found = (
        thing.get(
            "offers/priceCurrency",
            "priceCurrency",
            "offers/priceSpecification/priceCurrency",
            "offers/offers/priceCurrency",
        )
        if thing
        else None
    )
    return found or page_itself(observation.structured).get("product:price:currency", "og:price:currency")


def stated_codes(thing: StatedThing | None, observation: Observation) -> list[StatedValue]:
    """The identifiers that are stated of it, those of the shop before those of the maker."""
    codes = list(thing.all("sku", "productID", "offers/sku", "offers/0/sku") if thing else ())
    return [
        *codes,
        *page_itself(observation.structured).all(
            "product:retailer_item_id", "product:sku", "og:sku", "sku", "productID"
        ),
    ]


def stated_availability(
    variants: Sequence[StatedThing], observation: Observation
) -> tuple[bool, StatedValue] | None:
    """Whether it can be had in any of its variants; None where nothing is stated."""
    names = ("offers/availability", "availability", "offers/offers/availability")
    told = [one for thing in variants for one in thing.all(*names)]
    told += page_itself(observation.structured).all("product:availability", "og:availability")
    for pattern, there in ((_IN, True), (_OUT, False)):
        for one in told:
            if pattern.search(_plain(one.value)):
                return there, one
    return None


def _plain(value: str) -> str:
    return re.sub(r"[\s-]+", "_", value.rpartition("/")[2].strip())
