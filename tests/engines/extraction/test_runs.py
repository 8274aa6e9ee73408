"""Extraction through whole runs: what is read completely is `completed`, all else is failed and says why."""

from __future__ import annotations

import pytest

from agent_core import Settings, run_task

pytestmark = pytest.mark.browser

SCHEMA = {
    "type": "object",
    "properties": {
        "jobs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "title": {"type": "string"},
                    "salary": {"type": "string"},
                    "company": {"type": "string"},
                },
                "required": ["title", "salary", "company"],
            },
        }
    },
    "required": ["jobs"],
}


def jobs(*rows: tuple[str, str, str]) -> str:
    """A page with a menu, a table of jobs, and a footer."""
    body = "".join(
        f"<tr><td><a href='/j/{n}'>{title}</a></td><td>{company}</td><td>{salary}</td></tr>"
        for n, (title, company, salary) in enumerate(rows)
    )
    return (
        "<!doctype html><title>Jobs</title><nav><a href=/>Home</a><a href=/jobs>Jobs</a></nav><h1>Jobs</h1>"
        f"<table><tr><th>Title</th><th>Company</th><th>Salary</th></tr>{body}</table><footer>© Jobs Ltd</footer>"
    )


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(home=tmp_path / "home")


async def extracted(server, settings, page):
    return await run_task(
        "Extract all jobs",
        server.page(page),
        engine="embedded",
        data_extraction_schema=SCHEMA,
        settings=settings,
    )


async def test_a_page_with_all_values_completes_with_them(server, settings):
    page = jobs(("Baker", "Crumb", "£24,000"), ("Miller", "Grist", "£26,500"))

    run = await extracted(server, settings, page)

    assert (run.status, run.failure_reason, run.errors) == ("completed", None, None)
    assert run.output == {
        "jobs": [
            {"title": "Baker", "salary": "£24,000", "company": "Crumb"},
            {"title": "Miller", "salary": "£26,500", "company": "Grist"},
        ]
    }
    assert set(run.provenance) >= {"/jobs/0/title", "/jobs/1/salary"}


async def test_a_missing_required_value_fails_the_run_keeps_the_rest_and_names_the_pointer(server, settings):
    page = jobs(("Baker", "Crumb", "£24,000"), ("Miller", "Grist", ""))

    run = await extracted(server, settings, page)

    assert run.status == "failed"
    assert run.failure_code in ("GAVE_UP", "OUTPUT_INVALID")
    assert run.output == {
        "jobs": [
            {"title": "Baker", "salary": "£24,000", "company": "Crumb"},
            {"title": "Miller", "company": "Grist"},
        ]
    }
    assert "/jobs/1/salary" in (run.failure_reason or "")
    assert [error.pointer for error in run.errors or () if error.pointer] == ["/jobs/1/salary"]


async def test_a_doubtful_reading_fails_the_run_although_the_output_would_be_valid(server, settings):
    rows = "<li><a href=/a/{0}>Talk {0}</a> <span>Room {0}</span></li>"
    page = (
        "<!doctype html><title>Talks</title><h1>Talks</h1>"
        "<ul>" + "".join(rows.format(n) for n in range(3)) + "</ul>"
        "<ul>" + "".join(rows.format(n) for n in range(7, 10)) + "</ul>"
    )
    schema = {
        "type": "object",
        "properties": {
            "talks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"title": {"type": "string"}, "url": {"type": "string"}},
                    "required": ["title", "url"],
                },
            }
        },
        "required": ["talks"],
    }

    run = await run_task(
        "Extract all talks whose speaker is Ann",
        server.page(page),
        engine="embedded",
        data_extraction_schema=schema,
        settings=settings,
    )

    assert run.status == "failed"
    assert run.failure_code == "GAVE_UP"
    assert "could not extract" in run.failure_reason
