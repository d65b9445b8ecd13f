"""
Plain values made readable, in a terminal and in a notebook.

Nothing here knows what a message is: rows, counts and amounts go in, text
or HTML comes out. Whatever goes into HTML is escaped here and nowhere else.
"""

from anonsms.display.bars import html_bars, text_bars
from anonsms.display.cells import clean, pad, shorten, width
from anonsms.display.figures import count, duration, moment, money, percent
from anonsms.display.html import Html, html_block, html_heading, html_text
from anonsms.display.progressbar import Progress, progress
from anonsms.display.tables import html_table, text_table


__all__ = [
    "Html",
    "Progress",
    "clean",
    "count",
    "duration",
    "html_bars",
    "html_block",
    "html_heading",
    "html_table",
    "html_text",
    "moment",
    "money",
    "pad",
    "percent",
    "progress",
    "shorten",
    "text_bars",
    "text_table",
    "width",
]
