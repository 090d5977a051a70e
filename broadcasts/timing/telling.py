"""Mails to whoever began a recurring send, where one of its dates does not go out as planned."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import current
from accounts.models import User
from broadcasts.models import SeriesDate
from broadcasts.timing import dates

logger = logging.getLogger(__name__)


def of_problem(row_id: int) -> None:
    """Mail the reason; where the mail server is away it still stands on the page of the series."""
    row = SeriesDate.objects.select_related("series__pattern").filter(pk=row_id).first()
    if row is None:
        return
    author = User.objects.filter(pk=row.series.created_by_id or 0, is_active=True).first()
    if author is None:
        return
    try:
        _mail(author, row)
    except (OSError, smtplib.SMTPException):
        logger.exception("series_date.not_told", extra={"series": row.series_id})


def _mail(author: User, row: SeriesDate) -> None:
    client = current.tenant()
    prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client.slug}"
    at = localtime(row.moved_to or dates.at(row.series, row.planned_on))
    names = {"client": client.name, "name": str(row.series), "at": f"{at:%Y/%m/%d %H:%M}"}
    with translation.override(author.language):
        subject = _("%(client)s: “%(name)s” of %(at)s is not scheduled") % names
        lines = [
            _("The recurring send “%(name)s” cannot go out on %(at)s as it stands:") % names,
            str(row.problem),
            _("The dates after it are not affected. Look at it here:"),
            f"{prefix}/broadcasts/series/{row.series_id}/\n",
        ]
    send_mail(" ".join(subject.split()), "\n\n".join(lines), None, [author.email])
