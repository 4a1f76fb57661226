"""The composition root: the command line of stage ⑤, given the screen lazily so that neither knows the other."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from thresher.capture.notes import CaseFile


os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""numpy's linear algebra, which nothing here uses, would otherwise start its threads when numpy is imported."""


SELDOM = 50_000
"""Objects made between two looks for garbage: what is imported stays, and looking through it often is wasted time."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    gc.set_threshold(SELDOM)
    from thresher.capture.cli.main import main as command_line

    return command_line(argv, open_screen)


def open_screen(
    specs: Sequence[str],
    *,
    text: str,
    internal: bool,
    go_to: str,
    timezone: tzinfo,
    cache: bool,
    follow: bool,
    case_file: CaseFile | None,
    metadata: Sequence[str] = (),
    shifts: Sequence[str] = (),
) -> int:
    """Run the terminal screen; textual is imported here and not before. For the arguments see ``tui.app.run``."""
    from thresher.tui.app import run

    return run(
        specs,
        filter=text,
        internal=internal,
        go_to=go_to,
        zone=timezone,
        cache=cache,
        follow=follow,
        case_file=case_file,
        metadata=metadata,
        shifts=shifts,
    )


if __name__ == "__main__":
    sys.exit(main())
