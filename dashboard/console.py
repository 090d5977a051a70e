"""All clients of a person side by side. Each is entered in turn; no query joins two of them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django_tenants.utils import tenant_context

from accounts.models import Tenant, User
from broadcasts.models import Broadcast
from channels.models import Channel, ChannelCheck
from dashboard import overview
from dashboard.overview import FriendCounts, Quota


@dataclass(frozen=True)
class Row:
    """One client; None where this person's role there does not show it."""

    tenant: Tenant
    friends: FriendCounts | None
    month: Quota | None
    next_send: Broadcast | None
    last_send: Broadcast | None
    channel: Channel | None
    troubles: list[ChannelCheck] | None
    problems: list[str]

    @property
    def needs_attention(self) -> bool:
        return bool(self.problems or self.troubles)


def rows(user: User, now: datetime) -> list[Row]:
    """The clients this person may enter, those that need attention first, then by name."""
    tenants = Tenant.objects.of(user).select_related("agency")
    return sorted((_row(tenant, user, now) for tenant in tenants), key=lambda row: not row.needs_attention)


def _row(tenant: Tenant, user: User, now: datetime) -> Row:
    with tenant_context(tenant):
        sees_sends = user.has_perm("broadcasts.view_broadcast")
        month = overview.month(tenant, now) if user.has_perm("billing.view_ledgerentry") else None
        channel = overview.channel(tenant)
        sees_channel = channel and user.has_perm("channels.view_channel")
        return Row(
            tenant=tenant,
            friends=overview.friends() if user.has_perm("friends.view_friend") else None,
            month=month,
            next_send=next(iter(overview.next_sends(1)), None) if sees_sends else None,
            last_send=next(iter(overview.last_sends(1)), None) if sees_sends else None,
            channel=channel,
            troubles=overview.channel_troubles(tenant) if sees_channel else None,
            problems=[
                *_problems(channel, month, overview.troubled() if sees_sends else []),
                *(overview.budgets(tenant, now) if user.has_perm("billing.view_budget") else []),
            ],
        )


def _problems(channel: Channel | None, month: Quota | None, troubled: list[Broadcast]) -> list[str]:
    said = [f"{broadcast.get_status_display()}: {broadcast.name}" for broadcast in troubled]
    if channel is None:
        said.append(_("No LINE channel is connected"))
    if month and month.is_short:
        said.append(_("More is scheduled than the month allows"))
    return said
