"""Secrets of a task before anything starts: where their values are, and what is wrong with them."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend

from agent_core.errors import BadRequest
from agent_core.task.request import TaskRequest
from agent_core.task.secrets import Secrets
from browser.model.addresses.origins import origin_of


class Ring(KeyringBackend):
    """A keyring of one entry."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return "from-the-ring" if (service, username) == ("shop/eu", "ada") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield
    keyring.set_keyring(before)


def asked(caller: str = "library", **secrets: object) -> TaskRequest:
    return TaskRequest.of({"prompt": "x", "url": "https://shop.example/login", "secrets": secrets}, caller)


async def values(request: TaskRequest) -> dict[str, str]:
    return {one.name: await one.read() for one in Secrets.of(request.secrets).bound_to(request.url).typable}


async def test_values_come_from_the_call_the_environment_and_the_keyring(monkeypatch, ring):
    monkeypatch.setenv("SHOP_PASSWORD", "from-the-environment")
    request = asked(A="given", B={"env": "SHOP_PASSWORD"}, C={"keyring": "shop/eu/ada"}, D={"value": "too"})
    assert await values(request) == {
        "A": "given", "B": "from-the-environment", "C": "from-the-ring", "D": "too",
    }  # fmt: skip


def test_a_secret_is_for_the_origin_of_the_task_unless_others_are_named():
    secrets = Secrets.of(
        asked(A="given", B={"value": "two", "origins": ["login.example", "127.0.0.1:8010"]}).secrets
    )
    assert {name.name: name.origins for name in secrets.bound_to("https://shop.example/login").names} == {
        "A": ("https://shop.example",),
        "B": ("https://login.example", "http://127.0.0.1:8010"),
    }


@pytest.mark.parametrize(
    ("start", "arrived", "also"),
    [
        ("https://shop.example/", "https://www.shop.example/login", True),
        ("https://www.shop.example/", "https://shop.example/", True),
        ("http://shop.example/", "https://login.shop.example/", True),
        ("http://shop.co.uk/", "http://www.shop.co.uk/", True),
        ("http://app.localhost:8010/", "http://www.app.localhost:8010/", True),
        ("https://shop.example/", "https://evil.test/", False),
        ("https://shop.example/", "http://www.shop.example/", False),
        ("https://shop.example/", "https://www.shop.example:8443/", False),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("https://a.github.io/", "https://b.github.io/", False),
        ("http://10.0.0.1/", "http://20.0.0.1/", False),
        ("http://127.0.0.1:8010/", "http://127.0.0.1:8011/", False),
        ("https://shop.example/", "", False),
        ("https://shop.example/", "http://[x/", False),
    ],
)
def test_secrets_and_codes_go_where_the_address_leads_within_its_site(start, arrived, also):
    bound = Secrets.of(asked(A="given").secrets).bound_to(start, arrived)
    origins = tuple(dict.fromkeys(origin_of(each) for each in ((start, arrived) if also else (start,))))
    assert bound.names[0].origins == bound.code_origins == origins


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "needs exactly one of value, env and keyring"),
        ({"value": "hunter2", "env": "X"}, "needs exactly one of value, env and keyring"),
        ({"value": "hunter2", "origins": []}, "origins is empty"),
        ({"value": "hunter2", "origins": ["ftp://x"]}, "is no origin"),
        ({"value": "hunter2", "origins": ["https://*"]}, "is no origin"),
        ({"value": "hunter2", "kind": "hunter2"}, "'text' or 'totp'"),
        ({"value": "hunter2", "hunter": 2}, "extra"),
        (["hunter2"], "must be"),
        ({"value": "hunter2", "kind": "totp"}, "is no seed of one-time codes"),
        ({"value": "***"}, "was not kept with the request"),
        ({"env": "NO_SUCH_VARIABLE_HERE"}, "the environment variable NO_SUCH_VARIABLE_HERE is not set"),
        ({"keyring": "shop"}, "SERVICE/USERNAME"),
        ({"keyring": "shop/bob"}, "has no entry of 'bob' for 'shop'"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_value(given, why, ring):
    with pytest.raises(BadRequest) as refused:
        Secrets.of(asked(PW=given).secrets)
    assert "secrets.PW" in str(refused.value).replace(
        "secrets:", "secrets.PW:"
    ) or refused.value.field.startswith("secrets")
    assert why in str(refused.value)
    told = "".join(traceback.format_exception(refused.value))
    assert "hunter2" not in told.replace(repr(given), "") or "hunter2" not in str(refused.value)
    assert "hunter2" not in str(refused.value.__cause__)


def test_callers_over_http_reach_neither_environment_nor_keyring():
    for given in ({"env": "HOME"}, {"keyring": "shop/ada"}):
        with pytest.raises(BadRequest, match="only for callers on this machine"):
            asked("http", PW=given)
    assert asked("http", PW="given").secrets


def test_a_request_is_kept_without_values_and_can_be_read_again():
    request = asked(PW="hunter2", B={"env": "B", "origins": ["a.example"]})
    kept = request.masked()
    assert "hunter2" not in json.dumps(kept) + repr(request) + request.model_dump_json()
    assert TaskRequest.of(kept).secrets["B"].env == "B"


def test_a_value_too_short_to_be_hidden_is_warned_of():
    assert Secrets.of(asked(PIN="7").secrets).warnings[0].startswith("secrets.PIN is shorter than 3")
    assert not Secrets().mask
