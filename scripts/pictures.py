"""Take the README's pictures: `.venv/bin/python scripts/pictures.py` (needs Chromium and fonts)."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from playwright.async_api import Page, async_playwright

_PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
_PORT = 8765
_SLOW = ("--rtt", "80", "--bandwidth", "60000")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


async def main() -> None:
    command = (sys.executable, "-m", "sandbox", "--demo", "--serve", "--port", str(_PORT), *_SLOW)
    sandbox = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        async with asyncio.timeout(120), async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=_FLAGS
            )
            page = await browser.new_page(
                viewport={"width": 900, "height": 760}, device_scale_factor=2
            )
            await _look(page)
            await browser.close()
    finally:
        sandbox.terminate()
        await sandbox.wait()


async def _look(page: Page) -> None:
    """Wait for the first conversation to show a board half full."""
    while True:
        try:
            await page.goto(f"http://127.0.0.1:{_PORT}/")
            break
        except Exception:  # noqa: BLE001  # not up yet; the time-out above ends it
            await asyncio.sleep(0.3)
    await page.get_by_text("MB/s").or_(page.get_by_text("kB/s")).first.wait_for()
    await asyncio.sleep(3.5)
    await page.screenshot(path=_PICTURES / "demo.png")


asyncio.run(main())
