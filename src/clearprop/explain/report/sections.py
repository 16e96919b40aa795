"""The sections of a page, each from what explains it."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.explain import (
    boundary_picture,
    curve,
    descent_picture,
    landscape_picture,
    units_picture,
)
from clearprop.explain.besides import not_on_a_path
from clearprop.explain.boundary import Boundary, boundary
from clearprop.explain.boundary_columns import boundary_of_columns
from clearprop.explain.descent import descent
from clearprop.explain.gradient_check import gradient_check
from clearprop.explain.landscape import Landscape, landscape
from clearprop.explain.operation import Trace
from clearprop.explain.report import vision
from clearprop.explain.report.drawing import draw
from clearprop.explain.report.parts import Figure, Section, Table, exact, figure, signed
from clearprop.explain.report.subject import Subject
from clearprop.explain.report.walk import Walk, walk
from clearprop.explain.surfaces import plane_of
from clearprop.explain.units import Units, leading, units
from clearprop.i18n import _, ngettext, number

Told = Callable[[str, int, int], None]

ROWS, FEW, NUMBERS = 512, 32, 2**21
"""Rows that the loss is shown over: it is computed at thousands of points. At most; at least; and so many that the
numbers that all layers make of them are about this many, as maps of images are large."""

LINE, PLANE, REGIONS = 41, 25, 61
"""Points of a grid, a side: of the loss along a line and on a plane, and of the decision regions."""


def sections(
    subject: Subject, steps: Callable[[Subject], Trace], shown: int, seed: int, told: Told
) -> list[Section | Walk]:
    """All of them, in the order of the page; `told` hears (what is being computed, done, of all)."""
    plane = cache(lambda: _plane(subject, seed))
    seen = cache(lambda: vision.looked(subject))
    images = [(_("the image"), lambda: vision.sections(subject, seen(), seed))] if vision.sees_images(subject) else []
    makers = (
        (_("the row"), lambda: [_row(subject, [vision.image(seen())] if images else [])]),
        *images,
        (_("the steps"), lambda: [_steps(subject, steps(subject), shown)]),
        (_("the curves"), lambda: _curves(subject)),
        (_("the loss"), lambda: [_loss(subject, *plane(), seed)]),
        (_("descents"), lambda: [_descents(subject, plane()[0])]),
        (_("decision regions"), lambda: [_regions(subject, seed)]),
        (_("the units"), lambda: [_units(subject, seed)]),
        (_("the gradients"), lambda: [_check(subject, seed)]),
    )
    found: list[Section | Walk] = []
    for done, (what, make) in enumerate(makers):
        told(what, done, len(makers))
        found += make()
    return found


def _row(subject: Subject, pictures: Sequence[Figure] = ()) -> Section:
    """What the row holds, and what is predicted for it; of an image, a picture."""
    X, Y = subject.prepared
    predicted = subject.fitted.predict(X[subject.row : subject.row + 1])[0]
    tables = [Table(_("What the network predicts for it"), *_predicted(subject, predicted, Y[subject.row]))]
    cells = subject.cells()
    if cells:
        tables.append(Table(_("What the row holds"), [_("column"), _("value")], cells))
    text: list[str] = [_("This is the row that is followed below, and what the trained network says of it.")]
    if subject.whole.members > 1:
        text.append(
            _("The model is an ensemble of {n} networks; the first of them is looked into.").format(
                n=subject.whole.members
            )
        )
    return Section("row", _("The row"), text, pictures, tables=tables)


def _predicted(subject: Subject, predicted: np.ndarray, answer: Any) -> tuple[Sequence[str], list[list[Any]]]:
    """(header, rows): a probability for each class or label, or the numbers."""
    if not subject.classes:
        pairs = [(str(subject.target), np.ravel(predicted), np.ravel(answer))]
        own = subject.own(predicted, answer)
        if own is not None:
            scaled = _("{target}, scaled as the network sees it").format(target=subject.target)
            pairs = [(pairs[0][0], *own), (scaled, *pairs[0][1:])]
        rows = [
            [name, exact(float(value), ".6g"), exact(float(wanted), ".6g")]
            for name, values, answers in pairs
            for value, wanted in zip(values, answers, strict=False)
        ]
        return [_("target"), _("predicted"), _("answer")], rows
    chances = np.ravel(predicted)
    if len(chances) == 1 and not subject.labels:
        chances = np.array([1 - chances[0], chances[0]])
    rows = [
        [name, exact(float(chance), ".1%"), _("the answer") if right else ""]
        for name, chance, right in zip(subject.classes, chances, _right(answer, len(chances), subject), strict=True)
    ]
    return [_("label") if subject.labels else _("class"), _("probability"), _("which is right")], rows


def _right(answer: Any, classes: int, subject: Subject) -> np.ndarray:
    """Which of the classes is the answer, or which labels apply: (classes,) of truth values."""
    known = np.ravel(answer)
    if subject.labels:
        return known > 0.5
    likeliest = int(known.argmax()) if len(known) > 1 else round(float(known[0]))
    return np.arange(classes) == likeliest


def _steps(subject: Subject, found: Trace, shown: int) -> Walk:
    """The network and its operations, one after the other."""
    one = slice(subject.row, subject.row + 1)
    outputs = np.ravel(subject.fitted.predict(subject.prepared[0][one])[0])
    single = len(outputs) == 1 and not subject.labels  # of two classes it is the chance of the second
    drawing = draw(found, outputs.tolist(), subject.inputs, subject.classes[1:] if single else subject.classes, shown)
    text = [
        _(
            "One learning step with this row, from its way forward through the network to the step of gradient descent:"
            " each operation shows its equation, and the same equation with this row's numbers in it."
        ),
        _("Learning rule: {rule}. Loss of this row: {loss}.").format(rule=found.rule, loss=signed(found.loss, ".4g")),
    ]
    return walk(Section("steps", _("Step by step: forward, loss, back, descent"), text), drawing, found)


def _curves(subject: Subject) -> list[Section]:
    """The loss and the metric by epoch; nothing where no history was kept."""
    history = subject.whole.history
    if not len(history):
        return []
    kept = subject.whole.kept_epoch
    picture = figure(
        lambda f: curve.paint(f, history, kept),
        *curve.size(history),
        "curves",
        _("Loss and score by epoch"),
        curve.describe(history, kept),
    )
    text = [
        _("One epoch goes through all rows once. What training saw falls; what it never saw tells whether it learnt.")
    ]
    return [Section("curves", _("How training went"), text, [picture])]


def _plane(subject: Subject, seed: int) -> tuple[Landscape, list[str]]:
    """(the loss over the plane of the path, or over a random one where there is none; what is to be said of it)"""
    options: dict[str, Any] = {"points": PLANE, "seed": seed, "rows": _rows(subject)}
    if subject.path is None:
        why = _(
            "The path of the descent was not kept with this model, so the plane goes in two random directions:"
            " train with --path to see the way that was taken."
        )
    elif len(subject.path) < 3:
        why = _(
            "The training had too few epochs for the plane of its path, up to the weights that were kept: the plane"
            " goes in two random directions."
        )
    else:
        try:
            found = landscape(subject.fitted, *subject.prepared, plane="path", path=subject.path, **options)
            return found, not_on_a_path(subject.fitted)
        except ClearpropError as no_plane:
            why = str(no_plane)
    return landscape(subject.fitted, *subject.prepared, plane="random", **options), [why]


def _rows(subject: Subject) -> int:
    """How many rows the loss is shown over."""
    numbers = sum(map(math.prod, subject.fitted.network.shapes(subject.fitted.input_shape)))
    return max(FEW, min(ROWS, NUMBERS // numbers))


def _loss(subject: Subject, plane: Landscape, said: list[str], seed: int) -> Section:
    """The loss around the weights: along a line, and on a plane, the path's if there is one."""
    X, Y = subject.prepared
    line = landscape(subject.fitted, X, Y, plane="line", points=LINE, seed=seed, rows=_rows(subject))
    figures = [
        figure(
            lambda f, found=found: landscape_picture.paint(f, found),
            *landscape_picture.SIZE,
            name,
            title,
            landscape_picture.describe(found),
        )
        for name, title, found in (
            ("loss-plane", _("The loss on a plane through the trained weights"), plane),
            ("loss-line", _("The loss along a line through the trained weights"), line),
        )
    ]
    text = [
        _(
            "The loss is a function of all weights at once. Here it is on a slice through the trained ones: deep"
            " learning is the way down on this surface."
        ),
        *said,
    ]
    return Section("loss", _("The loss around the weights"), text, figures)


def _descents(subject: Subject, plane: Landscape) -> Section:
    """Four optimizers from one start, on the plane of this network's loss."""
    try:
        found = descent(plane_of(plane, subject.fitted, *subject.prepared), steps=60)
    except ClearpropError as without:  # no slope there: the rule predicts in a way of its own
        return Section("descents", _("Ways down"), [str(without)])
    picture = figure(
        lambda f: descent_picture.paint(f, found),
        *descent_picture.SIZE,
        "descents",
        _("Four ways down from the same start"),
        descent_picture.describe(found),
    )
    text = [
        _(
            "Gradient descent, momentum, RMSProp and Adam start at the same point of this network's loss and take the"
            " same number of steps along the slope that back propagation gives."
        )
    ]
    return Section("descents", _("Ways down"), text, [picture])


def _regions(subject: Subject, seed: int) -> Section:
    """Where the network draws the line, by epoch."""
    try:
        found = _boundary(subject, seed)
    except ClearpropError as without:  # no plane: the rows have one input, or differ in one direction only
        return Section("regions", _("Where it draws the line"), [str(without)])
    picture = figure(
        lambda f: boundary_picture.paint(f, found),
        *boundary_picture.size(found),
        "regions",
        _("What the network answers on a plane of its inputs"),
        boundary_picture.describe(found),
    )
    text = [_("Every point of the plane is a row that the network is asked about; the marks are rows of the data.")]
    return Section("regions", _("Where it draws the line"), text, [picture], found.text().splitlines())


def _boundary(subject: Subject, seed: int) -> Boundary:
    options: dict[str, Any] = {"points": REGIONS, "path": subject.path, "seed": seed}
    table = subject.whole.table
    if getattr(table, "preparation", None) is not None and hasattr(subject.model, "prepare"):
        return boundary_of_columns(subject.model, subject.X, subject.y, row=subject.row, **options)
    classes = None if subject.labels else subject.classes or None
    return boundary(subject.fitted, *subject.prepared, classes=classes, **options)


def _units(subject: Subject, seed: int) -> Section:
    """What each hidden unit responds to, and how the error fares."""
    X, Y = subject.prepared
    found = units(subject.fitted, X, Y, seed=seed, classes=subject.classes or None)
    pictures = [
        figure(
            lambda f: units_picture.paint(f, found),
            *units_picture.size(found),
            "units",
            _("What hidden units respond to, and how activities and errors fare"),
            units_picture.describe(found),
        )
    ]
    text = [
        _(
            "A unit that never fires, or always to the full, cannot learn; an error that fades on its way back"
            " teaches nothing."
        )
    ]
    tables = [*_norms(found), *_leading(found)]
    return Section("hidden", _("What the units do"), text, pictures, tables=tables)


def _norms(found: Units) -> Iterator[Table]:
    if found.norms:
        header = [_("layer"), _("activations"), _("errors"), _("weights"), _("gradient"), _("gradient / weights")]
        rows = [
            [n.place, *map(exact, (n.activations, n.errors_of_sums, n.weights, n.gradient, n.relative))]
            for n in found.norms
        ]
        yield Table(_("How large the numbers are, layer by layer"), header, rows)


def _leading(found: Units) -> Iterator[Table]:
    for layer in found.layers:
        header = [_("unit"), _("active on"), _("prefers"), "AUC" if found.classes else _("correlation"), _("goes by")]
        rows = []
        for index in leading(layer, 5):
            unit = found.unit(layer, index)
            measure = unit["selectivity"] if found.classes else unit["correlation"]
            inputs = ", ".join(f"{name} ({number(strength, '+.2g')})" for name, strength in unit["inputs"] if strength)
            rows.append(
                [
                    number(index + 1),
                    exact(unit["active"], ".0%"),
                    unit["prefers"] or "–",
                    "–" if measure is None else exact(measure, ".2f"),
                    inputs,
                ]
            )
        if rows:
            title = ngettext(
                "Layer {place}: the unit that tells most",
                "Layer {place}: the {n} units that tell most",
                len(rows),
            ).format(place=layer.place, n=len(rows))
            yield Table(title, header, rows)


def _check(subject: Subject, seed: int) -> Section:
    """Back propagation against nudged weights."""
    X, Y = subject.prepared
    checks = gradient_check(subject.fitted, X, Y, seed=seed)
    agree = all(check.passed for check in checks)
    header = [_("layer"), _("parameter"), _("back propagation"), _("nudged weights"), _("relative error"), _("agrees")]
    rows = [
        [
            check.layer,
            check.parameter,
            exact(check.analytic, ".6g"),
            exact(check.numeric, ".6g"),
            exact(check.error, ".1e"),
            _("yes") if check.passed else _("no"),
        ]
        for check in sorted(checks, key=lambda check: -check.error)
    ]
    text = [
        _(
            "If a weight moves a little, the loss changes by the gradient times as much. For each array of weights,"
            " what back propagation says is set beside what is found by moving it; the worst stands first."
        ),
        _("All agree: the way back is the derivative of the way forward.")
        if agree
        else _("Not all agree: there the way back is wrong, or the loss has a kink."),
    ]
    return Section("gradients", _("Is the gradient right?"), text, tables=[Table(_("Gradient check"), header, rows)])
