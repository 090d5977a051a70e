"""What an address asks of the board; what cannot be read is left out."""

from datetime import date

from django.http import QueryDict

from accounts.paging import key, words
from agency_figures import figures
from agency_figures.board import ATTENTION, MOST_CODES, NAME, SHOWN, Asked
from agency_figures.models import Light

FIRST, LAST = date(2010, 1, 1), date(2100, 12, 1)


def asked(query: QueryDict, today: date) -> Asked:
    """Without a month the one of yesterday, which is counted."""
    codes = tuple(dict.fromkeys(code for code in query.getlist("k") if figures.get(code)))[:MOST_CODES]
    sort = query.get("sort", ATTENTION)
    light = query.get("light", "")
    return Asked(
        month=month_of(query.get("month", "")) or today.replace(day=1),
        codes=codes or SHOWN,
        sort=sort if sort.removeprefix("-") in (*codes, *SHOWN, NAME) else ATTENTION,
        light=light if light in Light.values else "",
        responsible=key(query.get("responsible", "")),
        words=words(query.get("q", "")),
    )


def month_of(text: str) -> date | None:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if FIRST <= month <= LAST else None
