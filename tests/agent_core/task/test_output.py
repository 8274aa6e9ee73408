"""What is said about an output that is not what was asked for."""

from __future__ import annotations

import pytest

from engines.output_spec import OutputSpec, leaves

POST = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 1},
        "score": {"type": ["integer", "null"], "minimum": 0},
        "kind": {"enum": ["story", "job"]},
        "day": {"type": "string", "format": "date"},
    },
    "required": ["title"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {"posts": {"type": "array", "items": POST, "minItems": 1, "maxItems": 2}},
    "required": ["posts"],
}


def post(**fields: object) -> dict[str, object]:
    return {"posts": [{"title": "A", **fields}]}


@pytest.mark.parametrize(
    ("output", "complaints"),
    [
        pytest.param(post(), [], id="valid"),
        pytest.param(post(score=None), [], id="null where it may be"),
        pytest.param(None, ["the output: null is not of type object"], id="nothing"),
        pytest.param({}, ["at /posts: this is missing"], id="missing"),
        pytest.param({"posts": []}, ["at /posts: 0 items, at least 1 are asked for"], id="too few"),
        pytest.param(
            {"posts": [{"title": "A"}] * 3}, ["at /posts: 3 items, at most 2 are allowed"], id="many"
        ),
        pytest.param(
            post(score="12 points"),
            ['at /posts/0/score: "12 points" is not of type integer or null'],
            id="type",
        ),
        pytest.param(post(score=-1), ["at /posts/0/score: -1 is too small, the least is 0"], id="small"),
        pytest.param(post(kind="ad"), ['at /posts/0/kind: "ad" is not one of ["story", "job"]'], id="enum"),
        pytest.param(
            post(day="yesterday"), ['at /posts/0/day: "yesterday" is not a valid date'], id="format"
        ),
        pytest.param(
            {"posts": [{"title": 3}, {"score": "x"}]},
            [
                "at /posts/0/title: 3 is not of type string",
                'at /posts/1/score: "x" is not of type integer or null',
                "at /posts/1/title: this is missing",
            ],
            id="several",
        ),
    ],
)
def test_each_problem_is_named_by_its_place(output, complaints):
    assert [str(problem) for problem in OutputSpec(schema=SCHEMA).validate(output)] == complaints


def test_every_missing_property_is_named():
    schema = {"type": "object", "required": ["a", "b/c"]}
    assert [problem.pointer for problem in OutputSpec(schema=schema).validate({})] == ["/a", "/b~1c"]


def test_of_several_branches_the_mistake_in_the_best_one_is_named():
    schema = {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"n": {"type": "integer"}}}]}
    assert [str(problem) for problem in OutputSpec(schema=schema).validate({"n": "x"})] == [
        'at /n: "x" is not of type integer'
    ]


def test_array_places_are_sorted_as_numbers():
    problems = OutputSpec(schema={"items": {"type": "integer"}}).validate(["x"] * 11)
    assert [problem.pointer for problem in problems] == [f"/{index}" for index in range(11)]


def test_without_a_schema_anything_goes():
    assert OutputSpec().validate({"any": "thing"}) == ()


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        pytest.param({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, 5, "5 is not string (date) or null", id="types"),
        pytest.param({"anyOf": [{"type": "number"}, {"type": "null"}]}, "12", '"12" is not number or null', id="a number as text"),
        pytest.param({"anyOf": [{"enum": ["x", "y"]}, {"type": "null"}]}, "z", '"z" is not one of ["x", "y"] or null', id="choices"),
        pytest.param({"oneOf": [{"$ref": "#/$defs/place"}, {"type": "null"}]}, "q", '"q" is not object with town, land or null', id="an object"),
        pytest.param({"oneOf": [{"type": "string"}, {"maxLength": 5}]}, "q", '"q" has several of the forms of which one may be', id="both"),
        pytest.param({"contains": {"type": "integer"}}, ["a"], 'no item of ["a"] is integer', id="contains"),
        pytest.param({"not": {"type": "string"}}, "a", '"a" must not be string', id="not"),
        pytest.param({"minLength": 3}, "a", '"a" is too short, at least 3 characters are asked for', id="short"),
    ],
)  # fmt: skip
def test_what_was_given_and_what_is_wanted_is_said_in_words(part, value, said):
    schema = {"properties": {"v": part}, "$defs": {"place": {"type": "object", "required": ["town", "land"]}}}
    assert [str(problem) for problem in OutputSpec(schema=schema).validate({"v": value})] == [
        f"at /v: {said}"
    ]


def test_the_complaint_names_the_first_problems_and_counts_the_rest():
    assert OutputSpec(schema=SCHEMA).complaint({"posts": [{"title": 3}, {}]}) == (
        "The output is not valid against the schema: at /posts/0/title: 3 is not of type string; "
        "at /posts/1/title: this is missing."
    )
    assert (
        OutputSpec(schema={"items": {"type": "integer"}})
        .complaint(["x"] * 9)
        .endswith('; at /3: "x" is not of type integer (and 5 more).')
    )


def test_a_long_value_is_quoted_in_part():
    (problem,) = OutputSpec(schema={"type": "integer"}).validate("x" * 500)
    assert len(problem.text) < 120


def test_a_valid_output_has_no_complaint():
    assert OutputSpec(schema=SCHEMA).complaint(post()) == ""


@pytest.mark.parametrize(
    ("spec", "asked"),
    [(OutputSpec(), False), (OutputSpec(schema={}), True), (OutputSpec(wish="the prices"), True)],
)
def test_an_output_is_asked_for_by_a_schema_or_in_words(spec, asked):
    assert bool(spec) is asked


def test_every_leaf_of_an_output_has_its_pointer():
    output = {"a/b": ["x", None], "n": {"m": 7, "t": True}, "none": []}
    assert list(leaves(output)) == [("/a~1b/0", "x"), ("/a~1b/1", None), ("/n/m", 7), ("/n/t", True)]
