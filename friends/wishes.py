"""Who wants no broadcasts any more, and is still a friend: greetings, answers and chats go on."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts import activity
from accounts.models import User
from events import timeline
from events.models import Event
from events.timeline import NewEvent
from friends.models import Friend

TYPES = ("stopped", "resumed")  # of events: what a friend last said


def wish(
    friend_ids: list[int], *, stops: bool, at: datetime, by: User | None = None, **properties: object
) -> int:
    """These friends want no more broadcasts from `at` on, or want them again; how many of them changed.

    What somebody said later stands, whatever the order in which we hear of it. `by` is who wrote it down for
    them; `properties` stand with the event. In the caller's transaction.
    """
    said_later = Event.objects.filter(friend_id=OuterRef("pk"), type__in=TYPES, at__gt=at)
    rows = Friend.objects.filter(pk__in=friend_ids, stopped_at__isnull=stops).exclude(Exists(said_later))
    changed = list(rows.select_for_update().order_by("pk"))
    Friend.objects.filter(pk__in=[each.pk for each in changed]).update(stopped_at=at if stops else None)
    type_ = "stopped" if stops else "resumed"
    timeline.record(NewEvent(type_, at, friend_id=each.pk, properties=properties) for each in changed)
    for friend in changed if by else []:
        activity.record(f"friend.{type_}", friend, by=by)
    return len(changed)
