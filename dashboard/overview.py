"""The figures of one client, as its home and the console show them. All are of the present tenant."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Tenant
from billing import live
from billing.budgeting import warning
from billing.live import LiveQuota
from billing.pricing import Price, price_accepted
from billing.quota import QuotaStatus
from broadcasts.models import Broadcast
from channels.models import Channel, ChannelCheck
from friends.models import Friend
from segments import services as segments

Status = Broadcast.Status
TROUBLED = [Status.NEEDS_CHECK, Status.FAILED]


@dataclass(frozen=True)
class FriendCounts:
    """How many friends a message would reach, how many of them are linked, and how many have blocked us."""

    reachable: int
    linked: int
    blocked: int

    @property
    def known(self) -> int:
        return self.reachable + self.blocked


@dataclass(frozen=True)
class Quota:
    """The month's messages, and what they have cost."""

    live: LiveQuota

    @property
    def status(self) -> QuotaStatus:
        return self.live.status

    @property
    def scheduled(self) -> int:
        """What is still to leave, with what LINE has set aside for it."""
        return self.live.coming

    @property
    def whole(self) -> int:
        """What the bar shows as full: the limit, or the free messages of a plan that goes on beyond them."""
        return self.status.limit if self.status.limit is not None else self.status.terms.tariff.free_messages

    @property
    def is_short(self) -> bool:
        return self.live.missing > 0

    @property
    def price(self) -> Price:
        """What the month's messages have cost so far, without the monthly fee."""
        return price_accepted(self.status.terms.tariff, 0, self.status.used)


def friends() -> FriendCounts:
    """Counted from the segments' remembered bitmaps, so that a million friends cost milliseconds."""
    counted = segments.count({"type": "linked", "is": True})
    blocked = Friend.objects.filter(status=Friend.Status.BLOCKED).count()
    return FriendCounts(reachable=counted.reachable, linked=counted.total, blocked=blocked)


def month(tenant: Tenant, now: datetime) -> Quota:
    return Quota(live.now(tenant, now))


def budgets(tenant: Tenant, now: datetime) -> list[str]:
    """What budgets of the month have warned of, in words: of each the highest point."""
    return [warning.in_words(alert) for alert in warning.newest(tenant.pk, now)]


def channel(tenant: Tenant) -> Channel | None:
    return Channel.objects.filter(tenant=tenant.pk).first()


def channel_troubles(tenant: Tenant) -> list[ChannelCheck]:
    """What is wrong with the channel, the worst first."""
    found = ChannelCheck.objects.troubling().filter(tenant=tenant.pk)
    return sorted(found, key=lambda check: check.state != ChannelCheck.State.BAD)


def next_sends(limit: int) -> list[Broadcast]:
    waiting = Broadcast.objects.filter(status__in=[Status.SCHEDULED, Status.PREPARING, Status.SENDING])
    return list(waiting.select_related("segment").order_by("send_at", "pk")[:limit])


def last_sends(limit: int) -> list[Broadcast]:
    over = Broadcast.objects.filter(status__in=[Status.SENT, *TROUBLED], started_at__isnull=False)
    return list(over.order_by("-started_at")[:limit])


def awaiting() -> list[Broadcast]:
    """Broadcasts that wait for the client's approval, the longest waiting first."""
    waiting = Broadcast.objects.filter(status=Status.AWAITING_APPROVAL)
    return list(waiting.select_related("segment").defer("audience", "body", "messages").order_by("pk")[:20])


def troubled() -> list[Broadcast]:
    """Broadcasts that wait for a person: failed, of unknown outcome, or stopped by a problem."""
    stopped = Broadcast.objects.filter(status=Status.PAUSED).exclude(problem="")
    return list((Broadcast.objects.filter(status__in=TROUBLED) | stopped).order_by("-pk")[:20])
