"""`agent-core`, also as `python -m agent_core`."""

from __future__ import annotations

import sys

from agent_core.faces.cli.packages import REMEDY, strangers


def main() -> None:
    """Run the command line, if what it would import is ours."""
    if strange := strangers():
        sys.stderr.write(f"agent-core: {'; '.join(strange)}: {REMEDY}\n")
        sys.exit(2)
    from agent_core.faces.cli.app import main as run_command_line

    run_command_line()


if __name__ == "__main__":
    main()
