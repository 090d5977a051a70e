from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.money import written
from contracts.markup import MOST_OF_A_LINE, NOTHING, Terms
from invoices import registration
from invoices.models import Document, DocumentLine, Issuer, Recipient
from invoices.numbers import CREDIT_MARK

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
RATES = [("0.10", "10%"), ("0.08", _("8% (reduced) ※")), ("0.07", "7%"), ("0.05", "5%"), ("0", "0%")]
LONGEST_DUE = 12  # months


class LineForm(forms.Form):
    """A line that a person writes, and why."""

    text = forms.CharField(label=_("Description"), max_length=200)
    quantity = forms.DecimalField(
        label=_("Quantity"), max_digits=12, decimal_places=2, min_value=Decimal("0.01"), initial=1
    )
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    unit_price = forms.DecimalField(
        label=_("Unit price before tax"),
        max_digits=14,
        decimal_places=4,
        help_text=_("Below zero for a discount."),
    )
    tax_rate = forms.TypedChoiceField(label=_("Tax rate"), choices=RATES, coerce=Decimal)
    reason = forms.CharField(
        label=_("Reason for the change"), max_length=200, help_text=_("For the activity log only.")
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("quantity", NOTHING) * abs(found.get("unit_price", NOTHING)) > MOST_OF_A_LINE:
            self.add_error("unit_price", _("Quantity × price is too much for one line."))
        return found

    @classmethod
    def of(cls, line: DocumentLine, data: Mapping | None = None) -> "LineForm":
        """To change a line that is there."""
        names = ("text", "quantity", "unit", "unit_price")
        rate = next((code for code, _name in RATES if Decimal(code) == line.tax_rate), None)
        return cls(data, initial={name: getattr(line, name) for name in names} | {"tax_rate": rate})


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for the change"), max_length=200, help_text=_("For the activity log only.")
    )


class DetailsForm(forms.ModelForm):
    class Meta:
        model = Document
        fields = ["due_on", "note"]
        widgets = {"due_on": DAY, "note": forms.Textarea(attrs={"rows": 3})}


class IssuerForm(forms.ModelForm):
    class Meta:
        model = Issuer
        fields = [
            "name",
            "registration_number",
            "address",
            "phone",
            "email",
            "bank_account",
            "number_prefix",
            "tax_rounding",
        ]
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "bank_account": forms.Textarea(attrs={"rows": 3}),
        }

    registration_number = forms.CharField(
        label=_("Registration number"),
        required=False,
        max_length=40,  # as people type it; what is kept is shorter
        help_text=_("T and 13 digits"),
        widget=forms.TextInput(attrs={"placeholder": "T1234567890123"}),
    )

    def clean_registration_number(self) -> str:
        number = registration.normalized(self.cleaned_data["registration_number"])
        if number and not registration.is_valid(number):
            raise forms.ValidationError(
                _("This is no registration number: T and 13 digits, of which the first checks the others.")
            )
        return number

    def clean_number_prefix(self) -> str:
        prefix = self.cleaned_data["number_prefix"].strip()
        if prefix.endswith(CREDIT_MARK):
            raise forms.ValidationError(_("“CN” at the end would look like the number of a credit note."))
        return prefix


class RecipientForm(forms.ModelForm):
    class Meta:
        model = Recipient
        fields = [
            "name",
            "department",
            "address",
            "email",
            "language",
            "closing_day",
            "due_months",
            "due_day",
        ]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

    closing_day = forms.IntegerField(
        label=_("Closing day"),
        min_value=1,
        max_value=31,
        initial=31,
        help_text=_(
            "31: the last day of the month. LINE bills whole months: another day closes in the month after."
        ),
    )
    due_months = forms.IntegerField(
        label=_("Falls due in the month (0: of the closing day, 1: after it, …)"),
        min_value=0,
        max_value=LONGEST_DUE,
        initial=1,
    )
    due_day = forms.IntegerField(
        label=_("Due on day"),
        min_value=1,
        max_value=31,
        initial=31,
        help_text=_("31: the last day of the month."),
    )


class CreditForm(forms.Form):
    """An amount to give back for each line of an invoice, and why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Stands on the credit note."), widget=forms.TextInput()
    )

    def __init__(
        self,
        lines: Sequence[DocumentLine],
        remaining: Mapping[int, Decimal],
        currency: str,
        data: Mapping | None = None,
    ) -> None:
        super().__init__(data)
        self.lines = [line for line in lines if remaining[line.pk]]
        decimals = -int(Terms(currency=currency).step.as_tuple().exponent)
        for line in self.lines:
            left = remaining[line.pk]
            self.fields[self._name(line)] = forms.DecimalField(
                label=line.text,
                required=False,
                max_digits=16,
                decimal_places=decimals,
                min_value=min(Decimal(0), left),
                max_value=max(Decimal(0), left),
                help_text=_("At most %(amount)s before tax") % {"amount": written(left, currency)},
            )

    def begin_with(self, remaining: Mapping[int, Decimal]) -> None:
        """Fill in all that is left of each line."""
        for line in self.lines:
            field = self.fields[self._name(line)]
            assert isinstance(field, forms.DecimalField)
            self.initial[self._name(line)] = f"{remaining[line.pk]:.{field.decimal_places}f}"

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        return [self[self._name(line)] for line in self.lines]

    def amounts(self) -> dict[int, Decimal]:
        """What is to be given back, by line; lines of which nothing is are left out."""
        found = ((line.pk, self.cleaned_data.get(self._name(line))) for line in self.lines)
        return {pk: amount for pk, amount in found if amount}

    @staticmethod
    def _name(line: DocumentLine) -> str:
        return f"line_{line.pk}"
