"""The sections of a page that are about images: the image itself, what is looked for and seen in it, and mistakes."""

from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.explain import (
    confusion_picture,
    feature_maps_picture,
    first_layer_picture,
    look_picture,
    occlusion_picture,
    saliency_picture,
)
from clearprop.explain.answers import answers
from clearprop.explain.asked import image_shape, predicted
from clearprop.explain.confusion import Confusion, confusion
from clearprop.explain.look import Look, look
from clearprop.explain.report.parts import Figure, Section, Table, exact, figure
from clearprop.explain.report.subject import Subject
from clearprop.i18n import _

ROWS = 2000
"""Rows that are predicted for the confusion matrix, at most."""


def sees_images(subject: Subject) -> bool:
    """Whether the rows are images."""
    return image_shape(subject.fitted) is not None


def looked(subject: Subject) -> Look:
    """The row that is followed, through the network's eyes.

    Raises:
        DataError: there is no such row.
    """
    _X, _Y = subject.prepared
    return look(subject.fitted, _images(subject, slice(subject.row, subject.row + 1))[0])


def image(found: Look) -> Figure:
    """The image itself."""
    title, text = _("The image"), _("The image, and what is predicted for it: {answer}.").format(answer=_told(found))
    return figure(lambda f: look_picture.paint_image(f, found), 3.2, 3.4, "image", title, text)


def sections(subject: Subject, found: Look, seed: int) -> list[Section]:
    """What the network looks for and sees, what its decision rests on, and what it takes for what."""
    return [_seen(found), _decided(found), *_confused(subject, seed)]


def _told(found: Look) -> str:
    return ", ".join(found.answers())


def _seen(found: Look) -> Section:
    """The first layer's filters, and the maps of the stages."""
    pictures = []
    if found.filters is not None:
        filters = found.filters
        pictures.append(
            figure(
                lambda f: first_layer_picture.paint(f, filters),
                *first_layer_picture.size(filters),
                "filters",
                _("What the first layer looks for"),
                first_layer_picture.describe(filters),
            )
        )
    if found.maps:
        pictures.append(
            figure(
                lambda f: feature_maps_picture.paint(f, found.maps),
                *feature_maps_picture.size(found.maps),
                "maps",
                _("What the stages make of the image"),
                feature_maps_picture.describe(found.maps),
            )
        )
    text = [
        _(
            "A filter answers where the image looks as it does: a map shows where, for this image. Blue is above zero,"
            " orange below."
        ),
        *found.without,
    ]
    return Section("seen", _("What it looks for, and what it sees"), text, pictures)


def _decided(found: Look) -> Section:
    """Occlusion and saliency."""
    pictures = [
        figure(
            lambda f: occlusion_picture.paint(f, found.image, found.occlusion),
            *occlusion_picture.SIZE,
            "occlusion",
            _("What it loses when hidden"),
            occlusion_picture.describe(found.occlusion),
        )
    ]
    if found.saliency is not None:
        saliency = found.saliency
        pictures.append(
            figure(
                lambda f: saliency_picture.paint(f, found.image, saliency),
                *saliency_picture.SIZE,
                "saliency",
                _("Which pixels would move it"),
                saliency_picture.describe(saliency),
            )
        )
    text = [
        _(
            "A square is slid over the image to see what the decision loses without what it hides; and the gradient,"
            " followed back to the image, says which pixels would move the decision if they changed a little."
        )
    ]
    return Section("decided", _("What the decision rests on"), text, pictures)


def _confused(subject: Subject, seed: int) -> list[Section]:
    """The confusion matrix with images; nothing where no classes exclude each other."""
    if not subject.classes or subject.labels:
        return []
    rows, found = mistakes(subject, seed)
    images = _images(subject, rows)
    picture = figure(
        lambda f: confusion_picture.paint(f, found, images),
        *confusion_picture.size(found, images),
        "confusion",
        _("What is taken for what"),
        confusion_picture.describe(found),
    )
    text = [
        _(
            "Each line of the matrix is a class, each column what its rows are taken for. Below stand images of the"
            " commonest mistakes, those first of which the network is surest, with the probability it gave the wrong"
            " class."
        )
    ]
    header = [_("the answer"), _("predicted"), _("rows"), _("row"), _("probability")]
    cells: list[list[Any]] = [
        [
            found.classes[each.right],
            found.classes[each.taken],
            each.n,
            subject.number(int(rows[row])),
            exact(float(p), ".1%"),
        ]
        for each in found.common
        for row, p in zip(each.rows, each.probabilities, strict=True)
    ]
    tables = [Table(_("The commonest mistakes"), header, cells)] if cells else []
    return [Section("confused", _("What it takes for what"), text, [picture], tables=tables)]


def mistakes(subject: Subject, seed: int) -> tuple[np.ndarray, Confusion]:
    """(rows, the confusion among them): `ROWS` of the subject's rows at most, drawn with the seed."""
    X, Y = subject.prepared
    rows = np.sort(np.random.default_rng(seed).permutation(len(X))[:ROWS])
    reading = answers(subject.fitted, classes=subject.classes)
    P = predicted(subject.fitted, reading, X[rows])
    found = confusion(reading.targets(Y[rows]), P, range(len(subject.classes)))
    return rows, replace(found, classes=subject.classes)


def _images(subject: Subject, rows: Any) -> np.ndarray:
    """(n, height, width, channels) of these rows, as the caller has them."""
    X = subject.X if hasattr(subject.X, "shape") else np.asarray(subject.X)
    return np.asarray(X[rows]).reshape(-1, *(image_shape(subject.fitted) or ()))
