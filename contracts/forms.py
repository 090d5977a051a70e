"""The form of a contract: rates are written in per cent, months as months."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.money import CURRENCIES
from contracts.markup import MOST_OF_A_LINE, Option, Terms
from contracts.models import Contract, ContractOption

SPARE, MOST_OPTIONS = 2, 30
MOST_PERCENT = Decimal(1000)


class MonthField(forms.CharField):
    """A month, `2026-11`; in code its first day."""

    widget = forms.TextInput(attrs={"type": "month"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def clean(self, value: str) -> date | None:
        text = super().clean(value)
        try:
            return datetime.strptime(text, "%Y-%m").date() if text else None  # noqa: DTZ007  (a month has no zone)
        except ValueError as error:
            raise forms.ValidationError(_("A month is written like 2026-11.")) from error


class PercentField(forms.DecimalField):
    """A share, written in per cent; in code 0.2 is 20 %."""

    def prepare_value(self, value: Any) -> Any:
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        percent = super().clean(value)
        return None if percent is None else percent / 100


def percent_field(label: Any, *, most: Decimal = MOST_PERCENT, help_text: Any = "") -> PercentField:
    return PercentField(
        label=label, min_value=Decimal(0), max_value=most, max_digits=6, decimal_places=2, help_text=help_text
    )


class ContractForm(forms.ModelForm):
    """Terms from a month on; what they leave empty is the usual."""

    valid_from = MonthField(label=_("Valid from the month"))
    rate = percent_field(
        _("Rate (%)"),
        help_text=_(
            "Mark-up 20 %: the client pays 120 for a cost of 100. "
            "Margin 20 %: it pays 125, of which 25 are yours."
        ),
    )
    tax_rate = percent_field(_("Consumption tax (%)"), most=Decimal(100))
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        help_text=_("Of the client's LINE plan; all amounts here are in it."),
    )

    class Meta:
        model = Contract
        fields = [
            *("valid_from", "kind", "rate", "unit_price", "charges_free_messages", "minimum", "base_fee"),
            *("passes_monthly_fee", "payer", "currency", "rounding", "tax_rate", "shows"),
            *("counts_fees_in_return", "note"),
        ]
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "shows": forms.RadioSelect}
        labels = {
            "kind": _("Price of messages"),
            "unit_price": _("Price of one message"),
            "charges_free_messages": _("Free messages are charged too"),
            "minimum": _("Least charge for messages in a month"),
            "base_fee": _("Base fee a month"),
            "passes_monthly_fee": _("LINE’s monthly fee is charged too"),
            "payer": _("Who pays LINE"),
            "rounding": _("Rounding of each line of the bill"),
            "shows": _("The client sees"),
            "counts_fees_in_return": _("The agency’s fees count in the return on spend"),
            "note": _("Note for the agency"),
        }
        help_texts = {
            "passes_monthly_fee": _("By the same formula as messages; with a price per message at cost."),
            "payer": _("If the client pays LINE itself, the agency bills only its fee."),
            "shows": _("On every page and in the API. People of the agency always see LINE’s cost."),
        }

    def __init__(self, data: Any = None, *, like: Contract | None = None, **options: Any) -> None:
        """`like` are terms whose options stand in the rows at first."""
        super().__init__(data, **options)
        for name in ("rate", "minimum", "base_fee"):
            self.fields[name].required = False
        for name in ("unit_price", "minimum", "base_fee"):
            self.initial[name] = _short(self.initial.get(name))
        rows = [_initial(option) for option in like.options.all()] if like else None
        self.rows = OptionForms(data, prefix="options", initial=rows)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name in ("rate", "minimum", "base_fee"):
            found[name] = found.get(name) or Decimal(0)
        if found.get("kind") == Contract.Kind.PER_MESSAGE and found.get("unit_price") is None:
            self.add_error("unit_price", _("Give the price of one message."))
        return found

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows.is_valid()

    @property
    def terms(self) -> dict[str, Any]:
        """What was filled in, as the commands on contracts take it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def options(self) -> list[dict[str, Any]]:
        """Of the rows those with a name."""
        return [row for row in self.rows.cleaned_data if row.get("name_ja")]

    @property
    def prices(self) -> Terms:
        """What was filled in, to reckon with; nothing is saved."""
        options = (Option(**row, number=number) for number, row in enumerate(self.options))
        return replace(Contract(**self.terms).prices, options=tuple(options))


class OptionForm(forms.Form):
    """A row without a name is passed over."""

    name_ja = forms.CharField(label=_("Name in Japanese"), required=False, max_length=100)
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=100)
    quantity = forms.DecimalField(
        label=_("Quantity"), required=False, max_digits=10, decimal_places=2, min_value=Decimal(0)
    )
    unit_price = forms.DecimalField(
        label=_("Price of a unit"), required=False, max_digits=12, decimal_places=2
    )
    tax_rate = PercentField(
        label=_("Tax (%)"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )
    month = MonthField(label=_("Only in the month"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of it where no quantity is given; the usual tax; the Japanese name where there is no other."""
        found = super().clean() or self.cleaned_data
        if not found.get("name_ja"):
            found["name_ja"] = found.get("name_en", "")
        if found["name_ja"] and found.get("unit_price") is None and "unit_price" not in self.errors:
            self.add_error("unit_price", _("Give a price."))
        found["name_en"] = found.get("name_en") or found["name_ja"]
        if (found.get("quantity") or 1) * abs(found.get("unit_price") or 0) > MOST_OF_A_LINE:
            self.add_error("unit_price", _("Quantity × price is too much for one line."))
        for name, usual in (("quantity", Decimal(1)), ("tax_rate", Decimal("0.1"))):
            found[name] = usual if found.get(name) is None else found[name]
        return found


OptionForms = forms.formset_factory(
    OptionForm,
    extra=SPARE,
    max_num=MOST_OPTIONS,
    absolute_max=2 * MOST_OPTIONS,  # Django would draw a thousand more
)


def _initial(option: ContractOption) -> dict[str, Any]:
    kept = {name: getattr(option, name) for name in OptionForm.base_fields}
    return kept | {name: _short(kept[name]) for name in ("quantity", "unit_price")}


def _short(amount: Any) -> Any:
    """A number as people write it: 30000, not 30000.00."""
    return f"{amount.normalize():f}" if isinstance(amount, Decimal) else amount
