"""Addresses are read in one way: hosts, ports and origins, and malformed ones never raise."""

from __future__ import annotations

import pytest

from browser.model.addresses.origins import (
    host_of,
    is_host_or_below,
    normal_host,
    origin_of,
    parse,
    within_origin,
)

MALFORMED = [
    "http://[x/",
    "http://exam℀ple.com/",
    "http://a:99999/",
    "http://a:port/",
    "http://exa mple.com/",
    "https://evil.test\\@example.com/",
]


@pytest.mark.parametrize("address", MALFORMED)
def test_a_malformed_address_has_no_parts_and_no_origin(address):
    assert parse(address) is None
    assert origin_of(address) == ""
    assert host_of(address) == ""


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://example.com/a?b#c", "https://example.com"),
        ("HTTPS://Example.COM/A", "https://example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("http://example.com:80/", "http://example.com"),
        ("http://example.com:443/", "http://example.com:443"),
        ("https://example.com:8443/", "https://example.com:8443"),
        ("https://ann:secret@example.com:8443/", "https://example.com:8443"),
        ("https://example.com@evil.test/", "https://evil.test"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://Müller.example/", "https://xn--mller-kva.example"),
        ("https://example.com./", "https://example.com."),
        ("https:///path", ""),
        ("file:///home/page.html", ""),
        ("about:blank", ""),
        ("data:text/html,http://example.com", ""),
        ("example.com", ""),
        ("", ""),
    ],
)
def test_an_origin_is_told_as_a_browser_tells_it(address, origin):
    assert origin_of(address) == origin


def test_the_parts_of_an_address_name_the_port_that_is_meant():
    parsed = parse("https://ann@Example.com/a/b?c=d#e")
    assert parsed is not None
    assert (parsed.scheme, parsed.host, parsed.port) == ("https", "example.com", 443)
    assert parsed.local == "/a/b?c=d#e"
    assert parsed.has_credentials
    assert parsed.is_web


@pytest.mark.parametrize(
    ("host", "of", "yes"),
    [
        ("example.com", "example.com", True),
        ("a.b.example.com", "example.com", True),
        ("WWW.Example.com.", "example.COM", True),
        ("xn--mller-kva.example", "müller.example", True),
        ("badexample.com", "example.com", False),
        ("example.com", "www.example.com", False),
        ("example.com.evil.test", "example.com", False),
        ("example.com", "", False),
        ("", "", False),
    ],
)
def test_a_host_is_another_one_or_below_it(host, of, yes):
    assert is_host_or_below(host, of) is yes


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("https://example.com:443/a?b#c", "/a?b#c"),
        ("http://example.com/a", "http://example.com/a"),
        ("https://other.test/a", "https://other.test/a"),
        ("mailto:ann@example.com", "mailto:ann@example.com"),
        ("http://[x/", "http://[x/"),
    ],
)
def test_an_address_is_shortened_within_its_own_origin_only(address, short):
    assert within_origin(address, "https://example.com/here") == short


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0x7f.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("127.1.", "127.0.0.1"),
        ("１２７。0.0.1", "127.0.0.1"),
        ("[::FFFF:7f00:1]", "127.0.0.1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("%6c%6Fcalhost", "localhost"),
        ("faß.example", "xn--fa-hia.example"),
        ("☃.example", "xn--n3h.example"),
        ("09.example", "09.example"),
        ("256.1.2.3.4", "256.1.2.3.4"),
    ],
)
def test_a_host_is_compared_as_a_browser_spells_it(written, meant):
    assert normal_host(written) == meant
