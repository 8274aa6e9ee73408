"""A page that is about one product, and what is found of it: each from what shows and from what is stated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from browser.model.observation import Observation
from browser.model.page_tree import PageTree
from browser.values.numbers import currency_code, find_numbers, iso_currency, possible_numbers
from engines.extraction.article.blocks import Block, blocks_of
from engines.extraction.page.words import split_words
from engines.extraction.product.codes import code_in_address, codes_in_address, labelled_codes
from engines.extraction.product.offer import (
    main_products,
    stated_availability,
    stated_codes,
    stated_currency,
    stated_prices,
)
from engines.extraction.product.prices import shown_prices
from engines.extraction.product.stock import shown_stock

_TOKEN = re.compile(r"\w+")
_SEVERAL = 3
"""So many codes are those of variants."""
_AS_LIKELY = 2.5
_LIKELY = -2.5
_SURE = 1.0
"""Points from which a price that shows is the product's, whatever the page states."""
_NEAR = 15
"""What stands so many blocks above the name may still be said of the product."""


@dataclass(frozen=True, slots=True)
class ProductFact:
    """Something found of a product."""

    text: str
    """As the page writes it."""
    ref: str = ""
    """Of the element that shows it; "": it is stated, or in the address."""
    amount: float = 0.0
    """Of a price."""
    there: bool = False
    """Whether the product can be had, where that is what was found."""


class ProductPage:
    """A page, and what it shows and states of its product."""

    def __init__(self, tree: PageTree, page: Observation) -> None:
        self.tree, self.page = tree, page
        self.blocks = blocks_of(tree, page)
        self.headline = self._place_of_headline()
        title = self.blocks[self.headline].text if self.blocks else ""
        self.variants = main_products(page, title)
        self.thing = self.variants[0] if self.variants else None
        self.shown = shown_prices(self.blocks, self.headline)

    def _place_of_headline(self) -> int:
        """The heading of first level that the page's title repeats, else the first one of that level."""
        spoken = " ".join(split_words(self.page.title))
        headings = [at for at, block in enumerate(self.blocks) if block.level]
        first = [at for at in headings if self.blocks[at].level == 1]
        said = [at for at in [*first, *headings] if self._is_said(at, spoken)]
        named = [at for at in range(len(self.blocks)) if self._is_said(at, spoken)]
        return next(iter([*said, *first, *named, *headings]), 0)

    def _is_said(self, at: int, spoken: str) -> bool:
        words = " ".join(split_words(self.blocks[at].text))
        return len(words) >= 12 and (words in spoken or words[:60] == spoken[: min(len(words), 60)])

    @property
    def is_one(self) -> bool:
        """Whether the page is about one product."""
        if self.thing is not None or self._is_in_address():
            return True
        if self._is_in_a_list():
            return False
        if self.shown and self.shown[0].points >= _SURE:
            return True
        if next(labelled_codes(self.blocks), None) is not None:
            return True
        stock = shown_stock(self.blocks, self.headline)
        return stock is not None and (bool(self.shown) or not stock[0])

    def _is_in_address(self) -> bool:
        """Whether the page repeats a code of its address, and its title the heading."""
        if not self.blocks or not self._is_said(self.headline, " ".join(split_words(self.page.title))):
            return False
        shown = set(_TOKEN.findall(self.page.text))
        return any(code in shown for code in codes_in_address(self.page.url))

    def _is_in_a_list(self) -> bool:
        """Whether other amounts stand in just such places as the likeliest price: cards of a list."""
        best = self.shown[0] if self.shown else None
        if best is None or best.node.parent is None:
            return False
        alike = {
            one.amount
            for one in self.shown
            if one.node.parent is not None
            and one.node.parent.tag == best.node.parent.tag
            and one.node.element.hints == best.node.element.hints
            and one.node.parent.element.hints == best.node.parent.element.hints
            and one.points > best.points - _AS_LIKELY
        }
        return len(alike) >= _SEVERAL

    @cached_property
    def name(self) -> ProductFact | None:
        """The heading over it, else the name that is stated."""
        if self.blocks and self.blocks[self.headline].level:
            block = self.blocks[self.headline]
            return ProductFact(block.text, block.holder.ref)
        name = self.thing.get("name") if self.thing else None
        return ProductFact(name.value, name.ref) if name else None

    @cached_property
    def price(self) -> ProductFact | None:
        """A stated price that shows, else a stated one, else the likeliest that shows."""
        stated = [(one, find_numbers(one.value)) for one in stated_prices(self.thing, self.page)]
        stated = [(one, numbers) for one, numbers in stated if numbers and numbers[0].value > 0]
        likely = [one for one in self.shown if one.points >= _SURE - _AS_LIKELY][:6]
        for price in likely:
            said = possible_numbers(price.text)
            for _, numbers in stated:
                if numbers[0].value in said:
                    return ProductFact(price.text, price.node.ref, numbers[0].value)
        for one, numbers in stated[:1]:
            return ProductFact(one.value, one.ref, numbers[0].value)
        best = self.shown[0] if self.shown and self.shown[0].points > _LIKELY else None
        return ProductFact(best.text, best.node.ref, best.amount) if best else None

    @cached_property
    def currency(self) -> ProductFact | None:
        """The code of the price's currency, or its sign where that stands for several."""
        stated = stated_currency(self.thing, self.page)
        if stated is not None:
            code = stated.value.upper() if len(stated.value) == len("EUR") else stated.value
            return ProductFact(iso_currency(code), stated.ref)
        texts = [(one.text, one.ref) for one in (self.price,) if one]
        texts += [(one.text, one.node.ref) for one in self.shown[:1]]
        signs = ((currency_code(text), ref) for text, ref in texts)
        return next((ProductFact(iso_currency(sign), ref) for sign, ref in signs if sign), None)

    @cached_property
    def code(self) -> ProductFact | None:
        """The code: stated and shown, plainly called so, stated, in the address, called something like it."""
        stated = stated_codes(self.thing, self.page)
        shown = [one for one in labelled_codes(self.blocks) if self._is_near(one[1])]
        by_code = {code: block.first.ref for _, block, code in shown}
        both = next((one.value for one in stated if one.value in by_code), None)
        if both is not None:
            return ProductFact(both, by_code[both])
        first = ProductFact(shown[0][2], shown[0][1].first.ref) if shown else None
        of_variants = len({one.value for one in stated}) >= _SEVERAL
        if first and (shown[0][0] == 0 or of_variants):
            return first
        alone = (one for one in stated if " " not in one.value and any(map(str.isdigit, one.value)))
        if one := next(alone, None):
            return ProductFact(one.value, one.ref)
        address = code_in_address(self.page, [one.value for one in self.page.structured])
        return ProductFact(address) if address else first

    def _is_near(self, block: Block) -> bool:
        return block.first.order >= self.blocks[max(0, self.headline - _NEAR)].first.order

    @cached_property
    def stock(self) -> ProductFact | None:
        """Whether it can be had, in the words of the page where it says so."""
        shown = shown_stock(self.blocks, self.headline)
        stated = stated_availability(self.variants, self.page)
        if shown and (stated is None or stated[0] == shown[0]):
            return ProductFact(shown[1].text, shown[1].holder.ref, there=shown[0])
        return (
            ProductFact(stated[1].value.rpartition("/")[2], stated[1].ref, there=stated[0])
            if stated
            else None
        )
