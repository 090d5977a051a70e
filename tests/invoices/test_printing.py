"""How the lines of a printed document go from page to page."""

from reportlab.platypus import Table

from invoices.printing import fonts, parts
from invoices.printing.pages import WIDTH

TALL = 10_000


def listing(lines: int) -> Table:
    fonts.font()
    rows = [[f"Messages {place}", "¥3"] for place in range(lines)]
    return parts.listing(
        parts.Writer("en"),
        ["Text", "Amount"],
        rows,
        [80, 40],
        text_columns=frozenset({0}),
        foot=["Sum", "¥9"],
    )


def test_the_sum_never_stands_on_a_page_without_a_line():
    table = listing(16)
    _width, height = table.wrap(WIDTH, TALL)

    first, second = table.split(WIDTH, height - 1)

    assert (len(first._cellvalues), len(second._cellvalues)) == (1 + 15, 1 + 1 + 1)


def test_the_sum_stands_alone_where_there_is_no_line():
    table = listing(0)

    assert len(table.split(WIDTH, table.wrap(WIDTH, TALL)[1])) == 1
