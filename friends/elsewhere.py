"""One person across the accounts of one company: LINE's user id is the same in all channels of a provider.

Source: https://developers.line.biz/en/docs/messaging-api/getting-user-ids/
"""

from dataclasses import dataclass

from django_tenants.utils import schema_context, tenant_context

from accounts import current
from accounts.models import Tenant, User
from channels.models import Channel
from friends.models import Friend


@dataclass(frozen=True)
class Elsewhere:
    """The same person as a friend of a sister account."""

    tenant: Tenant
    friend: Friend


def of(friend: Friend, user: User) -> list[Elsewhere]:
    """Where else this person is known, as far as the user may see friends there.

    Only accounts of the same company under the same provider: elsewhere the same id may be somebody else.
    """
    found = []
    for tenant in _sisters(user):
        with tenant_context(tenant):
            same = Friend.objects.filter(line_user_id=friend.line_user_id).prefetch_related("tags").first()
        found += [Elsewhere(tenant, same)] if same else []
    return found


def _sisters(user: User) -> list[Tenant]:
    own = current.tenant()
    with schema_context("public"):
        provider = Channel.objects.filter(tenant=own.pk).values_list("provider_id", flat=True).first()
        if not own.company_id or not provider:
            return []
        allowed = Tenant.objects.allowing(user, "friends.view_friend").sisters_of(own)
        return list(allowed.filter(channel__provider_id=provider).order_by("name"))
