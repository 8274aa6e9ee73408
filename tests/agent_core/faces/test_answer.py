"""What the command line prints of a value, so that it can be read and steers no terminal."""

from __future__ import annotations

import json

import pytest

from agent_core.faces.cli.answer import harmless, print_json


@pytest.mark.parametrize("text", ["1\u00a0298\u202f€ für Örtze", "Zeile\u3000日本"])
def test_spaces_and_letters_are_printed_as_they_are(text):
    assert harmless(text) == text


@pytest.mark.parametrize("char", ["\x1b", "\x9b", "\x07", "\u202e", "\u2066"])
def test_what_steers_a_terminal_is_escaped_by_itself(char):
    said = harmless(json.dumps(f"für\u00a0{char}dich", ensure_ascii=False))

    assert "für\u00a0" in said
    assert char not in said
    assert json.loads(said) == f"für\u00a0{char}dich"


def test_a_terminal_is_shown_the_same(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_json({"price": "1\u00a0298 €", "title": "\x9b[2J", "long": "x " * 200})
    said = capsys.readouterr().out

    assert "1\u00a0298 €" in said
    assert "\x9b" not in said
    assert said.count("\n") == 5  # nothing is wrapped
