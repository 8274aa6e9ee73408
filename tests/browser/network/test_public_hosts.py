"""Which addresses are of the internet, in every spelling, and that a public policy leads nowhere else."""

from __future__ import annotations

import pytest

from browser.network.policy import NetworkPolicy
from browser.network.public_hosts import is_private_host, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "no address",
    ],
)
def test_an_address_of_this_machine_or_of_a_private_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "LOCALHOST.", "a.localhost", "printer", "a.internal", "2130706433", "0x7f.1", "[::1]"],
)
def test_a_host_is_private_by_its_name_in_any_spelling(host):
    assert is_private_host(host)
    policy = NetworkPolicy(public=True)
    assert policy.blocks(host, 80)
    if host:
        assert "private network" in policy.objection(f"http://{host}:8080/x")


def test_a_public_policy_forbids_something_and_lets_the_internet_be():
    policy = NetworkPolicy.of([], [], public=True)
    assert policy
    assert policy.objection("https://example.com/") == ""
    assert not policy.blocks("example.com", 443)
    assert "--webrtc-ip-handling-policy=disable_non_proxied_udp" in policy.launch_arguments


def test_behind_a_proxy_nothing_of_this_machine_goes_past_it():
    policy = NetworkPolicy.of([], ["localhost"], public=True)
    assert policy.not_proxied[-1] == "<-loopback>"
    assert "MAP <-loopback>" not in policy.launch_arguments[0]
    assert NetworkPolicy.of([], ["localhost"]).not_proxied[-1] != "<-loopback>"
