"""Consents to ads from a file."""

from django.utils.translation import gettext_lazy as _

from adplatforms.consenting import consents
from customers.consents import files
from customers.kinds import CUSTOMER
from imports.kinds import Column


class AdConsentsKind(files.ConsentsKind):
    name = "ad_consents"
    label = _("Consents to ads")
    help = _(
        "One row for each customer who was asked whether ad platforms may be told of them, by hashes of "
        "e-mail and phone. Who has withdrawn stays so, unless a row says that they agreed later."
    )
    permission = "adplatforms.change_adconsent"
    purpose = consents.ADS
    own = [
        CUSTOMER,
        files.agreed_column(
            _("Agreed to ads"),
            ("広告同意", "広告利用同意", "広告配信", "第三者提供", "consent", "ad consent", "opt-in"),
        ),
        files.day_column(_("Who has withdrawn agrees again only by a yes with a later day.")),
        files.asked_column("source"),
        Column(
            "proof",
            _("Proof of it"),
            known_as=("証跡", "同意文言", "規約版", "proof", "terms version"),
            help=_("Where it can be looked up, such as the version of the terms."),
            example="規約 2026-04",
        ),
    ]
