"""One-time codes made from a seed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pyotp

LEAST_LEFT_S = 5.0
"""A code that is good for less is not typed; the next one is waited for."""
DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


class Maker(pyotp.TOTP):
    """Makes the codes. Seeds that are shorter than one would choose today are still given out by sites."""

    min_secret_length_bits: ClassVar[int] = 40


def maker_of(seed: str) -> Maker:
    """What makes the codes of a seed: base 32, in groups or not, or an `otpauth://totp/...` address.

    Raises:
        ValueError: It is neither. What it says does not repeat the seed.
    """
    if not seed.strip().lower().startswith("otpauth:"):
        return _maker(seed)
    try:
        address = urlsplit(seed.strip())
    except ValueError:
        # Not `from`: what was said may hold the seed.
        raise ValueError("is a malformed otpauth: address") from None
    if address.netloc.lower() != "totp":
        raise ValueError("makes codes by counting; only those made by time (totp) are made here")
    said = {key: values[-1] for key, values in parse_qs(address.query).items()}
    digits, period = said.get("digits", "6"), said.get("period", "30")
    digest = DIGESTS.get(said.get("algorithm", "SHA1").upper())
    if digest is None or not (digits.isdecimal() and period.isdecimal() and int(period)):
        raise ValueError("is an otpauth: address whose algorithm, digits or period are not known")
    return _maker(said.get("secret", ""), digits=int(digits), interval=int(period), digest=digest)


def _maker(seed: str, **settings: object) -> Maker:
    plain = "".join(seed.split()).replace("-", "").rstrip("=").upper()
    try:
        return Maker(plain, **settings)  # type: ignore[arg-type]
    except ValueError:
        # Not `from`: what was said may hold the seed.
        raise ValueError("is no seed of one-time codes: that is base 32, or otpauth://totp/...") from None


async def current_code(
    maker: Maker,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> str:
    """The code of this moment; where it is about to expire, the next one, as soon as that is good."""
    left = maker.interval - now() % maker.interval
    if left < LEAST_LEFT_S:
        await sleep(left)
    return maker.at(int(now()))
