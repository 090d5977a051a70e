"""What a client fills in about how its friends link."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linking import ways
from linking.models import LinkSettings

Proof = LinkSettings.Proof
MOST_ADDRESSES = 20


class WaysForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why to link"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Stands on the pages on which friends link. Such as: 100 points at once."),
    )
    proofs = forms.MultipleChoiceField(
        label=gettext_lazy("How friends show which customer they are"),
        choices=Proof.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Without any, by customer number and birthday."),
    )
    first = forms.ChoiceField(
        label=gettext_lazy("Offered first"), choices=Proof.choices, required=False, initial=Proof.BIRTHDAY
    )
    shop_sign_in_url = forms.CharField(
        label=gettext_lazy("Sign-in page of the shop"),
        max_length=500,
        required=False,
        widget=forms.URLInput({"placeholder": "https://shop.example/line/sign-in"}),
        help_text=gettext_lazy("We add “state” to it. For the sign-in at the shop."),
    )
    return_addresses = forms.CharField(
        label=gettext_lazy("Addresses a browser may be sent back to"),
        required=False,
        widget=forms.Textarea({"rows": 3, "placeholder": "https://shop.example/account/"}),
        help_text=gettext_lazy("One a line, with https. Pages below an address are meant too."),
    )
    asks_email = forms.BooleanField(
        label=gettext_lazy("Ask LINE for the e-mail address"),
        required=False,
        help_text=gettext_lazy(
            "Only once LINE has granted the Login channel this right; else signing in fails."
        ),
    )

    def clean_shop_sign_in_url(self) -> str:
        address = self.cleaned_data["shop_sign_in_url"].strip()
        if address and not ways.is_named(address.partition("?")[0]):
            raise forms.ValidationError(_refused(address))
        return address

    def clean_return_addresses(self) -> list[str]:
        lines = self.cleaned_data["return_addresses"].splitlines()
        addresses = [line.strip() for line in lines if line.strip()]
        if len(addresses) > MOST_ADDRESSES:
            raise forms.ValidationError(_("Name at most %(most)s addresses.") % {"most": MOST_ADDRESSES})
        for address in addresses:
            if not ways.is_named(address):
                raise forms.ValidationError(_refused(address))
        return list(dict.fromkeys(addresses))

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        if Proof.SHOP in given.get("proofs", []) and not given.get("shop_sign_in_url"):
            self.add_error("shop_sign_in_url", _("Say where the shop's sign-in page is, or do not offer it."))
        return given

    def wanted(self) -> dict:
        """As `ways.save` takes it: the proof that is offered first comes first."""
        given = self.cleaned_data
        proofs = sorted(given["proofs"], key=lambda proof: proof != given["first"])
        names = ("shop_sign_in_url", "return_addresses", "asks_email", "reason")
        return {"proofs": proofs} | {name: given[name] for name in names}

    @staticmethod
    def of(row: LinkSettings) -> dict:
        """What the form shows at first."""
        return {
            "reason": row.reason,
            "proofs": row.offered,
            "first": row.offered[0],
            "shop_sign_in_url": row.shop_sign_in_url,
            "return_addresses": "\n".join(row.return_addresses),
            "asks_email": row.asks_email,
        }


def _refused(address: str) -> str:
    if not settings.HTTPS and address.startswith("http://"):
        return _("“%(address)s”: only https, or http to this machine itself.") % {"address": address}
    return _("“%(address)s” must begin with https:// and name a host and a path only.") % {"address": address}
