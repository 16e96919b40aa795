"""`clearprop samples`: what is bundled."""

from clearprop.cli.app import Json
from clearprop.i18n import _, number


def samples(json: Json = False) -> None:
    """Print name, rows, columns, task and description of each sample."""
    from clearprop.cli import show
    from clearprop.data import SAMPLES

    if json:
        fields = ("name", "description", "rows", "columns", "task", "target")
        show.print_json({"samples": [{field: getattr(s, field) for field in fields} for s in SAMPLES.values()]})
        return
    out = show.console()
    show.table(
        out,
        [_("sample"), _("rows"), _("columns"), _("task"), _("what it is")],
        [
            [f"sample:{s.name}", number(s.rows, ","), str(s.columns), show.task(s.task), str(s.description)]
            for s in SAMPLES.values()
        ],
        right=(1, 2),
    )
    show.say(out, _("To train on one: clearprop train sample:digits"))
