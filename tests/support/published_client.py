"""What the published client does with a server, one scenario a call; run by the Python that it is installed in.

    python published_client.py SCENARIO '{"server": ..., "key": ..., "pages": ...}'

prints what came of it as one line of JSON. Nothing of this project is imported here.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import httpx
from skyvern import Skyvern
from skyvern.client.core import RequestOptions
from skyvern.client.errors import (
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    UnprocessableEntityError,
)
from skyvern.client.types.non_empty_password_credential import NonEmptyPasswordCredential
from skyvern.client.types.retry_run_webhook_request import RetryRunWebhookRequest
from skyvern.client.types.workflow_create_yaml_request import WorkflowCreateYamlRequest

POSTS = {
    "type": "object",
    "properties": {
        "posts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "points": {"type": "integer"}},
                "required": ["title", "points"],
            },
        }
    },
    "required": ["posts"],
}


async def until(get: Any, holds: Any, seconds: float = 60.0) -> Any:
    async with asyncio.timeout(seconds):
        while not holds(found := await get()):  # noqa: ASYNC110  another process does it
            await asyncio.sleep(0.2)
        return found


async def final(client: Skyvern, run_id: str) -> Any:
    return await until(lambda: client.get_run(run_id), lambda run: run.finished_at)


async def task(client: Skyvern, pages: str) -> dict[str, Any]:
    run = await client.run_task(
        "Extract the first 2 posts with title and points.",
        url=f"{pages}/posts.html",
        data_extraction_schema=POSTS,
        title="Posts",
        max_steps=5,
        wait_for_completion=True,
        timeout=90,
    )
    artifacts = await client.get_run_artifacts(run.run_id)
    shots = await client.get_run_artifacts(run.run_id, artifact_type=["screenshot_action"])
    async with httpx.AsyncClient() as stranger:
        picture = await stranger.get(run.screenshot_urls[0])
        signed = await stranger.get(shots[0].signed_url)
    timeline = await client.get_run_timeline(run.run_id)
    listed = await client.get_runs_v2(search_key="Posts", status=["completed"])
    return {
        "status": run.status,
        "output": run.output,
        "kinds": sorted({each.artifact_type for each in artifacts}),
        "pictures": [picture.status_code, signed.status_code, picture.headers["content-type"]],
        "timeline": [item.type for item in timeline],
        "listed": [each.run_id == run.run_id for each in listed],
        "title": run.run_request.title,
    }


async def cancel(client: Skyvern, pages: str) -> dict[str, Any]:
    begun = await client.run_task("Click 'Never' when it appears.", url=f"{pages}/slow.html")
    await until(lambda: client.get_run(begun.run_id), lambda run: run.status == "running")
    await client.cancel_run(begun.run_id)
    ended = await final(client, begun.run_id)
    others = [await client.run_task("Click 'Never'.", url=f"{pages}/slow.html") for _ in range(2)]
    ids = [other.run_id for other in others]
    answer = await client.bulk_cancel_runs(run_ids=[*ids, "tsk_none"])
    return {
        "begun": begun.status,
        "ended": ended.status,
        "cancelled": answer.cancelled == ids,
        "failed": answer.failed,
        "others": [(await final(client, run_id)).status for run_id in ids],
    }


async def webhook(client: Skyvern, pages: str) -> dict[str, Any]:
    run = await client.run_task("Click 'Add'.", url=f"{pages}/counter.html", webhook_url=f"{pages}/hook")
    await final(client, run.run_id)
    again = await client.retry_run_webhook(run.run_id)
    other = await client.retry_run_webhook(
        run.run_id, request=RetryRunWebhookRequest(webhook_url=f"{pages}/other")
    )
    return {
        "codes": [again.status_code, other.status_code],
        "paths": [again.target_webhook_url, other.target_webhook_url],
    }


async def session(client: Skyvern, pages: str) -> dict[str, Any]:
    from playwright.async_api import async_playwright

    opened = await client.create_browser_session(timeout=5, url=f"{pages}/counter.html")
    identity = opened.browser_session_id
    listed = [each.browser_session_id for each in await client.get_browser_sessions()]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(
            opened.browser_address, headers={"x-api-key": "whatever"}
        )
        page = browser.contexts[0].pages[-1]
        await page.click("text=Add")
        clicked = await page.inner_text("#count")
        await browser.close()
    await until(lambda: client.get_browser_session(identity), lambda info: info.runnable_id is None)
    first = await client.run_task("Click 'Add'.", browser_session_id=identity)
    await until(lambda: client.get_run(first.run_id), lambda run: run.status != "queued")
    second = await client.run_task("Click 'Add'.", browser_session_id=identity)
    runs = [await final(client, run.run_id) for run in (first, second)]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(opened.browser_address)
        after = await browser.contexts[0].pages[-1].inner_text("#count")
        await browser.close()
    extended = await client.extend_browser_session(identity, additional_minutes=7)
    profile = await client.create_browser_profile(name="Of the session", browser_session_id=identity)
    profiles = await client.list_browser_profiles()
    await client.delete_browser_profile(profile.browser_profile_id)
    await client.close_browser_session(identity)
    closed = await client.get_browser_session(identity)
    return {
        "listed": identity in listed,
        "clicked": clicked,
        "runs": [run.status for run in runs],
        "run_session": runs[0].browser_session_id == identity,
        "after": after,
        "minutes": [opened.timeout, extended.timeout],
        "profile": profile.browser_profile_id in [each.browser_profile_id for each in profiles],
        "statuses": [opened.status, closed.status],
    }


async def code(client: Skyvern, pages: str) -> dict[str, Any]:
    run = await client.run_task(
        "Enter the one-time code into 'Code' and click 'Verify'.",
        url=f"{pages}/verify.html",
        totp_identifier="ada@example.org",
    )
    await until(lambda: client.get_run(run.run_id), lambda info: info.status == "running")
    pushed = await client.send_totp_code(
        totp_identifier="Ada@example.org", content="Hello, your code is 815551. Bye."
    )
    ended = await final(client, run.run_id)
    return {"code": pushed.code, "status": ended.status, "reason": ended.failure_reason}


async def upload(client: Skyvern, pages: str) -> dict[str, Any]:
    sent = await client.upload_file(file="the letter")
    run = await client.run_task(
        "Upload 'file' to 'Letter'.",
        url=f"{pages}/letter.html",
        request_options=RequestOptions(additional_body_parameters={"file_ids": [sent.file_id]}),
    )
    ended = await final(client, run.run_id)
    async with httpx.AsyncClient() as stranger:
        content = (await stranger.get(sent.presigned_url)).text
    return {"content": content, "status": ended.status, "reason": ended.failure_reason}


async def login(client: Skyvern, pages: str) -> dict[str, Any]:
    kept = await client.create_credential(
        name="Shop",
        credential_type="password",
        credential=NonEmptyPasswordCredential(username="ada", password="quay-side"),
    )
    run = await client.login(
        credential_type="skyvern",
        credential_id=kept.credential_id,
        url=f"{pages}/login.html",
        wait_for_completion=True,
        timeout=90,
    )
    return {
        "status": run.status,
        "reason": run.failure_reason,
        "id": run.run_id[:3],
        "shown": "quay-side" in run.json(),
    }


async def download(client: Skyvern, pages: str) -> dict[str, Any]:
    begun = await client.download_files(navigation_goal="Click 'Report'.", url=f"{pages}/downloads.html")
    run = await final(client, begun.run_id)
    [file] = run.downloaded_files
    async with httpx.AsyncClient() as stranger:
        answer = await stranger.get(file.url)
    return {
        "status": run.status,
        "name": file.filename,
        "content": answer.text,
        "disposition": answer.headers["content-disposition"].partition(";")[0],
    }


async def workflow(client: Skyvern, pages: str) -> dict[str, Any]:
    first = await client.run_task(
        "Enter 'Ann' into 'Name' and click 'Send'.",
        url=f"{pages}/greet.html",
        title="Greet somebody",
        publish_workflow=True,
    )
    done = await final(client, first.run_id)
    [listed] = await client.get_workflows()
    key = listed.workflow_definition.parameters[0].key
    run = await client.run_workflow(
        workflow_id=listed.workflow_permanent_id,
        parameters={key: "Bo"},
        wait_for_completion=True,
        timeout=90,
    )
    scripts = await client.get_scripts()
    return {
        "first": [done.status, done.failure_reason],
        "title": listed.title,
        "status": [run.status, run.failure_reason],
        "id": run.run_id[:3],
        "parameters": run.run_request.parameters,
        "scripts": len(scripts),
        "same": (await client.get_workflow(listed.workflow_permanent_id)).title,
    }


def _greeting(pages: str, title: str, words: str) -> WorkflowCreateYamlRequest:
    block = {"block_type": "task", "label": "greet", "url": f"{pages}/greet.html", "navigation_goal": words}
    parameter = {"parameter_type": "workflow", "key": "name", "workflow_parameter_type": "string"}
    inner = {"parameters": [parameter], "blocks": [block]}
    return WorkflowCreateYamlRequest.model_validate({"title": title, "workflow_definition": inner})


async def described(client: Skyvern, pages: str) -> dict[str, Any]:
    words = "Enter '{{ name }}' into 'Name' and click 'Send'."
    made = await client.create_workflow(json_definition=_greeting(pages, "Greet", words))
    changed = await client.update_workflow(
        made.workflow_permanent_id, json_definition=_greeting(pages, "Greet politely", words)
    )
    run = await client.run_workflow(
        workflow_id=made.workflow_permanent_id,
        parameters={"name": "Cy"},
        wait_for_completion=True,
        timeout=90,
    )
    found = await client.get_workflow(made.workflow_permanent_id)
    await client.delete_workflow(made.workflow_permanent_id)
    left = [each.title for each in await client.get_workflows()]
    return {
        "titles": [made.title, changed.title, found.title],
        "same": made.workflow_permanent_id == changed.workflow_permanent_id,
        "block": found.workflow_definition.blocks[0].block_type,
        "status": [run.status, run.failure_reason],
        "id": run.run_id[:3],
        "gone": "Greet politely" not in left,
    }


async def refusals(client: Skyvern, pages: str) -> dict[str, Any]:
    async def told(kind: type[Exception], call: Any) -> bool:
        try:
            await call
        except kind:
            return True
        return False

    wrong = Skyvern(base_url=client._client_wrapper.get_base_url(), api_key="ack_wrong")
    return {
        "wrong key": await told(ForbiddenError, wrong.get_browser_sessions()),
        "unknown run": await told(NotFoundError, client.get_run("tsk_none")),
        "bad url": await told(BadRequestError, client.run_task("x", url="ftp://x")),
        "bad field": await told(UnprocessableEntityError, client.run_task("x", max_steps=0)),
        "bad engine": await told(UnprocessableEntityError, client.run_task("x", engine="nothing")),
        "unknown session": await told(NotFoundError, client.get_browser_session("pbs_none")),
        "other vault": await told(
            UnprocessableEntityError, client.login(credential_type="bitwarden", bitwarden_item_id="1")
        ),
        "version": "version" in await client.get_version(),
    }


SCENARIOS = (task, cancel, webhook, session, code, upload, login, download, workflow, described, refusals)


def main() -> None:
    name, given = sys.argv[1], json.loads(sys.argv[2])
    scenario = next(each for each in SCENARIOS if each.__name__ == name)
    client = Skyvern(base_url=given["server"], api_key=given["key"])
    print(json.dumps(asyncio.run(scenario(client, given["pages"]))))  # noqa: T201  its answer


if __name__ == "__main__":
    main()
