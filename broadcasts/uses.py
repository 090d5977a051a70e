"""Which broadcasts go to a segment or show a file, so that whoever changes or deletes it knows."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast
from library import uses as media
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


@media.register_use
def that_show(code: str) -> list[media.Use]:
    """Broadcasts of any state that show a file, also in a text of their A/B tests."""
    own = media.holding(Broadcast.objects.all(), code).values("pk")
    tested = media.holding(Broadcast.objects.all(), code, "variants__messages").values("pk")
    rows = Broadcast.objects.filter(Q(pk__in=own) | Q(pk__in=tested)).order_by("-pk")[:MOST]
    return [media.Use(_("Broadcast"), each.name, "broadcast", each.pk, _state(each)) for each in rows]


def _state(broadcast: Broadcast) -> str:
    status = broadcast.get_status_display()
    if broadcast.status != Broadcast.Status.SCHEDULED or broadcast.send_at is None:
        return status
    return f"{status} {date_format(localtime(broadcast.send_at), 'SHORT_DATETIME_FORMAT')}"
