"""What people fill in about ad costs."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.moments import check_reach
from routes import returns
from routes.costs import NewCost
from routes.models import AdCost, Route


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__({"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """A period of whole days; what cannot be one is this month."""

    first = forms.DateField(label=_("First day"), required=False, widget=DayInput(), validators=[check_reach])
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput(), validators=[check_reach])

    def period(self) -> tuple[date, date]:
        asked = self.cleaned_data if self.is_valid() else {}
        begin, today = returns.this_month()
        first, last = asked.get("first") or begin, asked.get("last") or today
        return (first, last) if 0 <= (last - first).days < returns.MOST_DAYS else (begin, today)


class CostFilter(forms.Form):
    """Which costs the list shows. What is not valid is left out."""

    route = forms.ModelChoiceField(
        label=_("Route"), queryset=Route.objects.order_by("name"), required=False, empty_label=_("All")
    )
    before = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class AdCostForm(forms.Form):
    route = forms.ModelChoiceField(
        label=_("Route"), queryset=Route.objects.order_by("name"), empty_label=_("Choose a route")
    )
    from_on = forms.DateField(label=_("First day"), widget=DayInput(), validators=[check_reach])
    to_on = forms.DateField(
        label=_("Last day"),
        widget=DayInput(),
        help_text=_("The cost is spread evenly over these days."),
        validators=[check_reach],
    )
    amount = forms.DecimalField(
        label=_("Cost"),
        min_value=0,
        max_digits=13,
        decimal_places=2,
        help_text=_("Yen, without consumption tax"),
        widget=forms.NumberInput({"inputmode": "decimal"}),
    )
    medium = forms.CharField(
        label=_("Medium"), max_length=AdCost.TEXT_LENGTH, required=False, help_text=_("Such as cpc or print.")
    )
    campaign = forms.CharField(label=_("Campaign"), max_length=AdCost.TEXT_LENGTH, required=False)
    impressions = forms.IntegerField(label=_("Impressions"), min_value=0, max_value=10**15, required=False)
    clicks = forms.IntegerField(label=_("Clicks"), min_value=0, max_value=10**15, required=False)

    @staticmethod
    def of(cost: AdCost) -> dict[str, Any]:
        """What stands in the form of a cost."""
        names = ("from_on", "to_on", "amount", "medium", "campaign", "impressions", "clicks")
        return {name: getattr(cost, name) for name in names} | {"route": cost.route_id}

    def cost(self) -> NewCost:
        """What was filled in. Only of a valid form."""
        return NewCost(**self.cleaned_data)
