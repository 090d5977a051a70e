"""What is asked about mails."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scenarios.models import MailSend, MailSettings

ADDRESS = {"autocomplete": "off", "placeholder": "info@example.jp"}


class MailSettingsForm(forms.ModelForm):
    class Meta:
        model = MailSettings
        fields = ["sender_name", "sender_address", "reply_to", "footer"]
        widgets = {
            "sender_address": forms.EmailInput(
                attrs={"autocomplete": "off", "placeholder": "info@example.jp"}
            ),
            "reply_to": forms.EmailInput(attrs=ADDRESS),
            "footer": forms.Textarea(attrs={"rows": 5}),
        }

    def clean_sender_name(self) -> str:
        """One line: it stands in the head of each mail."""
        return " ".join(self.cleaned_data["sender_name"].split())


class MailFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *MailSend.State.choices]
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
