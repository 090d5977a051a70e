"""Mails to people who became responsible for a campaign: each once, again if the mail server took none."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import board, current
from accounts.models import User
from campaigns.models import Campaign

logger = logging.getLogger(__name__)
KIND = "campaign_mails"
AGAIN = timedelta(minutes=5)


def tell() -> None:
    """Mail who has not been. One that could not leave is tried again later."""
    seen = board.version(KIND)
    failed = False
    for pk in list(_untold().values_list("pk", flat=True)):
        failed |= not _tell(pk)
    board.settle(KIND, timezone.now() + AGAIN if failed else None, seen=seen)


def _untold() -> QuerySet[Campaign]:
    rows = Campaign.objects.exclude(responsible_id=None)
    return rows.exclude(told_id__isnull=False, told_id=F("responsible_id"))


@transaction.atomic
def _tell(pk: int) -> bool:
    """False if the mail server did not take it. The row is held, so that two workers mail once."""
    campaign = _untold().select_for_update(skip_locked=True).filter(pk=pk).first()
    if campaign is None:
        return True
    user = User.objects.filter(pk=campaign.responsible_id or 0, is_active=True).first()
    if user and not _mailed(campaign, user):
        return False
    Campaign.objects.filter(pk=pk).update(told_id=campaign.responsible_id)
    return True


def _mailed(campaign: Campaign, user: User) -> bool:
    tenant = current.tenant()
    with translation.override(user.language):
        subject = _("[%(client)s] You are responsible for “%(name)s”")
        words = {"client": tenant.name, "name": campaign.name}
        prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{tenant.slug}"
        address = f"{prefix}/campaigns/{campaign.pk}/"
        given = {"campaign": campaign, "tenant": tenant, "address": address}
        text = render_to_string("campaigns/responsible_mail.txt", given)
        try:
            send_mail(" ".join((subject % words).split()), text, None, [user.email])
        except (SMTPException, OSError):
            logger.exception("campaign.mail_not_sent", extra={"campaign": campaign.pk})
            return False
    return True
