from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _


class MonthForm(forms.Form):
    month = forms.CharField(label=_("Month"), widget=forms.TextInput(attrs={"type": "month"}))

    def clean_month(self) -> date:
        """The first day of the month."""
        try:
            return datetime.strptime(self.cleaned_data["month"], "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
        except ValueError as error:
            raise forms.ValidationError(_("A month is written like 2026-11.")) from error
