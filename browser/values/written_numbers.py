"""Reads the numbers of a text as they are written: `1,234`, `1.234,50`, `€ 12,50`, `-3 °C`.

`numbers` builds on it. An exported program holds a copy of this file, so it needs the standard library alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CURRENCIES = (
    r"US\$|A\$|C\$|HK\$|NZ\$|R\$|[$€£¥₹₽₩₺₴₫₪₦฿₱]|"
    r"(?<![^\W\d_])(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|INR|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|MXN|KRW|ZAR|TRY|"
    r"NZD|SGD|HKD|RON|HRK|BGN|UAH|KZT|BYN|TWD|CLP|COP|ARS|PEN|PHP|THB|MYR|IDR|VND|ILS|AED|SAR|EGP|PKR|LKR|"
    r"(?:kr|zł|Kč|Ft|Fr|Rs|Rp|Kn|[Ll]ei|лв|руб|грн|тг|元|円|원)\.?)(?![^\W\d_])|₸"
)
CURRENCY = re.compile(_CURRENCIES)
_SPACES = " \u00a0\u2009\u202f"
NUMBER = re.compile(
    r"(?P<sign>[-−+–])?(?P<money>\s?(?:" + _CURRENCIES + r")\s?)?(?P<inner>[-−])?"
    r"(?P<digits>\d{1,3}(?:[,.'’" + _SPACES + r"]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)"
    r"(?P<scale>\s?(?:k|K|m|M|mn|bn|B|tn|T)(?![\w°$]|/\.)|\s(?:thousand|million|billion|trillion)\b)?"
)


def first_number(text: str) -> float | None:
    """The first number of a text that is known to be little else; None where it has no digits.

    Units, scales and currency signs are left out, and digits inside a word count: `10m` is 10, `L3` is 3.
    """
    return next((float(plain) for _, plain in written_numbers(text)), None)


def written_numbers(text: str) -> Iterator[tuple[str, str]]:
    """Each number of a text, as it is written and as plain decimal; see `first_number`."""
    return (_digits(text, match) for match in NUMBER.finditer(text))


def _digits(text: str, match: re.Match[str]) -> tuple[str, str]:
    sign = (match["inner"] or match["sign"] or "-") if is_negative(text, match) else ""
    plain = plain_decimal(match["digits"], decimal_comma=False, priced=bool(match["money"]))
    together = not match["money"]  # with a currency between them, sign and digits are no one text
    return (sign if together else "") + match["digits"], ("-" if sign else "") + plain


def is_negative(text: str, match: re.Match[str]) -> bool:
    """Whether a number has a sign, and not a hyphen between two words or numbers."""
    if match["inner"]:
        return True
    sign = match["sign"] or ""
    before = text[match.start() - 1] if match.start() else " "
    return sign in ("-", "−") and not before.isalnum()


def plain_decimal(digits: str, decimal_comma: bool, priced: bool) -> str:
    """Write digits and separators as a plain decimal, such as `1234.50`.

    Args:
        digits: As they stand on the page.
        decimal_comma: Whether the page writes decimals with a comma; it decides what `1,234` is.
        priced: Whether it is an amount of money, which has no three decimals.
    """
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
