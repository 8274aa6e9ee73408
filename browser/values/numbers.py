"""Numbers as pages write them: `1,234`, `1.2k`, `€ 12,50`, `(35)`, `-3 °C`, `4.5 out of 5`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from browser.values.words import COUNT, count
from browser.values.written_numbers import CURRENCY, MILS, NUMBER, is_negative, plain_decimal

_BLANK = re.compile(r"[\s\u200e\u200f]*")
_CENTS_APART = re.compile(r"(\d[.,])\s(\d\d)(?![\d.,])")
_CENTS_BEHIND = re.compile(r"(?<![.,\d])(\d+)\s?([€$£])\s?(\d\d)(?!\s?[\w.,€$£%])")
_AMOUNT = re.compile(r"[\s\d.,'’]*")
_BEFORE_DIGITS = re.compile(r"\s?\d")
_NO_CENTS = re.compile(r"[.,][-–—]")
_FROM_TO = re.compile(r"\d\s?[kK]?\s*(?:[-–—]|\bto\b)\s*\D{0,4}\d")
_WORDS = re.compile(rf"(?<![^\W_])(?!\d){COUNT}(?![^\W_])")
_PERCENT = re.compile(r"\s?%")
_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_ISO_SIGNS = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW",
    "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND", "₸": "KZT", "₦": "NGN", "฿": "THB", "₾": "GEL",
    "₼": "AZN", "֏": "AMD", "₮": "MNT", "₲": "PYG", "₡": "CRC", "₵": "GHS", "৳": "BDT", "៛": "KHR",
    "₭": "LAK", "R$": "BRL", "A$": "AUD", "AU$": "AUD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD",
    "NT$": "TWD", "MX$": "MXN", "S$": "SGD", "RUR": "RUB", "RMB": "CNY", "NTD": "TWD", "BYR": "BYN",
}  # fmt: skip
"""How a currency is written, or was in codes that are not of ISO 4217 any more -> its code."""
_DOLLARS = frozenset((
    "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "FJD", "GYD", "HKD", "JMD", "KYD",
    "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "USD", "UYU", "XCD", "ZWL",
))  # fmt: skip
_YENS = frozenset(("CNY", "JPY"))
_SHARED_SIGNS = {
    "$": _DOLLARS, "＄": _DOLLARS, "¥": _YENS, "￥": _YENS,
    "£": frozenset(("EGP", "FKP", "GBP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP")),
}  # fmt: skip
"""A sign of several currencies -> their codes."""


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text."""

    value: float
    """With its sign and its scale: `-1.2k` is -1200."""
    start: int
    end: int
    digits: str
    """The digits and separators as they are written."""
    priced: bool
    """Whether a currency stands with it."""


@lru_cache(maxsize=20_000)
def find_numbers(text: str, decimal_comma: bool = False) -> tuple[Found, ...]:
    """Every number in the text, in order; digits that are part of a word or a code are none."""
    return tuple(
        _found(text, match, decimal_comma)
        for match in NUMBER.finditer(text)
        if not _part_of_a_code(text, match)
    )


def _found(text: str, match: re.Match[str], decimal_comma: bool) -> Found:
    behind = _BLANK.match(text, match.end())
    at = behind.end() if behind else match.end()
    priced = bool(match["money"] or CURRENCY.match(text, at) or _NO_CENTS.match(text, match.end()))
    rounded = priced and not (MILS.match(match["money"] or "") or MILS.match(text, at))
    scale = _SCALES.get((match["scale"] or "").strip()[:1].lower(), 1.0)
    value = round(float(plain_decimal(match["digits"], decimal_comma, rounded)) * scale, 9)
    return Found(
        -value if is_negative(text, match) else value, match.start(), match.end(), match["digits"], priced
    )


def possible_numbers(text: str) -> set[float]:
    """Every number that a text may mean: `1,234` is 1234 and 1.234, `2019-2024` is 2019, 2024 and -2024.

    `85%` is 85 and 0.85, `★★★★☆` is 4, `three` is 3. The cents of a price may lie apart (`with_cents`); other
    numbers beside one another stay numbers of their own.
    """
    possible = {found.value for found in find_numbers(text)}
    possible |= {found.value for found in find_numbers(with_cents(text)) if found.priced}
    possible |= {float(len(stars)) for stars in re.findall("★+", text)}
    possible |= {float(count(word) or 0) for word in _WORDS.findall(text.lower())}
    for match in NUMBER.finditer(text):
        if _PERCENT.match(text, match.end()):
            possible.add(round(float(plain_decimal(match["digits"], False, priced=False)) / 100, 9))
        for decimal_comma in (False, True):
            number = float(plain_decimal(match["digits"], decimal_comma, priced=False))
            possible |= {number, -number} if match["sign"] or match["inner"] else {number}
    return possible


def with_cents(text: str) -> str:
    """A text with the cents of its prices where they belong: `118, 99 TL` and `35€ 99` have them apart."""
    return _CENTS_BEHIND.sub(r"\1.\3 \2", _CENTS_APART.sub(r"\1\2", text))


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


_HTML_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE | re.ASCII)


def number_readings(text: str) -> tuple[str, ...]:
    """The one number that a text states, as a plain decimal, in each way in which its marks may be read.

    `1.234,50` is only `1234.50`, but `1,234` is `1234` or `1.234`, and `5k` is `5` or `5000`. What is written
    as a program writes it (`1.234`, `-5`, `1e6`) is that. `()`: the text states no number, or several.
    """
    text = re.sub(r"^\s*[-–—−]\s*(?=[\d.,])", "-", text).strip()
    if _HTML_NUMBER.fullmatch(text):
        return (text.lstrip("+"),)
    found = [_readings(text, decimal_comma) for decimal_comma in (False, True)]
    return tuple(dict.fromkeys(one for some in found for one in some)) if all(found) else ()


def looks_grouped(value: str) -> bool:
    """Whether a plain decimal may as well be a number with its thousands marked: `1.234`."""
    return re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", value) is not None


def _readings(text: str, decimal_comma: bool) -> tuple[str, ...]:
    value = read_number(text, decimal_comma)
    if value is None:
        return ()
    sign, whole = "-" if value < 0 else "", f"{value:.9f}".rstrip("0").rstrip(".")
    for found in find_numbers(text, decimal_comma):
        digits = plain_decimal(found.digits, decimal_comma, found.priced)
        if found.value == value and float(digits) == abs(value):
            return (sign + digits,)
        if (
            found.value == value
            and re.search(r"[a-z]{2}", text[found.start : found.end], re.IGNORECASE) is None
        ):
            return (sign + digits, whole)  # a letter may be a scale or a unit
    return (whole,)


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
    """The currency named first in the text: its sign or code, as written.

    A code beside the same amount tells which one a sign of several currencies means: `$64.50 AUD` is in AUD.
    """
    first = CURRENCY.search(text)
    if first is None:
        return None
    sign = first.group().strip()
    amount = _AMOUNT.match(text, first.end())
    code = CURRENCY.match(text, amount.end()) if amount else None
    told = code and not _BEFORE_DIGITS.match(text, code.end())
    return which_currency(sign, {code.group()} if code and told else ())


def which_currency(sign: str, named: Iterable[str]) -> str:
    """The only one of some codes that a sign of several currencies may stand for; else the sign."""
    meant = {iso_currency(code) for code in named if code.isalpha()} & _SHARED_SIGNS.get(sign, frozenset())
    return meant.pop() if len(meant) == 1 else sign


def iso_currency(sign: str) -> str:
    """The ISO code of a sign, or of an older code, that stands for one currency only; else the sign."""
    return _ISO_SIGNS.get(sign, sign)


def signs_of(code: str) -> tuple[str, ...]:
    """The signs that an ISO currency code may be written with; () for any other text."""
    return tuple(sign for sign, iso in _ISO_SIGNS.items() if iso == code)
