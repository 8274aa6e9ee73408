"""Numbers as pages write them: `1,234`, `1.2k`, `€ 12,50`, `(35)`, `-3 °C`, `4.5 out of 5`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_CURRENCIES = (
    r"US\$|A\$|C\$|HK\$|NZ\$|R\$|[$€£¥₹₽₩₺₴₫₪₦฿₱]|"
    r"(?<![^\W\d_])(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|INR|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|MXN|KRW|ZAR|TRY|"
    r"NZD|SGD|HKD|(?:kr|zł|Kč|Ft|Fr|Rs|Rp)\.?)(?![^\W\d_])"
)
CURRENCY = re.compile(_CURRENCIES)
_SPACES = " \u00a0\u2009\u202f"
_NUMBER = re.compile(
    r"(?P<sign>[-−+–])?(?P<money>\s?(?:" + _CURRENCIES + r")\s?)?(?P<inner>[-−])?"
    r"(?P<digits>\d{1,3}(?:[,.'’" + _SPACES + r"]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)"
    r"(?P<scale>\s?(?:k|K|m|M|mn|bn|B|tn|T)(?![\w°$]|/\.)|\s(?:thousand|million|billion|trillion)\b)?"
)
_NO_CENTS = re.compile(r"[.,][-–—]")
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
        for match in _NUMBER.finditer(text)
        if not _part_of_a_code(text, match)
    )


def _found(text: str, match: re.Match[str], decimal_comma: bool) -> Found:
    behind = text[match.end() :]
    priced = bool(match["money"] or CURRENCY.match(behind.lstrip()) or _NO_CENTS.match(behind))
    scale = _SCALES.get((match["scale"] or "").strip()[:1].lower(), 1.0)
    value = round(float(_plain(match["digits"], decimal_comma, priced)) * scale, 9)
    return Found(
        -value if _is_negative(text, match) else value, match.start(), match.end(), match["digits"], priced
    )


def first_number(text: str) -> float | None:
    """The first number of a text that is known to be little else; None where it has no digits.

    Units, scales and currency signs are left out, and digits inside a word count: `10m` is 10, `L3` is 3.
    """
    return next((float(plain) for _, plain in written_numbers(text)), None)


def written_numbers(text: str) -> Iterator[tuple[str, str]]:
    """Each number of a text, as it is written and as plain decimal; see `first_number`."""
    return (_digits(text, match) for match in _NUMBER.finditer(text))


def _digits(text: str, match: re.Match[str]) -> tuple[str, str]:
    sign = (match["inner"] or match["sign"] or "-") if _is_negative(text, match) else ""
    plain = _plain(match["digits"], decimal_comma=False, priced=bool(match["money"]))
    together = not match["money"]  # with a currency between them, sign and digits are no one text
    return (sign if together else "") + match["digits"], ("-" if sign else "") + plain


def possible_numbers(text: str) -> set[float]:
    """Every number that a text may mean: `1,234` is 1234 and 1.234, `2019-2024` is 2019, 2024 and -2024."""
    possible = {found.value for found in find_numbers(text)}
    for match in _NUMBER.finditer(text):
        for decimal_comma in (False, True):
            number = float(_plain(match["digits"], decimal_comma, priced=False))
            possible |= {number, -number} if match["sign"] or match["inner"] else {number}
    return possible


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


def _plain(digits: str, decimal_comma: bool, priced: bool) -> str:
    digits = re.sub(rf"['’{_SPACES}]", "", digits)
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        decimal = "," if comma > dot else "."
    elif comma >= 0:
        decimal = "," if _is_decimal(digits, ",", decimal_comma and not priced) else ""
    elif dot >= 0:
        decimal = "." if _is_decimal(digits, ".", not decimal_comma and not priced) else ""
    else:
        decimal = ""
    return "".join("." if sign == decimal else "" if sign in ",." else sign for sign in digits)


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


def signs_of(code: str) -> tuple[str, ...]:
    """The signs that an ISO currency code may be written with; () for any other text."""
    return tuple(sign for sign, iso in _ISO_SIGNS.items() if iso == code)
