"""Schemas as callers have them: which are understood, and what they come to in Draft 2020-12."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from agent_core.task.schema import BadSchema, wanted_output
from engines.output_spec import OutputSpec

TEXT = {"type": "string"}


def accepts(schema: object, output: object) -> bool:
    understood = wanted_output(schema)
    assert understood.schema is not None
    assert understood.warning == ""
    return not OutputSpec(schema=understood.schema).validate(output)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "string", "nullable": True},
        {"type": "string", "enum": ["tea", "rice"], "nullable": True},
        {"$ref": "#/definitions/word", "nullable": True},
        {"allOf": [TEXT], "nullable": True},
        {"type": "STRING", "nullable": True},
    ],
    ids=["type", "enum", "reference", "all of", "capitals"],
)
def test_nullable_allows_null_beside_the_type(part):
    schema = {"type": "object", "properties": {"a": part}, "required": ["a"], "definitions": {"word": TEXT}}
    assert accepts(schema, {"a": None})
    assert accepts(schema, {"a": "tea"})
    assert not accepts(schema, {"a": 3})


def test_a_part_that_is_not_nullable_refuses_null():
    assert not accepts({"type": "object", "properties": {"a": {**TEXT, "nullable": False}}}, {"a": None})


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, 1, 0),
        ({"type": "number", "maximum": 9, "exclusiveMaximum": True}, 8, 9),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": False}, 0, -1),
        ({"type": "array", "items": [TEXT], "additionalItems": False}, ["a"], ["a", "b"]),
        ({"type": "array", "items": [TEXT], "additionalItems": {"type": "integer"}}, ["a", 1], ["a", "b"]),
        ({"type": "object", "dependencies": {"a": ["b"]}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"type": "object", "dependencies": {"a": {"required": ["b"]}}}, {"b": 2}, {"a": 1}),
        ({"definitions": {"n": {"type": "integer"}}, "$ref": "#/definitions/n"}, 1, "1"),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "type": "integer"}, 1, "1"),
    ],
)
def test_keywords_of_older_drafts_mean_what_they_meant(schema, good, bad):
    assert accepts(schema, good)
    assert not accepts(schema, bad)


CARD = {"type": "object", "properties": {"name": TEXT}, "required": ["name"], "additionalProperties": False}


@pytest.mark.parametrize(
    "envelope",
    [
        {"name": "card", "strict": True, "schema": CARD},
        {"name": "card", "schema": CARD},
        {"type": "json_schema", "json_schema": {"name": "card", "strict": True, "schema": CARD}},
        {"type": "json_schema", "name": "card", "schema": CARD},
        {"schema": CARD},
    ],
)
def test_a_schema_is_taken_out_of_the_envelope_of_a_model_api(envelope):
    assert wanted_output(envelope).schema == CARD


def test_data_with_a_property_called_schema_is_an_example_still():
    understood = wanted_output({"name": "Tea", "schema": "x"})
    assert understood.warning
    assert understood.schema is not None
    assert set(understood.schema["properties"]) == {"name", "schema"}


@pytest.mark.parametrize("example", [{"type": "String", "stars": 4}, {"type": "Object", "name": "Tea"}])
def test_a_type_that_is_a_word_of_the_data_makes_no_schema(example):
    assert wanted_output(example).warning


class Product(BaseModel):
    name: str
    price: float | None


@dataclass
class Place:
    city: str


class Person(TypedDict):
    age: int


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Product, {"name": "Tea", "price": None}, {"price": 1}),
        (list[Product], [{"name": "Tea", "price": 1.5}], {"name": "Tea", "price": 1.5}),
        (Place, {"city": "Bonn"}, {"city": 3}),
        (Person, {"age": 3}, {"age": "x"}),
        (int, 3, "x"),
    ],
)
def test_a_python_type_is_a_schema(kind, good, bad):
    assert accepts(kind, good)
    assert not accepts(kind, bad)


def test_a_python_type_without_a_schema_is_refused_in_one_sentence():
    with pytest.raises(BadSchema, match="is a Python type that has no JSON Schema"):
        wanted_output(OutputSpec.validate.__class__)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^\p{L}+$", "Änne", "42"),
        (r"^(?<first>\w+)$", "Anna", "a b"),
        (r"^(?P<first>\w+)\Z", "Anna", "a b"),
        (r"^\u{1F600}$", "\U0001f600", "x"),
        (r"^[\w-]+$", "a-b", "a b"),
        (r"^\d$", "1", "\u0661"),
        (r"^a$", "a", "a\n"),
    ],
)
def test_patterns_are_those_of_ecma_262_or_of_python(pattern, good, bad):
    assert accepts({"type": "string", "pattern": pattern}, good)
    assert not accepts({"type": "string", "pattern": pattern}, bad)


def test_patterns_of_names_are_read_in_the_same_way():
    schema = {"type": "object", "patternProperties": {r"^\p{Lu}": TEXT}, "additionalProperties": False}
    assert accepts(schema, {"Ä": "x"})
    assert not accepts(schema, {"Ä": 3})
    assert not accepts(schema, {"ä": "x"})
    with_numbers = {**schema, "additionalProperties": {"type": "integer"}}
    assert accepts(with_numbers, {"ä": 1})
    assert not accepts(with_numbers, {"ä": "x"})


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "(", "type": "string"},
        {"patternProperties": {"(": TEXT}},
        {"properties": {"default": {"pattern": "("}, "enum": TEXT}},
    ],
)
def test_a_pattern_that_is_none_is_refused_before_the_run(schema):
    with pytest.raises(BadSchema, match=r"'\(' is no regular expression"):
        wanted_output(schema)


def test_further_properties_are_told_by_the_patterns_of_every_schema_that_holds():
    schema = {
        "type": "object",
        "properties": {"kind": TEXT},
        "allOf": [{"patternProperties": {r"^\p{Lu}": TEXT}}, {"$ref": "#/$defs/priced"}],
        "if": {"properties": {"kind": {"const": "tea"}}, "required": ["kind"]},
        "then": {"properties": {"origin": TEXT}},
        "else": {"properties": {"maker": TEXT}},
        "dependentSchemas": {"price": {"properties": {"currency": TEXT}}},
        "anyOf": [{"properties": {"size": {"type": "integer"}}, "required": ["size"]}, True],
        "unevaluatedProperties": False,
        "$defs": {"priced": {"patternProperties": {r"^price$": {"type": "number"}}}},
    }
    assert accepts(schema, {"kind": "tea", "Ä": "x", "price": 1, "currency": "EUR", "origin": "x", "size": 1})
    assert accepts(schema, {"kind": "pot", "maker": "x"})
    for further in ("ä", "maker", "currency"):
        assert not accepts(schema, {"kind": "tea", further: "x"})
    assert not accepts(schema, {"size": "large"})
    assert accepts({**schema, "unevaluatedProperties": {"type": "integer"}}, {"ä": 1})
    assert not accepts({**schema, "unevaluatedProperties": {"type": "integer"}}, {"ä": "x"})


def test_a_format_that_is_a_pattern_is_one_of_ecma_262():
    assert accepts({"type": "string", "format": "regex"}, r"^\p{L}+$")
    assert not accepts({"type": "string", "format": "regex"}, "(")


@pytest.mark.parametrize(
    "name", ["items", "type", "default", "additionalItems", "enum", "$ref", "dependencies"]
)
@pytest.mark.parametrize("keyword", ["dependencies", "dependentRequired"])
def test_names_of_properties_that_need_others_are_no_keywords(keyword, name):
    schema = {"type": "object", keyword: {name: ["other"]}}
    assert accepts(schema, {name: 1, "other": 1})
    assert not accepts(schema, {name: 1})


@pytest.mark.parametrize("name", ["items", "default", "$recursiveAnchor", "dependencies", "$schema"])
@pytest.mark.parametrize("keyword", ["dependencies", "dependentSchemas"])
def test_names_of_properties_with_a_schema_for_the_whole_are_no_keywords(keyword, name):
    schema = {"type": "object", keyword: {name: {"properties": {"a": {"type": "STRING"}}}}}
    assert accepts(schema, {name: 1, "a": "x"})
    assert not accepts(schema, {name: 1, "a": 1})


def test_schemas_of_an_openapi_document_are_found_by_any_name():
    schema = {
        "$ref": "#/components/schemas/items",
        "components": {"schemas": {"items": {"nullable": True, **TEXT}}},
    }
    assert accepts(schema, None)
    assert not accepts(schema, 3)


def test_what_the_caller_gave_is_not_changed():
    given = {"type": "object", "dependentRequired": {"a": ["b"]}, "dependencies": {"c": ["d"]}}
    wanted_output(given)
    assert given == {"type": "object", "dependentRequired": {"a": ["b"]}, "dependencies": {"c": ["d"]}}


@pytest.mark.parametrize(
    "reference", ["#word", "http://site.test/card#/definitions/word", "inner#/definitions/word"]
)
def test_names_of_schemas_in_draft_4_are_found(reference):
    schema = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": "http://site.test/card",
        "type": "object",
        "properties": {"id": {"$ref": reference}},
        "definitions": {
            "word": {"id": "#word", **TEXT},
            "inner": {
                "id": "inner",
                "definitions": {"word": TEXT},
                "allOf": [{"$ref": "#/definitions/word"}],
            },
        },
    }
    assert accepts(schema, {"id": "x"})
    assert not accepts(schema, {"id": 3})


def test_the_anchors_of_draft_7_are_found():
    schema = {"$ref": "#word", "definitions": {"any": {"$id": "#word", **TEXT}}}
    assert accepts(schema, "x")
    assert not accepts(schema, 3)


def test_an_id_is_a_word_of_the_data_where_no_draft_4_is_spoken():
    schema = {
        "type": "object",
        "id": "card",
        "properties": {"a": {"$ref": "#/$defs/a"}},
        "$defs": {"a": {"id": "a", **TEXT}},
    }
    assert accepts(schema, {"a": "x"})
    assert not accepts(schema, {"a": 3})


def test_a_reference_that_leads_back_to_itself_is_refused_before_the_run():
    with pytest.raises(BadSchema, match="leads back to itself"):
        wanted_output(
            {
                "$ref": "#/$defs/a",
                "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}},
            }
        )
    assert accepts({"type": "object", "properties": {"next": {"$ref": "#"}}}, {"next": {"next": {}}})


def test_whole_cents_are_multiples_of_a_cent():
    schema = {"type": "number", "multipleOf": 0.01}
    assert all(accepts(schema, cents / 100) for cents in range(5000))
    assert not accepts(schema, 1.234)


def test_numbers_too_far_apart_to_divide_are_not_refused():
    assert accepts({"type": "number", "multipleOf": 1e-300}, 1e300)
