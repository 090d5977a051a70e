"""What is asked about reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import people
from campaigns.models import Campaign
from reports import catalogue
from reports.models import Kind, Language, Report, ReportSettings


class NewForm(forms.Form):
    """A report of a month, or of a campaign."""

    what = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(Kind.MONTH, Kind.MONTH.label), (Kind.CAMPAIGN, Kind.CAMPAIGN.label)],
        widget=forms.RadioSelect,
        initial=Kind.MONTH,
    )
    month = forms.DateField(
        label=_("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        error_messages={"invalid": _("Give a month such as 2026-11.")},
    )
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.all(), required=False, empty_label="–"
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        what = found.get("what")
        if what and not found.get(what) and what not in self.errors:
            self.add_error(what, _("Choose one."))
        return found


class SectionsMixin(forms.Form):
    """Fields `on-<code>` and `place-<code>` for the sections of one kind of report."""

    def add_sections(self, kind: str, kept: catalogue.Chosen) -> None:
        self.kind, self.codes = kind, [code for code, _is_on in kept]
        for place, (code, is_on) in enumerate(kept, start=1):
            label = str(catalogue.PARTS[code].title)
            self.fields[f"on-{kind}-{code}"] = forms.BooleanField(label=label, required=False, initial=is_on)
            self.fields[f"place-{kind}-{code}"] = forms.IntegerField(
                label=_("Place"), initial=place, min_value=1, max_value=99, required=False
            )

    def rows(self, kind: str, codes: list[str]) -> list[tuple]:
        return [(self[f"on-{kind}-{code}"], self[f"place-{kind}-{code}"]) for code in codes]

    def chosen(self, kind: str, codes: list[str]) -> catalogue.Chosen:
        """By place; those of the same place stay in the order that they had."""
        data = self.cleaned_data
        places = {code: data.get(f"place-{kind}-{code}") or number for number, code in enumerate(codes, 1)}
        in_order = sorted(codes, key=lambda code: places[code])
        return [[code, data[f"on-{kind}-{code}"]] for code in in_order]


class EditForm(SectionsMixin):
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=Report.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One paragraph a line. Empty: the sentences follow from the figures."),
    )
    comment = forms.CharField(
        label=_("Comment of the account manager"),
        required=False,
        max_length=Report.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One paragraph a line. Without one the section is left out."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    edit = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, report: Report, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.add_sections(report.kind, catalogue.chosen(report.kind, report.sections))

    @property
    def section_rows(self) -> list[tuple]:
        return self.rows(self.kind, self.codes)

    def given(self) -> dict[str, Any]:
        names = ("summary", "comment", "language", "edit")
        return {name: self.cleaned_data[name] for name in names} | {
            "sections": self.chosen(self.kind, self.codes)
        }


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class AddressesField(forms.Field):
    """Addresses, one a line or with commas."""

    widget = forms.Textarea(attrs={"rows": 4, "placeholder": "tanaka@example.jp"})

    def to_python(self, value: object) -> list[str]:
        text = str(value or "").replace(",", "\n").replace(";", "\n").replace("、", "\n")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: object, data: object) -> bool:
        return True


class MailForm(forms.Form):
    members = forms.MultipleChoiceField(
        label=_("People of this client here"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = AddressesField(
        label=_("Other addresses"),
        required=False,
        help_text=_("One a line. They get the report by mail alone."),
    )
    way = forms.ChoiceField(label=_("How"), choices=ReportSettings.Way.choices, widget=forms.RadioSelect)
    confirmed = forms.BooleanField(
        label=_("I have checked the other addresses: they may get the client’s figures."), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = people.holders("reports.view_report")
        self.fields["members"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (user.email, f"{user.name} ({user.email})" if user.name else user.email) for user in members
        ]

    def addresses(self) -> list[str]:
        return [*self.cleaned_data["members"], *self.cleaned_data["others"]]


class SettingsForm(SectionsMixin):
    is_monthly = forms.BooleanField(
        label=_("Draft the report of each month"),
        required=False,
        help_text=_("On the 1st at 11:30, in the client’s time zone. It is released by hand."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    responsible_id = forms.TypedChoiceField(
        label=_("Responsible"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "Gets a mail about each draft. If nobody is chosen, everybody who may release reports gets it."
        ),
    )
    recipients = AddressesField(
        label=_("Usual recipients"),
        required=False,
        help_text=_("One a line. They are proposed for each report."),
    )
    way = forms.ChoiceField(
        label=_("How it is mailed"), choices=ReportSettings.Way.choices, widget=forms.RadioSelect
    )

    def __init__(self, settings: ReportSettings, *args: Any, **options: Any) -> None:
        names = ("is_monthly", "language", "responsible_id", "recipients", "way")
        options["initial"] = {name: getattr(settings, name) for name in names}
        super().__init__(*args, **options)
        entitled = people.holders("reports.release_report")
        self.fields["responsible_id"].choices = [  # type: ignore[attr-defined]  # likewise
            ("", "–"),
            *((user.pk, user.name or user.email) for user in entitled),
        ]
        self.order = {}
        for kind in Kind.values:
            kept = catalogue.chosen(kind, settings.sections.get(kind))
            self.add_sections(kind, kept)
            self.order[kind] = [code for code, _is_on in kept]

    @property
    def kinds(self) -> list[tuple]:
        return [(Kind(kind).label, self.rows(kind, codes)) for kind, codes in self.order.items()]

    def given(self) -> dict[str, Any]:
        names = ("is_monthly", "language", "responsible_id", "recipients", "way")
        sections = {kind: self.chosen(kind, codes) for kind, codes in self.order.items()}
        return {name: self.cleaned_data[name] for name in names} | {"sections": sections}
