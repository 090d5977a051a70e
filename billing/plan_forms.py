from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.paging import words
from billing import plans
from billing.models import Plan

MOST_EXTRA = 2_000_000_000


class PlanChangeForm(forms.Form):
    """A plan of the client's own country, and the limit of extra messages."""

    plan = forms.ModelChoiceField(
        label=_("LINE plan"), queryset=Plan.objects.none(), to_field_name="code", widget=forms.HiddenInput
    )
    country = forms.CharField(required=False, widget=forms.HiddenInput)
    additional_limit = forms.IntegerField(
        label=_("Limit of extra messages"),
        required=False,
        min_value=0,
        max_value=MOST_EXTRA,
        help_text=_("As set in LINE Official Account Manager. Empty: no limit of its own."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, country: str | None) -> None:
        super().__init__(data)
        wanted = country or words(self.data.get("country", "")) or plans.HOME_COUNTRY
        plan = self.fields["plan"]
        assert isinstance(plan, forms.ModelChoiceField)  # noqa: S101  (it stands above)
        plan.queryset = Plan.objects.filter(country=wanted)

    @property
    def wanted(self) -> dict:
        """What was asked for, as `plan_changes` takes it."""
        return {name: self.cleaned_data.get(name) for name in ("plan", "additional_limit")}
