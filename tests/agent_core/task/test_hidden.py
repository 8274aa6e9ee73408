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
        "headers": {"X-Org": "hidden-org-12"},
        "extra_body": {"provider": [{"api_key": "hidden-body"}], "seed": 7},
    },
}


def test_none_of_them_stands_in_the_request_that_is_kept():
    kept = TaskRequest.of(REQUEST).masked()
    assert "hidden" not in json.dumps(kept)
    assert kept["model"]["extra_body"] == {"provider": [{"api_key": "***"}], "seed": 7}


def test_each_of_them_is_in_the_mask_of_the_run():
    mask = Redactor()
    hide(TaskRequest.of(REQUEST), mask, ["hidden-key"])
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


@pytest.mark.parametrize("field", ["url", "webhook_url", "totp_url"])
def test_a_malformed_address_is_refused_without_its_password(field):
    with pytest.raises(BadRequest) as refused:
        TaskRequest.of({"prompt": "x", field: "http://ann:hidden@ h.test/"})
    assert "hidden" not in str(refused.value)
