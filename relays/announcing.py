"""A target that has failed for long is made known: in the activity log and by mail to account managers."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import activity, current, permissions
from accounts.models import Membership, Tenant, User
from relays import outside
from relays.models import Target

logger = logging.getLogger(__name__)
AFTER = timedelta(hours=1)


def tell_failing(target: Target, now: datetime) -> None:
    """Once for each failure that lasts AFTER, in the caller's transaction; mail follows its commit."""
    if not target.failing_since or now - target.failing_since < AFTER:
        return
    if Target.objects.filter(pk=target.pk, announced_at=None).update(announced_at=now):
        activity.record("relay.failing", target, by=None, name=target.name)
        _mail_on_commit(target, is_back=False)


def tell_recovered(target: Target) -> None:
    """For a target whose failure was announced."""
    activity.record("relay.recovered", target, by=None, name=target.name)
    _mail_on_commit(target, is_back=True)


def _mail_on_commit(target: Target, *, is_back: bool) -> None:
    transaction.on_commit(partial(_mail, current.tenant(), target, is_back), robust=True)


def _mail(tenant: Tenant, target: Target, is_back: bool) -> None:
    mails = [_message(user, tenant, target, is_back) for user in _who_cares(tenant)]
    get_connection().send_messages(mails)
    logger.info("relay.announced", extra={"target": target.pk, "mails": len(mails), "is_back": is_back})


def _who_cares(tenant: Tenant) -> Iterable[User]:
    """The agency's people who may change the relays of this client."""
    of_client = Q(tenant=None) | Q(tenant=tenant.pk)
    roles = permissions.roles_with("relays.change_target")
    held = Membership.objects.filter(of_client, agency=tenant.agency_id, role__in=roles)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def _message(user: User, tenant: Tenant, target: Target, is_back: bool) -> EmailMessage:
    address = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{tenant.slug}/relays/{target.pk}/"
    words = {"client": tenant.name, "name": target.name, "reason": "", "address": address}
    with translation.override(user.language):
        words["reason"] = outside.in_words(target.last_error)
        subject, text = _back() if is_back else _failing()
        return EmailMessage(subject % words, text % words, to=[user.email])


def _failing() -> tuple[str, str]:
    return _("%(client)s: the relay “%(name)s” has been failing for an hour"), _(
        "Webhooks do not reach “%(name)s”: %(reason)s.\n\n"
        "They are kept for 28 hours and sent as soon as it answers. "
        "Ask whoever runs that tool to look at it.\n\n"
        "%(address)s\n"
    )


def _back() -> tuple[str, str]:
    return _("%(client)s: the relay “%(name)s” works again"), _(
        "“%(name)s” takes webhooks again. What waited for it is being sent.\n\n%(address)s\n"
    )
