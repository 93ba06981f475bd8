"""The browser that the pages are tested in, and what must not happen in it.

Without one these tests are skipped, but not where CI is set: there they fail. So it is with axe, which
`npm ci --prefix tests/browser` installs.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).with_name("browser") / "node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser that is installed."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None or importlib.util.find_spec("playwright") is None:
        _missing("chromium" if path is None else "playwright", "the pages must be tested in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        # no sandbox: as root chromium has none, and the pages are our own
        running = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


def _missing(what: str, why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed, and in CI {why}")
    pytest.skip(f"{what} is not installed")


class Watched:
    """Opens pages and writes down what they complain of, the dialogs they open, and the windows."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self.contexts: list[Any] = []

    def open(self, address: str, routes: Any = None, **settings: Any) -> Any:
        """A page of its own; `routes` answers all of its requests, where given."""
        context = self.browser.new_context(
            **({"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | settings)
        )
        self.contexts.append(context)
        if routes is not None:
            context.route("**/*", routes)
        context.set_default_timeout(10_000)
        opened = context.new_page()
        opened.on("console", lambda message: self.complaints.append(message.text))
        opened.on("pageerror", lambda error: self.complaints.append(str(error)))
        opened.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        opened.on("popup", lambda popup: self.complaints.append(popup.url))
        opened.goto(address)
        return opened

    def close(self) -> None:
        """All of them."""
        for context in self.contexts:
            context.close()

    def forgive(self, part: str) -> None:
        """Takes back the complaints that a test means to cause; there must be one."""
        kept = [one for one in self.complaints if part not in one]
        assert len(kept) < len(self.complaints), f"no complaint has {part!r} in it: {self.complaints}"
        self.complaints = kept


def barriers(opened: Any) -> list[str]:
    """What axe finds on the page as it is now. The page must have been opened with `bypass_csp`."""
    if not AXE.exists():
        _missing("axe", "the pages must be accessible; run `npm ci --prefix tests/browser`")
    opened.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
    found = opened.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(result => result.violations.map("
        "one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.html.slice(0, 160)).slice(0, 3).join(' | ')}`))",
        WCAG,
    )
    return list(found)
