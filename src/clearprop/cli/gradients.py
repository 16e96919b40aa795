"""What `clearprop check` does."""

from clearprop.cli import show
from clearprop.cli.model import open_model, read_for, which_rows
from clearprop.explain import Check, gradient_check
from clearprop.i18n import _

DISAGREE = 1


def run(model: str, data: str, rows: int, as_json: bool) -> int:
    """Check every parameter's gradient; exit status 1 if one is wrong."""
    fitted, table = open_model(model)
    dataset = read_for(table, data)
    Y = table.encode(dataset.values)
    checks = gradient_check(fitted, dataset.X, Y, rows=rows)
    agree = all(check.passed for check in checks)
    used = min(rows, len(dataset.X))
    if as_json:
        show.print_json(
            {"model": model, "data": data, "rows": used, "agree": agree, "checks": [c._asdict() for c in checks]}
        )
        return 0 if agree else DISAGREE
    out = show.console()
    if which_rows(dataset):
        show.say(out, which_rows(dataset) or "")
    show.say(out, _("Gradients of the loss over {rows} of {source}:").format(rows=show.rows(used), source=data))
    show.table(out, _header(), [_line(check) for check in checks], right=(3, 4, 5))
    if agree:
        show.say(out, _("All agree: the way back is the derivative of the way forward."), style="green")
    else:
        show.say(out, _("Not all agree: the way back of a layer marked ✗ is wrong, or its loss has a kink there."))
    return 0 if agree else DISAGREE


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
        f"{check.analytic:.6g}",
        f"{check.numeric:.6g}",
        f"{check.error:.1e}",
        "✓" if check.passed else "✗",
    ]
