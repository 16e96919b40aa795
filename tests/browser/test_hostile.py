"""Data that would like to be a program: trained on and explained by the command line, they stay text."""

import csv
import re
import unicodedata

import numpy as np
from typer.testing import CliRunner

from clearprop.cli.commands import app

HEADERS = [
    "<script>window.ran=1</script>",
    '"><svg onload=window.ran=2>',
    "{{7*7}} javascript:window.ran=3",
    "</script></style></title><img src=x onerror=window.ran=4>",
    "' onclick=window.ran=5 \u202eright to left\u202c",
]
TARGET = "<b onmouseover=window.ran=6>class</b>"
CLASSES = ["<img src=x onerror=window.ran=7>", "\x1b[31mred\x07 &lt;\x9b1m", "${alert(1)} \"'`\u2066"]
CELLS = ["<iframe src=javascript:window.ran=8>", "]]><!-- <math><mi>", "=cmd|' /C calc'!A1"]


def write(file):
    draw = np.random.default_rng(0)
    with file.open("w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream)
        lines.writerow([*HEADERS, TARGET])
        for i in range(60):
            kind = i % 3
            numbers = [f"{kind + draw.normal(0, 0.3):.3f}" for _header in HEADERS[:4]]
            lines.writerow([*numbers, CELLS[kind if i % 5 else 0], CLASSES[kind]])


def said(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def test_hostile_text_is_shown_and_never_run(opened, tmp_path, monkeypatch, artefacts):
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "<svg onload=window.ran=9>.csv"
    write(data)
    told = said("train", data, "--hidden", 3, "--epochs", 3, "--validation", 0.2, "--output", "run", "--path")
    told += said("explain", "run", data, "--row", 2, "--output", "page.html")
    control = {c for c in told if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n"}
    assert control == set(), "what could steer a terminal"
    page = opened(tmp_path / "page.html").page
    page.screenshot(path=artefacts / "hostile.png", full_page=True)
    for _step in range(page.locator(".operation").count()):
        page.locator('[data-go="next"]').click(force=True)
    for cell in page.locator("th, td, h1, svg text").all()[:80]:
        cell.dispatch_event("mouseover")
        cell.dispatch_event("click")
    assert page.evaluate("window.ran") is None
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, b, object, embed, link, form, meta[http-equiv=refresh]").count() == 0
    handlers = "all => all.flatMap(one => one.getAttributeNames().filter(name => name.startsWith('on')))"
    assert page.locator("*").evaluate_all(handlers) == []
    text = page.locator("body").inner_text()
    for header in HEADERS[:4]:
        assert header in text
    assert "49" not in re.findall(r"\d+", page.locator("#row").inner_text())
    assert CLASSES[0] in text and CELLS[0] in text
