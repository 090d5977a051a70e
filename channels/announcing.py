"""Mail to those who look after a client, once for each trouble that lasts."""

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Membership, Tenant, User
from channels.models import ChannelCheck

logger = logging.getLogger(__name__)
LASTING = timedelta(minutes=4)  # so a second check has found the same
Role = Membership.Role


def announce(tenant: Tenant, now: datetime) -> int:
    """Mail what has been broken for some minutes and was not announced yet; how many mails left.

    Two workers at once: each trouble is claimed before it is mailed. A mail that cannot leave is tried again
    at the next check.
    """
    lasting = ChannelCheck.objects.present().filter(
        tenant=tenant.pk, state=ChannelCheck.State.BAD, announced_at=None, since__lte=now - LASTING
    )
    mine = [row for row in lasting if _of(row).filter(announced_at=None).update(announced_at=now)]
    if not mine:
        return 0
    try:
        return sum(_mail(user, tenant, mine) for user in _who_looks_after(tenant))
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("channel.not_announced", extra={"tenant": tenant.pk, "reason": repr(error)})
        for row in mine:
            _of(row).update(announced_at=None)
        return 0


def _of(row: ChannelCheck) -> QuerySet[ChannelCheck]:
    return ChannelCheck.objects.filter(pk=row.pk)


def _who_looks_after(tenant: Tenant) -> list[User]:
    """Account managers of the client or its agency; its owners where there is none."""
    here = Q(memberships__tenant=tenant.pk) | Q(memberships__tenant=None)
    people = User.objects.filter(here, memberships__agency=tenant.agency_id, is_active=True).distinct()
    managers = people.filter(memberships__role=Role.ACCOUNT_MANAGER)
    return list(managers) or list(people.filter(memberships__role=Role.OWNER))


def _mail(user: User, tenant: Tenant, troubles: Sequence[ChannelCheck]) -> int:
    """In the language of the reader. Raises SMTPException or OSError."""
    with translation.override(user.language):
        subject = _("%(client)s: %(trouble)s") % {"client": tenant.name, "trouble": troubles[0].title}
        address = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{tenant.slug}/channel/"
        context = {"tenant": tenant, "troubles": troubles, "address": address}
        text = render_to_string("channels/trouble.txt", context)
    return send_mail(" ".join(subject.split()), text, None, [user.email])
