"""The price that a page shows for its product: near its name, large, called a price, not struck through."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from browser.model.page_tree import Node
from browser.values.cents import are_set_apart, whole_before_cents
from browser.values.numbers import find_numbers, uses_decimal_comma, with_cents
from browser.values.written_numbers import CURRENCY
from engines.extraction.article.blocks import Block
from engines.extraction.page.labels import is_struck
from engines.extraction.page.words import word_set

_LONGEST_LINE = 90
_GLUED = re.compile(r"(?!\d\d$)\d")
_DASH = re.compile(r"[-−]\s+")
_TO = re.compile(r"\s*(?:[-–—~]|to\b|bis\b|à\b|до\b)\s*")
_WIDEST = 10
"""How many times the lower price the upper one of a span may be."""
_CALLED_OLD = 3.0
"""What being called an old one takes from a price; where no other is near it is the price all the same."""
_PRICE = word_set(
    "price prices pricing prix preis precio prezzo preco cena hind kaina pris prijs amount offer"
)
_CURRENT = word_set(
    "current sale now final special our buy main actual selling product buybox promo primary value"
)
_FORMER = word_set(
    "old was full regular strike striked striken strikethrough rrp uvp original previous before crossed msrp "
    "unit per shipping delivery versand installment installments monthly month saving savings save saved "
    "discount per100 compare credit trade deposit postage notax"
)
_BOUGHT = word_set("cart addtocart buybox checkout")
_TAX = word_set("tax vat")
_WITH = word_set("with incl inc including inclusive inkl")
"""What holds the tax is what is paid; other words for it mean a price without it, or the tax."""
_OTHERS = word_set(
    "carousel related recommend recommended recommendation recommendations similar slider upsell upsells "
    "cross crosssell sellers sponsored ads also bundle accessories viewed alternatives suggestions footer "
    "nav basket minicart compatible frequently together recently review reviews swatch cards"
)
_NAMED = re.compile(
    r"\b(?:price|preis|prix|precio|prezzo|preço|cena|pris|prijs|cijena|hind|цена|price is|now)\b", re.I
)
_FORMER_TEXT = re.compile(
    r"\b(?:was|list price|rrp|uvp|statt|before|you save|save|ehem|antes|prima|au lieu|instead|reg\.?|regular|"
    r"payments?|shipping|delivery|"
    r"versand|per month|/\s?mo\b|monthly|postage|livraison|spedizione|unit price|off|"
    r"conseillé|économisez|listino|risparmi|empfohlene?r?|ersparnis|sparen|ahorra|starting|estimate|from|ab|"
    r"excl\w*|ex\.? (?:vat|tax|gst)|netto|ohne (?:mwst|ust)|zzgl|hors taxes?|ht|sin iva|iva esclusa|brez ddv|"
    r"bez (?:dph|vat|pdv)|без ндс|"
    r"every|interest|subscri\w+|up to|bis zu|jusqu|fino a|approx\w*|circa)\b|原價|建議售價|現省|每期|滿額",
    re.IGNORECASE,
)
_NEXT = re.compile(rf"(?:[^\W\d]+\s+)?{_NAMED.pattern}", re.IGNORECASE)
_CARDS = 2
"""So many parts that are built alike and hold prices are a list."""
_DEEP = 8
_OF_CARDS = 3.0
"""What standing in a list of products takes from a price."""
_AGAIN = 3.0
"""What a price gains by being said twice: beside the name and where the product is bought."""
_FIRST_AMOUNT = re.compile(r"\d[\d.,' ]*")


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """An amount of money that stands on the page."""

    amount: float
    text: str
    node: Node
    points: float


def shown_prices(blocks: Sequence[Block], headline: int) -> list[ShownPrice]:
    """What may be the product's price, the likeliest first.

    Args:
        blocks: All blocks of the page.
        headline: The place of the block with the product's name.
    """
    lines = [
        (at, block)
        for at, block in enumerate(blocks)
        if len(block.text) <= _LONGEST_LINE
        and CURRENCY.search(block.text)
        and any(map(str.isdigit, block.text))
    ]
    comma = uses_decimal_comma([block.text for _, block in lines])
    fonts = sorted(block.font_px for _, block in lines)
    usual = fonts[len(fonts) // 2] if fonts else 0.0
    found: list[ShownPrice] = []
    for at, block, piece, text in chain.from_iterable(_amounts_in(*line) for line in lines):
        around = [piece, *piece.ancestors()][:7]
        amount = _amount(text, comma)
        if amount is None or _is_struck(piece):
            continue
        points = (
            _points(block, _about(text), around)
            - _CALLED_OLD * is_struck(piece)
            - min(abs(at - headline), 120) / 20
            - (4 if at < headline else 0)
        )
        if usual and block.font_px > usual * 1.2:
            points += min(3.0, 2 * (block.font_px / usual - 1) + 1)
        found.append(ShownPrice(amount, text, piece, points))
    cards = _in_cards(found, blocks[headline].first if blocks else None)
    often = _said_again(blocks, cards, comma)
    found = [
        replace(one, points=one.points + (-_OF_CARDS if one.node.order in cards else often[one.amount]))
        for one in found
    ]
    return sorted(found, key=lambda one: -one.points)


def _in_cards(found: Sequence[ShownPrice], name: Node | None) -> set[int]:
    """The orders of prices that stand in one of several parts that are built alike: cards of other products.

    Each has a link, and none the name of the product.
    """
    inside: dict[tuple[int, str, tuple[str, ...]], dict[int, list[ShownPrice]]] = {}
    nodes: dict[int, Node] = {}
    for price in found:
        for part in [*price.node.ancestors()][:_DEEP]:
            if part.parent is None or (name and part.holds(name)):
                break
            like = (part.parent.order, part.tag, part.element.hints)
            inside.setdefault(like, {}).setdefault(part.order, []).append(price)
            nodes[part.order] = part
    return {
        price.node.order
        for cards in inside.values()
        if len(cards) >= _CARDS and all(map(_has_link, (nodes[at] for at in cards)))
        for prices in cards.values()
        for price in prices
    }


def _said_again(blocks: Sequence[Block], cards: set[int], comma: bool) -> defaultdict[float, float]:
    """What an amount gains by being said in several places outside the cards, 0 where it is said once."""
    places = Counter(
        amount
        for block in blocks
        if CURRENCY.search(block.text) and not any(piece.node.order in cards for piece in block.pieces)
        for amount in {one.value for one in find_numbers(block.text, comma) if one.priced}
    )
    return defaultdict(float, {amount: _AGAIN for amount, times in places.items() if times > 1})


def _has_link(part: Node) -> bool:
    return any(node.tag == "a" for node in part.walk())


def _amounts_in(at: int, block: Block) -> Iterator[tuple[int, Block, Node, str]]:
    """The amounts of a line: several where several elements hold one each, as for an old and a new price."""
    holding = [
        one.node for one in block.pieces if CURRENCY.search(one.node.text) and _has_digit(one.node.text)
    ]
    if len(holding) > 1:
        yield from ((at, block, node, with_cents(node.text)) for node in holding)
    elif holding and _runs_into_another(holding[0], block):
        yield at, block, holding[0], holding[0].text
    else:
        digits = (one.node for one in block.pieces if _has_digit(one.node.text))
        yield at, block, next(digits, block.first), with_cents(_with_cents(block))


def _runs_into_another(node: Node, block: Block) -> bool:
    """Whether the next element goes on with digits that are no cents: `$200` and `2 bids`."""
    for one, other in pairwise(block.pieces):
        if one.node is node:
            return bool(_GLUED.match(other.node.text) and one.node.text[-1:].isdigit())
    return False


def _with_cents(block: Block) -> str:
    """The text of a block, with a sign before two digits that only their look sets apart as cents.

    That is a point; a comma, where points part the thousands before it.
    """
    for one, other in pairwise(block.pieces):
        whole = whole_before_cents(one.node.element, other.node.element)
        around = (above.element for above in other.node.ancestors())
        if whole and are_set_apart(one.node.element, other.node.element, around):
            apart = re.compile(rf"{re.escape(one.node.text)}\s*{other.node.text}")
            mark = "," if "." in whole else "."
            return apart.sub(f"{one.node.text}{mark}{other.node.text}", block.text, count=1)
    return block.text


def _amount(text: str, comma: bool) -> float | None:
    """The first amount of money in a text, the lower one of `26 - 50 €`; what is taken off is none."""
    text = _DASH.sub("– ", text)
    numbers = find_numbers(text, comma)
    for before, one in pairwise((None, *numbers)):
        if one is None or not one.priced or one.value <= 0:
            continue
        to = _TO.match(text, before.end) if before else None
        if before and to and to.end() >= one.start and before.value < one.value <= _WIDEST * before.value:
            return before.value
        return one.value
    return None


def _about(text: str) -> str:
    """What is said of the first amount, and not of the next one: `Sale price 5 € Old price`."""
    digits = _FIRST_AMOUNT.search(text)
    following = _NEXT.search(text, digits.end()) if digits else None
    return text[: following.start()] if following else text


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _points(block: Block, text: str, around: Sequence[Node]) -> float:
    hints = {hint for node in around for hint in node.element.hints}
    near = {hint for node in around[:5] for hint in node.element.hints}
    former = near & _FORMER or (near & _TAX and not near & _WITH)
    points = 3.0 * bool(near & _PRICE) + 1.0 * bool(near & _CURRENT) - 4.0 * bool(former)
    points += 1.5 * bool(hints & _BOUGHT)
    points -= 4.0 * bool(hints & _OTHERS) + 2.0 * (block.linked > 0.5)
    points += 1.0 * bool(_NAMED.search(text)) - 3.0 * bool(_FORMER_TEXT.search(text))
    return points - len(text) / 60


def _is_struck(node: Node) -> bool:
    return any(
        above.tag in ("s", "del", "strike")
        or above.element.role == "deletion"
        or (above.element.appearance is not None and above.element.appearance.struck)
        for above in (node, *node.ancestors())
    )
