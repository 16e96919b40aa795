"""The frame of every picture: its style and fonts, as a .png file or as SVG inside a page.

Letters of every language show: the package brings Noto Sans and Noto Sans Devanagari (`explain/fonts`), and Matplotlib
shapes them. Numbers beside the axes are written as the language writes them.
"""

import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from clearprop.files import write_atomically
from clearprop.i18n.numbers import localised

BLUE, LIGHT_BLUE, ORANGE = "#3b6fb6", "#9bb5da", "#d9772b"
GREY, DARK_GREY, EDGE = "#5f6b76", "#30363c", "#8a939b"
"""Told apart by those who see no red or no green, and in print."""

INK, PAPER, GRID = "#1b1f24", "#ffffff", "#e3e6e8"

FONTS = Path(__file__).with_name("fonts")
FAMILIES = ("Noto Sans", "Noto Sans Devanagari", "DejaVu Sans")
"""Where a letter is looked for, in order; the last one is Matplotlib's own and has the signs of mathematics."""

STYLE: Any = {
    "font.family": FAMILIES,
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.color": EDGE,
    "ytick.color": EDGE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": EDGE,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
}

THEME = {
    BLUE: "--blue",
    LIGHT_BLUE: "--light-blue",
    ORANGE: "--orange",
    GREY: "--grey",
    DARK_GREY: "--dark-grey",
    EDGE: "--edge",
    INK: "--ink",
    PAPER: "--paper",
    GRID: "--grid",
}
"""What a page calls these colours, so that it can change them for the dark."""


@contextmanager
def picture(path: str | Path, width: float, height: float, title: str, **style: Any) -> Iterator[Any]:
    """A Matplotlib figure of so many inches to draw in; on leaving it is written to `path`.

    `style` adds to `STYLE` or changes it, with underscores for points: `axes_spines_left=False`.

    Raises:
        OSError: the file cannot be written.
    """
    content = io.BytesIO()
    with _figure(width, height, style) as figure:
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=11, parse_math=False)
        yield figure
        _localise(figure)
        figure.savefig(content, format="png", dpi=150)
    write_atomically(path, content.getvalue())


def svg(paint: Callable[[Any], None], width: float, height: float, name: str, title: str, text: str) -> str:
    """What `paint(figure)` draws, as an SVG element for a page: text as text, colours by the page's theme.

    Args:
        paint: draws into a Matplotlib figure.
        width: in inches; so is
        height: its height.
        name: a word that is the page's only one of its kind; the ids in the picture begin with it.
        title: what it shows, for those who do not see it; and
        text: what there is to see.
    """
    content = io.StringIO()
    clear = {"figure_facecolor": "none", "axes_facecolor": "none", "savefig_facecolor": "none"}
    with _figure(width, height, {**clear, "svg_fonttype": "none", "svg_hashsalt": "clearprop"}) as figure:
        paint(figure)
        _localise(figure)
        figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _for_a_page(content.getvalue(), name, title, text)


@contextmanager
def _figure(width: float, height: float, style: dict[str, Any]) -> Iterator[Any]:
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its font cache
    import matplotlib
    from matplotlib.figure import Figure

    _know_fonts()
    own: Any = {name.replace("_", "."): value for name, value in style.items()}
    with warnings.catch_warnings(), matplotlib.rc_context({**STYLE, **own}):
        warnings.simplefilter("ignore")  # a letter that no font has is a box, and that will do
        yield Figure(figsize=(width, height), layout="constrained")


@cache
def _know_fonts() -> None:
    """Tell Matplotlib of our fonts, once."""
    from matplotlib.font_manager import fontManager

    for file in sorted(FONTS.glob("NotoSans*.ttf")):
        fontManager.addfont(str(file))


def _localise(figure: Any) -> None:
    """Numbers beside the axes in the language's signs."""
    from matplotlib.ticker import Formatter

    class Localised(Formatter):
        """What another formatter writes, in the language's signs."""

        def __init__(self, inner: Any):
            self.inner = inner

        def __call__(self, x: float, pos: int | None = None) -> str:
            return _written(self.inner(x, pos))

        def format_ticks(self, values: Any) -> list[str]:
            return [_written(text) for text in self.inner.format_ticks(values)]

        def get_offset(self) -> str:
            return _written(self.inner.get_offset())

    as_they_are = ("FixedFormatter", "NullFormatter", "Localised")  # names; and what axes share is done once
    for axes in [part for whole in figure.get_axes() for part in (whole, *whole.child_axes)]:
        for axis in (axes.xaxis, axes.yaxis):
            for ticks in (axis.major, axis.minor):
                if type(ticks.formatter).__name__ not in as_they_are:
                    own = Localised(ticks.formatter)
                    (axis.set_major_formatter if ticks is axis.major else axis.set_minor_formatter)(own)


def _written(text: str) -> str:
    r"""A number beside an axis; a power of ten, which Matplotlib would set as mathematics, in letters that fonts have.

    >>> _written(r"$\mathdefault{10^{-2}}$"), _written(r"$\mathdefault{4\times10^{-2}}$"), _written("0.5")
    ('10⁻²', '4 × 10⁻²', '0.5')
    """
    return localised(_POWER.sub(lambda found: found[1].replace(r"\times", " × ") + found[2].translate(_RAISED), text))


_POWER = re.compile(r"\$\\mathdefault\{(.*?)\^\{([-−\d]+)\}\}\$")
_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


def short(name: str, longest: int) -> str:
    r"""A name in one line of so many letters at most.

    >>> short("the age\nof the house", 12)
    'the age of …'
    """
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _for_a_page(drawn: str, name: str, title: str, text: str) -> str:
    """The picture without what is for files only, with ids of its own, words for it, and the theme's colours."""
    from markupsafe import escape

    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>\s*", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"<defs>\s*<style[^>]*>\*\{[^}]*\}</style>\s*</defs>\s*", "", drawn)  # it would style the page
    drawn = re.sub(r'(<image [^>]*?)\bid="[^"]*"', r"\1", drawn)  # the same for the same pixels: no one's own
    drawn = re.sub(r"\bid=\"", f'id="{name}-', drawn)
    drawn = re.sub(r"(url\(|href=\")#", rf"\1#{name}-", drawn)
    for colour, variable in THEME.items():
        drawn = re.sub(rf"(?i){colour}\b", f"var({variable})", drawn)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    box = size[0] if size else ""
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(text)}</desc>'
    width = float(size[1]) if size else 0.0
    fit = f"min-width: {width * 1.2:.0f}px; max-width: {width * 1.45:.0f}px"  # so that 9 points are as large as text
    head = (
        f'<svg {box} role="img" aria-labelledby="{name}-title {name}-text" xmlns="http://www.w3.org/2000/svg"'
        f' xmlns:xlink="http://www.w3.org/1999/xlink" style="{fit}; stroke-linejoin: round; stroke-linecap: butt">'
        f"{words}"
    )
    return re.sub(r"<svg[^>]*>", lambda _found: head, drawn, count=1)
