"""Consents to mails from a file."""

from django.utils.translation import gettext_lazy as _

from customers.consents import files
from customers.kinds import CUSTOMER
from scenarios.mails import consents


class MailConsentsKind(files.ConsentsKind):
    name = "mail_consents"
    label = _("Consents to mails")
    help = _(
        "One row for each customer who was asked whether they want mails. Only who agreed gets mails of "
        "scenarios; who has unsubscribed stays so, unless a row says that they agreed later."
    )
    permission = "scenarios.change_mailconsent"
    purpose = consents.MAILS
    own = [
        CUSTOMER,
        files.agreed_column(
            _("Agreed to mails"),
            ("メール同意", "メール配信", "メルマガ", "メール許諾", "consent", "opt-in", "subscribed"),
        ),
        files.day_column(_("Who wants no mails any more gets them again only by a yes with a later day.")),
        files.asked_column("note"),
    ]
