"""Which broadcasts go to a segment or say something, so that whoever changes or takes it away knows."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast, BroadcastQuerySet, FollowUp, Variant
from broadcasts.status import following
from broadcasts.status.responses import Response
from composing import uses as said
from segments.uses import Use, register_use

MOST = 200  # of all the segments asked for, those that have not left first


@register_use
def by_broadcasts(segments: Collection[int]) -> dict[int, list[Use]]:
    rows = Broadcast.objects.filter(segment__in=segments).only("name", "status", "send_at", "segment")
    waiting = list(rows.watching().order_by("send_at", "pk")[:MOST])
    others = rows.exclude(pk__in=[each.pk for each in waiting]).order_by("-pk")[: MOST - len(waiting)]
    found: dict[int, list[Use]] = defaultdict(list)
    for each in [*waiting, *others]:
        found[each.segment_id].append(Use(_("Broadcast"), each.name, "broadcast", each.pk, _state(each)))
    return found


@said.register
def that_say(pattern: str) -> list[said.Use]:
    """Those that are not over, also by a text of their A/B tests, the newest first."""
    return _saying(pattern, Broadcast.objects.exclude(status__in=Broadcast.OVER), is_over=False)


@said.register_past
def that_said(pattern: str) -> list[said.Use]:
    """Those that were sent, or will not be, likewise."""
    return _saying(pattern, Broadcast.objects.filter(status__in=Broadcast.OVER), is_over=True)


def _saying(pattern: str, broadcasts: BroadcastQuerySet, *, is_over: bool) -> list[said.Use]:
    own = said.holding(broadcasts, pattern).values("pk")
    others = Variant.objects.exclude(letter=Variant.LETTERS[0])  # which the broadcast says itself
    tested = said.holding(others.order_by(), pattern).values("broadcast")
    rows = broadcasts.filter(Q(pk__in=own) | Q(pk__in=tested)).order_by("-pk")
    return [
        said.Use(_("Broadcast"), each.name, "broadcast", each.pk, _state(each), is_over)
        for each in rows.only("name", "status", "send_at")[:MOST]
    ]


@said.register
def planned(pattern: str) -> list[said.Use]:
    """What is planned for classes of the status board, as long as no draft was made of it."""
    rows = said.holding(FollowUp.objects.filter(draft=None), pattern, "text").select_related("broadcast")
    return [_planned(each) for each in rows.only("response", "days", "broadcast__name")]


def _planned(plan: FollowUp) -> said.Use:
    name = following.name(Response(plan.response), plan.broadcast, plan.days)
    page = "broadcast_status" if plan.broadcast_id else "status_board"
    return said.Use(_("Planned message"), name, page, plan.broadcast_id)


def _state(broadcast: Broadcast) -> str:
    status = broadcast.get_status_display()
    if broadcast.status != Broadcast.Status.SCHEDULED or broadcast.send_at is None:
        return status
    return f"{status} {date_format(localtime(broadcast.send_at), 'SHORT_DATETIME_FORMAT')}"
