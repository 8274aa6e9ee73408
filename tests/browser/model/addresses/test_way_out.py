"""Which proxy of the environment leads to an address."""

from __future__ import annotations

import pytest

from browser.model.addresses.way_out import proxy_of_environment


@pytest.fixture
def without(monkeypatch):
    """Names a proxy for all addresses, but for those that are given to it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(name.lower(), "proxy.test:3128")

    def set_to(entries: str) -> None:
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, entries)

    set_to("")
    return set_to


@pytest.mark.parametrize(
    ("entries", "url", "led"),
    [
        ("", "https://a.test/", True),
        ("10.0.0.0/8", "http://10.1.2.3:8000/v1", False),
        ("10.0.0.0/8", "http://11.1.2.3/", True),
        ("192.168.7.9/16 , b.test", "http://192.168.200.1/", False),
        ("b.test,fd00::/8", "https://[fd12::1]/", False),
        ("fd00::/8", "https://[fe80::1]/", True),
        ("10.0.0.0/99, /8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "https://ten.test/", True),
        ("10.1.2.3", "http://10.1.2.3/", False),
        ("*", "https://a.test/", False),
    ],
)
def test_what_no_proxy_names_is_gone_to_directly_also_by_a_range(without, entries, url, led):
    without(entries)
    assert proxy_of_environment(url) == ("http://proxy.test:3128" if led else "")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/", "http://[x/"]
)
def test_no_proxy_leads_to_this_machine(without, url):
    assert proxy_of_environment(url) == ""
