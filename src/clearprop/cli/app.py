"""The application that the commands register with, and how an error ends one."""

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from typing import Annotated, Any, Literal

import typer

from clearprop import __version__
from clearprop.cli.usage import Group
from clearprop.errors import ClearpropError
from clearprop.files import why
from clearprop.i18n import LANGUAGES, _, speaking
from clearprop.i18n.visible import visible

FAILED, INTERRUPTED = 2, 130

app = typer.Typer(
    cls=Group,
    help=_("Train deep networks on tables and images, and see what they learnt."),
    epilog=_("To begin: clearprop train sample:digits --hidden 128,64"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    str,
    typer.Argument(
        # Translators: words in capitals, here and below, stand in the help for what is to be typed there.
        metavar=_("DATA"),
        help=_(
            "A table (.csv .tsv .parquet .feather .arrow .xlsx, packed or not), arrays (.npz .h5), sample:NAME, or a"
            " folder of images."
        ),
        show_default=False,
    ),
]
Model = Annotated[
    str, typer.Argument(metavar=_("MODEL"), help=_("A run folder, or a .safetensors file."), show_default=False)
]
Target = Annotated[
    str | None,
    typer.Option(help=_("The column to predict; the last one of a table unless named."), show_default=False),
]
Task = Annotated[
    Literal["auto", "classification", "regression"],
    typer.Option(help=_("What the target is; inferred from its values unless given.")),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(help=_("Columns to leave out, with commas between."), metavar=_("COLUMN,…"), show_default=False),
]
Kind = Annotated[
    list[str] | None,
    typer.Option(
        help=_("What to take a column for where it is not what was found: {}. May be given several times.").format(
            "number, category, boolean, date, drop"
        ),
        metavar=_("COLUMN=KIND"),
        show_default=False,
    ),
]
Seed = Annotated[
    int, typer.Option(help=_("Of all that is random; the same seed gives the same result."), min=0, max=2**32 - 1)
]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON object, and nothing else, on standard output."))]
Debug = Annotated[bool, typer.Option("--debug", help=_("Show the traceback of an error."))]


def _see_known(code: str | None) -> str | None:
    """An unknown language ends the command before it begins."""
    try:
        with speaking(code):
            return code
    except ClearpropError as error:
        raise typer.Exit(end(error)) from error


Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        help=_("The language: {}; by default the environment's.").format(", ".join(LANGUAGES)),
        callback=_see_known,
        is_eager=True,
        metavar=_("CODE"),
        show_default=False,
    ),
]


def ending_plainly(function: Callable[..., int | None]) -> Callable[..., None]:
    """The function with options --lang and --debug, without which an error is one sentence and exit status 2."""
    signature = inspect.signature(function, eval_str=True)
    added = [
        inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Lang),
        inspect.Parameter("debug", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Debug),
    ]

    @functools.wraps(function)
    def run(*, lang: str | None = None, debug: bool = False, **options: Any) -> None:
        with speaking(lang):
            raise typer.Exit(run_plainly(debug, options))

    def run_plainly(debug: bool, options: dict[str, Any]) -> int:
        try:
            return function(**options) or 0
        except (Exception, KeyboardInterrupt) as error:
            if debug:
                traceback.print_exc()
            return end(error)

    run.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *added])  # pyright: ignore[reportAttributeAccessIssue]
    return run


def end(error: BaseException) -> int:
    """Say on standard error what went wrong, and return the exit status."""
    if isinstance(error, BrokenPipeError):  # whoever was reading has enough, as in `clearprop predict … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    if isinstance(error, KeyboardInterrupt):
        complain(_("Interrupted; nothing was saved."))
        return INTERRUPTED
    if isinstance(error, ClearpropError):
        complain(str(error))
    elif isinstance(error, OSError):
        what = why(error) or type(error).__name__
        # Translators: {what} is why the file cannot be used: "Permission denied".
        sentence = _("{path}: {what}.") if error.filename else _("A file: {what}.")
        complain(sentence.format(path=error.filename, what=what))
    elif isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error):  # the latter is XLA's
        complain(_("There is not enough memory for this: give fewer rows or columns, smaller layers, or less time."))
    else:
        complain(
            _("clearprop itself went wrong ({kind}: {error}); --debug shows where.").format(
                kind=type(error).__name__, error=error
            )
        )
    return FAILED


def complain(sentence: str) -> None:
    """One line on standard error."""
    print(visible(" ".join(sentence.split())), file=sys.stderr)


def _print_version(wanted: bool) -> bool:
    if wanted:
        print(f"clearprop {__version__}")
        raise typer.Exit
    return wanted


@app.callback()
def _options(
    lang: Lang = None,  # spoken by the Group
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help=_("Show the version and exit."))
    ] = False,
) -> None:
    pass
