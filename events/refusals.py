"""What programs sent and we could not take: the newest are kept, so that somebody can look what is wrong."""

from django.db import connection

from events.models import Refusal

MOST_AT_ONCE = 50  # of one request; more of the same say no more
FORGET = """
DELETE FROM events_refusal WHERE id <= (SELECT id FROM events_refusal ORDER BY id DESC OFFSET %s LIMIT 1)"""


def keep(what: str, refused: list[tuple[str, str]]) -> None:
    """Keep subjects (a type, number or code, as it was sent) and reasons; the oldest make room."""
    if not refused:
        return
    Refusal.objects.bulk_create(
        Refusal(what=what, subject=_shown(subject), reason=reason[:500])
        for subject, reason in refused[:MOST_AT_ONCE]
    )
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [Refusal.KEPT])


def subject(row: object, *names: str) -> str:
    """What a row calls itself, if anything."""
    return " ".join(str(row[name]) for name in names if row.get(name)) if isinstance(row, dict) else ""


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:200])
