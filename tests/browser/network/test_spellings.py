"""An address of a blocked host is refused in every spelling, and no other host's is."""

from __future__ import annotations

import pytest

from browser.network.policy import NetworkPolicy
from tests.support.spellings import BLOCKED, OTHERS, SPELLINGS

POLICY = NetworkPolicy.of([], BLOCKED)


def test_there_are_ninety_five():
    assert len(set(SPELLINGS)) == 95


@pytest.mark.parametrize("address", SPELLINGS)
def test_a_spelling_of_a_blocked_address_is_refused(address):
    assert POLICY.objection(address, document=False)


@pytest.mark.parametrize("address", SPELLINGS)
def test_a_spelling_of_an_address_that_is_not_allowed_is_refused(address):
    assert NetworkPolicy.of(["127.0.0.1"], []).objection(address)


@pytest.mark.parametrize("address", OTHERS)
def test_an_address_of_another_host_is_not_refused(address):
    assert POLICY.objection(address, document=False) == ""


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("LOCALHOST.", "localhost"),
        ("127.2", "127.0.0.2"),
        ("0x7f000002", "127.0.0.2"),
        ("[::FFFF:127.0.0.2]", "127.0.0.2"),
        ("[0:0::1]", "::1"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("ｌｏｃａｌhost", "localhost"),
    ],
)
def test_an_entry_may_be_spelled_in_any_way_too(entry, host):
    assert NetworkPolicy.of([], [entry]).blocks(host, 80)


@pytest.mark.parametrize(
    ("entry", "mapped"),
    [
        ("a.test", {"a.test", "*.a.test", "a.test.", "*.a.test."}),
        ("a.test:99", {"a.test:99", "*.a.test:99", "a.test.:99", "*.a.test.:99"}),
        ("https://a.test", {"a.test:443", "*.a.test:443", "a.test.:443", "*.a.test.:443"}),
        ("[::1]", {"::1"}),
        ("[::1]:99", {"[::1]:99"}),
    ],
)
def test_chromium_is_told_each_form_in_which_it_looks_a_host_up(entry, mapped):
    rules = NetworkPolicy.of([], [entry]).launch_arguments[0].removeprefix("--host-resolver-rules=")
    assert {rule.split()[1] for rule in rules.split(", ")} == mapped
