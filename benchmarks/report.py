"""The report of a month of a million friends and ten million events: drafted, as a PDF, as a workbook."""

import json
import sys

from benchmarks.planning_data import SENDS, SIZE, busy_client, figure, first_of_last_month, seconds

SLUG = "bench-report"
TIMES = 3
BARE = """
SELECT metric, owner, sum(value) FROM planning_actual WHERE day >= %s AND day < %s + interval '1 month'
GROUP BY 1, 2"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with busy_client(SLUG):
        return _rows()


def _rows() -> list[dict]:
    from planning import counting
    from reports import drafting, files

    counting.work(lambda: True)
    month = first_of_last_month(counting.today())
    began = drafting.draft(drafting.month(month), by=None)
    drafted = seconds(lambda: drafting.count_again(began, by=None), TIMES)
    floor = seconds(lambda: _bare(month), TIMES)
    began.refresh_from_db()
    pdf = seconds(lambda: files.pdf_of(began, "ja"), TIMES)
    book = seconds(lambda: files.excel_of(began, "ja"), TIMES)
    size = f"{SIZE.friends:,} friends, {SIZE.events:,} events, {SENDS} sends; median of {TIMES}"
    note = f"floor: the month's daily figures by one bare query; {size}"
    return [
        figure("monthly report, drafted", drafted, floor, "s", note),
        figure("monthly report, PDF", pdf, None, "s", size),
        figure("monthly report, Excel", book, None, "s", size),
    ]


def _bare(month) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BARE, [month, month])
        cursor.fetchall()


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
