"""Draws the terminal's screens (stage ⑤) as SVG and PNG: ``python docs/screenshot.py [OUT CAPTURE… --keys …]``.

Without arguments it draws the pictures of ``docs/images``. A key is Textual's name for it (``down``, ``slash``);
``text=…`` pastes text. PNG needs ``rsvg-convert`` and a monospace font such as Fira Code.
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

ROOT = Path(__file__).resolve().parents[1]
TO_THE_DATA = ("enter", "down", "down", "tab", "down", "right", "down", "down")
DOCUMENTED = {
    "events": (["samples/shop"], ["slash", 'text=fd.name contains "secrets"', *TO_THE_DATA]),
    "story": (
        ["samples/shop", "samples/cloud"],
        [
            "slash",
            'text=(any.resource contains "secrets.env" or any.key == "AKIAIOSFODNN7EXAMPLE")'
            ' and evt.time > "2026-11-23 07:10:10"',
            *TO_THE_DATA,
        ],
    ),
}
"""The pictures of the documentation: captures, and the keys that lead there."""
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


def draw(out: Path, captures: list[str], size: str, keys: list[str], title: str) -> int:
    """Write one picture as SVG and, where there is a converter, as PNG beside it."""
    columns, lines = map(int, size.split("x"))
    out.write_text(asyncio.run(drawn(captures, (columns, lines), keys, title)), "utf-8")
    converter = shutil.which("rsvg-convert")
    if converter is None:
        sys.stderr.write("rsvg-convert is not installed: no PNG\n")
        return 0
    return subprocess.run(
        [converter, "-w", "1600", str(out), "-o", str(out.with_suffix(".png"))], check=False
    ).returncode


def main() -> int:
    """Draw one screen, or those of the documentation."""
    parser = argparse.ArgumentParser(description="Draw a screen of Thresher.")
    parser.add_argument("out", type=Path, nargs="?", help="where the SVG goes; the PNG goes beside it")
    parser.add_argument("captures", nargs="*")
    parser.add_argument("--size", default="140x40", help="columns and lines")
    parser.add_argument("--title", default="thresher")
    parser.add_argument("--keys", nargs="*", default=[])
    options = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    if options.out is not None:
        return draw(options.out, options.captures, options.size, options.keys, options.title)
    os.chdir(ROOT)
    return max(
        draw(ROOT / "docs" / "images" / f"{name}.svg", captures, "140x40", keys, f"thresher {' '.join(captures)}")
        for name, (captures, keys) in DOCUMENTED.items()
    )


if __name__ == "__main__":
    sys.exit(main())
