"""Whole runs over long lists, without a model: every record once, in order, at the cost of one step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent_core import Settings, TaskRun, run_task
from tests.support.lists_site import ListsSite, name, names, price

pytestmark = pytest.mark.browser

ARTICLES = {
    "type": "object",
    "properties": {
        "products": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "price": {"type": "number"}},
                "required": ["name", "price"],
            },
        }
    },
    "required": ["products"],
}


@pytest.fixture(scope="module")
def site() -> Iterator[ListsSite]:
    serving = ListsSite()
    yield serving
    serving.close()


def articles(count: int) -> dict[str, list[dict[str, str | float]]]:
    return {"products": [{"name": name(at), "price": float(price(at))} for at in range(count)]}


def warned(run: TaskRun) -> list[str]:
    """What it warns of, but for the sandbox, which the first browser of a process tells about."""
    return [warning for warning in run.warnings if "sandbox" not in warning]


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/linked", 115),
        ("/numbered", 115),
        ("/buttons", 115),
        ("/more", 80),
        ("/endless", 95),
        ("/endless?where=box&end=silent", 95),
        ("/virtual?way=moved&total=300", 300),
        ("/table", 60),
        ("/adverts", 36),
        ("/framed?of=/linked", 115),
    ],
)
async def test_all_of_a_list_is_extracted_whichever_way_it_goes_on(
    site: ListsSite, settings: Settings, path: str, count: int
) -> None:
    run = await run_task(
        "Extract all products with name and price",
        url=site.url + path,
        data_extraction_schema=ARTICLES,
        engine="embedded",
        settings=settings,
    )

    assert run.status == "completed", run.failure_reason
    assert run.output == articles(count)
    assert run.step_count == 2
    assert warned(run) == []


async def test_values_name_the_page_they_stood_on(site: ListsSite, settings: Settings) -> None:
    run = await run_task(
        "Extract all products with name and price",
        url=f"{site.url}/linked",
        data_extraction_schema=ARTICLES,
        engine="embedded",
        settings=settings,
    )

    assert run.provenance is not None
    source = run.provenance["/products/57/name"]
    assert source is not None
    assert (source.url, source.text) == (f"{site.url}/linked?page=6", "Article 0058")
    assert None not in run.provenance.values()


@pytest.mark.parametrize(("wanted", "pages"), [(7, 1), (25, 3)])
async def test_as_many_pages_are_turned_as_the_first_so_many_need(
    site: ListsSite, settings: Settings, wanted: int, pages: int
) -> None:
    site.asked.clear()
    run = await run_task(
        f"Extract the first {wanted} products with name and price",
        url=f"{site.url}/linked",
        data_extraction_schema=ARTICLES,
        engine="embedded",
        settings=settings,
    )

    assert run.output == articles(wanted)
    assert len([path for path in site.asked if path.startswith("/linked")]) == pages
    assert warned(run) == []


async def test_only_this_page_means_only_this_page(site: ListsSite, settings: Settings) -> None:
    run = await run_task(
        "Extract the products on this page with name and price",
        url=f"{site.url}/linked",
        data_extraction_schema=ARTICLES,
        engine="embedded",
        settings=settings,
    )

    assert run.output == articles(10)


async def test_what_comes_last_by_price_is_found_on_a_later_page(site: ListsSite, settings: Settings) -> None:
    run = await run_task(
        "Extract the 3 most expensive products with name and price",
        url=f"{site.url}/linked",
        data_extraction_schema=ARTICLES,
        engine="embedded",
        settings=settings,
    )
    dearest = sorted(articles(115)["products"], key=lambda one: -float(one["price"]))[:3]

    assert run.output == {"products": dearest}


async def test_a_step_s_record_tells_of_the_list_without_its_rows(
    site: ListsSite, settings: Settings
) -> None:
    run = await run_task(
        "Extract all products with name and price",
        url=f"{site.url}/more",
        data_extraction_schema=ARTICLES,
        engine="embedded",
        settings=settings,
    )

    assert "collected 80 rows from 8 pages or blocks" in run.steps[0].actions[0].did
    assert names(80)[-1] not in run.steps[0].model_dump_json()


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_list_that_ended_at_a_bound_is_warned_of(site: ListsSite, settings: Settings) -> None:
    run = await run_task(
        "Extract all products with name and price",
        url=f"{site.url}/never?by=500",
        data_extraction_schema=ARTICLES,
        engine="embedded",
        settings=settings,
    )

    assert any("there may be more" in warning for warning in run.warnings)
