"""One HTML file that shows a network at work on one's own data, to open anywhere and to send to somebody.

It asks nothing of any other computer: fonts, mathematics, pictures and script are in it, and its content security
policy lets nothing else in. What comes from the data is text, never markup.
"""

from clearprop.explain.report.page import report

__all__ = ["report"]
