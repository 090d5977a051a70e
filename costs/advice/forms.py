"""What may be set on the page of advice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from broadcasts.leaves.messages import MOST_MESSAGES
from costs.advice import sends
from costs.advice.quiet import Asked

DAYS = [(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("365 days"))]
SENDS_DAYS = [each for each in DAYS if each[0] > 30]


class QuietForm(forms.Form):
    """Who counts as one who never clicks. What is missing or cannot be is as usual."""

    times = forms.IntegerField(
        label=_("Broadcasts received, at least"), min_value=1, max_value=MOST_MESSAGES, required=False
    )
    days = forms.TypedChoiceField(label=_("In the last"), choices=DAYS, coerce=int, required=False)
    keeps_buyers = forms.BooleanField(label=_("Keep those who ordered in that time"), required=False)

    def asked(self) -> Asked:
        """Without any answer, the usual: then also buyers are kept."""
        usual = Asked()
        if not self.is_bound or not self.is_valid():
            return usual
        given = self.cleaned_data
        return Asked(given["times"] or usual.times, given["days"] or usual.days, given["keeps_buyers"])

    @staticmethod
    def fields_of(asked: Asked) -> dict:
        return {"times": asked.times, "days": asked.days, "keeps_buyers": asked.keeps_buyers}


class SendsForm(forms.Form):
    sends_days = forms.TypedChoiceField(label=_("Period"), choices=SENDS_DAYS, coerce=int, required=False)

    def days(self) -> int:
        return (self.cleaned_data["sends_days"] if self.is_valid() else None) or sends.DAYS
