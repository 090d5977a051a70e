"""What is asked about notices on their pages."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from scenarios.models import NoticeSend, Scenario


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
