"""What a friend fills in to show which customer they are."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class SignInForm(forms.Form):
    number = forms.CharField(
        label=_("Customer number"),
        max_length=Customer.NUMBER_LENGTH,
        help_text=_("It stands on your card, in your account page or on your receipt."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    birthday = forms.DateField(
        label=_("Birthday"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"],
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    consent = forms.BooleanField(
        error_messages={"required": _("Please agree, or close this page. Nothing is linked without it.")}
    )

    def __init__(self, data: QueryDict | None, *, consent_text: str) -> None:
        super().__init__(data)
        self.fields["consent"].label = consent_text
