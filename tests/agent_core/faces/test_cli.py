from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_core import TaskRequest
from agent_core.demo_site import DemoSite
from agent_core.faces.cli.task_options import BY_HAND, FORMS

HERE = Path(__file__).parent
COMMANDS = (
    "run",
    "demo",
    "doctor",
    "install-browser",
    "show",
    "webhook",
    "sessions",
    "profiles",
    "workflows",
    "mcp",
    "runs",
    "init",
)
NOWHERE = "http://127.0.0.1:9/"
"""The discard port: nothing listens there."""


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, no model and no keys."""
    ours = ("AGENT_CORE_", "OPENAI_", "ANTHROPIC_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = str(HERE.parents[2])
    return {**kept, "AGENT_CORE_HOME": str(tmp_path / "home"), "PYTHONPATH": path, "COLUMNS": "100"}


Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cli(environment: dict[str, str], tmp_path: Path) -> Cli:
    """`cli("run", ...)`: run the command line as a program of its own."""

    def run(*words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "agent_core", *words],
            cwd=tmp_path,
            env={**environment, **variables},
            input=stdin,
            capture_output=True,
            text=True,
        )

    return run


def test_the_help_is_what_was_last_agreed_on(cli: Cli, golden: Callable[[str, str], None]):
    commands = [
        (),
        *[(command,) for command in COMMANDS],
        ("profiles", "import"),
        ("workflows", "run"),
        ("codes", "push"),
    ]
    helps = [cli(*words, "--help").stdout for words in commands]
    golden("cli-help", "\n\n".join(helps))


@pytest.mark.parametrize("group", ["", "profiles", "sessions", "workflows", "runs", "codes", "keys"])
def test_what_a_list_of_commands_says_of_each_is_not_cut_off(cli: Cli, group: str):
    _, _, commands = cli(*filter(None, [group]), "--help").stdout.partition("Commands:")
    assert commands.strip()
    assert [line for line in commands.splitlines() if line.endswith("...")] == []


def test_the_version_is_printed(cli: Cli):
    assert re.fullmatch(r"agent-core \d+\.\d+\.\d+\n", cli("--version").stdout)


# --- what cannot start ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "names", "way_out"),
    [
        pytest.param(["  "], "prompt", "plain words", id="blank prompt"),
        pytest.param(["go", "--engine", "skyvern-9"], "engine 'skyvern-9'", "embedded", id="unknown engine"),
        pytest.param(
            ["go", "--engine", "ui-tars"], "ui-tars", "model.base_url", id="engine without its model"
        ),
        pytest.param(
            ["go", "--engine", "nowhere:create"], "nowhere", "install", id="engine without its module"
        ),
        pytest.param(["go", "--url", "ftp://example.org/"], "url", "http", id="address of another kind"),
        pytest.param(["go", "--url", "http://"], "url", "https://example.com", id="address without a host"),
        pytest.param(["go", "--url", "http://x:y/"], "url", "", id="address with a bad port"),
        pytest.param(["go", "--schema", "no.json"], "--schema", "JSON file", id="no such schema"),
        pytest.param(["go", "--schema", "{"], "data_extraction_schema", "", id="schema that is no JSON"),
        pytest.param(
            ["go", "--schema", '{"type": "thing"}'], "data_extraction_schema", "", id="schema that is none"
        ),
        pytest.param(["go", "--max-steps", "0"], "max_steps", "1", id="no steps"),
        pytest.param(["go", "--max-steps", "many"], "--max-steps", "integer", id="steps that are no number"),
        pytest.param(["go", "--timeout", "-1"], "timeout_s", "0", id="negative time"),
        pytest.param(
            ["go", "--browser-address", "ftp://x"],
            "browser_address",
            "127.0.0.1:9222",
            id="address that is no CDP",
        ),
        pytest.param(
            ["go", "--engine", "skyvern-1.0", "--model", "m"], "model.api_key", "OPENAI_API_KEY", id="no key"
        ),
        pytest.param(
            ["go", "--base-url", "localhost"], "model.base_url", "http://", id="endpoint without scheme"
        ),
        pytest.param(["go", "--provider", "acme"], "model.provider", "anthropic", id="unknown provider"),
    ],
)
def test_what_cannot_start_is_one_sentence_that_names_the_field_and_the_way_out(
    cli: Cli, words: list[str], names: str, way_out: str
):
    done = cli("run", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    said = done.stderr.strip().splitlines()[-1]
    assert names in said
    assert way_out in said
    assert "Traceback" not in done.stderr


def test_a_chromium_that_is_not_there_is_named_with_the_way_to_get_one(cli: Cli):
    done = cli("run", "go", "--url", NOWHERE, "--engine", "embedded", AGENT_CORE_BROWSER="/no/chromium")
    assert done.returncode == 2
    assert "/no/chromium" in done.stderr
    assert "agent-core install-browser" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_devtools_address_that_does_not_answer_says_how_chrome_is_started(cli: Cli):
    done = cli("run", "go", "--url", NOWHERE, "--engine", "embedded", "--browser-address", "127.0.0.1:9")
    assert done.returncode == 2
    assert "browser_address" in done.stderr
    assert "--remote-debugging-port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_used_is_named(cli: Cli):
    done = cli("run", "go", AGENT_CORE_PROXIES="nonsense")
    assert done.returncode == 2
    assert "AGENT_CORE_PROXIES" in done.stderr
    assert "JSON" in done.stderr


# --- runs ----------------------------------------------------------------------------------------

pages = pytest.mark.browser


@pages
@pytest.mark.parametrize(
    ("engine", "options", "status", "exit_status"),
    [
        ("finishes", [], "completed", 0),
        ("fails", [], "failed", 1),
        ("waits", ["--max-steps", "1", "--timeout", "1.5"], "timed_out", 4),
        ("terminates", [], "terminated", 3),
    ],
)
def test_the_exit_status_says_how_a_run_ended(
    cli: Cli, site: DemoSite, engine: str, options: list[str], status: str, exit_status: int
):
    words = [
        "go",
        "--url",
        site.url,
        "--engine",
        f"tests.support.played_engines:{engine}",
        "--json",
        *options,
    ]
    done = cli("run", *words)
    assert json.loads(done.stdout)["status"] == status
    assert done.returncode == exit_status


@pages
def test_only_the_output_goes_to_stdout_and_the_steps_to_stderr(cli: Cli, site: DemoSite):
    done = cli("run", "go", "--url", site.url, "--engine", "tests.support.played_engines:finishes")
    assert json.loads(done.stdout) == {"done": True, "of": "Ünïcode"}
    assert "Posts · Quayside" in done.stderr
    assert "completed in 2 steps" in done.stderr


@pages
def test_a_quiet_run_says_nothing_but_its_output(cli: Cli, site: DemoSite):
    done = cli(
        "run",
        "-",
        "--url",
        site.url,
        "--engine",
        "tests.support.played_engines:finishes",
        "--quiet",
        stdin="go on\n",
    )
    assert done.stderr == ""
    assert json.loads(done.stdout)["done"] is True


@pages
def test_a_failing_run_says_why(cli: Cli, site: DemoSite):
    done = cli("run", "go", "--url", site.url, "--engine", "tests.support.played_engines:fails")
    assert done.stdout == ""
    assert "GAVE_UP: the door is locked" in done.stderr


@pages
def test_a_question_ends_the_run_where_nobody_sits_at_a_terminal(cli: Cli, site: DemoSite):
    done = cli("run", "go", "--url", site.url, "--engine", "tests.support.played_engines:asks")
    assert done.returncode == 1
    assert "Which one?" in done.stderr
    assert "NEEDS_USER" in done.stderr


@pages
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_whoever_sits_at_the_terminal_can_answer_a_question(environment: dict[str, str], site: DemoSite):
    ours, theirs = os.openpty()
    words = ["run", "go", "--url", site.url, "--engine", "tests.support.played_engines:asks"]
    with subprocess.Popen(
        [sys.executable, "-m", "agent_core", *words],
        env=environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        assert any("Which one?" in line for line in running.stderr)
        os.write(ours, b"the blue one\n")
        out, _ = running.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert json.loads(out) == {"said": "the blue one"}


@pages
def test_an_address_that_does_not_answer_is_a_failed_run(cli: Cli):
    done = cli("run", "go", "--url", NOWHERE, "--engine", "tests.support.played_engines:finishes")
    assert done.returncode == 1
    assert "NAVIGATION_FAILED" in done.stderr
    assert NOWHERE in done.stderr


@pages
def test_a_model_endpoint_that_refuses_is_a_failed_run(cli: Cli, site: DemoSite):
    endpoint = ["--model", "m", "--base-url", f"{NOWHERE}v1"]
    done = cli("run", "go", "--url", site.url, "--engine", "skyvern-1.0", *endpoint)
    assert done.returncode == 1
    assert "MODEL_UNREACHABLE" in done.stderr
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


@pages
def test_a_run_can_be_shown_again_by_its_id_and_by_its_folder(cli: Cli, site: DemoSite, tmp_path: Path):
    done = cli(
        "run",
        "count the boats",
        "--url",
        site.url,
        "--engine",
        "tests.support.played_engines:finishes",
        "--json",
    )
    result: dict[str, Any] = json.loads(done.stdout)
    for name in (result["run_id"], result["folder"]):
        shown = cli("show", name)
        assert shown.returncode == 0, shown.stderr
        for words in (
            "count the boats",
            "Posts · Quayside",
            "completed in 2 steps",
            "file://",
            '"done": true',
        ):
            assert words in shown.stdout
    assert json.loads(cli("show", result["run_id"], "--json").stdout) == result


def test_showing_a_run_that_is_not_there_says_so(cli: Cli, tmp_path: Path):
    done = cli("show", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == f"agent-core: there is no run in {tmp_path}\n"


@pages
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("engine", ["waits", "thinks"])
def test_an_interrupted_run_is_canceled_and_leaves_no_browser(
    environment: dict[str, str], site: DemoSite, tmp_path: Path, number: signal.Signals, engine: str
):
    mark = uuid.uuid4().hex
    words = ["run", "go", "--url", site.url, "--engine", f"tests.support.played_engines:{engine}", "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "agent_core", *words],
        env={**environment, "AGENT_CORE_TEST_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "Quayside" in line:
                break
        running.send_signal(number)
        out, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert json.loads(out)["status"] == "canceled"
    assert "Traceback" not in said
    assert _gone(mark)


def _gone(mark: str) -> bool:
    """Whether no process with this mark in its environment is left, within half a minute."""
    for _ in range(600):
        if not any(_marked(Path(process), mark) for process in Path("/proc").glob("[0-9]*")):
            return True
        time.sleep(0.05)
    return False


def _marked(process: Path, mark: str) -> bool:
    try:
        return mark.encode() in (process / "environ").read_bytes()
    except OSError:
        return False


# --- the machine ---------------------------------------------------------------------------------


@pages
def test_the_doctor_starts_the_browser_and_finds_nothing_bad(cli: Cli):
    done = cli("doctor")
    assert done.returncode == 0, done.stdout
    assert "it starts and draws a page" in done.stdout
    assert "none is configured" in done.stdout


def test_the_doctor_says_what_is_bad_and_what_to_do(cli: Cli, tmp_path: Path):
    done = cli(
        "doctor", AGENT_CORE_BROWSER="/no/chromium", AGENT_CORE_MODEL="m", AGENT_CORE_PROVIDER="anthropic"
    )
    assert done.returncode == 1
    assert "BAD   Chromium" in done.stdout
    assert "agent-core install-browser" in done.stdout
    assert "BAD   model" in done.stdout
    assert "ANTHROPIC_API_KEY" in done.stdout


def test_the_doctor_never_shows_a_key(cli: Cli):
    done = cli(
        "doctor", AGENT_CORE_BROWSER="/no/chromium", AGENT_CORE_MODEL="m", OPENAI_API_KEY="sk-very-secret"
    )
    assert "with a key" in done.stdout
    assert "sk-very-secret" not in done.stdout + done.stderr


def test_the_doctor_notices_packages_of_others_that_are_called_as_ours(cli: Cli, tmp_path: Path):
    stranger = tmp_path / "elsewhere" / "browser"
    stranger.mkdir(parents=True)
    (stranger / "__init__.py").write_text("")
    done = cli("doctor", PYTHONPATH=str(stranger.parent), AGENT_CORE_BROWSER="/no/chromium")
    assert done.returncode == 2
    assert done.stderr.startswith(f"agent-core: the package browser is another project's ({stranger}")
    assert "python3 -m venv" in done.stderr


@pages
def test_a_browser_that_is_there_is_not_installed_again(cli: Cli):
    done = cli("install-browser")
    assert done.returncode == 0
    assert done.stdout.startswith("Chromium is here: ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(("--header", "no colon"), "--header: write it like 'Name: value'", id="header"),
        pytest.param(("--proxy", "NOWHERE"), "proxy_location: no proxy is known for NOWHERE", id="proxy"),
        pytest.param(("--proxy", "ftp://x"), "proxy_location.url: must be like http", id="proxy's address"),
        pytest.param(("--proxy", "{"), "--proxy: is no JSON", id="place"),
        pytest.param(("--viewport", "big"), "--viewport: write it like 1280x720", id="viewport"),
        pytest.param(("--viewport", "10x10"), "viewport.0: must be greater", id="small viewport"),
        pytest.param(("--locale", "!"), "locale: ", id="locale"),
        pytest.param(("--timezone", "Mars/Olympus"), "timezone: 'Mars/Olympus' is no", id="time zone"),
        pytest.param(("--scale", "0"), "device_scale_factor: must be greater", id="scale"),
        pytest.param(("--record", "film"), "record", id="recording"),
        pytest.param(("--file", "/nowhere.txt"), "files: there is no file '/nowhere.txt'", id="file"),
        pytest.param(("--webhook-url", "ftp://x/"), "webhook_url: ftp: addresses", id="webhook"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(cli: Cli, words: tuple[str, ...], sentence: str):
    done = cli("run", "Read", "--url", NOWHERE, "--engine", "embedded", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"agent-core: {sentence}")
    assert done.stderr.count("\n") == 1


def test_a_webhook_that_cannot_be_sent_again_says_why(cli: Cli):
    done = cli("webhook", "tsk_0000000000000000000000")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("agent-core: ")


@pytest.mark.browser
def test_a_run_can_be_given_all_that_surrounds_it(cli: Cli, site: DemoSite, tmp_path: Path):
    done = cli(
        *("run", "Count the links.", "--url", site.url, "--engine", "embedded", "--json"),
        *("--record", "video,har", "--header", "X-Mine: hunter2", "--locale", "de-DE", "--timezone"),
        *("Asia/Tokyo", "--viewport", "800x600", "--scale", "2", "--file", __file__),
        *("--webhook-url", NOWHERE),
    )
    run = json.loads(done.stdout)
    assert (run["webhook"]["delivered"], run["webhook"]["attempts"]) == (False, 3)
    assert run["recording_url"].endswith("/recording.mp4")
    assert run["har_url"].endswith("/network.har")
    asked = run["run_request"]
    assert (asked["locale"], asked["timezone"], asked["viewport"]) == ("de-DE", "Asia/Tokyo", [800, 600])
    assert asked["files"] == [__file__]
    assert "hunter2" not in done.stdout + done.stderr
    again = cli("webhook", run["run_id"], "--url", "http://127.0.0.1:9/")
    assert again.returncode == 1
    assert "in 3 attempts: no answer" in again.stderr


def test_every_field_of_a_task_is_an_option_with_a_help_of_its_own(cli: Cli):
    told = " ".join(cli("run", "--help").stdout.split())
    about = TaskRequest.descriptions()
    for field in TaskRequest.model_fields:
        if field not in BY_HAND:
            assert about[field], field
            assert " ".join(about[field].replace("`", "").split()[:4]) in told, field
    assert set(FORMS) | BY_HAND <= set(TaskRequest.model_fields)
