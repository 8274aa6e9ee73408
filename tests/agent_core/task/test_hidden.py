"""Passwords and tokens that stand in a request beside its secrets are kept and told nowhere."""

from __future__ import annotations

import base64
import json

import pytest

from agent_core import BadRequest
from agent_core.task.hidden import hide
from agent_core.task.request import TaskRequest
from browser.redaction.redactor import Redactor

REQUEST = {
    "prompt": "Open http://ann:hidden-prompt@h.test/ and look",
    "url": "http://ann:hidden-url@h.test/?access_token=hidden-query",
    "webhook_url": "http://ann:hidden-webhook@h.test/",
    "totp_url": "http://ann:hidden-totp@h.test/",
    "browser_address": "wss://h.test/x?token=hidden-browser",
    "extra_http_headers": {
        "Authorization": "Bearer hidden-bearer-1",
        "Cookie": "sid=hidden-cookie-1; theme=dark",
        "Accept-Language": "de",
    },
    "cdp_connect_headers": {"X-Key": "hidden-cdp"},
    "model": {
        "model_name": "m",
        "base_url": "http://ann:hidden-base@h.test/v1",
        "api_key": "hidden-key",
        "headers": {"X-Org-Token": "hidden-org-12"},
        "extra_body": {"provider": [{"api_key": "hidden-body"}], "seed": 7},
    },
}


def test_none_of_them_stands_in_the_request_that_is_kept():
    kept = TaskRequest.of(REQUEST).masked()
    assert "hidden" not in json.dumps(kept)
    assert kept["model"]["extra_body"] == {"provider": [{"api_key": "***"}], "seed": 7}


def test_each_of_them_is_in_the_mask_of_the_run():
    mask = Redactor()
    hide(TaskRequest.of(REQUEST), mask, {"api_key": "hidden-key"})
    shown = mask.text(
        " ".join(
            f"hidden-{each}"
            for each in (
                "prompt", "url", "query", "webhook", "totp", "browser", "bearer-1", "cookie-1", "cdp", "base", "key",
                "org-12", "body",
            )
        )
    )  # fmt: skip
    assert "hidden" not in shown
    assert mask.text("de dark ann 7") == "de dark ann 7"


def test_only_what_a_page_can_know_is_looked_for_in_pictures():
    mask = Redactor()
    hide(TaskRequest.of({**REQUEST, "url": None, "prompt": "x", "extra_http_headers": None}), mask)
    assert mask
    assert not mask.in_pages


def test_the_password_in_a_basic_header_is_hidden_too():
    mask = Redactor()
    basic = base64.b64encode(b"ann:correct horse").decode()
    hide(TaskRequest.of({"prompt": "x", "extra_http_headers": {"Authorization": f"Basic {basic}"}}), mask)
    assert mask.text("the password is correct horse") == "the password is ***"


SECRETS = [
    ("url", "https://h.test/?access_token=q1w2", "q1w2"),
    ("url", "https://h.test/#id_token=swordfishes", "swordfishes"),
    ("url", "https://h.test/?pwd=hunter2", "hunter2"),
    ("url", "https://h.test/?next=https%3A%2F%2Fh.test%2F%3Fapi_key%3Dq1w2e3", "q1w2e3"),
    ("url", "https://h.test/?sid=9-fjord", "9-fjord"),
    ("url", "https://h.test/?session=9f8e7d6c5b", "9f8e7d6c5b"),
    ("url", "https://h.test/?code=4/0AbCdEfGhIjKlMnOpQrStUv", "4/0AbCdEfGhIjKlMnOpQrStUv"),
    ("url", "https://h.test/?t=Zx9Qw3Er5Ty7Ui1Op0As2Df4", "Zx9Qw3Er5Ty7Ui1Op0As2Df4"),
    ("url", "https://ann:correct%20horse@h.test/", "correct horse"),
    ("prompt", "Open h.test/?token=q1w2e3r4 and look", "q1w2e3r4"),
    ("webhook_url", "https://hooks.test/T0/B0/Zx9Qw3Er5Ty7Ui1Op0As2Df4", "Zx9Qw3Er5Ty7Ui1Op0As2Df4"),
    ("totp_url", "https://h.test/?otp_secret=jbswy3dp", "jbswy3dp"),
    ("browser_address", "wss://h.test/?apiKey=q1w2e3", "q1w2e3"),
    ("extra_http_headers", {"X-Auth-Token": "fjord-9"}, "fjord-9"),
    ("extra_http_headers", {"X-Session": "fjord-9"}, "fjord-9"),
    ("extra_http_headers", {"Authorization": "Bearer fjord-9"}, "fjord-9"),
    ("extra_http_headers", {"Authorization": "fjord-9"}, "fjord-9"),
    ("extra_http_headers", {"Cookie": "theme=dark; PHPSESSID=fjord-9"}, "fjord-9"),
    ("extra_http_headers", {"Cookie": "theme=dark; a=9f8e7d6c5b"}, "9f8e7d6c5b"),
    ("extra_http_headers", {"Referer": "https://h.test/?token=fjord-9"}, "fjord-9"),
    ("extra_http_headers", {"X-Any": "Zx9Qw3Er5Ty7Ui1Op0As2Df4"}, "Zx9Qw3Er5Ty7Ui1Op0As2Df4"),
    ("cdp_connect_headers", {"X-Key": "fjord-9"}, "fjord-9"),
    ("model", {"headers": {"X-Api-Key": "fjord-9"}}, "fjord-9"),
    ("model", {"base_url": "https://h.test/v1?key=9f8e7d6c5b"}, "9f8e7d6c5b"),
    ("model", {"extra_body": {"credentials": {"value": "fjord-9"}}}, "fjord-9"),
    ("model", {"extra_body": {"tools": [{"authorization": "Bearer fjord-9"}]}}, "fjord-9"),
    ("model", {"extra_body": {"clientSecret": "fjord-9"}}, "fjord-9"),
]


@pytest.mark.parametrize(("field", "given", "secret"), SECRETS)
def test_a_password_or_a_token_is_hidden_wherever_it_stands(field, given, secret):
    mask = Redactor()
    request = TaskRequest.of({"prompt": "x", field: given})
    hide(request, mask)
    assert mask.text(f"It is {secret}, and a word") == "It is ***, and a word"
    assert secret not in json.dumps(request.masked())


WORDS = [
    ("url", "https://h.test/?cookie=accept&currency=EUR", "accept EUR"),
    ("url", "https://h.test/?session=shop&key=EUR&code=DE", "shop EUR DE"),
    ("url", "https://h.test/?sort_key=price-2024-07-18-asc&zip_code=90210", "price-2024-07-18-asc 90210"),
    ("url", "https://h.test/?token_type=bearer&auth=required", "bearer required"),
    ("url", "https://h.test/?auth=oauth2&ticket=standard&pin=94103", "oauth2 standard 94103"),
    (
        "url",
        "https://h.test/?id=550e8400-e29b-41d4-a716-446655440000",
        "550e8400-e29b-41d4-a716-446655440000",
    ),
    ("url", "https://h.test/?id=507f1f77bcf86cd799439011", "507f1f77bcf86cd799439011"),
    ("url", "https://h.test/?password=shop", "shop"),
    ("url", "https://h.test/?token=2024", "2024"),
    ("url", "https://ann:shop@h.test/", "ann shop"),
    (
        "url",
        "https://h.test/document/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms",
        "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms",
    ),
    ("extra_http_headers", {"HTTP-Referer": "https://my-app.example/page1"}, "https://my-app.example/page1"),
    ("extra_http_headers", {"User-Agent": "my-app/1.2.3"}, "my-app/1.2.3"),
    ("extra_http_headers", {"Accept": "application/json;v=2"}, "application/json;v=2"),
    ("extra_http_headers", {"Accept-Language": "en-US,en;q=0.9"}, "en-US,en;q=0.9"),
    ("extra_http_headers", {"Cookie": "theme=dark; consent=accept-all; lang=de-DE"}, "dark accept-all de-DE"),
    ("extra_http_headers", {"X-Currency-Key": "EUR"}, "EUR"),
    ("cdp_connect_headers", {"X-Session": "shop"}, "shop"),
    (
        "model",
        {"headers": {"anthropic-beta": "context-management-2025-06-27"}},
        "context-management-2025-06-27",
    ),
    ("model", {"extra_body": {"key": "EUR", "session": "shop"}}, "EUR shop"),
    ("model", {"extra_body": {"model": "maker/model-3.5-large-20241022"}}, "maker/model-3.5-large-20241022"),
    ("model", {"extra_body": {"cache_key": "shop-2024", "cookie": "accept"}}, "shop-2024 accept"),
    ("model", {"api_key": "none"}, "none"),
]


@pytest.mark.parametrize(("field", "given", "words"), WORDS)
def test_an_ordinary_value_stays_in_texts(field, given, words):
    mask = Redactor()
    hide(TaskRequest.of({"prompt": "x", field: given}), mask, {"api_key": "ollama"})
    assert mask.text(f"{words} ollama") == f"{words} ollama"


@pytest.mark.parametrize(
    ("field", "given", "told", "shown"),
    [
        (
            "url",
            "https://ann:shop@h.test/a",
            "no answer of https://ann:shop@h.test/a",
            "no answer of https://***@h.test/a",
        ),
        ("url", "https://h.test/?password=shop", "at /?a=b&password=shop", "at /?a=b&password=***"),
        ("model", {"extra_body": {"api_key": "shop"}}, 'bad: {"api_key": "shop"}', 'bad: {"api_key": "***"}'),
        ("extra_http_headers", {"Authorization": "Bearer shop"}, "sent: Bearer shop", "sent: ***"),
    ],
)
def test_a_password_that_is_a_word_is_hidden_in_its_place(field, given, told, shown):
    mask = Redactor()
    request = TaskRequest.of({"prompt": "x", field: given})
    hide(request, mask)
    assert mask.text(told) == shown
    assert "shop" not in json.dumps(request.masked())


@pytest.mark.parametrize("field", ["url", "webhook_url", "totp_url"])
def test_a_malformed_address_is_refused_without_its_password(field):
    with pytest.raises(BadRequest) as refused:
        TaskRequest.of({"prompt": "x", field: "http://ann:hidden@ h.test/"})
    assert "hidden" not in str(refused.value)
