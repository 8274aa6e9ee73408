"""Finding the one-time code in a message that was pushed: an e-mail, a text message, or the code alone."""

from __future__ import annotations

import re

LONGEST_ALONE = 10
"""Characters up to which a text is the code itself."""
_ALONE = re.compile(r"\S+|[\d -]+")
_ADDRESS = re.compile(r"https?://\S+")
_SIX_DIGITS = re.compile(
    r"(?<![\w.,:/])(?:[A-Z]-)?(?<!\d[ -])(\d{6}|\d{3}[ -]\d{3})(?![\w/:]|[.,-]\d|[ -]\d)"
)
_DIGITS = re.compile(r"(?<![\w.,:/-])(\d{4,8}|\d{3}[ -]\d{3,4}|\d{2}[ -]\d{2}[ -]\d{2})(?![\w/:]|[.,-]\d)")
_NAMED = re.compile(
    r"(?i:\b(?:code|passcode|password|otp|pin|token))\b[^\w\n]{0,3}(?i:is|ist|:)?[\s:\"'*-]{0,6}"
    r"((?=[A-Z0-9-]*\d)[A-Z0-9]{3,10}(?:-[A-Z0-9]{2,6})?)\b"
)


def code_in(content: str) -> str | None:
    """The one code in a text; None where there is none, or where it cannot be told which it is.

    A short word is the code. In a longer one the code is what follows a word such as `code`, else the only
    group of six digits, else the only one of four to eight. Addresses are no codes and hold none.
    """
    content = content.strip()
    if len(content) <= LONGEST_ALONE and _ALONE.fullmatch(content):
        return content
    content = _ADDRESS.sub(" ", content)
    for pattern in (_NAMED, _SIX_DIGITS, _DIGITS):
        found: set[str] = {match.replace(" ", "") for match in pattern.findall(content)}
        if len(found) == 1:
            return found.pop()
    return None
