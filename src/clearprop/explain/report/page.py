"""`report`: from a model and its data to a page."""

import base64
import hashlib
import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup

import clearprop
from clearprop.explain.operation import Trace
from clearprop.explain.report.fonts import font_faces
from clearprop.explain.report.sections import sections
from clearprop.explain.report.subject import Subject
from clearprop.explain.trace import trace
from clearprop.i18n import _, language, speaking
from clearprop.i18n.visible import visible

FOLDER = Path(__file__).parent


def report(
    model: Any,
    X: Any,
    y: Any,
    *,
    row: int = 0,
    path: Any = None,
    steps: Trace | None = None,
    name: str = "",
    lang: str | None = None,
    units: int = 6,
    learning_rate: float = 0.1,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> str:
    """The page, as HTML.

    Args:
        model: an estimator that was fitted, or a `Fitted`.
        X: the rows, as the model takes them.
        y: the right answers.
        row: which one is followed step by step, from 0.
        path: the weights by epoch, a `DescentPath`: without it the loss is shown around the trained weights only, and
            the boundary as it is in the end.
        steps: the row's trace, if it was made already, by this model's first network with this row alone; `units` and
            `learning_rate` are then what it was made with.
        name: what the data are called.
        lang: the page's language, "en", "es", "fr", "hi" or "uk"; None: the one spoken now.
        units: how many units of a large layer are shown.
        learning_rate: η of the step of gradient descent that ends the trace.
        seed: of the rows and directions that are drawn.
        progress: is told (what is being computed, done, of all).

    Raises:
        ClearpropError: data that the model does not take, no such row, a path that is another training's, a language
            that we do not speak.
    """
    with speaking(lang):
        subject = Subject(model, X, y, row, path, name).few(seed)
        if path is not None:
            path.see_that_it_leads_to(subject.fitted)

        def traced(subject: Subject) -> Trace:
            X, Y = (each[subject.row : subject.row + 1] for each in subject.prepared)
            return steps or trace(subject.fitted, X, Y, units=units, learning_rate=learning_rate, seed=seed)

        found = sections(subject, traced, units, seed, progress or (lambda what, done, of_all: None))
        title = _("{target}: what the network does with row {row}").format(target=subject.target, row=row + 1)
        script = (FOLDER / "walk.js").read_text(encoding="utf-8")
        page = _template().render(
            language=language(),
            title=title,
            lead=_lead(subject),
            sections=found,
            version=clearprop.__version__,
            style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),
            script=Markup(script),
            script_hash=_hash(f"\n{script}\n"),
        )
        return _with_fonts(visible(page))


def _with_fonts(page: str) -> str:
    """The page with the fonts for its letters; all that comes before its style is written by us, or escaped."""
    before, style, after = page.partition("<style>\n")
    return f"{before}{style}{font_faces(_letters(page))}\n{after}"


def _lead(subject: Subject) -> str:
    if subject.name:
        return _("Data: {name}. Everything below was computed from it and from the trained network.").format(
            name=subject.name
        )
    return _("Everything below was computed from the data and from the trained network.")


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    return environment.get_template("page.html")


def _hash(script: str) -> str:
    """What a content security policy knows an inline script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _letters(page: str) -> str:
    """All letters that a reader of the page may see."""
    body = page[page.index("<body>") : page.rindex("<script>")]
    return html.unescape(re.sub(r"<[^>]*>", " ", body)) + "".join(re.findall(r'="([^"]*)"', body))
