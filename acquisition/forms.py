"""What is asked of the pages of acquisition, and the margin."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acquisition.cohorts import Metric
from acquisition.counting import Asked, Revenue
from acquisition.grouping import By
from routes.cost_forms import DayInput
from routes.models import Route
from routes.returns import MOST_DAYS

USUAL = timedelta(days=179)  # with today, half a year: long enough to pay back
YEAR = timedelta(days=364)
PRESETS = [
    (_("The last 30 days"), timedelta(days=29)),
    (_("The last 90 days"), timedelta(days=89)),
    (_("The last 180 days"), USUAL),
    (_("The last 365 days"), YEAR),
]


def is_period(first: date, last: date) -> bool:
    """Whether it can be asked about: in order, not too long, in years that somebody may have joined in."""
    return first.year >= 2010 and last.year <= 2100 and 0 <= (last - first).days < MOST_DAYS


class AskForm(forms.Form):
    """When friends joined, by what they are put side by side, and which orders count.

    What cannot be asked is the last half year, and the usual way.
    """

    first = forms.DateField(label=_("Joined from"), required=False, widget=DayInput())
    last = forms.DateField(label=_("Joined until"), required=False, widget=DayInput())
    by = forms.ChoiceField(label=_("Side by side"), choices=By.choices, required=False)
    revenue = forms.ChoiceField(label=_("Revenue"), choices=Revenue.choices, required=False)

    usual = USUAL

    def asked(self) -> Asked:
        self.is_valid()
        first, last = self._period()
        given = self.cleaned_data
        return Asked(first, last, Revenue(given.get("revenue") or Revenue.JOINED), **self._narrowed())

    def by_what(self) -> By:
        self.is_valid()
        return By(self.cleaned_data.get("by") or By.ROUTE)

    def _narrowed(self) -> dict[str, Any]:
        return {}

    def _period(self) -> tuple[date, date]:
        today = timezone.localdate()
        first = self.cleaned_data.get("first") or today - self.usual
        last = self.cleaned_data.get("last") or today
        return (first, last) if is_period(first, last) else (today - self.usual, today)


class CohortForm(AskForm):
    metric = forms.ChoiceField(label=_("Figure"), choices=Metric.choices, required=False)
    media = forms.ChoiceField(  # type: ignore[assignment]  # a field: it does not stay on the class
        label=_("Media"), choices=[("", _("All")), *Route.Media.choices], required=False
    )
    route = forms.ModelChoiceField(
        label=_("Route"), queryset=Route.objects.order_by("name"), required=False, empty_label=_("All")
    )

    usual = YEAR

    def of_what(self) -> Metric:
        self.is_valid()
        return Metric(self.cleaned_data.get("metric") or Metric.REVENUE)

    def _narrowed(self) -> dict[str, Any]:
        route = self.cleaned_data.get("route")
        return {"route": route.pk if route else None, "media": self.cleaned_data.get("media") or ""}


class MarginForm(forms.Form):
    percent = forms.DecimalField(
        label=_("Gross margin (%)"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("What is left of 100 yen of revenue once the goods are paid. More than 0, at most 100."),
        widget=forms.NumberInput({"inputmode": "decimal", "step": "0.01"}),
    )


def presets(asked: Asked) -> list[tuple[Any, date, date, bool]]:
    """Periods of one click, and whether it is the one that is shown."""
    today = timezone.localdate()
    found = [(name, today - length, today) for name, length in PRESETS]
    return [(name, first, last, (first, last) == (asked.first, asked.last)) for name, first, last in found]
