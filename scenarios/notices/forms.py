"""What is asked about notices, on their pages and of a step that sends them."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from scenarios.models import NoticeSend, Scenario
from scenarios.notices import templates, writing
from segments.kinds import Unfit


class NoticeFilter(forms.Form):
    """What narrows the list; nonsense narrows nothing."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *NoticeSend.State.choices]
    )
    scenario = forms.ModelChoiceField(
        Scenario.objects.none(), label=_("Scenario"), required=False, empty_label=_("All")
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        senders = NoticeSend.objects.filter(scenario_id__isnull=False).order_by()
        sending = Scenario.objects.filter(pk__in=senders.values("scenario_id")).order_by("name")
        self.fields["scenario"].queryset = sending  # type: ignore[attr-defined]

    @property
    def is_narrowing(self) -> bool:
        return bool(self.cleaned_data.get("state") or self.cleaned_data.get("scenario"))

    def narrow(self, notices: QuerySet[NoticeSend]) -> QuerySet[NoticeSend]:
        if state := self.cleaned_data.get("state"):
            notices = notices.filter(state=state)
        if scenario := self.cleaned_data.get("scenario"):
            notices = notices.filter(scenario_id=scenario.pk)
        return notices


class SettleForm(forms.Form):
    DELIVERED, NOT_DELIVERED = "delivered", "not_delivered"

    outcome = forms.ChoiceField(
        label=_("What LINE’s console or the recipient says"),
        choices=[(DELIVERED, _("It was delivered")), (NOT_DELIVERED, _("It was not delivered"))],
        widget=forms.RadioSelect,
    )

    @property
    def is_delivered(self) -> bool:
        return self.cleaned_data["outcome"] == self.DELIVERED


class StepForm(forms.Form):
    """A step that sends a notice; the bubbles of the flexible type stand below it."""

    kind = forms.ChoiceField(
        label=_("Type"),
        choices=[("template", _("LINE’s template")), ("flexible", _("Own text that LINE has approved"))],
    )
    template_key = forms.CharField(
        label=_("LINE’s template"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "notice-templates", "autocomplete": "off"}),
        help_text=_("Its key, as LINE’s list of templates names it"),
    )
    emphasized = forms.CharField(
        label=_("What stands out"),
        required=False,
        max_length=300,
        help_text=_("LINE’s key of the item, a colon, and up to 15 characters: date_002_ja: 11/24"),
    )
    items = forms.CharField(
        label=_("Items"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "One a line, up to 15: LINE’s key, a colon, and the text, which may have variables: "
            "number_001_ja: {{event.order|-}}"
        ),
    )
    buttons = forms.CharField(
        label=_("Buttons"),
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line, up to 2: LINE’s key, a colon, and the address: contact_ja: https://…"),
    )

    @classmethod
    def said(cls, step: dict) -> dict[str, Any]:
        """What stands in the form for a step."""
        named = {name: step[name] for name in ("kind", "template_key") if name in step}
        return named | writing.of_body(step.get("body") or {})

    @property
    def known_templates(self) -> list[tuple[str, Any]]:
        """To be offered; others may be written too."""
        return list(templates.TEMPLATES.items())

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("kind") == "template" and not asked.get("template_key"):
            self.add_error("template_key", _("This field is needed."))
        try:
            asked["body"] = writing.body_of(
                *(asked.get(name, "") for name in ("emphasized", "items", "buttons"))
            )
        except Unfit as problem:
            self.add_error(problem.path or None, str(problem))
        return asked

    def step(self) -> dict[str, Any]:
        """The values of a step by LINE's template, or the beginning of one with messages."""
        asked = self.cleaned_data
        if asked["kind"] == "flexible":
            return {"type": "notice", "kind": "flexible"}
        named = {"kind": "template", "template_key": asked["template_key"], "body": asked["body"]}
        return {"type": "notice"} | named
