"""The values of a schema that asks for one product, read from what its page shows and states."""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.observation import Observation
from browser.model.page_tree import PageTree
from browser.values.numbers import currency_code, find_numbers, iso_currency, possible_numbers
from engines.extraction.article.blocks import Block, blocks_of
from engines.extraction.columns.cells import Cell
from engines.extraction.columns.coerce import Custom, Nothing, coerce
from engines.extraction.columns.match import Leaf, Reading
from engines.extraction.page.words import concepts, split_words, word_set
from engines.extraction.product.codes import code_in_address, labelled_codes
from engines.extraction.product.offer import (
    main_products,
    stated_availability,
    stated_codes,
    stated_currency,
    stated_prices,
)
from engines.extraction.product.prices import ShownPrice, shown_prices
from engines.extraction.product.stock import shown_stock

Readings = dict[tuple[str, ...], Reading | None]

_SAYS_PRODUCT = word_set("product item offer sku good article")
_CODE_WORDS = word_set("sku productid")
_FORMER = word_set("original old previous former regular list rrp msrp was")
_SEVERAL = 3
"""So many codes are those of variants."""
_AS_LIKELY = 2.5
_LIKELY = -2.5
_SURE = 1.0
"""Points from which a price that shows is the product's, whatever the page states."""


class _Product:
    """What is found of the product, each when it is first asked for."""

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
        if self.thing is not None:
            return True
        if self._is_in_a_list():
            return False
        if self.shown and self.shown[0].points >= _SURE:
            return True
        if next(labelled_codes(self.blocks), None) is not None:
            return True
        stock = shown_stock(self.blocks, self.headline)
        return stock is not None and (bool(self.shown) or not stock[0])

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

    def price(self) -> tuple[float, str, str, ShownPrice | None] | None:
        """The amount, how it is written, the ref of its element, and the price that shows it."""
        stated = [(one, find_numbers(one.value)) for one in stated_prices(self.thing, self.page)]
        likely = [one for one in self.shown if one.points >= _SURE - 3][:6]
        for _, numbers in stated:
            for number in numbers[:1]:
                shows = next(
                    (price for price in likely if number.value in possible_numbers(price.text)), None
                )
                if shows:
                    return number.value, shows.text, shows.node.ref, shows
        for one, numbers in stated:
            if numbers and numbers[0].value > 0:
                return numbers[0].value, one.value, one.ref, None
        best = self.shown[0] if self.shown and self.shown[0].points > _LIKELY else None
        return (best.amount, best.text, best.node.ref, best) if best else None

    def currency(self) -> tuple[str, str] | None:
        """The code or sign, and the ref of what shows it."""
        if (stated := stated_currency(self.thing, self.page)) and stated.value:
            return iso_currency(stated.value.upper() if len(stated.value) == 3 else stated.value), stated.ref
        priced = self.price()
        sign = currency_code(priced[1]) if priced else None
        if sign is None and self.shown:
            sign = currency_code(self.shown[0].text)
        return (iso_currency(sign), priced[2] if priced else "") if sign else None

    def code(self) -> tuple[str, str] | None:
        """The code, and the ref of what shows it."""
        stated = stated_codes(self.thing, self.page)
        shown = [one for one in labelled_codes(self.blocks) if self._is_near(one[1])]
        by_code = {code: block.first.ref for _, block, code in shown}
        for one in stated:
            if one.value in by_code:
                return one.value, by_code[one.value]
        if shown and shown[0][0] == 0:
            return shown[0][2], shown[0][1].first.ref
        several = len({one.value for one in stated}) >= _SEVERAL and bool(shown)
        for one in stated if not several else ():
            if " " not in one.value and any(map(str.isdigit, one.value)):
                return one.value, one.ref
        if several:
            return shown[0][2], shown[0][1].first.ref
        address = code_in_address(self.page, [one.value for one in self.page.structured])
        if address:
            return address, ""
        return (shown[0][2], shown[0][1].first.ref) if shown else None

    def _is_near(self, block: Block) -> bool:
        return bool(self.blocks) and block.first.order >= self.blocks[max(0, self.headline - 15)].first.order

    def stock(self) -> tuple[bool, str, str] | None:
        """Whether it can be had, in which words that is said, and the ref of what says so."""
        shown = shown_stock(self.blocks, self.headline)
        stated = stated_availability(self.variants, self.page)
        if shown and (stated is None or stated[0] == shown[0]):
            return shown[0], shown[1].text, shown[1].holder.ref
        return (stated[0], stated[1].value.rpartition("/")[2], stated[1].ref) if stated else None


def read_product(leaves: Sequence[Leaf], wish: Sequence[str], tree: PageTree, page: Observation) -> Readings:
    """Price, currency, code and availability, as far as the schema asks for them as those of one product.

    Args:
        leaves: The scalars that are wanted.
        wish: The words of the task.
        tree: The page.
        page: The same as it was observed.

    Returns:
        What was read, None for what was not found; {} where no product is asked for, or the page is not about
        one.
    """
    asked = {leaf.path: part for leaf in leaves if (part := _part_of(leaf))}
    parts = set(asked.values())
    named = _SAYS_PRODUCT.intersection(wish) or "code" in parts
    if not parts & {"price", "code"} or not named or len(parts) < 2:
        return {}
    product = _Product(tree, page)
    if not product.is_one:
        return {}
    readings: Readings = {}
    for leaf in leaves:
        if leaf.path not in asked:
            continue
        readings[leaf.path] = None
        if found := _value(asked[leaf.path], leaf, product):
            value, ref = found
            node = next((one for one in tree.nodes if ref and one.ref == ref), tree.root)
            readings[leaf.path] = Reading(value, Cell("", node, str(value), ()))
    return readings


def _part_of(leaf: Leaf) -> str:
    meant, words = concepts(leaf.wanted.words), set(leaf.wanted.words)
    if leaf.wanted.aspect != "text" or words & _FORMER:
        return ""
    if words == {"currency"} or words == {"price", "currency"}:
        return "currency"
    if words & _CODE_WORDS or words in ({"product", "id"}, {"product", "code"}, {"article", "number"}):
        return "code"
    if leaf.wanted.kinds[0] == "string" and (meant == {"title"} or words in ({"name"}, {"product", "name"})):
        return "name"
    if "price" in words and len(words) <= 2:
        return "price"
    return "stock" if "availability" in meant and len(words) <= 2 else ""


def _value(part: str, leaf: Leaf, product: _Product) -> tuple[str | float | int | bool, str] | None:
    match part:
        case "name" if product.blocks and product.blocks[product.headline].level:
            block = product.blocks[product.headline]
            return block.text, block.first.ref
        case "name" if product.thing and (name := product.thing.get("name")):
            return name.value, name.ref
        case "price" if found := product.price():
            amount, text, ref, _ = found
            if not leaf.wanted.is_number:
                return (text, ref) if currency_code(text) else None
            return int(amount) if amount.is_integer() else amount, ref
        case "currency":
            return product.currency()
        case "code":
            return product.code()
        case "stock" if stock := product.stock():
            return _stock_as(leaf, *stock)
    return None


def _stock_as(leaf: Leaf, there: bool, words: str, ref: str) -> tuple[str | float | int | bool, str] | None:
    """Availability in the words or choices of the schema."""
    if leaf.wanted.kinds[0] == "boolean":
        return there, ref
    if leaf.wanted.enum is None:
        return (words, ref) if leaf.wanted.kinds[0] == "string" else None
    said = Cell("", None, "in stock" if there else "out of stock", ())  # type: ignore[arg-type]  # no node is read
    value = coerce(leaf.wanted, said, Custom())
    return None if isinstance(value, Nothing) else (value, ref)  # type: ignore[return-value]
