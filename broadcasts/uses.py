"""Which broadcasts go to a segment, so that whoever changes or deletes it knows."""

from collections import defaultdict
from collections.abc import Collection

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast
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


def _state(broadcast: Broadcast) -> str:
    status = broadcast.get_status_display()
    if broadcast.status != Broadcast.Status.SCHEDULED or broadcast.send_at is None:
        return status
    return f"{status} {date_format(localtime(broadcast.send_at), 'SHORT_DATETIME_FORMAT')}"
