"""Segments that are watched: who was in them at the last look, and who has come or gone since."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from accounts import current
from broadcasts.timing import clock
from events import outbox
from scenarios.engine.enrolling import BY_SEGMENT
from scenarios.models import Watch
from scenarios.triggers import admitting
from scenarios.triggers.kinds import Gathered
from segments import watching

AGAIN = timedelta(seconds=5)  # between two looks that time alone asks for


def topics(trigger: Gathered) -> set[str]:
    """What must be heard of to know when to look."""
    return {f"{outbox.CHANGED}{topic}" for topic in watching.topics(trigger.asked)}


def look(watch: Watch, trigger: Gathered, now: datetime) -> None:
    """Have those let in who have come since the last look, or have gone; of the first one nobody, unless the
    trigger says so. In the caller's transaction, which holds the row.

    Where the conditions themselves were changed it begins anew, and nobody has come.
    """
    found = watching.look(trigger.asked)
    is_first, is_same = watch.members is None, watch.asked == found.asked
    before = BitMap() if is_first else BitMap.deserialize(bytes(watch.members or b""))
    came = before - found.members if trigger.is_leaving else found.members - before
    watch.looks += 1
    if (is_same and not is_first) or (is_first and trigger.takes_present):
        admitting.propose_friends(watch.scenario_id, came, f"{BY_SEGMENT}{watch.looks}:", now)
    watch.asked, watch.due_at, watch.done_at = found.asked, _next_look(found.valid_until, now), now
    watch.members = found.members.serialize()
    watch.save(update_fields=["members", "asked", "looks", "due_at", "done_at"])


def _next_look(valid_until: datetime | None, now: datetime) -> datetime:
    """Once a day at the latest: what a condition stands for may change without a word."""
    zone = ZoneInfo(current.tenant().time_zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    midnight = clock.moment(tomorrow, time.min, zone)
    return midnight if valid_until is None else max(min(valid_until, midnight), now + AGAIN)
