"""A run in which one hostile text stands everywhere that a page, a model or a site has a say in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from agent_core.task.run import (
    ActionRecord,
    FileInfo,
    Rectangle,
    RunError,
    RunUsage,
    StepRecord,
    TaskRun,
    ValueSource,
    WebhookDelivery,
)

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def run_with(text: str, folder: Path) -> TaskRun:
    """The run; its one picture lies in the folder."""
    (folder / "screenshots").mkdir(exist_ok=True)
    Image.new("RGB", (128, 72), "white").save(folder / "screenshots/0001.png")
    box = Rectangle(x=10, y=10, width=50, height=20)
    action = ActionRecord(
        action={"type": text, "target": text},
        element=text,
        box=box,
        did=text,
        problem=text,
        effect=text,
        shown=text,
    )
    step = StepRecord(
        number=1,
        url=text,
        title=text,
        digest="d1",
        decision="act",
        thought=text,
        actions=[action],
        effect=text,
        nudge=text,
        complaint=text,
        ms={"act": 10.0, "check": 5.0, text: 5.0},
        viewport=(128, 72),
        before="screenshots/0001.png",
        screenshot="screenshots/0001.png",
    )
    return TaskRun(
        run_id="tsk_0000",
        status="failed",
        created_at=NOW,
        modified_at=NOW,
        started_at=NOW,
        finished_at=NOW,
        run_type="task_v1",
        run_request={
            "prompt": text,
            "title": text,
            "url": text,
            "engine": text,
            text: text,
            "data_extraction_schema": {
                "type": "object",
                "properties": {text: {"type": "string", "description": text, "format": text}},
            },
        },
        output={text: text, "rows": [{text: text}, {text: [text]}], "list": [text]},
        provenance={"/list/0": ValueSource(url=text, text=text, box=box, digest="d1"), "/rows/1": None},
        failure_reason=text,
        errors=[RunError(error_code=text, reasoning=f"again {text}", pointer="/list/0")],
        warnings=[text],
        usage=RunUsage(model=text, model_calls=1),
        downloaded_files=[FileInfo(url=text, filename=text, checksum=text, file_size=1)],
        recording_url=text,
        browser_session_id=text,
        browser_profile_id=text,
        webhook=WebhookDelivery(url=text, delivered=False, problem=text, at=NOW),
        steps=[step],
        folder=str(folder),
    )
