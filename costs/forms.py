"""What is asked of the pages of returns, and the fee of a tool."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.spreadsheets import FORMATS
from billing.three_views import View
from costs.outcomes import Orders
from costs.periods import Period
from costs.rows import MOST_DAYS, Asked, By
from costs.services import MOST
from routes.cost_forms import DayInput


class AskForm(forms.Form):
    """A period and how it is reckoned. What cannot be is this month, and the usual way."""

    first = forms.DateField(label=_("First day"), required=False, widget=DayInput())
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput())
    view = forms.ChoiceField(label=_("Cost of a send"), required=False, choices=View.choices)
    orders = forms.ChoiceField(
        label=_("Orders counted"), required=False, choices=[("", _("Chosen by the data")), *Orders.choices]
    )
    fees = forms.ChoiceField(
        label=_("Fees of agency and tool"),
        required=False,
        choices=[("with", _("with them")), ("without", _("without them"))],
    )

    def period(self) -> Period:
        self.is_valid()
        today = timezone.localdate()
        first = self.cleaned_data.get("first") or today.replace(day=1)
        last = self.cleaned_data.get("last") or today
        is_one = date(2010, 1, 1) <= first and 0 <= (last - first).days < MOST_DAYS and last.year <= 2100
        return Period(first, last) if is_one else Period(today.replace(day=1), today)

    def asked(self, by: By) -> Asked:
        period = self.period()
        return Asked(
            period,
            by,
            View(self.cleaned_data.get("view") or View.MARGINAL),
            Orders(self.cleaned_data["orders"]) if self.cleaned_data.get("orders") else None,
            with_fees=self.cleaned_data.get("fees") != "without",
        )


class FileForm(forms.Form):
    kind = forms.ChoiceField(choices=list(FORMATS.items()))


class MonthField(forms.Field):
    """A month as browsers send it: 2026-11."""

    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  (a month has no time zone)
        except ValueError:
            raise forms.ValidationError(_("Give a month such as 2026-11.")) from None


class ToolFeeForm(forms.Form):
    name = forms.CharField(label=_("Name of the tool"), max_length=100)
    amount = forms.DecimalField(
        label=_("Fee per month"),
        min_value=0,
        max_value=MOST,
        decimal_places=2,
        help_text=_("Before tax, in the currency of the LINE plan. 0 from the month on in which it ends."),
        widget=forms.NumberInput({"inputmode": "decimal"}),
    )
    since = MonthField(label=_("From the month"), widget=forms.DateInput({"type": "month"}))
