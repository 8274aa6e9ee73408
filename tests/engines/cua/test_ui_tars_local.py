"""UI-TARS in this process, with random weights in the published layouts: torch and transformers for real."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from concurrent.futures import wait
from dataclasses import replace

import pytest
from PIL import Image

from agent_core import run_task
from agent_core.config import Settings
from browser.model.actions import Click, Point
from browser.model.observation import Screenshot
from engines.cua.ui_tars.engine import UiTars
from engines.cua.ui_tars.local.checkpoint import find_checkpoint
from engines.cua.ui_tars.local.model import LocalModel
from engines.cua.ui_tars.local.options import Options
from engines.cua.ui_tars.local.prefix import Prefix
from engines.cua.ui_tars.local.prompt import prompt_of
from engines.cua.ui_tars.local.shelf import Shelf
from engines.cua.ui_tars.local.worker import Job
from engines.errors import ModelTruncated, ModelUnreachable
from engines.models.chat import Message
from engines.models.failures import ContextOverflow
from engines.output_spec import OutputSpec
from engines.protocol import Act, Finish, Goal, Turn
from testbed.random_tars import processor
from tests.support import tars_in_process
from tests.support.reply_forms import asks_for_a_call, reply_wanted
from tests.support.shop import picture, shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CPU = Options(**tars_in_process.ON_CPU)
CLASSES = {"qwen2_vl": "Qwen2VLForConditionalGeneration", "qwen2_5_vl": "Qwen2_5_VLForConditionalGeneration"}


@pytest.fixture(params=["qwen2_vl", "qwen2_5_vl"])
def family(request):
    return request.param


@pytest.fixture
def folder(tmp_path_factory, family):
    return tars_in_process.tiny(tmp_path_factory.getbasetemp(), family)


@pytest.fixture
def checkpoint(folder):
    return find_checkpoint(str(folder))


@pytest.fixture
def loaded(checkpoint):
    from engines.cua.ui_tars.local.loading import load

    return load(checkpoint, CPU)


def shot(number: int, width: int = 308, height: int = 280) -> Screenshot:
    data = io.BytesIO()
    image = Image.new("RGB", (width, height), "white")
    image.paste(("red", "green", "blue", "black")[number % 4], (7 * number, 9 * number, 150, 200))
    image.save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=width, height_px=height)


def conversation(pictures: int, first: int = 0) -> list[Message]:
    """A task of which the pictures before `first` are taken out."""
    talk = [Message(role="user", text="## User Instruction\nbuy milk")]
    for number in range(pictures):
        if number >= first:
            talk.append(Message(role="user", text="", images=(shot(number, 280 + 28 * number),)))
        if number < pictures - 1:
            talk.append(Message(role="assistant", text=f"Thought: step {number}\nAction: wait()"))
    return talk


def model(checkpoint, shelf, *, keeps_prefix: bool = True, **settings: object) -> LocalModel:
    given = tars_in_process.settings(checkpoint.folder, **settings)
    return LocalModel(checkpoint, CPU, given, shelf, keeps_prefix=keeps_prefix)


def generated(loaded, messages: list[Message], count: int) -> list[int]:
    """What the library's own `generate` answers to the whole prompt."""
    import torch

    prompt = prompt_of(messages, loaded.tokenizer)
    shots = [Image.open(io.BytesIO(each.picture.data)) for each in prompt.pictures]
    patches = processor()(images=shots, return_tensors="pt")
    ids = torch.tensor([prompt.ids])
    kinds = (ids == loaded.network.config.image_token_id).int()
    with torch.inference_mode():
        out = loaded.network.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), mm_token_type_ids=kinds, do_sample=False,
            max_new_tokens=count, **patches,
        )  # fmt: skip
    return out[0, ids.shape[1] :].tolist()


def test_published_layouts_load_whole_and_say_where_they_run(loaded, family):
    assert type(loaded.network).__name__ == CLASSES[family]
    assert "runs in this process on cpu in float32" in loaded.said


def test_tokens_lie_where_the_library_puts_them(loaded):
    import torch

    prompt = prompt_of(conversation(3), loaded.tokenizer)
    ids = torch.tensor([prompt.ids])
    grids = torch.tensor([[1, 2 * each.rows, 2 * each.columns] for each in prompt.pictures])
    theirs, _ = loaded.network.model.get_rope_index(
        input_ids=ids,
        image_grid_thw=grids,
        attention_mask=torch.ones_like(ids),
        mm_token_type_ids=(ids == loaded.network.config.image_token_id).int(),
    )

    assert torch.tensor(prompt.positions).T.tolist() == theirs[:, 0].tolist()
    assert prompt.next == int(theirs.max()) + 1


def test_pictures_are_cut_as_the_library_cuts_them(loaded):
    import torch

    from engines.cua.ui_tars.local.network import Network

    picture = shot(2, 392, 280)
    image = Image.open(io.BytesIO(picture.data))
    theirs = processor()(images=[image], return_tensors="pt")

    assert theirs["image_grid_thw"].tolist() == [[1, 20, 28]]
    assert torch.allclose(Network(loaded).patches(picture), theirs["pixel_values"], atol=1e-5)


def test_the_prompt_is_that_of_the_models_template(loaded):
    talk = [Message(role="user", text="Go"), Message(role="user", text="", images=(shot(0, 280, 280),))]
    text = loaded.tokenizer.decode(prompt_of(talk, loaded.tokenizer).ids)

    assert text == (
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nGo<|im_end|>\n"
        f"<|im_start|>user\n<|vision_start|>{'<|image_pad|>' * 100}<|vision_end|><|im_end|>\n"
        "<|im_start|>assistant\n"
    )


async def test_with_and_without_reuse_the_tokens_are_those_of_generate(checkpoint, loaded):
    shelf = Shelf()
    reusing, fresh = (model(checkpoint, shelf, keeps_prefix=each, max_tokens=12) for each in (True, False))
    # Growing, then with its oldest pictures taken out, then growing again.
    for messages in (
        conversation(1),
        conversation(2),
        conversation(3),
        conversation(4, 2),
        conversation(5, 2),
    ):
        expected = generated(loaded, messages, 12)
        for one in (reusing, fresh):
            reply = await one.ask(messages)
            assert list(reply.native) == expected[: len(reply.native)]
            assert len(reply.native) in (12, len(expected) - 1)
    assert fresh.usage.cached_tokens == 0
    assert reusing.usage.cached_tokens > reusing.usage.input_tokens / 3
    await reusing.close()
    await fresh.close()


async def test_several_at_once_answer_as_each_does_alone(checkpoint):
    shelf = Shelf()
    talks = [conversation(count) for count in (1, 3, 2)]
    alone = []
    for talk in talks:
        one = model(checkpoint, shelf, max_tokens=20)
        alone.append((await one.ask(talk)).native)
        await one.close()
    models = [model(checkpoint, shelf, max_tokens=20) for _ in talks]

    together = await asyncio.gather(*(one.ask(talk) for one, talk in zip(models, talks, strict=True)))
    again = await asyncio.gather(*(one.ask(talk) for one, talk in zip(models, talks, strict=True)))

    assert [reply.native for reply in together] == alone
    assert [reply.native for reply in again] == alone  # and each still has the prefix that is its own
    assert all(one.last.reused > 0 for one in models)
    for one in models:
        await one.close()


async def test_a_model_is_loaded_once_and_let_go_of_with_its_last_user(checkpoint):
    from engines.cua.ui_tars.local.loading import load
    from engines.cua.ui_tars.local.worker import Worker

    loads = []

    def counting(which, options):
        loads.append(which)
        return Worker(load(which, options))

    shelf = Shelf(counting)
    models = [model(checkpoint, shelf, max_tokens=2) for _ in range(3)]
    await asyncio.gather(*(one.ask(conversation(1)) for one in models))

    assert len(loads) == 1
    assert shelf.users(checkpoint, CPU) == 3
    for one in models:
        await one.close()
        await one.close()
    for _ in range(2000):
        if not shelf.holds(checkpoint, CPU):
            break
        await asyncio.sleep(0.01)
    assert not shelf.holds(checkpoint, CPU)


async def test_a_load_that_fails_is_said_to_all_who_wait_and_tried_again_by_the_next(checkpoint):
    tries = []
    all_wait = threading.Event()

    def failing(which, options):
        tries.append(which)
        all_wait.wait(20)
        raise OSError("the disk is gone")

    shelf = Shelf(failing)
    for _ in range(2):
        all_wait.clear()
        waiting = [asyncio.create_task(model(checkpoint, shelf).ask(conversation(1))) for _ in range(2)]
        await asyncio.sleep(0)
        all_wait.set()
        for error in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(error, ModelUnreachable)
            assert "cannot be loaded: the disk is gone" in str(error)
    assert len(tries) == 2


async def test_a_run_that_is_canceled_leaves_the_model_to_the_others(checkpoint):
    shelf = tars_in_process.shelf_of_endless()
    first, other = (
        model(checkpoint, shelf, max_tokens=30_000, temperature=50.0),
        model(checkpoint, shelf, max_tokens=4),
    )
    asking = asyncio.create_task(first.ask(conversation(2)))
    await asyncio.sleep(0.2)
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert len((await other.ask(conversation(1))).native) <= 4
    await first.close()
    await other.close()


async def test_what_nobody_waits_for_is_not_computed(checkpoint):
    shelf = tars_in_process.shelf_of_endless()
    worker = await shelf.take(checkpoint, CPU)
    job = Job(prompt_of(conversation(1), worker.tokenizer), Prefix(), 10)
    job.canceled.set()
    worker.submit(job)

    with pytest.raises(ModelUnreachable, match="canceled"):
        job.done.result(20)
    assert job.prefix.cache is None
    running = Job(prompt_of(conversation(1), worker.tokenizer), Prefix(), 30_000, temperature=50.0)
    worker.submit(running)
    wait([running.began], 20)
    running.canceled.set()
    assert len(running.done.result(20).ids) < 30_000
    shelf.give_back(checkpoint, CPU)


async def test_a_loop_is_left_before_the_limit(checkpoint):
    engine_script = tars_in_process.in_turn(["Thought: " + "no " * 300])
    shelf = tars_in_process.shelf_playing(engine_script)
    one = model(checkpoint, shelf)

    reply = await one.ask(conversation(1))

    assert reply.cut
    assert len(reply.native) < 200
    await one.close()


async def test_a_prompt_that_is_too_long_says_so(checkpoint):
    one = model(checkpoint, Shelf(), context_tokens=300)
    with pytest.raises(ContextOverflow, match="which has room for 300"):
        await one.ask(conversation(2))
    await one.close()


@pytest.mark.parametrize(("limit", "says"), [
    ({"first_token_timeout_s": 0.0}, r"on cpu in float32.*model\.first_token_timeout_s"),
    ({"total_timeout_s": 0.0}, r"model\.total_timeout_s"),
])  # fmt: skip
async def test_a_model_that_is_too_slow_names_the_limit(checkpoint, limit, says):
    one = model(checkpoint, Shelf(), **limit)
    with pytest.raises(ModelUnreachable, match=says):
        await one.ask(conversation(1))
    await one.close()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(device="cuda:7"), r"extra_body\.device is 'cuda:7', and torch .* sees no such device"),
        (Options(device="abacus"), "'abacus'"),
    ],
)
def test_a_device_that_is_not_there_is_named(checkpoint, options, says):
    from engines.cua.ui_tars.local.loading import load

    with pytest.raises(ModelUnreachable, match=says):
        load(checkpoint, options)


def test_too_little_memory_is_known_before_the_weights_are_read(checkpoint):
    from engines.cua.ui_tars.local.loading import load

    with pytest.raises(
        ModelUnreachable, match=r'not enough memory on cpu \(the weights take .*"quantization"'
    ):
        load(replace(checkpoint, bytes=10**15), CPU)


def test_weights_that_do_not_belong_are_an_error_in_a_sentence(checkpoint, tmp_path):
    from engines.cua.ui_tars.local.loading import load

    for file in checkpoint.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelUnreachable, match="cannot be loaded: "):
        load(find_checkpoint(str(tmp_path)), CPU)

    from safetensors.torch import load_file, save_file

    weights = load_file(checkpoint.folder / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelUnreachable, match=r"lacks weights \(.*layers\.1\.mlp\.up_proj"):
        load(find_checkpoint(str(tmp_path)), CPU)


async def test_a_turn_in_process_clicks_where_the_model_points(folder, family):
    place = "(500,500)" if family == "qwen2_vl" else "(644,364)"
    engine = tars_in_process.playing(
        folder,
        tars_in_process.in_turn(
            [
                f"Thought: There.\nAction: click(start_box='<|box_start|>{place}<|box_end|>')",
                "Thought: Done.\nAction: finished(content='25')",
                '{"price": 25}',
            ]
        ),
    )
    page = a_page()
    goal = Goal(text="Buy it", output=OutputSpec(schema={"type": "object"}))

    first = await engine.decide(Turn(goal=goal, observation=page, steps_left=9))
    last = await engine.decide(Turn(goal=goal, observation=page, steps_left=8))

    assert first == Act(actions=(Click(Point(640, 360)),), thought="There.")
    assert isinstance(last, Finish)
    assert last.output == {"price": 25}
    assert "on cpu in float32" in engine.remarks[0]
    assert engine.usage.cached_tokens > 1000  # the first picture was not read again
    await engine.close()


def a_page():
    return replace(shop(), screenshots=(picture(1280, 720, 1.0),), tabs=(), notes=())


@pytest.mark.parametrize("family", ["qwen2_5_vl"])
async def test_the_past_is_shortened_where_the_context_is_small(folder):
    replies = ["Thought: Go.\nAction: wait()"] * 5
    small = replace(shop(), screenshots=(picture(640, 360, 1.0),), tabs=(), notes=())
    turn = Turn(goal=Goal(text="Buy it"), observation=small, steps_left=9)
    roomy = tars_in_process.playing(folder, tars_in_process.in_turn(replies))
    await roomy.decide(turn)
    # A further turn is a picture of 299 tokens and about 60 around it: two of them fit, a third one does not.
    room = roomy.usage.input_tokens + 200 + 2 * 380
    await roomy.close()

    engine = tars_in_process.playing(
        folder, tars_in_process.in_turn(replies), context_tokens=room, max_tokens=200
    )
    for _ in range(4):
        await engine.decide(turn)

    assert engine.usage.images == 1 + 2 + 3 + 1
    await engine.close()
    tight = tars_in_process.playing(folder, tars_in_process.in_turn(replies), context_tokens=900)
    with pytest.raises(ModelTruncated, match="does not fit"):
        await tight.decide(turn)
    await tight.close()


FORM = """<!doctype html><title>Form</title><style>body {margin: 0}
input, button {position: absolute; left: 100px; width: 200px; height: 40px; box-sizing: border-box}</style>
<form action="/sent.html"><input name="name" style="top: 100px"><button style="top: 300px">Send</button></form>"""


@pytest.mark.browser
@pytest.mark.parametrize("family", ["qwen2_5_vl"])
async def test_a_task_in_a_real_browser_with_the_model_in_process(server, tmp_path, folder, family):
    server.page("<!doctype html><title>Sent</title><p>Receipt 77", "/sent.html")
    across, down = (1000 / 1280, 1000 / 720) if family == "qwen2_vl" else (1288 / 1280, 728 / 720)

    def at(x: float, y: float) -> str:
        return f"start_box='<|box_start|>({round(x * across)},{round(y * down)})<|box_end|>'"

    steps = iter(
        [
            f"Thought: The name.\nAction: click({at(200, 120)})",
            "Thought: I type.\nAction: type(content='Ada')",
            "Thought: It is slow.\nAction: wait(time=0)",
            f"Thought: Send.\nAction: click({at(200, 320)})",
            "Thought: Receipt 77.\nAction: finished(content='77')",
        ]
    )

    def script(prompt: str, picture: Screenshot | None) -> str:
        if asks_for_a_call(prompt):
            return next(steps)
        return (
            json.dumps({"met": True}) if reply_wanted(prompt) == "verdict" else json.dumps({"receipt": "77"})
        )

    engine = tars_in_process.playing(folder, script)
    assert isinstance(engine, UiTars)
    run = await run_task(
        "Send the name Ada and tell the receipt's number",
        server.page(FORM),
        engine=engine,
        data_extraction_schema={"type": "object", "properties": {"receipt": {"type": "string"}}},
        settings=Settings(),
        run_dir=tmp_path,
    )

    assert (run.status, run.output, run.failure_reason) == ("completed", {"receipt": "77"}, None)
    assert any("runs in this process on cpu in float32" in warning for warning in run.warnings)
    assert run.usage.cached_tokens > 0
    assert any("name=Ada" in request for request in server.requests)
