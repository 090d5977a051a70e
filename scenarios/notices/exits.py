"""Who met an exit since the notice was written gets none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from scenarios.engine import exits, leading, leaving, people
from scenarios.engine.people import Person
from scenarios.models import Entry, NoticeSend, Version

INSIDE = f"""
SELECT {people.COLUMNS} FROM scenarios_entry entry
WHERE entry.id = ANY(%s) AND entry.state <> 'ended' ORDER BY entry.id FOR UPDATE OF entry"""  # noqa: S608  (our own constant)


@transaction.atomic
def without_who_leaves(notices: Sequence[NoticeSend], now: datetime) -> list[NoticeSend]:
    """Those of the notices whose people are to have them now; who meets an exit leaves their scenario."""
    entries = [notice.entry_id for notice in notices if notice.entry_id]
    if not entries:
        return list(notices)
    inside = _people(entries)
    staying = {each.entry_id for group in inside.values() for each in group} - _leave(inside, now)
    return [notice for notice in notices if notice.entry_id is None or notice.entry_id in staying]


def _people(entries: list[int]) -> dict[int, list[Person]]:
    """By version."""
    found: dict[int, list[Person]] = {}
    with connection.cursor() as cursor:
        cursor.execute(INSIDE, [entries])
        for person in map(people.of_row, cursor.fetchall()):
            found.setdefault(person.version_id, []).append(person)
    return found


def _leave(groups: dict[int, list[Person]], now: datetime) -> set[int]:
    versions = Version.objects.select_related("scenario").in_bulk(groups)
    left: set[int] = set()
    for pk, group in groups.items():
        for entry, reason in exits.leaving(group, leading.turn(versions[pk], now)).items():
            leaving.leave(Entry.objects.filter(pk=entry), reason)
            left.add(entry)
    return left
