"""Which requests get the extra headers."""

from __future__ import annotations

import pytest

from browser.network.headers import HostHeaders


@pytest.mark.parametrize(
    ("url", "yes"),
    [
        ("https://example.com:8443/", True),
        ("https://EXAMPLE.com/", True),
        ("https://api.test:8443/", True),
        ("https://api.test/", False),
        ("https://secure.test/", True),
        ("http://secure.test/", False),
        ("http://[::1]:8080/", True),
        ("https://www.example.com/", False),
        ("https://example.com@evil.test/", False),
        ("data:text/plain,a", False),
    ],
)
def test_headers_go_to_the_named_hosts_only(url, yes):
    hosts = ("Example.com", "api.test:8443", "secure.test:443", "[::1]:8080", "")
    assert HostHeaders({"x-key": "1"}, hosts).is_meant(url) is yes


@pytest.mark.parametrize(
    ("origin", "url", "yes"),
    [
        ("https://example.org", "https://example.org/x", True),
        ("https://example.org", "https://example.org:443/", True),
        ("https://example.org", "http://example.org/", False),
        ("https://example.org", "https://example.org:8443/", False),
        ("https://example.org", "https://www.example.org/", False),
        ("http://example.org", "http://example.org/", True),
        ("http://example.org", "https://example.org/", True),
        ("http://example.org", "https://example.org:8443/", False),
        ("http://example.org:8080", "https://example.org:8080/", False),
        ("http://[::1]:8080", "http://[::1]:8080/", True),
    ],
)
def test_headers_for_an_origin_go_there_and_not_to_its_other_ports(origin, url, yes):
    assert HostHeaders({"x-key": "1"}, (origin,)).is_meant(url) is yes


@pytest.mark.parametrize("url", ["http://[x/", "http://exam℀ple.com/", "http://example.com:99999/"])
def test_a_request_to_a_malformed_address_goes_on_without_the_headers(url):
    assert not HostHeaders({"x-key": "1"}, ("example.com", "[x", "")).is_meant(url)
