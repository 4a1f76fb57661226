"""Draws the terminal's screens (stage ⑤) as SVG and PNG: ``python docs/screenshot.py OUT CAPTURE… --keys …``.

A key is Textual's name for it (``down``, ``slash``); ``text=…`` pastes text. PNG needs ``rsvg-convert`` and a monospace
font such as Fira Code.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC
from pathlib import Path

CELL = 12.2
"""Width of a character in Rich's SVG."""
TEXT = re.compile(r'x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"([^>]*)>((?:&#160;)+)')


def without_leading_blanks(svg: str) -> str:
    """Text that begins where its first visible character stands: converters disagree about blanks at a beginning."""

    def moved(match: re.Match[str]) -> str:
        blanks = match[5].count("&#160;")
        start, length = float(match[1]) + CELL * blanks, max(float(match[3]) - CELL * blanks, 0)
        return f'x="{start:.1f}" y="{match[2]}" textLength="{length:.1f}"{match[4]}>'

    return TEXT.sub(moved, svg)


async def drawn(captures: list[str], size: tuple[int, int], keys: list[str], title: str) -> str:
    """The screen after these keys, as SVG."""
    from textual import events

    from thresher.capture.case import Cancel, open_case
    from thresher.tui.app import ThresherApp
    from thresher.tui.opening import Start
    from thresher.tui.screens.events import EventsScreen

    start = Start(tuple(captures), UTC)
    app = ThresherApp(lambda: open_case(captures, cache=False), lambda jobs: EventsScreen(jobs, Cancel, start))
    async with app.run_test(size=size) as pilot:

        async def settle() -> None:
            for _ in range(4):
                await app.jobs.idle()
                await pilot.pause(0.05)

        while app.case is None and app.error is None:
            await pilot.pause(0.05)
        if app.case is None:
            raise SystemExit(str(app.error))
        await asyncio.to_thread(app.case.wait)
        await pilot.pause(0.5)
        await settle()
        for key in keys:
            if key.startswith("text="):
                app.post_message(events.Paste(key.removeprefix("text=")))
            else:
                await pilot.press(key)
            await settle()
        return without_leading_blanks(app.export_screenshot(title=title))


def main() -> int:
    """Draw one screen."""
    parser = argparse.ArgumentParser(description="Draw a screen of Thresher.")
    parser.add_argument("out", type=Path, help="where the SVG goes; the PNG goes beside it")
    parser.add_argument("captures", nargs="+")
    parser.add_argument("--size", default="140x44", help="columns and lines")
    parser.add_argument("--title", default="thresher")
    parser.add_argument("--keys", nargs="*", default=[])
    options = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    columns, lines = map(int, options.size.split("x"))
    svg = asyncio.run(drawn(options.captures, (columns, lines), options.keys, options.title))
    options.out.write_text(svg, "utf-8")
    converter = shutil.which("rsvg-convert")
    if converter is None:
        sys.stderr.write("rsvg-convert is not installed: no PNG\n")
        return 0
    png = options.out.with_suffix(".png")
    return subprocess.run([converter, "-w", "1600", str(options.out), "-o", str(png)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
