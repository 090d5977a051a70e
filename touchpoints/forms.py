"""What is filled in about touchpoint plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from broadcasts.leaves.naming import sent
from campaigns.forms import CampaignField
from friends.colors import PALETTE
from library.models import MessageTemplate
from scenarios.engine.enrolling import TAKING
from scenarios.models import Scenario
from touchpoints.models import Level, Period, Plan, TouchClass
from touchpoints.plans import Frame

OFFERED = 100  # sends, templates and scenarios to choose from, the newest
NO_TIME, DAY, AFTER = "", "day", "after"
COLORS = [(each, each) for each in [*PALETTE, "#94a3b8"]]


def _day_field(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class FrameForm(forms.Form):
    """The days of a period, and by which sends friends are judged."""

    starts_on = _day_field(_("First day"))
    ends_on = _day_field(_("Last day"))
    basis = forms.ChoiceField(label=_("Friends are judged by"), choices=Period.Basis.choices)
    basis_count = forms.IntegerField(
        label=_("How many sends or days"),
        min_value=1,
        max_value=Period.MOST_DAYS,
        required=False,
        help_text=_("Of the last sends, or of the last days; at most 50 sends."),
    )
    named = forms.TypedMultipleChoiceField(
        label=_("Chosen sends"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Only if sends are chosen. The last 100 are offered."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["named"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  (it stands above)
        field.choices = list(sent().values_list("pk", "name")[:OFFERED])

    def frame(self) -> Frame:
        given = self.cleaned_data
        count = given["basis_count"] or 3
        return Frame(given["starts_on"], given["ends_on"], given["basis"], count, given["named"])


def initial_of(frame: Frame | Period) -> dict[str, Any]:
    """What such a form begins with."""
    return {name: getattr(frame, name) for name in FrameForm.base_fields}


class PlanForm(FrameForm):
    name = forms.CharField(label=_("Name"), max_length=Plan.NAME_LENGTH)
    campaign = CampaignField(label=_("Campaign"), required=False, empty_label=_("No campaign"))
    note = forms.CharField(
        label=_("Note"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("name", "campaign", "starts_on", "ends_on", "basis", "basis_count", "named", "note")

    def keep(self, plan: Plan) -> None:
        """Offer its campaign, too, though it may be archived."""
        self.fields["campaign"].keep(plan.campaign)  # type: ignore[attr-defined]


class ClassForm(forms.Form):
    """How a class is called, looks and counts."""

    name = forms.CharField(
        label=_("Name"),
        max_length=TouchClass.NAME_LENGTH,
        required=False,
        help_text=_("Of a ready-made class only if it is to be called otherwise."),
    )
    color = forms.ChoiceField(label=_("Colour"), choices=COLORS, widget=forms.RadioSelect)
    level = forms.TypedChoiceField(
        label=_("How good is it to be here?"),
        coerce=int,
        choices=Level.choices,
        help_text=_("From a lower to a higher one is a movement for the better."),
    )


class PlannedForm(forms.Form):
    """What a class gets, and when."""

    purpose = forms.CharField(
        label=_("What for"), max_length=200, required=False, help_text=_("For your own people.")
    )
    action = forms.ChoiceField(label=_("What they get"), choices=TouchClass.Action.choices, required=False)
    text = forms.CharField(
        label=_("Message"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Or choose a template; the draft can be written further either way."),
    )
    template = forms.ModelChoiceField(
        label=_("Message template"),
        queryset=MessageTemplate.objects.none(),
        required=False,
        empty_label=_("None: the text above"),
    )
    scenario = forms.ModelChoiceField(
        label=_("Scenario"), queryset=Scenario.objects.none(), required=False, empty_label=_("None")
    )
    timing = forms.ChoiceField(
        label=_("When"),
        choices=[
            (NO_TIME, _("Not decided yet")),
            (DAY, _("On a day")),
            (AFTER, _("Days after the period begins")),
        ],
        required=False,
    )
    send_on = _day_field(_("Day"), required=False)
    days_after = forms.IntegerField(label=_("Days after"), min_value=0, max_value=365, required=False)
    send_time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the client’s clock; 10:00 if it is left empty."),
    )

    def __init__(self, *args: Any, planned: TouchClass, **options: Any) -> None:
        timing = DAY if planned.send_on else AFTER if planned.days_after is not None else NO_TIME
        names = ("purpose", "action", "text", "template", "scenario", "send_on", "days_after", "send_time")
        initial = {name: getattr(planned, name) for name in names} | {"timing": timing}
        super().__init__(*args, **options | {"initial": initial})
        self._offer("template", MessageTemplate.objects.all(), planned.template_id)
        self._offer("scenario", Scenario.objects.filter(status__in=TAKING), planned.scenario_id)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        action, timing = given.get("action"), given.get("timing")
        if action == "message" and not (given.get("text", "").strip() or given.get("template")):
            self.add_error("text", _("Write a message or choose a template."))
        if action == "scenario" and not given.get("scenario"):
            self.add_error("scenario", _("Choose a scenario. Only running ones are offered."))
        if timing == DAY and not given.get("send_on"):
            self.add_error("send_on", _("Give a day."))
        if timing == AFTER and given.get("days_after") is None:
            self.add_error("days_after", _("Give a number of days, 0 being the first day."))
        return given

    def facts(self) -> dict[str, Any]:
        """As `classes.plan` takes them; what does not go with the choices is dropped."""
        given = dict(self.cleaned_data)
        timing = given.pop("timing")
        given["send_on"] = given["send_on"] if timing == DAY else None
        given["days_after"] = given["days_after"] if timing == AFTER else None
        given["send_time"] = given["send_time"] if timing else None
        return given

    def _offer(self, name: str, rows: Any, kept: int | None) -> None:
        """The newest, and the one that is chosen."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (they stand above)
        numbers = list(rows.order_by("-pk").values_list("pk", flat=True)[:OFFERED])
        field.queryset = rows.model.objects.filter(pk__in=[*numbers, *([kept] if kept else [])])
