"""A real browser, without a network; screenshots are kept in $CLEARPROP_ARTEFACTS, by default build/artefacts."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


class Opened(NamedTuple):
    """A page, and what was heard of it."""

    page: Any
    requests: list[str]
    complaints: list[str]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser: $CLEARPROP_CHROMIUM, which must be there then, or one of the usual names; else tests are skipped."""
    asked = os.environ.get("CLEARPROP_CHROMIUM")
    program = asked or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the path (set CLEARPROP_CHROMIUM)")
    assert Path(program).is_file(), f"CLEARPROP_CHROMIUM is {program!r}, and there is no such file"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """`opened(file, fragment, width=…, color_scheme=…)` → Opened; all was quiet, and nothing else was asked for."""
    found: list[tuple[Path, Opened, Any]] = []

    def open_(file: Path, fragment: str = "", width: int = 1600, **settings: Any) -> Opened:
        context = chromium.new_context(offline=True, viewport={"width": width, "height": 1000}, **settings)
        page = context.new_page()
        this = Opened(page, [], [])
        page.on("request", lambda request: this.requests.append(request.url))
        page.on("console", lambda message: this.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: this.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (this.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        found.append((file, this, context))
        page.goto(file.as_uri() + fragment)
        page.evaluate("document.fonts.ready.then(() => true)")
        return this

    yield open_
    for file, this, context in found:
        context.close()
        assert this.complaints == []
        assert {url.partition("#")[0] for url in this.requests if not url.startswith("data:")} == {file.as_uri()}


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots are kept."""
    default = Path(__file__).parents[2] / "build" / "artefacts"
    folder = Path(os.environ.get("CLEARPROP_ARTEFACTS") or default)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def in_language(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`in_language("uk")` → the file with the page of `reported` in it."""
    import reported

    folder = tmp_path_factory.mktemp("pages")

    def write(lang: str) -> Path:
        file = folder / f"report-{lang}.html"
        if not file.exists():
            file.write_text(reported.page(lang), encoding="utf-8")
        return file

    return write
