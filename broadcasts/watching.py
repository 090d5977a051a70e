"""Segments of broadcasts that wait: who made one is told when its segment changes under it.

A broadcast keeps the versions that its segment, and the segments that one asks for, had when somebody last
looked and let it go on. What differs since has changed; nothing else needs to be written when it does.
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import activity, board, current
from accounts.models import Activity, User
from broadcasts.models import Broadcast
from segments import services as segments
from segments import tree
from segments.errors import InvalidTree
from segments.models import Segment
from segments.types.gathered import InSegment

logger = logging.getLogger(__name__)
KIND = "segment_changes"  # on the work board
Versions = dict[str, int]


@dataclass(frozen=True)
class Change:
    """A segment of a broadcast is not what it was when somebody last let the broadcast go on.

    `count` is None where the segment can no longer be asked; `who` is None for a program.
    """

    segment: Segment
    at: datetime
    who: User | None
    count_before: int | None
    count: int | None
    withdraws_approval: bool


def look(broadcast: Broadcast, count: int | None = None) -> dict[str, Any]:
    """The fields that say: somebody looks at its segment now, and lets it go on."""
    if count is None:
        count = _count(broadcast.segment)
    return {"seen_segments": versions(broadcast.segment), "seen_count": count, "told_segments": None}


def versions(segment: Segment) -> Versions:
    """Of the segment, and of all that it asks for, by number."""
    found: Versions = {}
    wanted = {segment.pk: segment}
    while wanted:
        found |= {str(pk): each.version for pk, each in wanted.items()}
        below = {pk for each in wanted.values() for pk in _named(each)} - {int(pk) for pk in found}
        wanted = Segment.objects.in_bulk(below)
    return found


def change(broadcast: Broadcast) -> Change | None:
    """What has changed since; None if nothing has, or nobody waits for this broadcast."""
    changed = _changed(broadcast)
    if changed is None:
        return None
    entry = Activity.objects.filter(
        tenant=current.tenant().pk, verb="segment.changed", subject=activity.name(changed)
    )
    last = entry.select_related("user").first()
    return Change(
        segment=changed,
        at=last.at if last else changed.updated_at,
        who=last.user if last else None,
        count_before=broadcast.seen_count,
        count=_count(broadcast.segment),
        withdraws_approval=is_approval_stale(broadcast),
    )


def is_approval_stale(broadcast: Broadcast) -> bool:
    """Whether its segment, or one that this asks for, has changed since they were approved with it."""
    if not broadcast.approved_segments:
        return False
    present = versions(broadcast.segment)
    return any(present.get(pk) != version for pk, version in broadcast.approved_segments.items())


def changed_among(broadcasts: list[Broadcast]) -> set[int]:
    """The numbers of those whose segment has changed."""
    return {each.pk for each in broadcasts if _changed(each) is not None}


@transaction.atomic
def accept(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Somebody has seen that the segment changed, and lets the broadcast go on as it is.

    An approval stays withdrawn where the change withdrew it.
    """
    Broadcast.objects.watching().filter(pk=broadcast.pk).update(**look(broadcast))
    activity.record("broadcast.segment_seen", broadcast, by=by, version=broadcast.segment.version)
    broadcast.refresh_from_db()
    return broadcast


def tell() -> None:
    """Mail those whose broadcasts wait for a segment that has changed, once for each change."""
    seen = board.version(KIND)
    for broadcast in Broadcast.objects.watching().select_related("segment").defer("audience", "body"):
        if (found := change(broadcast)) and _claim(broadcast):
            _tell(broadcast, found)
    board.settle(KIND, None, seen=seen)


def _claim(broadcast: Broadcast) -> bool:
    """Whether nobody has been told of these versions yet; two workers at once: one of them."""
    present = versions(broadcast.segment)
    same = Broadcast.objects.filter(pk=broadcast.pk).exclude(told_segments=present)
    return same.update(told_segments=present) == 1


def _tell(broadcast: Broadcast, found: Change) -> None:
    owner = User.objects.filter(pk=broadcast.created_by_id or 0, is_active=True).first()
    if owner is None or owner == found.who:
        return
    try:
        _mail(owner, broadcast, found)
    except (OSError, smtplib.SMTPException):
        logger.exception("segment_change.not_told", extra={"broadcast": broadcast.pk})


def _mail(owner: User, broadcast: Broadcast, found: Change) -> None:
    """In the language of the reader. Raises SMTPException or OSError."""
    client = current.tenant()
    prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client.slug}"
    address = f"{prefix}/broadcasts/{broadcast.pk}/"
    names = {"client": client.name, "broadcast": broadcast.name, "segment": found.segment.name}
    with translation.override(owner.language):
        subject = _("%(client)s: the segment of “%(broadcast)s” has changed") % names
        lines = [
            _("%(who)s has changed the segment “%(segment)s”, to which “%(broadcast)s” goes.")
            % (names | {"who": found.who or _("A program")}),
            sizes(found),
            _("It goes to the people who are in the segment when it is sent. Look whether that is meant:"),
        ]
    send_mail(" ".join(subject.split()), "\n\n".join([*lines, f"{address}\n"]), None, [owner.email])


def sizes(found: Change) -> str:
    """How many people it had and has, for people."""
    if found.count is None:
        return _("It can no longer be asked: something that it names is gone.")
    if found.count_before is None:
        return _("Friends now: %(now)s") % {"now": f"{found.count:,}"}
    said = {"before": f"{found.count_before:,}", "now": f"{found.count:,}"}
    return _("Friends before: %(before)s, now: %(now)s") % said


def _changed(broadcast: Broadcast) -> Segment | None:
    """The first segment whose version is another one than somebody has seen."""
    if broadcast.status not in Broadcast.WATCHED or not broadcast.seen_segments:
        return None
    present = versions(broadcast.segment)
    if present == broadcast.seen_segments:
        return None
    differ = [pk for pk, version in present.items() if broadcast.seen_segments.get(pk) != version]
    return Segment.objects.filter(pk__in=differ).order_by("-updated_at").first() or broadcast.segment


def _named(segment: Segment) -> list[int]:
    try:
        leaves = tree.leaves_of(tree.parse(segment.tree))
    except InvalidTree:
        return []
    return [leaf.segment for leaf in leaves if isinstance(leaf, InSegment)]


def _count(segment: Segment) -> int | None:
    try:
        return segments.count(segment.tree).total
    except InvalidTree:
        return None
