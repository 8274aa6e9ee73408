"""A page that is about one product, and what is found of it: each from what shows and from what is stated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from browser.model.observation import Observation, StatedValue
from browser.model.page_tree import Node, PageTree
from browser.values.numbers import (
    Found,
    currency_code,
    find_numbers,
    iso_currency,
    possible_numbers,
    which_currency,
)
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
from engines.extraction.stated import page_itself

_TOKEN = re.compile(r"\w+")
_SEVERAL = 3
"""So many codes are those of variants."""
_AS_LIKELY = 2.5
_LIKELY = -4.5
_SURE = 1.0
"""Points from which a price that shows is the product's, whatever the page states."""
_BESIDE = -1.5
"""The same below a name that the title of the page repeats: nothing speaks for the price but its place."""
_TAG = 40
"""A price on its own is no longer than so many letters; a longer text speaks of one."""
_LONGEST_NAME = 250
_SAID = 0.5
"""How alike title and heading are from which the heading is the name of what the page is about."""
_FIRST = 0.25
"""How much a heading of first level counts beside that."""
_CURRENCY_OF = ("priceCurrency", "price:currency")
"""How the names end under which pages state the currency of a price."""
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


def _heading_of(block: Block) -> Node | None:
    return next((node for node in block.first.ancestors() if node.element.role == "heading"), None)


def _same(words: Sequence[str], title: Sequence[str]) -> float:
    """The letters of the words that both have, as a share of those of both together, 0 to 1."""
    letters = sum(map(len, [*set(words), *set(title)]))
    return 2 * sum(map(len, {*words} & {*title})) / letters if letters else 0.0


def _share(words: Sequence[str], title: Sequence[str]) -> float:
    """The share of the letters whose words are the title's, too, 0 to 1."""
    letters = sum(map(len, set(words)))
    return sum(map(len, {*words} & {*title})) / letters if letters else 0.0


def _may_be(text: str) -> set[float]:
    """What a price may mean to one who knows it: `$22999` may be 229.99, its cents small."""
    unmarked = (one.value for one in find_numbers(text) if one.priced and one.digits.isdigit())
    return possible_numbers(text) | {round(value / 100, 2) for value in unmarked if value >= 100}


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
        """The block that the page's title repeats best, headings first, else the first heading there is."""
        titles = [self.page.title, *(one.value for one in page_itself(self.page.structured).all("og:title"))]
        spoken = [words for title in titles if (words := split_words(title))]
        alike = {at: self._likeness(at, spoken) for at in range(len(self.blocks))}
        best = max(alike, key=lambda at: alike[at], default=0)
        self.is_said = alike.get(best, 0.0) >= _SAID
        headings = [at for at, block in enumerate(self.blocks) if block.level]
        first = [at for at in headings if self.blocks[at].level == 1]
        return best if self.is_said else next(iter([*first, *headings]), 0)

    def _likeness(self, at: int, spoken: Sequence[Sequence[str]]) -> float:
        """How much of a block and of a title are the same words, and how much of a heading is the title's."""
        block = self.blocks[at]
        heading = _heading_of(block)
        if heading is None:
            words = split_words(block.text) if len(block.text) <= _LONGEST_NAME else ()
            return (1 - block.linked / 2) * max((_same(words, title) for title in spoken), default=0.0)
        if at and _heading_of(self.blocks[at - 1]) is heading:
            return 0.0
        words = split_words(heading.text)
        same = max(((2 * _same(words, title) + _share(words, title)) / 3 for title in spoken), default=0.0)
        return same + (_FIRST if block.level == 1 else _FIRST / 2) * bool(same)

    @property
    def is_one(self) -> bool:
        """Whether the page is about one product."""
        if self.thing is not None or self._is_in_address():
            return True
        if self._is_in_a_list():
            return False
        best = self.shown[0] if self.shown else None
        if best and best.points >= (_BESIDE if self.is_said and len(best.text) <= _TAG else _SURE):
            return True
        if next(labelled_codes(self.blocks), None) is not None:
            return True
        stock = shown_stock(self.blocks, self.headline)
        return stock is not None and (bool(self.shown) or not stock[0])

    def _is_in_address(self) -> bool:
        """Whether the page repeats a code of its address, and its title the heading."""
        if not self.is_said:
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
        """The heading over it, or the line that the title repeats, else the name that is stated."""
        if self.blocks and (self.blocks[self.headline].level or self.is_said):
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
            said = _may_be(price.text)
            for _, numbers in stated:
                if numbers[0].value in said:
                    return ProductFact(price.text, price.node.ref, numbers[0].value)
        best = self.shown[0] if self.shown and self.shown[0].points > _LIKELY else None
        if stated and not (best and best.points >= _SURE and self._shows_none(stated)):
            return ProductFact(stated[0][0].value, stated[0][0].ref, stated[0][1][0].value)
        return ProductFact(best.text, best.node.ref, best.amount) if best else None

    def _shows_none(self, stated: Sequence[tuple[StatedValue, Sequence[Found]]]) -> bool:
        """Whether not one of the stated prices stands anywhere on the page: they are out of date, or net."""
        said = {number for one in self.shown for number in _may_be(one.text)}
        return not any(numbers[0].value in said for _, numbers in stated)

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
        found = next(((sign, ref) for sign, ref in signs if sign), None)
        if found is None:
            return None
        named = {one.value.upper() for one in self.page.structured if one.name.endswith(_CURRENCY_OF)}
        return ProductFact(iso_currency(which_currency(found[0], named)), found[1])

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
