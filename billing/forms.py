from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import spreadsheets
from accounts.paging import words
from billing.models import LedgerEntry, LedgerEntryQuerySet

YEARS = range(2011, 2100)  # since LINE
LONGEST_OWNER = 60


class MonthForm(forms.Form):
    month = forms.CharField(label=_("Month"), widget=forms.TextInput(attrs={"type": "month"}))

    def clean_month(self) -> date | None:
        """The first day of the month."""
        text = self.cleaned_data["month"]
        return read_month(text) if text else None


class EntriesForm(MonthForm):
    """Which entries of the ledger."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All kinds")), *LedgerEntry.Kind.choices], required=False
    )
    owner = forms.CharField(label=_("Ledger reference"), required=False)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["month"].required = False
        self.fields["owner"].widget.attrs["placeholder"] = "broadcast:7"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.errors) or any(self.cleaned_data.values())

    def narrow(self, entries: LedgerEntryQuerySet) -> LedgerEntryQuerySet:
        """Those that fit; all while what is asked for is not valid."""
        asked = self.cleaned_data if self.is_valid() else {}
        if asked.get("month"):
            entries = entries.filter(month=asked["month"])
        if asked.get("kind"):
            entries = entries.filter(kind=asked["kind"])
        if owner := words(asked.get("owner", "")):
            entries = entries.filter(reference__startswith=owner)
        return entries


class FileForm(forms.Form):
    file = forms.ChoiceField(
        label=_("File"), choices=list(spreadsheets.FORMATS.items()), initial=spreadsheets.EXCEL
    )


class AdjustmentForm(MonthForm):
    """Messages that the ledger has too few or too many of."""

    messages = forms.IntegerField(
        label=_("Messages to add or take back"),
        min_value=-10_000_000,
        max_value=10_000_000,
        help_text=_("With a minus: the ledger has too many. They are added to the end of the month’s order."),
    )
    owner = forms.RegexField(
        r"^[A-Za-z0-9:_.-]*$",
        label=_("For which send"),
        max_length=LONGEST_OWNER,
        required=False,
        error_messages={"invalid": _("Copy the first part of a reference, such as broadcast:7.")},
        help_text=_(
            "The first part of a reference in the ledger, such as broadcast:7: the send then costs more or "
            "less. Empty: the adjustment stands for itself."
        ),
    )
    reason = forms.CharField(
        label=_("Reason for the adjustment"),
        max_length=200,
        help_text=_("Whoever looks at the ledger reads it."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


def read_month(text: str) -> date:
    """The first day of a month written like 2026-11. Raises ValidationError."""
    try:
        month = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
    except ValueError as error:
        raise forms.ValidationError(_("A month is written like 2026-11.")) from error
    if month.year not in YEARS:
        raise forms.ValidationError(_("A month is written like 2026-11."))
    return month
