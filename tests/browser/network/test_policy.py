"""Which hosts an entry of a list means."""

from __future__ import annotations

import pytest

from browser.network.policy import HostRule, NetworkPolicy


@pytest.mark.parametrize(
    ("entry", "url", "yes"),
    [
        ("example.com", "https://example.com/a", True),
        ("Example.COM.", "http://EXAMPLE.com./", True),
        ("example.com", "https://www.example.com/", False),
        ("*.example.com", "https://a.b.example.com/", True),
        ("*.example.com", "https://example.com/", True),
        ("*.example.com", "https://badexample.com/", False),
        ("example.com", "https://example.com.evil.test/", False),
        ("example.com", "https://example.com@evil.test/", False),
        ("example.com:8443", "https://example.com:8443/", True),
        ("example.com:8443", "https://example.com/", False),
        ("example.com:443", "https://example.com/", True),
        ("https://example.com/", "http://example.com/", False),
        ("[::1]:8080", "http://[::1]:8080/", True),
        ("müller.example", "https://xn--mller-kva.example/", True),
    ],
)
def test_an_entry_means_a_host(entry, url, yes):
    assert HostRule.of(entry).covers(url) is yes


@pytest.mark.parametrize(
    "entry", ["", "*", "a.*.com", "example.com/path", "ftp://example.com", "user@example.com", "a b"]
)
def test_what_is_no_host_is_refused(entry):
    with pytest.raises(ValueError, match=r"is no host; write it like|Port"):
        HostRule.of(entry)


def test_a_blocked_host_takes_what_lies_below_it_along_and_comes_first():
    rules = NetworkPolicy.of(["*.example.com"], ["ads.example.com"])
    assert rules.objection("https://shop.example.com/") == ""
    assert rules.objection("https://x.ads.example.com/") == (
        "https://x.ads.example.com/ is not opened: ads.example.com is blocked in this task"
    )
    assert "only *.example.com may be gone to" in rules.objection("https://other.test/")
    assert rules.objection("https://other.test/i.png", document=False) == ""
    assert rules.objection("about:blank") == ""
    assert not NetworkPolicy()


@pytest.mark.parametrize("url", ["http://[x/", "http://exam℀ple.com/", "http://a:99999/"])
@pytest.mark.parametrize("document", [True, False])
def test_a_malformed_address_is_refused(url, document):
    assert (
        NetworkPolicy.of([], ["ads.example.com"]).objection(url, document=document) == f"{url} is no address"
    )
