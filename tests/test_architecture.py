"""What holds the parts apart: who imports whom, what an import costs, what an install brings."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from importlib import import_module, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import agent_core
import browser
import engines
from engines.registry import OURS

ROOT = Path(__file__).parent.parent
HEAVY = ("playwright", "httpx2", "torch", "transformers", "pypdf", "rapidfuzz")
MOST_DISTRIBUTIONS = 40
PACKAGES = ("agent_core", "engines", "browser")


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run this on the packages of this checkout, in a Python of its own, with nothing but these variables."""
    here = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-c", here], capture_output=True, text=True, env=environment, check=True
    )


def test_the_import_contracts_hold():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_tests_import_nothing_from_benchmarks():
    """What both need lies in `testbed`. The contracts hold the other direction."""
    found = re.compile(r"^\s*(?:from|import) benchmarks\b", re.MULTILINE)
    assert [path for path in (ROOT / "tests").rglob("*.py") if found.search(path.read_text("utf-8"))] == []


def test_importing_the_library_loads_no_browser_driver_no_provider_and_no_model():
    done = python(f"import sys, agent_core; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert done.stdout.strip() == "[]"


RARE = (
    *HEAVY,
    *(
        "PIL",
        "cryptography",
        "jsonschema",
        "opentelemetry",
        "pyotp",
        "regress",
        "rich",
        "typer",
        "websockets",
    ),
    *("agent_core.browsergym", "agent_core.faces", "agent_core.replay"),
    *(
        "agent_core.loop.acts.risk",
        "agent_core.runner.keeping.act_log",
        "agent_core.runner.asking.consent",
        "agent_core.store.acts",
    ),
    *(
        "agent_core.runner.by_hand.inputs",
        "agent_core.runner.keeping.earlier",
        "agent_core.runner.by_hand.hold",
        "agent_core.task.totp",
    ),
    *("browser.cdp", "browser.hand", "browser.lifecycle", "browser.session", "browser.snapshot"),
    *("engines.chat", "engines.models", "engines.rules"),
)
"""What only some runs need, or none does before it begins."""


def test_importing_run_task_loads_nothing_that_a_run_may_do_without():
    done = python(
        "from agent_core import run_task\n"
        f"print([name for name in sys.modules if any(f'{{name}}.'.startswith(f'{{rare}}.') for rare in {RARE!r})])"
    )
    assert done.stdout.strip() == "[]"


def test_importing_run_task_reads_no_source():
    """Such as the docstrings of fields, which are read when a schema is asked for."""
    done = python("import linecache\nfrom agent_core import run_task\nprint(list(linecache.cache))")
    assert done.stdout.strip() == "[]"


def test_importing_the_library_prints_nothing_and_writes_nothing(tmp_path: Path):
    done = python(
        "import agent_core",
        HOME=str(tmp_path),
        USERPROFILE=str(tmp_path),
        XDG_DATA_HOME=str(tmp_path / "data"),
        TMPDIR=str(tmp_path),
        PYTHONDONTWRITEBYTECODE="1",
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert list(tmp_path.rglob("*")) == []


def test_importing_the_library_leaves_signals_alone():
    done = python(
        "import signal\n"
        "numbers = (signal.SIGINT, signal.SIGTERM)\n"
        "before = [signal.getsignal(number) for number in numbers]\n"
        "import agent_core\n"
        "print(before == [signal.getsignal(number) for number in numbers])"
    )
    assert done.stdout.strip() == "True"


PUBLIC_NAMES = [
    "resume_task",
    "run_task",
    "run_task_sync",
    "save_workflow",
    "start_task",
    "check_task",
    "check_workflow",
    "QueuedRun",
    "run_tasks",
    "Run",
    "TaskRequest",
    "TaskRun",
    "Settings",
    "load_run",
    "list_runs",
    "delete_run",
    "delete_workflow",
    "resend_webhook",
    "open_browser_session",
    "list_browser_sessions",
    "close_browser_session",
    "extend_browser_session",
    "BrowserSession",
    "BrowserSessionInfo",
    "create_browser_profile",
    "list_browser_profiles",
    "delete_browser_profile",
    "new_profile_key",
    "BrowserProfileInfo",
    "publish_run",
    "list_workflows",
    "list_recordings",
    "load_workflow",
    "run_workflow",
    "run_workflow_sync",
    "start_workflow",
    "export_workflow",
    "Script",
    "CodeWanted",
    "push_code",
    "list_pushed_codes",
    "PushedCode",
    "open_page",
    "steer_page",
    "SteeredPage",
    "find_browser",
    "install_browser",
    "START_ERRORS",
    "AgentCoreError",
    "BadRequest",
    "BadScript",
    "CannotTakeOver",
    "Hold",
    "HoldEnded",
    "BrowserError",
    "BrowserNotFound",
    "EngineError",
    "EngineUnavailable",
    "LaunchFailed",
    "NoSuchRun",
    "NoSuchWorkflow",
    "UnknownEngine",
]
"""Every name that programs may import from `agent_core`: a change here is a change for its users."""


def test_the_public_names_are_those_that_are_promised():
    assert sorted(agent_core.__all__) == sorted(PUBLIC_NAMES)


def test_the_library_logs_nothing_to_a_program_that_set_no_logging_up():
    code = (
        "import logging, agent_core; logging.getLogger('agent_core.runner.lifecycle').warning('unasked for')"
    )
    done = python(code)
    assert (done.stdout, done.stderr) == ("", "")


def test_what_the_library_exports_is_what_all_names():
    named = agent_core.__all__
    assert len(named) == len(set(named))
    assert [name for name in named if not hasattr(agent_core, name)] == []
    ours = {
        name
        for name, value in vars(agent_core).items()
        if not name.startswith("_") and getattr(value, "__module__", "").partition(".")[0] in PACKAGES
    }
    assert ours <= set(named)


@pytest.mark.parametrize("name", OURS)
def test_the_factory_of_an_engine_is_there(name: str):
    module, _, factory = OURS[name].factory.partition(":")
    assert callable(getattr(import_module(module), factory))


MOST_MODULES = 12
"""In a folder, so that it is taken in at one look; its `__init__.py` is not counted."""


def test_a_folder_holds_a_dozen_modules_at_most():
    held = Counter(str(Path(path).parent) for path in sources(".py") if not path.endswith("__init__.py"))
    assert {folder: count for folder, count in held.items() if count > MOST_MODULES} == {}


ENGINE_NAME = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, OURS))})(?![\w-])")
BENCHMARKS = re.compile(
    r"mini_?wob|web_?arena|web_?voyager|mind2web|work_?arena|assistant_?bench|web_?bench", re.IGNORECASE
)
ENGINE_FOLDERS = tuple(spec.factory.partition(":")[0].replace(".", "/") + "/" for spec in OURS.values())


def sources(*suffixes: str) -> dict[str, str]:
    """Path in the project -> text of every file of the product."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in suffixes)
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in found}


def test_no_name_of_an_engine_stands_outside_its_spec_and_its_folder():
    named = [
        f"{path}:{number}: {line.strip()}"
        for path, text in sources(".py").items()
        if path != "engines/registry.py" and not path.startswith(ENGINE_FOLDERS)
        for number, line in enumerate(text.splitlines(), 1)
        if ENGINE_NAME.search(line) and "agent-core[" not in line
    ]
    assert named == []


def test_no_name_of_a_benchmark_stands_in_the_product():
    named = [path for path, text in sources(".py", ".js", ".txt", ".md").items() if BENCHMARKS.search(text)]
    assert named == []


@pytest.mark.parametrize("package", [agent_core, browser, engines], ids=lambda package: package.__name__)
def test_the_packages_that_are_imported_are_ours(package: object):
    assert Path(str(package.__file__)).parent.parent == ROOT  # type: ignore[attr-defined]


def test_the_dependencies_are_ranges_so_that_others_can_embed_the_library():
    needed = [Requirement(line) for line in metadata.requires("agent-core") or []]
    core = [need for need in needed if need.marker is None]
    assert core
    pinned = [str(need) for need in core if any(part.operator in ("==", "===") for part in need.specifier)]
    assert pinned == []


def test_an_install_without_extras_brings_at_most_forty_distributions():
    brought = _closure("agent-core")
    assert "playwright" in brought
    assert len(brought) <= MOST_DISTRIBUTIONS, sorted(brought)


def _closure(name: str) -> set[str]:
    """Every distribution that installing this one brings, itself included."""
    seen: dict[str, set[str]] = {}
    waiting: list[tuple[str, set[str]]] = [(name, set())]
    while waiting:
        name, extras = waiting.pop()
        name = canonicalize_name(name)
        if name in seen and extras <= seen[name]:
            continue
        seen[name] = seen.get(name, set()) | extras
        for need in map(Requirement, metadata.requires(name) or []):
            asked_for = ("", *seen[name])
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in asked_for):
                waiting.append((need.name, set(need.extras)))
    return set(seen)
