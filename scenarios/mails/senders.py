"""In whose name mails leave."""

from django.db import transaction

from accounts import activity
from accounts.models import User
from scenarios.models import MailSettings


@transaction.atomic
def change(settings: MailSettings, *, by: User | None) -> MailSettings:
    """It holds for every mail that leaves from now on."""
    MailSettings.objects.exclude(pk=settings.pk).delete()
    settings.save()
    activity.record("mail_settings.changed", settings, by=by, sender=settings.sender_name)
    return settings
