"""Forms of budgets. Amounts are typed as the reader sees them, and kept as LINE's cost."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.budgeting import sources
from billing.forms import MonthForm
from billing.models import Budget
from contracts.sight import Sight

MOST = Decimal("999999999999.99")
PERCENTS = (1, 999)
MOST_POINTS = 10
MOST_MESSAGES = 2_147_483_647


class Amount(forms.DecimalField):
    """Money before tax."""

    def __init__(self, **options: Any) -> None:
        limits: dict[str, Any] = {
            "min_value": Decimal(0),
            "max_value": MOST,
            "max_digits": 14,
            "decimal_places": 2,
        }
        super().__init__(**limits, **options)


class Points(forms.CharField):
    """Percentages such as “50, 80, 100”; in code a rising list of whole numbers."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        said = super().clean(value).replace("、", ",").replace("，", ",").replace("%", "").replace("％", "")
        words = [word.strip() for word in said.split(",") if word.strip()]
        if not all(word.isdecimal() and len(word) <= len(str(PERCENTS[1])) for word in words):
            raise forms.ValidationError(_("Give whole numbers with commas between, such as 50, 80, 100."))
        points = sorted({int(word) for word in words})
        if len(points) > MOST_POINTS or any(not PERCENTS[0] <= point <= PERCENTS[1] for point in points):
            raise forms.ValidationError(_("Give up to ten points from 1 to 999."))
        return points


class Monied(forms.Form):
    """A form whose amounts the reader types as `sight` shows them."""

    def __init__(self, *args: Any, sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sight = sight

    def as_net(self, shown: Decimal | None) -> Decimal | None:
        """LINE's cost that this reader sees so. Raises ValidationError where they see no such amount."""
        if shown is None:
            return None
        net = self.sight.as_net(shown)
        if net is None:
            raise forms.ValidationError(_("With a price per message, cost has no budget. Ask the agency."))
        return net.quantize(Decimal("0.01"))


class BudgetForm(Monied):
    """What may change of a budget."""

    amount = Amount(
        label=_("Budget of the month"),
        help_text=_("For messages, before tax, without the plan’s monthly fee."),
    )
    warn_percents = Points(
        label=_("Warn at (%)"),
        required=False,
        help_text=_("With commas between them. Whoever keeps the budgets is mailed once at each point."),
    )
    stops = forms.BooleanField(
        label=_("Stop sends"),
        required=False,
        help_text=_("Broadcasts and tests that would go beyond it do not leave. Without this it only warns."),
    )

    @staticmethod
    def of(budget: Budget, sight: Sight) -> dict[str, object]:
        """What stands in the form of a budget."""
        shown = sight.limit(budget.amount)
        amount = None if shown is None else _plain(shown)
        return {"amount": amount, "warn_percents": budget.warn_percents, "stops": budget.stops}

    def clean_amount(self) -> Decimal | None:
        return self.as_net(self.cleaned_data["amount"])

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands on budgets take it."""
        return {name: self.cleaned_data[name] for name in ("amount", "warn_percents", "stops")}


class NewBudgetForm(BudgetForm):
    campaign = forms.TypedChoiceField(
        label=_("What the budget is for"), coerce=int, empty_value=None, required=False, choices=list
    )
    month = forms.CharField(
        label=_("Month"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text=_("Empty: every month that has no budget of its own."),
    )
    field_order = ("campaign", "month", "amount", "warn_percents", "stops")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", _("All that the client sends")),
            *sources.campaigns(),
        ]

    def clean_month(self) -> date | None:
        said = self.cleaned_data["month"]
        form = MonthForm({"month": said})
        if said and not form.is_valid():
            raise forms.ValidationError(list(form.errors["month"]))
        return form.cleaned_data["month"] if said else None

    def facts(self) -> dict[str, Any]:
        whose = {"campaign_id": self.cleaned_data["campaign"], "month": self.cleaned_data["month"]}
        return super().facts() | whose


class LiftForm(Monied):
    up_to = Amount(
        label=_("Up to this amount"),
        required=False,
        help_text=_("For messages, before tax. Empty: without end, until the month is over."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_up_to(self) -> Decimal | None:
        return self.as_net(self.cleaned_data["up_to"])


def _plain(amount: Decimal) -> Decimal:
    """Without decimals where there are none."""
    rounded = amount.quantize(Decimal("0.01"))
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


class ReserveForm(forms.Form):
    messages = forms.IntegerField(
        label=_("Messages kept back each month"),
        min_value=0,
        max_value=MOST_MESSAGES,
        help_text=_("0: none."),
    )
