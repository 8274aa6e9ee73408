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


@pytest.mark.parametrize("url", ["http://[x/", "http://exam℀ple.com/", "http://example.com:99999/"])
def test_a_request_to_a_malformed_address_goes_on_without_the_headers(url):
    assert not HostHeaders({"x-key": "1"}, ("example.com", "[x", "")).is_meant(url)
