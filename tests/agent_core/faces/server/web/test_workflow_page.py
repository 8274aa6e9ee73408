from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

from agent_core.replay.format import Parameter, Script
from agent_core.store.scripts import Scripts
from tests.support.task_server import Player, served, settings_in


def test_the_command_line_of_a_workflow_is_read_by_a_shell_as_its_values_are(tmp_path: Path):
    values = {"thing": 'Tom & Jerry\'s "hat" for $5', "shop": "Quay <1>"}
    parameters = {name: Parameter(example=value) for name, value in values.items()}
    script = Script(prompt="Read {{thing}} at {{shop}}", url="http://shop.example/", parameters=parameters)
    Scripts(home=tmp_path).publish(script, "prices")
    with served(settings_in(tmp_path), Player()) as client:
        shown = re.search(r'<pre id="run-line"[^>]*>(.*?)</pre>', client.get("/workflows/prices").text, re.S)
    assert shown
    given = [word for name, value in values.items() for word in ("-p", f"{name}={value}")]
    words = subprocess.check_output(["sh", "-c", f"printf '%s\\n' {html.unescape(shown[1])}"], text=True)
    assert words.splitlines() == ["agent-core", "workflows", "run", "prices", *given]
