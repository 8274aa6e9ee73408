"""The spans of a run, as a collector gets them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent_core.loop.budget import Budget
from agent_core.loop.control import PageControl
from agent_core.loop.events import Feed, RunEnded, RunStarted
from agent_core.loop.loop import pursue
from agent_core.runner.asking.questions import Questions
from agent_core.runner.keeping.archive import Archive
from agent_core.runner.telling.journal import Journal
from agent_core.runner.telling.report import Report
from agent_core.runner.telling.tracing import Tracing
from agent_core.task.request import TaskRequest
from agent_core.testing import FakePage, Scripted
from browser.model.actions import Click, TypeText
from browser.model.observation import Element, Observation
from browser.redaction.redactor import Redactor
from engines.protocol import Act, Finish, Goal, Usage

SECRET = "Fjord-7719-cobalt"
PAGE = Observation(
    url=f"http://shop.example/basket?key={SECRET}",
    title="Basket of Ana",
    text=f"Your word is {SECRET}",
    elements=(Element(ref="f0e1", role="button", name="Order"),),
)


class Asking(Scripted):
    """Uses a model for each decision, and once more for the check."""

    calls = 0

    def _called(self):
        self.calls += 1
        tokens = {"input_tokens": 100, "cached_tokens": 40, "output_tokens": 7}
        counts = {name: each * self.calls for name, each in tokens.items()}
        self.usage = Usage(model="m-1", calls=self.calls, **counts)

    async def decide(self, turn):
        decision = await super().decide(turn)
        self._called()
        return decision

    async def judge(self, goal, evidence):
        self._called()
        return await super().judge(goal, evidence)


async def spans_of(tmp_path, *, contents, status="completed", engine=None, page=PAGE, processors=()):
    """What was exported of a run that clicks, types a secret, and ends."""
    kept, provider, mask = InMemorySpanExporter(), TracerProvider(), Redactor()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    for processor in processors:
        provider.add_span_processor(processor)
    mask.add(SECRET, "{{secret:PW}}")
    prompt = f"Order with {SECRET}"
    request = TaskRequest(prompt=prompt)
    report = Report(request, mask, price=None, run_id="tsk_1")
    acts = Act(actions=(Click("f0e1"), TypeText("f0e9", SECRET)), thought=f"I type {SECRET}")
    engine = engine or Asking([acts, Finish(output=f"ordered with {SECRET}")])
    tracer = provider.get_tracer("test")
    tracing = Tracing("tsk_1", mask.text(prompt), contents=contents, provider="openai", tracer=tracer)
    tracing.usage = lambda: engine.usage
    archive = Archive(tmp_path, lambda warning: None)
    questions = Questions(None, 0.0, PageControl())
    journal = Journal(request, report, Feed(), archive, questions, mask, engine, tracing)
    journal.tell(RunStarted(run_id="tsk_1", engine="chat", url=page.url, folder="", max_steps=5))
    ending = await pursue(
        Goal(text=prompt), FakePage(page), engine, Budget(5), journal, progress=report.progress
    )
    if status == "completed":
        report.end(ending)
    elif status == "failed":
        report.fail("STUCK", f"the page said {PAGE.title}")
    else:
        report.stop("timed_out", f"the page said {PAGE.title}")
    journal.tell(RunEnded(run=report.run))
    tracing.end()
    assert report.run.status == status
    return {span.name: span for span in kept.get_finished_spans()}, kept.get_finished_spans()


async def test_a_run_its_steps_its_calls_and_its_acts_are_spans_below_one_another(tmp_path):
    named, spans = await spans_of(tmp_path, contents=False)
    assert [span.name for span in spans] == [
        "chat m-1",
        "execute_tool click",
        "execute_tool type_text",
        "step 1",
        "chat m-1",
        "chat m-1",
        "step 2",
        "invoke_agent agent-core",
    ]
    run, first = named["invoke_agent agent-core"], named["step 1"]
    assert first.parent.span_id == run.context.span_id
    assert {span.parent.span_id for span in spans[:3]} == {first.context.span_id}
    assert run.attributes["gen_ai.conversation.id"] == "tsk_1"
    assert run.attributes["agent_core.run.status"] == "completed"
    call = spans[0].attributes
    tokens = {name.removeprefix("gen_ai.usage."): each for name, each in call.items() if ".usage." in name}
    assert tokens == {"input_tokens": 100, "output_tokens": 7, "cache_read.input_tokens": 40}
    assert (call["gen_ai.operation.name"], call["gen_ai.request.model"]) == ("chat", "m-1")
    assert first.attributes["server.address"] == "shop.example"
    assert all(span.start_time <= span.end_time for span in spans)


async def test_nothing_that_was_asked_read_or_answered_is_in_them(tmp_path):
    _, spans = await spans_of(tmp_path, contents=False, status="failed")
    text = json.dumps([json.loads(span.to_json()) for span in spans])
    for word in ("Order", "order", "Basket", "basket", "I type", "secret", SECRET):
        assert word not in text, word


async def test_with_the_setting_it_is_but_for_secrets(tmp_path):
    named, spans = await spans_of(tmp_path, contents=True)
    text = json.dumps([json.loads(span.to_json()) for span in spans])
    assert SECRET not in text
    run = named["invoke_agent agent-core"].attributes
    assert json.loads(run["gen_ai.input.messages"])[0]["parts"][0]["content"] == "Order with {{secret:PW}}"
    assert "ordered with {{secret:PW}}" in run["gen_ai.output.messages"]
    assert named["step 1"].attributes["agent_core.page.title"] == "Basket of Ana"
    assert named["step 1"].attributes["agent_core.step.thought"] == "I type {{secret:PW}}"


@pytest.mark.parametrize(("status", "code"), [("failed", "STUCK"), ("timed_out", "timed_out")])
async def test_a_run_that_fails_is_an_error_with_its_code(tmp_path, status, code):
    named, _ = await spans_of(tmp_path, contents=False, status=status)
    run = named["invoke_agent agent-core"]
    assert (run.status.is_ok, run.attributes["error.type"]) == (False, code)
    assert run.status.description is None


async def test_an_engine_without_a_model_has_no_calls_in_them(tmp_path):
    _, spans = await spans_of(tmp_path, contents=False, engine=Scripted([Finish()]))
    assert [span.name for span in spans] == ["step 1", "invoke_agent agent-core"]


def test_a_run_that_cannot_start_leaves_no_span_open():
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    Tracing("tsk_1", "Order", contents=False, tracer=provider.get_tracer("test")).end()
    assert [span.name for span in kept.get_finished_spans()] == ["invoke_agent agent-core"]


@pytest.mark.parametrize("url", ["http://[masked].example/a", "http://[::1/", "about:blank", ""])
async def test_an_address_that_is_none_takes_no_span_away(tmp_path, url):
    named, _ = await spans_of(tmp_path, contents=False, page=replace(PAGE, url=url))
    assert named["step 1"].attributes["agent_core.step.decision"] == "act"


class Failing(SpanProcessor):
    """A processor of the program that fails at spans of one name."""

    def __init__(self, name: str, at: str) -> None:
        self._name, self._at = name, at

    def on_start(self, span, parent_context=None):
        if self._at == "start" and span.name.startswith(self._name):
            raise RuntimeError("the disk is full")

    def on_end(self, span):
        if self._at == "end" and span.name.startswith(self._name):
            raise RuntimeError("the disk is full")


@pytest.mark.parametrize("at", ["start", "end"])
@pytest.mark.parametrize("name", ["invoke_agent", "step", "chat", "execute_tool"])
async def test_a_processor_that_fails_costs_spans_and_no_run(tmp_path, caplog, name, at):
    await spans_of(tmp_path, contents=True, processors=[Failing(name, at)])
    assert "no further spans are made of this run" in caplog.text
