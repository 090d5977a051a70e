"""Which lotteries and point campaigns ask for a segment or show a picture, so that nobody takes it away."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from library import uses as media
from prizes.models import Lottery, PointCampaign
from segments.uses import Use, register_use


@register_use
def by_prizes(segments: Collection[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    for kind, page, rows in _all():
        for each in rows.filter(segment__in=segments):
            if each.segment_id is not None:
                state = each.get_status_display()
                found[each.segment_id].append(Use(kind, each.name, page, each.pk, state))
    return found


@media.register_picture
def that_show(code: str) -> list[media.Use]:
    return [
        media.Use(kind, each.name, page, each.pk, each.get_status_display())
        for kind, page, rows in _all()
        for each in rows.filter(picture__code=code)
    ]


def _all() -> Iterable[tuple]:
    return (
        (_("Lottery"), "lottery", Lottery.objects.all()),
        (_("Point campaign"), "point_campaign", PointCampaign.objects.all()),
    )
