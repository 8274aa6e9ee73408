"""What workers do with the queue: take a run, show that they live, end what the dead left.

Each of these is one transaction, so that a kill at any instant leaves the queue as it was before or after.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from agent_core import TaskRun
from agent_core.faces.server.database.opening import Database
from agent_core.faces.server.database.tables import NeedRow, RunRow
from agent_core.faces.server.kept.sealing import CannotUnseal, Seal
from agent_core.faces.server.queue.heartbeat import Suspects
from agent_core.faces.server.queue.job import FORMAT, Sealed, TakenJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A run that has ended and whose webhook is to be posted."""

    run_id: str
    run: TaskRun
    sealed: Sealed


class Queue:
    """The queue as one worker sees it. Its methods block."""

    def __init__(self, database: Database, seal: Seal, worker_id: str, lease_s: float, per_key: int) -> None:
        """`lease_s` is how long it counts as alive without a sign of it; `per_key` is the most runs at
        once of one API key, 0: no limit."""
        self._database, self._seal = database, seal
        self._worker_id, self._lease_s, self._per_key = worker_id, lease_s, per_key
        self._running_over, self._sending_over = Suspects(lease_s / 2), Suspects(lease_s / 2)

    def take(self) -> TakenJob | None:
        """The next run, which is this worker's from now on; None: none can begin now.

        Raises:
            CannotUnseal: The run that came next cannot be read; it has been ended as failed.
        """
        with self._database.reading() as connection:
            if connection.execute(self._next()).first() is None:
                return None
        with self._database.deciding() as connection:
            row = connection.execute(self._next()).first()
            if row is None:
                return None
            now = datetime.now(UTC)
            connection.execute(
                update(RunRow)
                .where(RunRow.run_id == row.run_id)
                .values(status="running", started_at=now, modified_at=now, **self._lease(connection))
            )
            connection.execute(update(NeedRow).where(NeedRow.run_id == row.run_id).values(held=True))
        try:
            return TakenJob(**_facts(row), sealed=Sealed(**self._seal.opened(row.sealed)))
        except CannotUnseal as error:
            unreadable = TakenJob(**_facts(row), sealed=Sealed(request={}))
            self.finish(unreadable, ended(unreadable, "failed", str(error), "INTERRUPTED"))
            raise

    def renew(self) -> set[str]:
        """Show that the worker lives; returns the ids of the runs that are still its own."""
        with self._database.writing() as connection:
            mine = (
                RunRow.worker_id == self._worker_id,
                or_(RunRow.status == "running", RunRow.webhook == "sending"),
            )
            connection.execute(update(RunRow).where(*mine).values(**self._lease(connection)))
            return set(connection.execute(select(RunRow.run_id).where(*mine)).scalars())

    def canceled(self) -> set[str]:
        """The ids of its runs that somebody has canceled."""
        with self._database.reading() as connection:
            mine = RunRow.worker_id == self._worker_id, RunRow.status == "running", RunRow.cancel_asked
            return set(connection.execute(select(RunRow.run_id).where(*mine)).scalars())

    def ask(self, run_id: str, question: dict[str, Any] | None) -> None:
        """Write down what a run of its own asks a person now; None: nothing any more."""
        with self._database.writing() as connection:
            mine = RunRow.run_id == run_id, RunRow.worker_id == self._worker_id, RunRow.status == "running"
            connection.execute(update(RunRow).where(*mine).values(question=question, answer=None))

    def answers(self) -> dict[str, tuple[str, int | None]]:
        """Take what was answered to its runs: the id of each -> the answer, and the id of its question."""
        mine = RunRow.worker_id == self._worker_id, RunRow.status == "running", RunRow.answer.is_not(None)
        with self._database.reading() as connection:
            rows = connection.execute(select(RunRow.run_id, RunRow.answer).where(*mine)).all()
        if not rows:
            return {}
        with self._database.writing() as connection:
            heard = RunRow.run_id.in_([row.run_id for row in rows])
            connection.execute(update(RunRow).where(heard, *mine).values(answer=None))
        said = {row.run_id: self._seal.opened(row.answer) for row in rows}
        return {run_id: (str(each["text"]), each.get("to")) for run_id, each in said.items()}

    def finish(self, job: TakenJob, run: TaskRun) -> bool:
        """Write down how a run of its own has ended; False: it is not its own any more.

        Where somebody is to be told, that is from now on this worker's to do.
        """
        with self._database.writing() as connection:
            values = self._ending(run, job.sealed) | self._lease(connection)
            if job.sealed.webhook_url:
                values["webhook"] = "sending"
            return self._end(connection, job.run_id, values, RunRow.worker_id == self._worker_id)

    def left_behind(self) -> list[TakenJob]:
        """The runs of workers that have shown no sign of life for too long."""
        with self._database.reading() as connection:
            over = RunRow.status == "running", self._is_others(), self._is_over(connection)
            leases = connection.execute(select(RunRow.run_id, RunRow.lease_until).where(*over))
            gone = self._running_over.gone(dict(leases.all()))
            if not gone:
                return []
            silent_s = self._database.now(connection) - RunRow.lease_until
            left_by = RunRow.worker_id.label("left_by")
            columns = *_JOB, RunRow.cancel_asked, left_by, silent_s.label("silent_s")
            rows = connection.execute(select(*columns).where(RunRow.run_id.in_(gone), *over))
            return [TakenJob(**_facts(row), sealed=self._unsealed(row.sealed)) for row in rows]

    def take_over(self, job: TakenJob) -> bool:
        """Go on with the run of a worker that is gone: it is this worker's from now on, and keeps what it has
        for itself alone. False: its worker came back, or another one was faster."""
        with self._database.writing() as connection:
            left = RunRow.run_id == job.run_id, RunRow.status == "running", self._is_over(connection)
            now = {"modified_at": datetime.now(UTC), "question": None, "answer": None}
            return bool(
                connection.execute(
                    update(RunRow).where(*left).values(**now, **self._lease(connection))
                ).rowcount
            )

    def end_left_behind(self, job: TakenJob, run: TaskRun) -> bool:
        """End the run of a worker that is gone; False: it came back, or another worker was faster."""
        with self._database.writing() as connection:
            values = self._ending(run, job.sealed) | {"worker_id": "", "lease_until": 0.0}
            values["webhook"] = "waiting" if job.sealed.webhook_url else ""
            return self._end(connection, job.run_id, values, self._is_over(connection))

    def to_tell(self, most: int) -> list[Telling]:
        """Take over webhooks that wait, and those of workers that are gone."""
        with self._database.reading() as connection:
            over = RunRow.webhook == "sending", self._is_others(), self._is_over(connection)
            leases = connection.execute(select(RunRow.run_id, RunRow.lease_until).where(*over))
            gone = self._sending_over.gone(dict(leases.all()))
            if connection.execute(self._untold(connection, gone).limit(1)).first() is None:
                return []
        with self._database.deciding() as connection:
            rows = connection.execute(self._untold(connection, gone).limit(most)).all()
            connection.execute(
                update(RunRow)
                .where(RunRow.run_id.in_([row.run_id for row in rows]))
                .values(webhook="sending", **self._lease(connection))
            )
        return [self._telling(row) for row in rows]

    def is_telling(self, run_id: str) -> bool:
        """Whether the webhook of a run is this worker's to post."""
        with self._database.reading() as connection:
            mine = RunRow.run_id == run_id, RunRow.worker_id == self._worker_id, RunRow.webhook == "sending"
            return connection.execute(select(RunRow.run_id).where(*mine)).first() is not None

    def told(self, run_id: str, run: TaskRun) -> bool:
        """Write down how the webhook of a run went; False: another worker has taken it over."""
        good = run.webhook is not None and run.webhook.delivered
        mine = RunRow.run_id == run_id, RunRow.worker_id == self._worker_id, RunRow.webhook == "sending"
        now = {"webhook": "sent" if good else "failed", "worker_id": "", "lease_until": 0.0}
        with self._database.writing() as connection:
            return bool(
                connection.execute(update(RunRow).where(*mine).values(**now, **kept_result(run))).rowcount
            )

    def _lease(self, connection: Connection) -> dict[str, Any]:
        until = self._database.now(connection) + self._lease_s
        return {"worker_id": self._worker_id, "lease_until": until}

    def _is_others(self) -> ColumnElement[bool]:
        """Its own are never left behind, however late their lease is renewed: it lives, and goes on."""
        return RunRow.worker_id != self._worker_id

    def _is_over(self, connection: Connection) -> ColumnElement[bool]:
        return RunRow.lease_until < self._database.now(connection)

    def _next(self) -> Any:
        """The run that begins next: of those that need nothing that another one has, the first."""
        other = aliased(NeedRow)
        hindered = exists().where(
            NeedRow.run_id == RunRow.run_id, other.name == NeedRow.name, other.held.is_(True)
        )
        chosen = select(*_JOB).where(RunRow.status == "queued", RunRow.format <= FORMAT, ~hindered)
        if self._per_key:
            running = aliased(RunRow)
            count = select(func.count()).where(running.status == "running", running.key_id == RunRow.key_id)
            chosen = chosen.where(count.scalar_subquery() < self._per_key)
        return chosen.order_by(RunRow.priority.desc(), RunRow.position).limit(1)

    def _untold(self, connection: Connection, gone: Collection[str]) -> Any:
        """The webhooks that wait, and those of senders that are gone."""
        left = (RunRow.webhook == "sending") & RunRow.run_id.in_(gone) & self._is_over(connection)
        chosen = select(RunRow.run_id, RunRow.result, RunRow.steps, RunRow.sealed)
        return chosen.where((RunRow.webhook == "waiting") | left).order_by(RunRow.finished_at)

    def _telling(self, row: Any) -> Telling:
        run = TaskRun.model_validate(whole_result(row.result, row.steps))
        return Telling(run_id=row.run_id, run=run, sealed=self._unsealed(row.sealed))

    def _unsealed(self, sealed: bytes) -> Sealed:
        try:
            return Sealed(**self._seal.opened(sealed))
        except CannotUnseal:
            return Sealed(request={})

    def _ending(self, run: TaskRun, sealed: Sealed) -> dict[str, Any]:
        return ending_values(run) | {
            "sealed": self._seal.closed(sealed.for_webhook().as_json()) if sealed.webhook_url else None
        }

    @staticmethod
    def _end(connection: Connection, run_id: str, values: dict[str, Any], own: ColumnElement[bool]) -> bool:
        done = connection.execute(
            update(RunRow).where(RunRow.run_id == run_id, RunRow.status == "running", own).values(**values)
        )
        if done.rowcount:
            connection.execute(delete(NeedRow).where(NeedRow.run_id == run_id))
        return bool(done.rowcount)


_JOB = (RunRow.run_id, RunRow.kind, RunRow.sealed, RunRow.created_at, RunRow.run_type, RunRow.asked)


def _facts(row: Any) -> dict[str, Any]:
    """The fields of a `TakenJob` that are not sealed."""
    return {name: value for name, value in row._mapping.items() if name != "sealed"}


def ending_values(run: TaskRun) -> dict[str, Any]:
    """What a row holds of a run that has ended."""
    now = datetime.now(UTC)
    return {
        "status": run.status,
        "modified_at": now,
        "finished_at": run.finished_at or now,
        **({"started_at": run.started_at} if run.started_at else {}),
        "question": None,
        "answer": None,
        **kept_result(run),
    }


def kept_result(run: TaskRun) -> dict[str, Any]:
    """What a row holds of a result: its steps apart, so that a list of runs need not read them."""
    result = run.model_dump(mode="json")
    return {"steps": result.pop("steps"), "result": result}


def whole_result(result: dict[str, Any] | None, steps: list[dict[str, Any]] | None) -> dict[str, Any] | None:
    """The `TaskRun` that a row holds; None: it has not ended."""
    return result if result is None or steps is None else {**result, "steps": steps}


def ended(job: TakenJob, status: Any, why: str, code: str = "", *, kept: TaskRun | None = None) -> TaskRun:
    """The result of a run that ended without having been carried out to its end."""
    now = datetime.now(UTC)
    errors = [{"error_code": code, "reasoning": why}] if code else None
    facts: dict[str, Any] = {
        "run_id": job.run_id,
        "run_type": job.run_type,
        "created_at": job.created_at,
        "queued_at": job.created_at,
        "run_request": job.asked,
        "step_count": 0,
        **(kept.model_dump(mode="json") if kept else {}),
        "status": status,
        "failure_reason": why,
        "errors": errors,
        "modified_at": now,
        "finished_at": now,
    }
    return TaskRun.model_validate(facts)
