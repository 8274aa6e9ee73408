"""The corpus of replies that models have really got wrong, and what becomes of each."""

from __future__ import annotations

import contextlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from browser.model import actions
from browser.model.observation import LookRequest, Screenshot
from engines import protocol as base
from engines.action_codec.actions import VERBS
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.arguments.values import address
from engines.action_codec.read import read_reply
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.vocabulary import nearest_verbs, reply_schema, verb_named, verbs_for_prompt

CORPUS = {
    path.stem: json.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "replies").glob("*.json"))
}
REPAIRED = sorted(name for name, reply in CORPUS.items() if "decision" in reply["expect"])
ASKED_AGAIN = sorted(name for name, reply in CORPUS.items() if "complaint" in reply["expect"])


def shown_in(reply: dict[str, Any]) -> Shown:
    return Shown(
        refs=frozenset(reply["refs"]),
        tabs=frozenset({"t1", "t2"}),
        url="https://shop.test/list",
        output_types=frozenset({"object"}),
    )


def shown(*refs: str, **more: Any) -> Shown:
    return Shown(refs=frozenset(refs or {"f0e1", "f0e2"}), **more)


def decision_from(written: dict[str, Any]) -> base.Decision:
    [(name, fields)] = written.items()
    fields = {key: tuple(each) if isinstance(each, list) else each for key, each in fields.items()}
    if name == "Act":
        fields["actions"] = tuple(action_from(each) for each in fields["actions"])
    return getattr(base, name)(**fields)


def action_from(written: dict[str, Any]) -> actions.Action:
    [(name, fields)] = written.items()
    return getattr(actions, name)(
        **{key: tuple(each) if isinstance(each, list) else each for key, each in fields.items()}
    )


def without_thought(decision: base.Decision) -> base.Decision:
    return type(decision)(
        **{
            name: "" if name == "thought" else getattr(decision, name)
            for name in decision.__dataclass_fields__
        }
    )


def test_the_corpus_is_as_large_as_promised():
    kinds = {reply["kind"] for reply in CORPUS.values()}

    assert len(CORPUS) >= 90
    assert len(kinds) >= 20
    assert len(REPAIRED) >= 40
    assert len(REPAIRED) + len(ASKED_AGAIN) == len(CORPUS)


@pytest.mark.parametrize("name", REPAIRED)
def test_a_broken_reply_becomes_exactly_the_decision_that_was_meant(name):
    reply = CORPUS[name]

    understood = read_reply(reply["text"], shown_in(reply))

    assert without_thought(understood.decision) == decision_from(reply["expect"]["decision"])


@pytest.mark.parametrize("name", ASKED_AGAIN)
def test_a_doubtful_reply_is_answered_with_one_sentence(name):
    reply = CORPUS[name]

    with pytest.raises(ReplyError) as mistake:
        read_reply(reply["text"], shown_in(reply))

    sentence = str(mistake.value)
    assert reply["expect"]["complaint"] in sentence
    assert len(sentence) < 250
    assert "\n" not in sentence


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_every_prefix_of_a_reply_is_read_without_an_accident(name):
    """A reply may end anywhere; only ReplyError may come of it, and no action on what was not shown."""
    reply = CORPUS[name]
    text = reply["text"]
    meant = json.dumps(reply["expect"], ensure_ascii=False)

    for end in range(0, len(text), 7):
        try:
            decision = read_reply(text[:end], shown_in(reply)).decision
        except ReplyError:
            continue
        for action in getattr(decision, "actions", ()):
            if isinstance(action, actions.TypeText):
                # Half a text is never typed.
                assert json.dumps(action.text, ensure_ascii=False) in meant


def test_replies_broken_at_random_are_read_without_an_accident():
    chance = random.Random(20)
    texts = [reply["text"] for _, reply in sorted(CORPUS.items())]
    for _ in range(1500):
        signs = list(chance.choice(texts))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(signs) + 1)
            if chance.random() < 0.5:
                del signs[at : at + chance.randint(1, 4)]
            else:
                signs.insert(at, chance.choice("{}[]\",:'\\<>/`#()\n 0aN=“"))
        with contextlib.suppress(ReplyError):
            read_reply("".join(signs), shown())


@pytest.mark.parametrize("written", ["12999.95", "1234567.25", "0.0000001", "20261129"])
def test_a_number_to_be_typed_keeps_all_of_its_digits(written: str):
    decision = read_reply(f'{{"action": "type", "ref": "f0e1", "text": {written}}}', shown()).decision
    assert decision == base.Act(actions=(actions.TypeText(written, target="f0e1"),))


def test_an_output_of_null_is_one():
    text = '{"action": "finish", "output": null, "text": "There is no such offer."}'
    assert read_reply(text, shown()).decision == base.Finish(output=None)
    assert (
        read_reply(text.replace('"output": null, ', ""), shown()).decision.output == "There is no such offer."
    )


def test_the_thought_is_kept():
    understood = read_reply(
        '{"thought": "Open it.", "actions": [{"action": "click", "ref": "f0e1"}]}', shown()
    )

    assert understood.decision.thought == "Open it."


def test_what_was_dropped_is_told():
    text = '{"actions": [{"action": "click", "ref": "f0e1"}, {"action": "celebrate"}, {"action": "back"}]}'

    understood = read_reply(text, shown())

    assert understood.decision.actions == (actions.Click("f0e1"),)
    [note] = understood.notes
    assert note.startswith("action 2: there is no action 'celebrate'; the nearest are ")
    assert note.endswith("; it and what followed were dropped")


def test_an_argument_that_does_not_exist_is_ignored_and_told():
    understood = read_reply('{"action": "click", "ref": "f0e1", "speed": "fast"}', shown())

    assert understood.notes == ("click has no argument 'speed'; it was ignored",)


def test_coordinates_are_those_of_the_picture():
    picture = Screenshot(data=b"", width_px=640, height_px=360, scale=0.5)

    understood = read_reply('{"action": "click", "x": 100, "y": 50}', shown(picture=picture))

    assert understood.decision.actions == (actions.Click(actions.Point(200.0, 100.0)),)


def test_coordinates_outside_the_picture_are_a_mistake():
    picture = Screenshot(data=b"", width_px=640, height_px=360)

    with pytest.raises(ReplyError, match="outside the 640x360 image"):
        read_reply('{"action": "click", "coordinate": [900, 50]}', shown(picture=picture))


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (r'{"action": "type", "ref": "f0e1", "text": "a\ud800b"}', "a\ufffdb"),
        (r'{"action": "type", "ref": "f0e1", "text": "\ud83d\ude00"}', "😀"),
        ('{"action": "type", "ref": "f0e1", "text": "a\udc00"}', "a\ufffd"),
        (r"{'action': 'type', 'ref': 'f0e1', 'text': 'a\ud800'}", "a\ufffd"),
        (r'type(ref="f0e1", text="a\ud800")', "a\ufffd"),
        (r'{"name": "type", "arguments": "{\"ref\": \"f0e1\", \"text\": \"a\\ud800\"}"}', "a\ufffd"),
        (r'"{\"action\": \"type\", \"ref\": \"f0e1\", \"text\": \"a\ud800\"}"', "a\ufffd"),
    ],
)
def test_half_a_character_of_a_reply_is_replaced_before_anything_is_done_with_it(reply, text):
    assert read_reply(reply, shown()).decision.actions == (actions.TypeText(text, "f0e1"),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://a.test/b?c#d", "https://a.test/b?c#d"),
        ("a.test/b", "https://a.test/b"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1/a", "http://127.0.0.1/a"),
        ("[::1]:8000/a", "http://[::1]:8000/a"),
        ("printer:631", "http://printer:631"),
        ("/cart", "https://shop.test/cart"),
        ("//other.test/a", "https://other.test/a"),
        ("?page=2", "https://shop.test/list?page=2"),
        ("<https://a.test>", "https://a.test"),
        ("about:blank", "about:blank"),
    ],
)
def test_an_address_is_read_as_it_was_meant(written, meant):
    assert address('"url"', written, "https://shop.test/list") == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a b",
        "//[x",
        "http://[x/",
        "http://a:99999/",
        "ftp://a.test",
        "about:flags",
        "word",
        "data:,x",
        7,
        [],
    ],
)
def test_what_is_no_address_is_refused_by_the_arguments_name(written):
    with pytest.raises(ReplyError, match=r"^\"url\" must be "):
        address('"url"', written, "https://shop.test/list")


def test_only_the_callers_error_codes_are_used():
    text = '{"action": "give_up", "reason": "sold out", "error_codes": ["SOLD_OUT", "INVENTED"]}'

    understood = read_reply(text, shown(error_codes=frozenset({"SOLD_OUT"})))

    assert understood.decision.error_codes == ("SOLD_OUT",)


def test_only_what_was_shown_can_be_a_source():
    text = '{"action": "finish", "output": {"a": 1}, "sources": {"/a": "f0e1", "/b": "f0e99"}}'

    assert read_reply(text, shown()).decision.sources == {"/a": "f0e1"}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_is_read_under_its_own_name_and_all_others(verb):
    assert verb_named(verb.name) == (verb, {})
    for name, implied in verb.also.items():
        assert verb_named(name) == (verb, implied)


def test_the_examples_of_the_prompt_are_understood_as_they_stand():
    everything = shown(*(f"f0e{number}" for number in range(1, 10)), tabs=frozenset({"t1", "t2"}))
    for line in verbs_for_prompt().splitlines():
        example = line[: line.index("}") + 1] if '"sources"' not in line else line
        example = example.replace('"captcha"|"login"|"confirm"|"question"', '"captcha"')
        example = example.replace('"output":...', '"output":1').replace(
            " if the page shows it cannot be done", ""
        )
        example = example.replace('"url":"..."', '"url":"https://a.test"').replace(
            "https://..", "https://a.test"
        )
        if example.count("[") > example.count("]"):
            example = line
        read_reply(example, everything)


def test_the_nearest_verbs_are_near():
    assert "select" in nearest_verbs("selekt_it")


def test_the_schema_of_a_reply_holds_every_verb_and_the_wanted_output():
    schema = reply_schema({"type": "object", "properties": {"title": {"type": "string"}}})

    action = schema["properties"]["actions"]["items"]["properties"]
    assert action["action"]["enum"] == [verb.name for verb in VERBS]
    assert action["output"]["properties"] == {"title": {"type": "string"}}


def test_a_note_can_be_looked_at_and_not_be_clicked():
    page = shown("f0e1", "f0e7+")
    for ref in ("f0e7+", "f0e7"):
        looked = read_reply(json.dumps({"action": "look", "ref": ref}), page).decision
        assert looked == base.Look(requests=(LookRequest(ref="f0e7+"),))
    with pytest.raises(ReplyError, match=r"f0e7\+ is a note of what is not listed; look at it first"):
        read_reply('{"action": "click", "ref": "f0e7"}', page)
