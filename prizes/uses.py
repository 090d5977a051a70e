"""What lotteries and point campaigns ask for, show or give, so that nobody takes it away unawares."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from composing import uses as said
from coupons import rewards
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


@rewards.register_giver
def that_give(reward: rewards.Reward) -> list[said.Use]:
    rows = Lottery.objects.exclude(status=Lottery.Status.CLOSED).filter(ends_at__gt=timezone.now())
    return [
        said.Use(_("Lottery"), each.name, "lottery", each.pk, each.get_status_display())
        for each in rows.filter(prizes__reward__contains=reward).distinct()
    ]


def _all() -> Iterable[tuple]:
    return (
        (_("Lottery"), "lottery", Lottery.objects.all()),
        (_("Point campaign"), "point_campaign", PointCampaign.objects.all()),
    )
