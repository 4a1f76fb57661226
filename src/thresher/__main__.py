"""The composition root: the command line of stage ⑤, given the screen lazily so that neither knows the other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    from thresher.capture.cli.main import main as command_line

    return command_line(argv, open_screen)


def open_screen(specs: Sequence[str], **settings: Any) -> int:
    """Run the terminal screen; textual is imported here and not before. For ``settings`` see ``tui.app.run``."""
    from thresher.tui.app import run

    return run(specs, **settings)


if __name__ == "__main__":
    sys.exit(main())
