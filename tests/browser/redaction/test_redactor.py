"""Values that nobody may see, found however they are written."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, quote_plus

import pytest

from browser.model.observation import Box, Element
from browser.redaction.redactor import Redactor
from browser.redaction.secret_store import covers
from tests.support.reflecting_pages import VALUE as SPOKEN
from tests.support.reflecting_pages import spellings

VALUE = "pa/ss+W&<ö>'\"\\ 7"
PW = "{{secret:PW}}"


def masking(value: str = VALUE, name: str = PW) -> Redactor:
    mask = Redactor()
    mask.add(value, name)
    return mask


@pytest.mark.parametrize(
    "written",
    [
        VALUE,
        VALUE.upper(),
        VALUE.lower(),
        VALUE.replace(" ", "\u00a0\n"),
        "\u200b".join(VALUE.replace(" ", "")[:3]) + VALUE[3:],
        quote(VALUE),
        quote(VALUE, safe=""),
        quote_plus(VALUE),
        re.sub("%..", lambda found: found[0].lower(), quote(VALUE)),
        quote(quote(VALUE)),
        escape(VALUE),
        escape(VALUE, quote=False),
        json.dumps(VALUE)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(VALUE))[3:-3],
        repr(VALUE)[1:-1],
        VALUE.encode().hex(),
    ],
)
def test_a_value_is_hidden_however_it_is_written(written):
    assert masking().text(f"before {written} after") == f"before {PW} after"


@pytest.mark.parametrize("before", ["", "u", "ad", "ada:"])
def test_a_value_is_hidden_in_base_64_wherever_it_stands(before):
    packed = base64.b64encode(f"{before}{VALUE}!".encode()).decode()
    assert PW in masking().text(f"Basic {packed}")


def test_the_expression_for_scripts_finds_the_same():
    assert re.search(masking().source, f"x{quote(VALUE)}y")
    assert re.search(masking().source, f"x{VALUE[:9]}\u2026")
    assert re.search(masking(VALUE * 2).source, f"x{(VALUE * 2)[:17]}y")
    assert Redactor().source == ""


def test_numbers_are_hidden_in_groups_and_in_json():
    mask = masking("4111111111111111", "{{secret:CARD}}")
    assert mask.text("4111 1111-1111 1111") == "{{secret:CARD}}"
    assert mask.json({"n": 4111111111111111, "4111111111111111": [1]}) == {
        "n": "{{secret:CARD}}",
        "{{secret:CARD}}": [1],
    }


def test_short_values_are_hidden_only_where_they_stand_alone():
    assert masking("123").text("a 123, 1234, x123") == f"a {PW}, 1234, x123"
    assert masking("12").text("12") == "12"
    assert not masking("")


def test_a_label_is_not_hidden_by_a_value_that_is_a_common_word():
    assert masking("password").text("Password PASSWORD password") == f"Password {PW} {PW}"


@pytest.mark.parametrize("cut", ["{} ...", "{}…", "x" * 40 + "{}"])
def test_the_beginning_that_a_shortened_text_ends_with_is_hidden(cut):
    text = cut.format("correct-horse-bat")
    assert "correct" not in masking("correct-horse-battery-staple").text(text)
    assert masking("correct-horse-battery-staple").text("correct-horse") == "correct-horse"


def test_one_value_in_another_and_names_that_look_like_values():
    mask = masking("secret", "{{secret:A}}")
    mask.add("secret-and-more", "{{secret:B}}")
    assert mask.text("secret-and-more secret") == "{{secret:B}} {{secret:A}}"


def test_everything_in_a_record_is_hidden_but_its_numbers_and_refs():
    @dataclass(frozen=True)
    class Held:
        name: str
        parts: tuple[str, ...]
        table: dict[str, str]
        count: int

    mask = masking("0e12", "{{secret:PIN}}")
    element = Element(
        ref="f0e12", role="button", tag="button", name="0e12", box=Box(1, 2, 3, 4), parent="f0e1"
    )
    assert mask.of(element).name == "{{secret:PIN}}"
    assert (mask.of(element).ref, mask.of(element).box) == ("f0e12", element.box)
    held = Held("a 0e12", ("0e12",), {"0e12": "b"}, 12)
    assert mask.of(held) == Held("a {{secret:PIN}}", ("{{secret:PIN}}",), {"{{secret:PIN}}": "b"}, 12)
    assert Redactor().of(held) is held


@pytest.mark.parametrize(
    ("pattern", "origin", "yes"),
    [
        ("https://example.com", "https://example.com", True),
        ("https://example.com", "https://EXAMPLE.com:443", True),
        ("https://example.com", "http://example.com", False),
        ("http://example.com", "https://example.com", True),
        ("http://example.com:8080", "https://example.com:8080", False),
        ("https://example.com", "https://www.example.com", False),
        ("https://*.example.com", "https://www.example.com", True),
        ("https://*.example.com", "https://example.com", True),
        ("https://*.example.com", "https://badexample.com", False),
        ("https://example.com", "https://example.com.evil.test", False),
        ("https://example.com", "null", False),
        ("file://", "file://", True),
        ("https://example.com", "", False),
    ],
)
def test_an_origin_is_the_one_that_was_meant(pattern, origin, yes):
    assert covers(pattern, origin) is yes


def test_a_value_that_a_page_is_told_of_later_is_looked_for_in_pictures():
    mask = Redactor()
    mask.add("hunter2", "***", in_pages=False)
    assert not mask.in_pages
    mask.add("hunter2", "***")
    mask.add("hunter2", "***", in_pages=False)
    assert mask.shown_values == ("hunter2",)
    assert mask.text("It is hunter2") == "It is ***"


REFLECTED = spellings()


@pytest.mark.parametrize("way", REFLECTED)
def test_a_value_is_hidden_however_a_page_reflects_it(way):
    left = masking(SPOKEN).text(f"It is {REFLECTED[way]} and no more")
    assert left.startswith("It is ")
    assert left.endswith(" and no more")
    assert PW in left
    rest = re.sub(r"[^a-z0-9]", "", left.replace(PW, "").casefold())
    assert len(rest) <= len("itisandnomorequotedhttpshtestpwcpdfxyadaa")
    assert "marten" not in rest
    assert "2093" not in rest


@pytest.mark.parametrize("value", ["swordfish", "Correct Horse 7", "123456", "hunter2"])
@pytest.mark.parametrize(
    "text",
    [
        "Sword fishing, correct horses, hunters: 1 2 3 4 and 6 5 4 3 2",
        "The page of 12,345 6-digit codes and 1234 others; hunter 2",
        "S.W. or D. Fish",
    ],
)
def test_ordinary_texts_are_not_taken_for_a_reflected_value(value, text):
    assert masking(value).text(text) == text


@pytest.mark.parametrize(
    ("texts", "masked"),
    [
        (["Marten-", "Cove-2093"], [PW, PW]),
        (["One", "Marten", "", "Cove", "2093", "Two"], ["One", PW, "", PW, PW, "Two"]),
        (["It is Marten-", "Cove-2093."], [f"It is {PW}", f"{PW}."]),
        (["Marten", "Cove", "2094"], ["Marten", "Cove", "2094"]),
        (["Marten", "One", "Cove", "2093"], ["Marten", "One", "Cove", "2093"]),
        (["marten", "cove2093marten", "cove", "2093"], [PW, PW + PW, PW, PW]),
    ],
)
def test_a_value_is_hidden_in_texts_that_hold_its_parts(texts, masked):
    assert masking(SPOKEN).parts(texts) == masked


def test_parts_of_several_values_are_hidden_beside_one_another_in_any_script():
    known = masking("Marten-Cove-2093", "<one>")
    known.add("Łódź-İzmir-77", "<two>")
    known.add("Heron-Quay-41", "<three>")

    masked = known.parts(["Marten", "Cove-2093", "łódź", "İZMIR77", "Heron", "Quay 42"])

    assert masked == ["<one>", "<one>", "<two>", "<two>", "Heron", "Quay 42"]


def test_a_text_that_stands_often_is_masked_everywhere():
    elements = [
        Element(ref=f"f0e{at}", role="text", name=name) for at, name in enumerate([VALUE, "Oslo"] * 3)
    ]

    assert [one.name for one in masking().of(elements)] == [PW, "Oslo"] * 3


def test_a_short_value_is_not_looked_for_in_parts():
    assert masking("12345").parts(["12", "345"]) == ["12", "345"]


@pytest.mark.parametrize(
    "value", [". " * 20, "-_" * 20 + "a", "abcd" + "\u200b" * 30 + "efgh12", "a.-" * 12, "<" * 12 + "1"]
)
def test_a_value_of_signs_that_part_letters_is_looked_for_once_at_each_place(value):
    redactor = Redactor()
    redactor.add(value, "{{secret:PW}}")
    for text in (". " * 500, "-_" * 500, "\u200b" * 1000, "a.-" * 500 + "b", "<" * 1000):
        redactor.text(f"{text}!")
    assert redactor.text(f"= {value.strip()} =") == "= {{secret:PW}} ="
