"""What a friend fills in to show which customer they are."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class ConsentForm(forms.Form):
    consent = forms.BooleanField(
        error_messages={"required": _("Please agree, or close this page. Nothing is linked without it.")}
    )

    def __init__(self, data: QueryDict | None, *, consent_text: str) -> None:
        super().__init__(data)
        self.fields["consent"].label = consent_text
        self.order_fields([name for name in self.fields if name != "consent"])  # last on the page


class SignInForm(ConsentForm):
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


class MailForm(ConsentForm):
    who = forms.CharField(
        label=_("E-mail address or customer number"),
        max_length=254,
        help_text=_("We send a code to the e-mail address in our records."),
        widget=forms.TextInput({"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The six digits of our mail"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
