"""What messages were sent for, as far as the ledger can tell: by who booked them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models import Total
from billing.three_views import View, Views


class Purpose(models.TextChoices):
    BROADCAST = "broadcast", _("Broadcasts")
    SCENARIO = "scenario", _("Scenarios")
    CHAT = "chat", _("One-to-one chats")
    LINKING = "linking", _("Welcome after ID linking")
    NOTICE = "notice", _("Notification messages")
    TEST = "test", _("Test sends")
    OUTSIDE = "outside", _("Sent outside Musubi")
    ADJUSTMENT = "adjustment", _("Adjustments")
    OTHER = "other", _("Others")


# By the first word of an owner, such as `broadcast` of `broadcast:7`.
OF_OWNERS = {
    "broadcast": Purpose.BROADCAST,
    "scenario": Purpose.SCENARIO,
    "chat": Purpose.CHAT,
    "chats": Purpose.CHAT,
    "link": Purpose.LINKING,
    "linking": Purpose.LINKING,
    "notice": Purpose.NOTICE,
    "test": Purpose.TEST,
    "outside": Purpose.OUTSIDE,
    "reconcile": Purpose.ADJUSTMENT,
    "adjust": Purpose.ADJUSTMENT,
    "pricing": Purpose.ADJUSTMENT,
}


@dataclass(frozen=True, slots=True)
class PurposeSum:
    """What one purpose came to in a month; `total` is None where its view has no price."""

    purpose: Purpose
    owners: int
    messages: int
    total: Total | None


def of_owner(owner: str, total: Total) -> Purpose:
    """What the messages of this owner were for."""
    if total.notice_count:
        return Purpose.NOTICE
    return OF_OWNERS.get(owner.partition(":")[0], Purpose.OTHER)


def sums(views: Iterable[tuple[str, Views]], view: View) -> list[PurposeSum]:
    """The sums of each purpose that has any, in their order."""
    found: dict[Purpose, list[Views]] = {}
    for owner, each in views:
        found.setdefault(of_owner(owner, each.total), []).append(each)
    return [_sum(purpose, found[purpose], view) for purpose in Purpose if purpose in found]


def _sum(purpose: Purpose, views: list[Views], view: View) -> PurposeSum:
    seen = [each.seen(view) for each in views]
    known = [total for total in seen if total is not None]
    total = sum(known, Total()) if len(known) == len(seen) else None
    return PurposeSum(purpose, len(views), sum(each.total.messages for each in views), total)
