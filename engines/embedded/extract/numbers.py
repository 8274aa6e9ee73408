"""Numbers as pages write them: `1,234`, `1.2k`, `€ 12,50`, `(35)`, `-3 °C`, `4.5 out of 5`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_CURRENCIES = (
    r"US\$|A\$|C\$|HK\$|NZ\$|R\$|[$€£¥₹₽₩₺₴₫₪₦฿₱]|"
    r"\b(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|INR|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|MXN|KRW|ZAR|TRY|NZD|SGD|HKD)\b|"
    r"\b(?:kr|zł|Kč|Ft|Fr|Rs)\b\.?"
)
CURRENCY = re.compile(_CURRENCIES)
_NUMBER = re.compile(
    r"(?P<sign>[-−+–])?(?P<money>\s?(?:" + _CURRENCIES + r")\s?)?(?P<inner>[-−])?"
    r"(?P<digits>\d{1,3}(?:[,.'’   ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)"
    r"(?P<scale>\s?(?:k|K|m|M|mn|bn|B|tn|T)(?![\w°])|\s(?:thousand|million|billion|trillion)\b)?"
)
_FROM_TO = re.compile(r"\d\s?[kK]?\s*(?:[-–—]|\bto\b)\s*\D{0,4}\d")
_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_ISO_SIGNS = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text."""

    value: float
    start: int
    end: int
    digits: str
    """The digits and separators as written."""


@lru_cache(maxsize=20_000)
def find_numbers(text: str, decimal_comma: bool = False) -> tuple[Found, ...]:
    """Every number in the text, in order; digits that are part of a word or a code are none."""
    found = []
    for match in _NUMBER.finditer(text):
        if _part_of_a_code(text, match):
            continue
        priced = bool(match["money"] or CURRENCY.match(text[match.end() :].lstrip()))
        value = _value(match["digits"], decimal_comma, priced)
        scale = (match["scale"] or "").strip()[:1].lower()
        value *= _SCALES.get(scale, 1.0)
        if _is_negative(text, match):
            value = -value
        found.append(Found(round(value, 9), match.start(), match.end(), match["digits"]))
    return tuple(found)


def _part_of_a_code(text: str, match: re.Match[str]) -> bool:
    """`A4`, `covid19`, `2024-03-12` and `10:30` hold no number of their own."""
    start, end = match.start("digits"), match.end()
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if before.isalpha() and not match["money"]:
        return True
    if after == "_" or before == "_" or (before in ":/" and start > 1 and text[start - 2].isdigit()):
        return before != "/"
    return after == ":" and end + 1 < len(text) and text[end + 1].isdigit()


def _is_negative(text: str, match: re.Match[str]) -> bool:
    if match["inner"]:
        return True
    sign = match["sign"] or ""
    before = text[match.start() - 1] if match.start() else " "
    return sign in ("-", "−") and not before.isalnum()


def _value(digits: str, decimal_comma: bool, priced: bool) -> float:
    digits = re.sub(r"['’   ]", "", digits)
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        decimal = "," if comma > dot else "."
    elif comma >= 0:
        decimal = "," if _is_decimal(digits, ",", decimal_comma and not priced) else ""
    elif dot >= 0:
        decimal = "." if _is_decimal(digits, ".", not decimal_comma and not priced) else ""
    else:
        decimal = ""
    whole = "".join("." if sign == decimal else "" if sign in ",." else sign for sign in digits)
    return float(whole)


def _is_decimal(digits: str, mark: str, usual: bool) -> bool:
    """Whether the mark stands before decimals; `1,234` is decided by what is usual on the page.

    Money is not written with three decimals.
    """
    if digits.count(mark) > 1:
        return False
    return len(digits) - digits.rfind(mark) - 1 != 3 or usual or digits.startswith(("0", mark))


def uses_decimal_comma(texts: Iterable[str]) -> bool:
    """Whether these texts write decimals with a comma (`12,50`) and none with a point."""
    comma = point = 0
    for text in texts:
        comma += len(re.findall(r"\d,\d{1,2}(?!\d)", text))
        point += len(re.findall(r"\d\.\d{1,2}(?![\d.])", text))
    return comma > 0 and point == 0


def read_number(text: str, decimal_comma: bool = False) -> float | None:
    """The one number a text states, or None where it states none or several.

    `4.5 out of 5`, `4.5/5` and `3 of 12` state their first number.
    """
    numbers = find_numbers(text, decimal_comma)
    if len(numbers) > 1 and not text.lstrip().startswith("("):
        numbers = find_numbers(re.sub(r"\([^)]*\)", " ", text), decimal_comma)
    if len(numbers) == 2:
        between = text[numbers[0].end : numbers[1].start].strip().lower()
        if between in ("/", "of", "out of", "von", "sur", "de", "stars out of"):
            numbers = numbers[:1]
    if len(numbers) == 1:
        return numbers[0].value
    return _stars(text) if not numbers else None


def _stars(text: str) -> float | None:
    """The number of filled stars of `★★★★☆`; None where there are none."""
    return float(text.count("★")) if "★" in text and not text.strip("★☆ ") else None


@lru_cache(maxsize=20_000)
def is_money(text: str) -> bool:
    """Whether a text is an amount of money and little else."""
    match = CURRENCY.search(text)
    return match is not None and len(find_numbers(text)) == 1 and len(text) <= 40


def is_money_span(text: str) -> bool:
    """Whether a text is two amounts of money, from one to the other: `€40,000 - €50,000`."""
    if len(text) > 60 or CURRENCY.search(text) is None or len(find_numbers(text)) != 2:
        return False
    return _FROM_TO.search(text) is not None


def currency_code(text: str) -> str | None:
    """The currency named in the text: its sign or code, as written."""
    match = CURRENCY.search(text)
    return match.group().strip() if match else None


def iso_currency(sign: str) -> str:
    """The ISO code of a sign that stands for one currency only; else the sign."""
    return _ISO_SIGNS.get(sign, sign)
