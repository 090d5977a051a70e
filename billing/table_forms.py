"""Forms of price tables: a new one, a new version of one, own prices of clients."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import Tenant
from billing import tables
from billing.errors import AlreadySuperseded
from billing.models import ClientPriceTable, PriceTable

LINE = re.compile(r"(?P<end>[\d,]+|\*)[\s:=]+(?P<price>\d+(\.\d+)?)")


def lines_of(brackets: list[dict]) -> str:
    """Brackets as people write them, one a line: `50,000: 3.0`, the last `*: 1.0`."""
    return "\n".join(
        f"{'*' if row['up_to'] is None else format(row['up_to'], ',')}: {row['unit_price']}"
        for row in brackets
    )


class BracketsField(forms.CharField):
    """Prices of extra messages, one bracket a line; in code the JSON that a table keeps."""

    default_error_messages = {
        "line": _("Line %(number)s cannot be read: %(line)s. Write it like 50,000: 3.0")
    }

    def prepare_value(self, value: object) -> object:
        return lines_of(value) if isinstance(value, list) else value

    def to_python(self, value: object) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        lines = (line.strip() for line in text.splitlines())
        return [self._bracket(number, line) for number, line in enumerate(lines, 1) if line]

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return (initial or []) != self.to_python(data)
        except forms.ValidationError:
            return True

    def _bracket(self, number: int, line: str) -> dict:
        found = LINE.fullmatch(line)
        if found is None:
            named = {"number": number, "line": line[:60]}
            raise forms.ValidationError(self.error_messages["line"] % named, code="line")
        end = found["end"].replace(",", "")
        return {"up_to": None if end == "*" else int(end), "unit_price": found["price"]}


class TableForm(forms.ModelForm):
    brackets = BracketsField(
        label=_("prices of extra messages"),
        required=False,
        empty_value="",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        help_text=_(
            "One bracket a line: up to which extra message of the month, then the price of one, such as "
            "“50,000: 3.0”. “*” stands for all the rest. Empty: the plan has no extra messages."
        ),
    )
    monthly_fee = forms.DecimalField(
        label=_("monthly fee"),
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget,
    )
    tax_rate = forms.DecimalField(
        label=_("tax rate"),
        min_value=Decimal(0),
        max_value=Decimal(1),
        max_digits=5,
        decimal_places=4,
        initial=Decimal("0.10"),
        help_text=_("As a share: 0.10 is 10 %"),
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = PriceTable
        fields = [*tables.PLACE, *tables.FIGURES]


class NewTableForm(TableForm):
    """A table for everybody, of a plan and from a month that has none yet."""

    def clean(self) -> dict:
        fields = super().clean() or self.cleaned_data
        place = {"plan": fields.get("plan"), "valid_from": fields.get("valid_from")}
        if PriceTable.objects.of_everybody().filter(superseded_at=None, **place).exists():
            self.add_error("valid_from", _("This plan has a table from this month on: supersede that one."))
        return fields


class VersionForm(TableForm):
    """A new version of the table `before`: prefilled by it, with the reason for it."""

    before: PriceTable  # set by the admin
    reason = forms.CharField(
        label=_("reason for this version"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Such as: LINE's price list of 2026-10 was read"),
    )

    class Meta(TableForm.Meta):
        fields = ["reason", *tables.FIGURES]

    def __init__(self, *args: Any, **options: Any) -> None:
        options["instance"] = tables.copy(self.before, source="", is_confirmed=False)
        super().__init__(*args, **options)

    def clean(self) -> dict:
        """Holds the version before it, so that of two people who supersede it one is told so."""
        fields = super().clean() or self.cleaned_data
        if PriceTable.objects.select_for_update().get(pk=self.before.pk).is_superseded:
            raise forms.ValidationError(AlreadySuperseded().message)
        valid_to = fields.get("valid_to")
        if valid_to and valid_to < self.before.valid_from:
            self.add_error("valid_to", _("The last day is before the first."))
        return fields


class OwnPricesForm(TableForm):
    """The same prices for some clients, beginning with those of `like`."""

    tenants = forms.ModelMultipleChoiceField(
        label=_("clients"),
        queryset=Tenant.objects.none(),
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text=_("Each gets prices of its own, which go before those that hold for everybody."),
    )

    class Meta(TableForm.Meta):
        model = ClientPriceTable
        fields = ["plan", "valid_from", *tables.FIGURES]

    def clean(self) -> dict:
        fields = super().clean() or self.cleaned_data
        place = {"plan": fields.get("plan"), "valid_from": fields.get("valid_from"), "superseded_at": None}
        taken = PriceTable.objects.filter(tenant__in=fields.get("tenants") or [], **place)
        if names := list(taken.values_list("tenant__name", flat=True)[:5]):
            text = _("These have own prices from this month on already; supersede those: %(names)s")
            self.add_error("tenants", text % {"names": ", ".join(names)})
        return fields
