"""A trace for a notebook: HTML of its own, without scripts, in the colours of the page it stands in."""

from html import escape
from typing import TYPE_CHECKING

from clearprop.explain import trace_words
from clearprop.explain.mathml import mathml
from clearprop.explain.trace_text import heading, summary
from clearprop.i18n import _, language

if TYPE_CHECKING:
    from clearprop.explain.operation import Operation, Trace

STYLE = """
.clearprop-trace { max-width: 60rem; color: inherit; }
.clearprop-trace article { border-left: 3px solid; padding: 0 0 0 .8rem; margin: 1rem 0; border-color: #7f7f7f; }
.clearprop-trace h3, .clearprop-trace h4, .clearprop-trace p { margin: .3rem 0; }
.clearprop-trace math { display: block math; margin: .25rem 0; font-size: 1.1em; text-align: left; }
.clearprop-trace code { display: block; background: none; color: inherit; white-space: pre-wrap; }
.clearprop-trace table { border-collapse: collapse; margin: .4rem 0; }
.clearprop-trace th, .clearprop-trace td { padding: .1rem .6rem; text-align: start; border-bottom: 1px solid #7f7f7f; }
"""


def html(trace: "Trace") -> str:
    """A `<section>` with everything in it; whatever the network's parts are called is escaped."""
    parts, last = [f"<p>{escape(summary(trace))}</p>"], ""
    for operation in trace.operations:
        if heading(operation) != last:
            last = heading(operation)
            parts.append(f"<h3>{escape(last)}</h3>")
        parts.append(article(operation))
    return (
        f'<section class="clearprop-trace" lang="{escape(language())}"><style>{STYLE}</style>{"".join(parts)}</section>'
    )


def article(operation: "Operation") -> str:
    """One operation."""
    skipped, note = trace_words.skipped(operation), operation.note()
    return "".join([
        f"<p>{escape(skipped)}</p>" if skipped else "",
        f"<article><h4>{operation.number}. {escape(operation.title())}</h4><p>{escape(operation.sentence())}</p>",
        *(mathml(equation) for equation in operation.equations),
        *(f"<code>{escape(line)}</code>" for line in operation.numbers),
        f"<p>{escape(note)}</p>" if note else "",
        shapes(operation),
        "</article>",
    ])  # fmt: skip


def shapes(operation: "Operation") -> str:
    """The arrays' shapes as a table."""
    way = {True: _("input"), False: _("output")}
    rows = [
        f'<tr><td>{escape(way[name in operation.inputs])}</td><th scope="row">{escape(name)}</th>'
        f"<td>{escape(str(shape))}</td></tr>"
        for name, shape in operation.shapes.items()
    ]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("", _("array"), _("shape")))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
