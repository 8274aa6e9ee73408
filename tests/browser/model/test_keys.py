"""Names of keys: every alias, chords, and what is refused."""

from __future__ import annotations

import pytest

from browser.model.keys import ALIASES, MODIFIERS, UnknownKey, chord, chords, key, modifiers


@pytest.mark.parametrize(("alias", "name"), sorted(ALIASES.items()))
@pytest.mark.parametrize("write", [str, str.upper, str.capitalize], ids=["small", "capitals", "capitalised"])
def test_every_alias_names_its_key_in_any_case(alias: str, name: str, write):
    assert key(write(alias)) == name


def test_every_key_is_named_by_itself():
    assert [name for name in ALIASES.values() if key(name) != name] == []


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("arrow_down", "ArrowDown"),
        ("Arrow Down", "ArrowDown"),
        ("page-down", "PageDown"),
        ("Page_Down", "PageDown"),
        ("back_space", "Backspace"),
        ("KP_Enter", "Enter"),
        ("KeyA", "a"),
        ("Digit7", "7"),
        ("KP_7", "7"),
        (" ", "Space"),
        ("A", "A"),
        ("+", "+"),
        ("-", "-"),
        ("_", "_"),
        ("f5", "F5"),
    ],
)
def test_a_key_is_known_however_its_words_are_joined(written: str, name: str):
    assert key(written) == name


@pytest.mark.parametrize("written", ["hyper", "F13", "é", "", "Control A", "hello"])
def test_a_key_that_there_is_none_of_is_refused_by_a_sentence(written: str):
    with pytest.raises(UnknownKey, match=f"there is no key {written!r}"):
        key(written)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("Control+Shift+K", ("Control", "Shift", "k")),
        ("ctrl + a", ("Control", "a")),
        ("ctrl-c", ("Control", "c")),
        ("cmd-shift-page_up", ("Meta", "Shift", "PageUp")),
        ("ctrl++", ("Control", "+")),
        ("ctrl+-", ("Control", "-")),
        ("Control+-", ("Control", "-")),
        ("+", ("+",)),
        ("-", ("-",)),
        ("shift", ("Shift",)),
        ("K", ("K",)),
        ("page-down", ("PageDown",)),
    ],
)
def test_a_chord_is_its_modifiers_and_its_key(written: str, keys: tuple[str, ...]):
    assert chord(written) == keys


@pytest.mark.parametrize(
    ("written", "why"),
    [("a+b", "'a' is no modifier key"), ("", "no key is named"), ("ctrl+hyper", "there is no key 'hyper'")],
)
def test_a_chord_that_cannot_be_pressed_is_refused_by_a_sentence(written: str, why: str):
    with pytest.raises(UnknownKey, match=why):
        chord(written)


def test_keys_in_a_row_take_the_modifiers_that_stand_before_them():
    assert chords(["del", "ctrl", "A", "c"]) == ("Delete", "Control+a", "Control+c")
    assert chords("ctrl+shift+t") == ("Control+Shift+t",)
    assert chords(["SHIFT"]) == ("Shift",)


@pytest.mark.parametrize("names", [None, [], "", [""]])
def test_no_key_at_all_is_refused(names):
    with pytest.raises(UnknownKey, match="no key is named"):
        chords(names)


def test_modifiers_are_held_once_each():
    assert modifiers(["ctrl", "Control", "SHIFT"]) == ("Control", "Shift")
    assert modifiers("ctrl+alt") == ("Control", "Alt")
    assert modifiers(None) == ()
    assert [modifiers([name]) for name in MODIFIERS] == [(name,) for name in MODIFIERS]
    with pytest.raises(UnknownKey, match="'A' is no modifier key"):
        modifiers(["A"])
