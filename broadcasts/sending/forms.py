"""What people write down of requests whose outcome nobody knows."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import settling


class SettleForm(forms.Form):
    """Which requests, and whether they arrived; `confirmed` once somebody has read what follows."""

    batches = forms.ModelMultipleChoiceField(Batch.objects.none(), required=False)
    sends = forms.ModelMultipleChoiceField(PlatformSend.objects.none(), required=False)
    outcome = forms.ChoiceField(choices=[("sent", _("It arrived")), ("not_sent", _("It did not arrive"))])
    confirmed = forms.BooleanField(required=False)

    def __init__(self, broadcast: Broadcast, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = {"batches": settling.batches(broadcast), "sends": settling.sends(broadcast)}
        for name, requests in waiting.items():
            cast("forms.ModelMultipleChoiceField", self.fields[name]).queryset = requests

    def clean(self) -> dict:
        super().clean()
        asked = self.cleaned_data
        if not self.errors and not (asked["batches"] or asked["sends"]):
            raise forms.ValidationError(_("Choose at least one request."))
        return asked

    @property
    def chosen(self) -> list[settling.Unsettled]:
        return settling.with_friends([*self.cleaned_data["batches"], *self.cleaned_data["sends"]])

    @property
    def as_sent(self) -> bool:
        return self.cleaned_data["outcome"] == "sent"
