"""Price, currency, SKU and availability of saved products, beside what others read of the same pages.

The pages, what is right and what others read are those of scrapinghub/product-extraction-benchmark (MIT), and
so is the way of counting: any of several values may be right; a product of which nothing tells that it is
sold out counts as in stock, also for the others. The currency is not scored there; here a code counts where
its sign is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.suites.extraction.saved import SavedPage
from benchmarks.suites.extraction.scorers import Counts, Score, numbers, over_all, values

WISH = "Extract the product"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"]},
        "price": {"type": ["number", "null"]},
        "currency": {"type": ["string", "null"]},
        "sku": {"type": ["string", "null"]},
        "availability": {"type": ["string", "null"], "enum": ["InStock", "OutOfStock", None]},
    },
    "required": ["name", "price", "currency", "sku", "availability"],
}
ATTRIBUTES = ("price", "currency", "sku", "availability")
SIGNS = {
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"},
    "€": {"EUR"},
    "£": {"GBP"},
    "₽": {"RUB"},
    "₹": {"INR"},
    "¥": {"JPY", "CNY"},
    "₴": {"UAH"},
    "₸": {"KZT"},
    "zł": {"PLN"},
    "kč": {"CZK"},
    "lei": {"RON"},
    "kn": {"HRK"},
    "rs": {"INR", "PKR", "LKR"},
    "тг.": {"KZT"},
    "руб": {"RUB", "BYN"},
    "kr": {"SEK", "NOK", "DKK"},
    "r$": {"BRL"},
    "ر.س": {"SAR"},
    "₪": {"ILS"},
    "ft": {"HUF"},
    "₺": {"TRY"},
    "₫": {"VND"},
    "฿": {"THB"},
    "₦": {"NGN"},
    "hk$": {"HKD"},
    "nt$": {"TWD"},
    "a$": {"AUD"},
    "s$": {"SGD"},
}
"""How a currency is written -> the codes that it may stand for."""


def score(pages: Sequence[SavedPage], outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, Score]:
    """Attribute -> how it was read.

    Args:
        pages: The pages.
        outputs: Name of a page -> what was read of it.
    """
    return {
        name: over_all(value_counts(page, name, outputs[page.name].get(name)) for page in pages)
        for name in ATTRIBUTES
    }


def value_counts(page: SavedPage, name: str, read: Any) -> Counts:
    """How one attribute of one page is counted."""
    right = page.right.get(name, ())
    match name:
        case "price":
            return numbers(right, read)
        case "availability":
            return values(right, read or "InStock")
        case "currency":
            return values(_currencies(right), read and str(read).casefold()) if right else Counts()
    return values(right, read)


def _currencies(right: Sequence[str]) -> set[str]:
    """All spellings of these currencies, in lower case."""
    codes = {code.casefold() for sign in right for code in SIGNS.get(sign.casefold(), ())}
    return codes | {sign.casefold() for sign in right}
