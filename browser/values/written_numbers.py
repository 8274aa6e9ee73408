"""Reads the numbers of a text as they are written: `1,234`, `1.234,50`, `€ 12,50`, `-3 °C`.

`numbers` builds on it. An exported program holds a copy of this file, so it needs the standard library alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CODES = (
    "AED|AFN|ANG|AOA|ARS|AUD|AWG|AZN|BBD|BDT|BGN|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP|BYN|BYR|BZD|CAD|CDF|"
    "CHF|CLP|CNY|COP|CRC|CVE|CZK|DJF|DKK|DOP|DZD|EEK|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GHS|GIP|GMD|GNF|GTQ|GYD|"
    "HKD|HNL|HRK|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LBP|LKR|"
    "LRD|LSL|LTL|LVL|LYD|MDL|MGA|MKD|MMK|MNT|MRU|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NTD|NZD|OMR|"
    "PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RMB|RON|RSD|RUB|RUR|RWF|SAR|SBD|SCR|SDG|SEK|SGD|SHP|SLE|SLL|SRD|SSP|"
    "STN|SVC|SYP|SZL|THB|TJS|TMT|TND|TRY|TTD|TWD|TZS|UAH|UGX|USD|UYU|UZS|VEF|VES|VND|VUV|WST|XAF|XCD|XOF|"
    "XPF|YER|ZAR|ZMW|ZWL"
)
"""ISO 4217, some that are no longer in use, and RMB and NTD."""
_CODES_LIKE_WORDS = "ALL|AMD|BAM|CUP|GEL|LAK|MAD|MOP|SOS|TOP"
"""Codes that stand before a number as words, too; they count at the end of a text, behind one."""
_CURRENCY_WORDS = (
    r"[Kk]r|[Zz]ł|ZŁ|zl|Kč|KČ|Ft|S?Fr|Rs|Rp|[Kk]n|[Ll]ei|LEI|TL|RM|NIS|Tk|DH|Dhs?|KD|SR|Bs|Gs|K[Ss]h|TSh|USh|"
    r"din\.|F?\s?CFA|[Ee]uros?|EURO|eur|usd|gbp|chf|pln|czk|huf|[Dd]inara?|лв|б\.\s?р|руб(?:л[а-я]{1,2})?|грн|тг|тенге|сум|сўм|сом|дин|ден|đ|Đ|VNĐ|vnđ|บาท|"
    r"元|圓|円|원|ש[\"״]ח|[رد]\.\s?[سقعيإكبأمجتل]|[جل]\.\s?[مل]|ريال|ریال|درهم|دينار|جنيه|تومان|रु"
)
_CURRENCIES = (
    # Signs as Unicode has them, but cents, and such as US$; codes; names; letters, before an amount alone.
    r"[$£¤¥֏؋৳฿៛\u20a0-\u20c0﷼＄￡￥￦]|(?<![^\W\d_])(?:"
    r"[A-Z]{1,3}\$|(?=[A-Z]{3}(?![^\W\d_]))(?:" + _CODES + r")|"
    r"(?:" + _CURRENCY_WORDS + r")(?![^\W\d_])\.?|S/\.?|"
    r"[RQ](?=\s?(?:\d{1,3}(?:[ ,\u00a0]\d{3})+|\d+[.,]\d\d)(?!\d)))"
)
_BEHIND = rf"(?:(?<=\d)|(?<=\d\s))(?:(?:{_CODES_LIKE_WORDS})(?=\W*$)|[Рр](?![^\W\d_])\.?|[元円원圓])"
CURRENCY = re.compile(_CURRENCIES + "|" + _BEHIND)
MILS = re.compile(r"\W*(?:BHD|JOD|KWD|LYD|OMR|TND|KD|د\.\s?[كبأت])")
"""Money with three decimals."""
_SPACES = " \u00a0\u2009\u202f"
_MARKS = ",.'’٬" + _SPACES
"""What stands between thousands."""
NUMBER = re.compile(
    r"(?P<sign>[-−+–])?(?P<money>\s?(?:" + _CURRENCIES + r"):?\s?)?(?P<inner>[-−])?"
    r"(?P<digits>\d{1,3}(?:[" + _MARKS + r"]\d{3})+(?!\d)(?:[.,]\d+)?|"
    r"\d{1,2}(?:,\d\d)+,\d{3}(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)"
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
    priced = bool(match["money"]) and not MILS.match(match["money"])
    plain = plain_decimal(match["digits"], decimal_comma=False, priced=priced)
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
        priced: Whether it is an amount of money that has no three decimals (see `MILS`).
    """
    digits = re.sub(rf"['’٬{_SPACES}]", "", digits)
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
