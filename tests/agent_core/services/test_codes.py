"""One-time codes without a browser: when they are made, and how long they are kept."""

from __future__ import annotations

import pytest

from agent_core import list_pushed_codes, push_code
from agent_core.services.codes import plain
from agent_core.store.codes import GOOD_FOR_S, PushedCodes
from agent_core.task.totp import current_code, maker_of

SEED = "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(("at", "slept"), [(100.0, []), (116.0, [4.0])])
async def test_a_code_about_to_expire_is_not_given(at, slept):
    """Windows of 30 s begin at 90 and 120."""
    clock, waits = [at], []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds

    code = await current_code(maker_of(SEED), lambda: clock[0], sleep)
    assert waits == slept
    assert code == maker_of(SEED).at(120 if slept else 100)


def test_an_otpauth_address_says_how_its_codes_are_made():
    made = maker_of(f"otpauth://totp/Shop:ada?secret={SEED}&digits=8&period=60&algorithm=SHA256")
    assert (made.digits, made.interval, len(made.at(0))) == (8, 60, 8)
    with pytest.raises(ValueError, match="algorithm, digits or period"):
        maker_of(f"otpauth://totp/x?secret={SEED}&algorithm=MD5")


def test_a_pushed_code_is_good_for_ten_minutes(tmp_path):
    now = [1000.0]
    codes = PushedCodes(tmp_path / "codes", lambda: now[0])
    codes.push("ada", "111111")
    now[0] += GOOD_FOR_S + 1
    assert codes.take("ada") is None
    assert list((tmp_path / "codes").iterdir()) == []


def test_codes_that_wait_are_listed_without_being_shown(settings):
    push_code("ada@example.org", "123456", settings=settings)
    push_code("bo@example.org", "654321", settings=settings)
    newest, oldest = list_pushed_codes(settings)
    assert (newest.identifier, oldest.identifier) == ("bo@example.org", "ada@example.org")
    assert (newest.expires_at - newest.pushed_at).total_seconds() == GOOD_FOR_S
    assert "654321" not in repr(newest)


def test_what_is_no_code_file_is_thrown_away(tmp_path):
    (tmp_path / "1.json").write_text("[]")
    assert PushedCodes(tmp_path).take("ada") is None
    assert PushedCodes(tmp_path / "none").take("ada") is None


def test_identifiers_that_are_no_addresses_are_taken_as_they_are(tmp_path):
    codes = PushedCodes(tmp_path)
    codes.push("Ada", "1")
    assert codes.take("ada") is None
    assert codes.take(" Ada ") == "1"
    assert codes.take("Ada") is None


@pytest.mark.parametrize(
    ("given", "code"), [(" 123 456 ", "123456"), ("12-34-56", "123456"), ("aB3 -x", "aB3 -x")]
)
def test_a_code_is_taken_without_what_only_makes_it_readable(given, code):
    assert plain(given) == code
