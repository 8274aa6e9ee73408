"""Passwords and tokens are masked in their place, in addresses, forms, JSON and headers."""

from __future__ import annotations

import pytest

from browser.model.addresses.credentials import (
    body_masked,
    credentials_in,
    header_masked,
    with_credentials_masked,
)


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("https://ann:secret@example.com/a", "https://***@example.com/a"),
        ("https://example.com/a@b", "https://example.com/a@b"),
        ("http://ann:secret@[x/", "***"),
        ("http://[x/", "http://[x/"),
        (
            "https://h.test/a?b=1&access_token=q1w2#sid=9f8e7d6c5b",
            "https://h.test/a?b=1&access_token=***#sid=***",
        ),
        ("https://h.test/?sort_key=price&code=DE", "https://h.test/?sort_key=price&code=DE"),
        ("/a?csrf_token=q1w2&b=1", "/a?csrf_token=***&b=1"),
        (
            "https://h.test/?to=https%3A%2F%2Fx.test%2F%3Fpwd%3Dq1w2",
            "https://h.test/?to=https://x.test/?pwd=***",
        ),
    ],
)
def test_credentials_are_masked_in_malformed_addresses_too(address, masked):
    assert with_credentials_masked(address) == masked


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://ann:s%21cret@h.test/", ("s%21cret", "s!cret")),
        ("https://q1w2e3r4t5@h.test/", ("q1w2e3r4t5",)),
        ("https://ann@h.test/?token=q1w2#password=hunter2", ("q1w2", "hunter2")),
        ("https://h.test/?sort_key=price&page=2", ()),
    ],
)
def test_the_credentials_in_an_address_are_told_as_written_and_decoded(address, found):
    assert tuple(text for text, _ in credentials_in(address)) == found


@pytest.mark.parametrize(
    ("media_type", "body", "masked"),
    [
        ("application/x-www-form-urlencoded", "name=Ann&password=a%26b&a=1", "name=Ann&password=***&a=1"),
        ("application/json; charset=utf-8", '{"a": 1, "access_token" : "q\\"1", "pin": 7}', '{"a": 1, "access_token" : "***", "pin": 7}'),
        ("application/json", '{"token":123456,"next":"https://h.test/?token=q1"}', '{"token":"***","next":"https://h.test/?token=***"}'),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nq1 w2\r\n--x--',
            '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n***\r\n--x--',
        ),
        ("text/html", '<a href="/a?token=q1w2">A token = q1w2</a>', '<a href="/a?token=***">A token = q1w2</a>'),
    ],
)  # fmt: skip
def test_they_are_masked_in_what_is_sent_and_answered(media_type, body, masked):
    assert body_masked(body, media_type) == masked


@pytest.mark.parametrize("media_type", ["text/html", "application/json", "multipart/form-data"])
@pytest.mark.parametrize("piece", ["a", '"', '"a":', "a.b/", 'name="a"\n', "a=b&", "h.test/?token=1 "])
def test_a_long_body_is_masked_before_the_test_times_out(media_type, piece):
    assert body_masked(piece * 200_000, media_type)


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        (":path", "/a?access_token=q1w2", "/a?access_token=***"),
        ("Location", "https://h.test/a#id_token=q1w2&state=1", "https://h.test/a#id_token=***&state=1"),
        ("referer", "https://h.test/?b=1", "https://h.test/?b=1"),
        ("Link", "</b?token=q1w2>; rel=next", "</b?token=***>; rel=next"),
        ("X-CSRF-Token", "shop", "***"),
        ("Cookie", "a=b", "***"),
        ("set-cookie", "a=b", "***"),
        ("proxy-authorization", "Basic YTpi", "***"),
        ("Accept", "text/html", "text/html"),
    ],
)
def test_they_are_masked_in_headers(name, value, masked):
    assert header_masked(name, value) == masked
