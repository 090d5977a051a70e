"""Who of the client and its agency may answer friends."""

from collections.abc import Iterable

from django.db.models import Q

from accounts import current, permissions
from accounts.models import Membership, User

REPLY = "chats.reply_conversation"


def members() -> list[User]:
    """People who may be given a conversation, by name."""
    tenant = current.tenant()
    here = Q(tenant=tenant.pk) | Q(tenant=None, agency=tenant.agency_id)
    held = Membership.objects.filter(here, role__in=permissions.roles_with(REPLY))
    found = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return sorted(found, key=str)


def names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """What these people are called, also those who have left."""
    wanted = {pk for pk in user_ids if pk is not None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
