"""What is filled in about indicators."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import people
from campaigns.models import Campaign
from costs.periods import month_of
from planning import trees, wording
from planning.metrics import registry
from planning.models import Kpi

OWN = "own"


class KpiForm(forms.Form):
    """A new indicator, or the settings of one."""

    metric = forms.ChoiceField(label=_("Figure"), required=False)
    name = forms.CharField(
        label=_("Name"),
        max_length=Kpi.NAME_LENGTH,
        required=False,
        help_text=_("Only for an indicator of your own."),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=Kpi.Unit.choices, required=False)
    adds = forms.ChoiceField(label=_("How it adds up"), choices=Kpi.Adds.choices, required=False)
    grain = forms.ChoiceField(label=_("Numbers are entered"), choices=Kpi.Grain.choices, required=False)
    parent = forms.ChoiceField(label=_("Stands below"), required=False)
    direction = forms.ChoiceField(label=_("Good is"), choices=Kpi.Direction.choices, required=False)
    green = forms.IntegerField(
        label=_("Green from (per cent of the target)"), min_value=1, max_value=200, required=False
    )
    yellow = forms.IntegerField(
        label=_("Yellow from (per cent of the target)"),
        min_value=1,
        max_value=200,
        required=False,
        help_text=_("Below that it is red. Where less is better, the target counts in per cent of the end."),
    )
    responsible_id = forms.TypedChoiceField(
        label=_("Responsible"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, campaign: Campaign | None, kpi: Kpi | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kpi = kpi
        self.nodes = {str(each.pk): each for each in Kpi.objects.of(campaign) if each != kpi}
        self._choices("parent", [("", _("Nothing: at the top")), *self._parents()])
        known = [(str(user.pk), user.name or user.email) for user in people.members()]
        self._choices("responsible_id", [("", _("Nobody yet")), *known])
        self._choices("metric", [(OWN, _("One of your own")), *_figures()])
        if kpi:
            del self.fields["metric"]
            self.initial = {name: getattr(kpi, name) for name in trees.SETTINGS} | {"parent": kpi.parent_id}
            if not kpi.is_own:
                for name in ("name", "unit", "adds", "grain"):
                    del self.fields[name]

    def settings(self) -> dict[str, Any]:
        """What was filled in; what was left empty stays as it is."""
        given = {name: self.cleaned_data.get(name) for name in trees.SETTINGS if name in self.fields}
        kept = {name: value for name, value in given.items() if value not in (None, "")}
        return kept | {"responsible_id": given.get("responsible_id")}

    def metric_code(self) -> str:
        code = self.cleaned_data["metric"]
        return "" if code in (OWN, "") else code

    def parent_node(self) -> Kpi | None:
        return self.nodes.get(self.cleaned_data["parent"])

    def _choices(self, name: str, choices: list) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (they stand above)
        field.choices = choices

    def _parents(self) -> list[tuple[str, str]]:
        rows = trees.ordered(list(self.nodes.values()))
        return [(str(kpi.pk), f"{'　' * depth}{wording.name(kpi)}") for kpi, depth in rows]


class NumberForm(forms.Form):
    """A number for a day or a month; empty takes it away."""

    value = forms.DecimalField(required=False, max_digits=20, decimal_places=6)

    def number(self, unit: str) -> Decimal | None:
        """As it is kept: of what is typed in per cent, the share."""
        return wording.read(self.cleaned_data["value"], unit)


class DayForm(NumberForm):
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class MonthForm(NumberForm):
    month = forms.CharField(max_length=7)

    def clean_month(self) -> date:
        return _month(self.cleaned_data["month"])


class MonthOfForm(NumberForm):
    """A month in place of a day, for indicators of which numbers are entered by month."""

    day = forms.CharField(
        label=_("Month"), max_length=7, widget=forms.TextInput(attrs={"type": "month", "maxlength": 7})
    )

    def clean_day(self) -> date:
        return _month(self.cleaned_data["day"])


class RecountForm(forms.Form):
    first = forms.DateField(
        label=_("Count again from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _month(text: str) -> date:
    try:
        return month_of(text)
    except ValueError as error:
        raise forms.ValidationError(_("Give a month such as 2026-11.")) from error


def _figures() -> list[tuple[str, Any]]:
    return [(metric.code, metric.label) for metric in registry.shown()]
