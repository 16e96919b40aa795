"""What `clearprop check` does."""

from typing import Any

from clearprop.cli import show
from clearprop.cli.model import open_model, which_rows
from clearprop.cli.tables import rows_for, telling_places
from clearprop.explain import Check, gradient_check
from clearprop.i18n import _, ngettext, number

DISAGREE = 1


def run(model: str, data: str, rows: int, as_json: bool) -> int:
    """Check every parameter's gradient; exit status 1 if one is wrong."""
    estimator, _table = open_model(model)
    given = rows_for(estimator, data)
    with telling_places(given.source):
        X, Y = estimator.prepare(given.X), estimator.encode(given.X, given.y)
    fitted = estimator.fitted_
    checks = gradient_check(fitted.member(0), X, Y, rows=rows)
    agree = all(check.passed for check in checks)
    used = min(rows, len(X))
    if as_json:
        show.print_json(
            {"model": model, "data": data, "rows": used, "agree": agree, "checks": [_plain(c) for c in checks]}
        )
        return 0 if agree else DISAGREE
    out = show.console()
    if which_rows(given.source):
        show.say(out, which_rows(given.source) or "")
    sentence = ngettext(
        "Gradients of the loss over {n:,} row of {source}:", "Gradients of the loss over {n:,} rows of {source}:", used
    )
    show.say(out, sentence.format(n=used, source=data))
    show.table(out, _header(), [_line(check) for check in checks], right=(3, 4, 5))
    if fitted.members > 1:
        sentence = ngettext(
            "Checked is the first of {n} network; the others have the same layers.",
            "Checked is the first of {n} networks; the others have the same layers.",
            fitted.members,
        )
        show.say(out, sentence.format(n=fitted.members))
    for check in checks:
        if not check.passed:
            show.say(out, _worst(check))
    if agree:
        show.say(out, _("All agree: the way back is the derivative of the way forward."), style="green")
    else:
        show.say(out, _("Not all agree: the way back of a layer marked ✗ is wrong, or its loss has a kink there."))
    return 0 if agree else DISAGREE


def _plain(check: Check) -> dict[str, Any]:
    return {**check._asdict(), "offenders": [one._asdict() for one in check.offenders]}


def _worst(check: Check) -> str:
    """The numbers of a parameter that are furthest off."""
    found = (
        (", ".join(map(str, one.place)), number(one.analytic, ".4g"), number(one.numeric, ".4g"))
        for one in check.offenders
    )
    named = show.between().join(f"{check.parameter}[{place}] {back} ≠ {nudged}" for place, back, nudged in found)
    return _("Furthest off in layer {layer}, analytic and numeric: {named}.").format(layer=check.layer, named=named)


def _header() -> list[str]:
    return [
        _("layer"),
        _("parameter"),
        _("shape"),
        _("analytic"),
        _("numeric"),
        _("relative error"),
        _("agrees"),
    ]


def _line(check: Check) -> list[str]:
    return [
        check.layer,
        check.parameter,
        show.shape(check.shape),
        number(check.analytic, ".6g"),
        number(check.numeric, ".6g"),
        number(check.error, ".1e"),
        "✓" if check.passed else "✗",
    ]
