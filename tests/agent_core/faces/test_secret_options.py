"""Secrets and codes on the command line: named there, never written there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from agent_core import BadRequest, Settings
from agent_core.faces.cli.secrets import secrets_named
from agent_core.services.codes import codes_folder
from agent_core.store.codes import PushedCodes


def test_secrets_are_named_by_where_they_are():
    named = secrets_named(
        ["PW=env:SHOP_PASSWORD", "USER=keyring:shop/ada@example.com"],
        ["PHONE=env:SHOP_SEED"],
        ["PW=https://a.example", "PW=https://b.example"],
    )
    assert named == {
        "PW": {"env": "SHOP_PASSWORD", "kind": "text", "origins": ["https://a.example", "https://b.example"]},
        "USER": {"keyring": "shop/ada@example.com", "kind": "text"},
        "PHONE": {"env": "SHOP_SEED", "kind": "totp"},
    }
    assert secrets_named([], [], []) is None


@pytest.mark.parametrize(
    ("texts", "origins", "why"),
    [
        (["PW=hunter2"], [], r"--secret: PW is written as PW=env:VARIABLE"),
        (["hunter2"], [], r"--secret: is written as NAME="),
        (["PW=env:"], [], r"--secret: PW is written as"),
        (["PW=ask"], [], r"--secret: PW=ask needs a terminal"),
        ([], ["PW=https://a.example"], r"--secret-origin: no secret 'PW' was named"),
    ],
)
def test_what_is_written_otherwise_is_refused_and_not_repeated(texts, origins, why):
    with pytest.raises(BadRequest, match=why) as refused:
        secrets_named(texts, [], origins)
    assert "hunter2" not in str(refused.value)


def test_a_code_pushed_on_the_command_line_is_there_for_a_run(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "agent_core", "codes", "push", "ada@example.com"],
        input="123 456\n",
        env={**os.environ, "AGENT_CORE_HOME": str(tmp_path)},
        text=True,
        capture_output=True,
        check=True,
    )
    assert "123" not in done.stdout + done.stderr
    codes = PushedCodes(codes_folder(Settings(home=tmp_path)))
    assert codes.take("Ada@example.com") == "123456"
