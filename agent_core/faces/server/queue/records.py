"""The runs of a database as their callers see them: find, list, count, cancel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from agent_core import TaskRun
from agent_core.faces.server.database.opening import Database
from agent_core.faces.server.database.tables import NeedRow, RunRow
from agent_core.faces.server.errors import Conflict, NotFound
from agent_core.faces.server.kept.sealing import Seal
from agent_core.faces.server.queue.job import Kind, Sealed, TakenJob
from agent_core.faces.server.queue.taking import ended, ending_values, kept_result, whole_result

MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as the database knows it."""

    run_id: str
    kind: Kind
    key_id: str
    user_agent: str
    priority: int
    status: str
    run_type: str
    title: str
    prompt: str
    asked: dict[str, Any] = field(repr=False)
    """The request, secrets masked."""
    created_at: datetime
    modified_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    result: dict[str, Any] | None = field(repr=False)
    """The `TaskRun`, in lists without its steps; None until it has ended."""
    question: dict[str, Any] | None = field(default=None, repr=False)
    """What a person is asked now; None: nothing."""
    webhook: str
    """"", `waiting`, `sending`, `sent` or `failed`."""

    @property
    def final(self) -> bool:
        """Whether it has ended."""
        return self.finished_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which runs are listed. What is left out does not choose."""

    statuses: Sequence[str] = ()
    run_types: Sequence[str] = ()
    search: str = ""
    """A part of the title, the prompt or the id, whatever the case of its letters."""
    created_after: datetime | None = None
    created_before: datetime | None = None


_COLUMNS = {name: getattr(RunRow, name) for name in RunRecord.__dataclass_fields__}


class Records:
    """All runs. Its methods block."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    def get(self, run_id: str) -> RunRecord:
        """One run.

        Raises:
            NotFound: There is none of this id.
        """
        found = None
        if re.fullmatch(r"[a-z0-9_]{1,64}", run_id):
            with self._database.reading() as connection:
                chosen = select(*_COLUMNS.values(), RunRow.steps).where(RunRow.run_id == run_id)
                found = connection.execute(chosen).first()
        if found is None:
            raise NotFound(f"there is no run {run_id[:64]!r}")
        facts = dict(found._mapping)
        facts["result"] = whole_result(facts["result"], facts.pop("steps"))
        return RunRecord(**facts)

    def page(self, wanted: Wanted, page: int = 1, page_size: int = 10) -> list[RunRecord]:
        """A page of runs, newest first; without their steps, which are large."""
        size = min(page_size, MOST_LISTED)
        chosen = select(*_COLUMNS.values()).where(*_conditions(wanted)).order_by(RunRow.position.desc())
        with self._database.reading() as connection:
            rows = connection.execute(chosen.limit(size).offset((page - 1) * size)).all()
        return [RunRecord(**row._mapping) for row in rows]

    def count(self, wanted: Wanted) -> int:
        """How many there are."""
        with self._database.reading() as connection:
            chosen = select(func.count()).select_from(RunRow).where(*_conditions(wanted))
            return connection.execute(chosen).scalar_one()

    def by_status(self) -> dict[str, int]:
        """How many runs there are of each status."""
        with self._database.reading() as connection:
            rows = connection.execute(select(RunRow.status, func.count()).group_by(RunRow.status)).all()
        return dict(rows)

    def sealed(self, run_id: str) -> Sealed:
        """What is kept of a run encrypted; empty where nobody needs it any more."""
        with self._database.reading() as connection:
            kept = connection.execute(
                select(RunRow.sealed).where(RunRow.run_id == run_id)
            ).scalar_one_or_none()
        return Sealed(**self._seal.opened(kept)) if kept else Sealed(request={})

    def cancel(self, run_id: str) -> RunRecord:
        """Cancel a run: at once where it waits, else by its worker. Nothing happens where it has ended.

        Raises:
            NotFound: There is none of this id.
        """
        record = self.get(run_id)
        if record.status == "queued" and self._cancel_waiting(record):
            return self.get(run_id)
        with self._database.writing() as connection:
            running = RunRow.run_id == run_id, RunRow.status == "running"
            connection.execute(update(RunRow).where(*running).values(cancel_asked=True))
        return self.get(run_id)

    def answer(self, run_id: str, text: str, to: int | None = None) -> None:
        """Answer what a run asks a person; its worker hears of it wherever that is.

        Args:
            run_id: The run.
            text: The answer.
            to: The id of the question; None: that which it asks now, and no later one.

        Raises:
            NotFound: There is none of this id.
            Conflict: It asks nothing now, or something else.
        """
        question = self.get(run_id).question
        if question and to is not None and question.get("id") != to:
            raise Conflict(f"{run_id} asks something else now, so that nobody hears the answer")
        asks = RunRow.run_id == run_id, RunRow.status == "running", RunRow.question.is_not(None)
        to = question.get("id") if question else None
        answered = {"question": None, "answer": self._seal.closed({"text": text, "to": to})}
        with self._database.writing() as connection:
            if not connection.execute(update(RunRow).where(*asks).values(**answered)).rowcount:
                raise Conflict(f"{run_id} asks nothing now, so that nobody hears the answer")

    def _cancel_waiting(self, record: RunRecord) -> bool:
        sealed = self.sealed(record.run_id)
        job = TakenJob(
            run_id=record.run_id,
            kind=record.kind,
            sealed=sealed,
            created_at=record.created_at,
            run_type=record.run_type,
            asked=record.asked,
        )
        values = ending_values(ended(job, "canceled", "canceled by the caller"))
        values["webhook"] = "waiting" if sealed.webhook_url else ""
        values["sealed"] = self._seal.closed(sealed.for_webhook().as_json()) if sealed.webhook_url else None
        with self._database.writing() as connection:
            waiting = RunRow.run_id == record.run_id, RunRow.status == "queued"
            done = connection.execute(update(RunRow).where(*waiting).values(**values))
            if done.rowcount:
                connection.execute(delete(NeedRow).where(NeedRow.run_id == record.run_id))
        return bool(done.rowcount)

    def keep_webhook(self, run_id: str, run: TaskRun) -> None:
        """Write down how the webhook of a run that has ended went when it was sent once more."""
        with self._database.writing() as connection:
            statement = update(RunRow).where(RunRow.run_id == run_id, RunRow.finished_at.is_not(None))
            connection.execute(statement.values(**kept_result(run)))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.statuses:
        found.append(RunRow.status.in_(wanted.statuses))
    if wanted.run_types:
        found.append(RunRow.run_type.in_(wanted.run_types))
    if wanted.created_after:
        found.append(RunRow.created_at >= wanted.created_after)
    if wanted.created_before:
        found.append(RunRow.created_at < wanted.created_before)
    if wanted.search:
        places = RunRow.title, RunRow.prompt, RunRow.run_id
        found.append(
            or_(*(place.icontains(wanted.search.replace("\0", ""), autoescape=True) for place in places))
        )
    return found
