"""What people fill in about surveys; the questions have an editor of their own (surveys/editing/)."""

from typing import TYPE_CHECKING, Any, cast

import orjson
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.moments import ReachField
from coupons import rewards
from routes.forms import MomentInput
from surveys.models import Survey

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class SurveyFilter(forms.Form):
    """What narrows the list; nonsense narrows nothing."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(required=False, choices=[("", ""), *Survey.Status.choices])

    @property
    def asked(self) -> dict[str, str]:
        self.is_valid()
        text = self.cleaned_data.get("q", "").replace("\0", "")
        return {"status": self.cleaned_data.get("status", ""), "text": text}

    @property
    def is_narrowing(self) -> bool:
        return any(self.asked.values())


class NewSurveyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=Survey.NAME_LENGTH,
        help_text=_("Friends see it at the top of the page, such as “Your skin in winter”."),
    )
    purpose = forms.CharField(
        label=_("Purpose of the survey"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For your team; friends do not see it."),
    )


class SettingsForm(NewSurveyForm):
    opening = forms.CharField(
        label=_("Words at the beginning"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it is about and how long it takes."),
    )
    thanks = forms.CharField(
        label=_("Words at the end"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Empty: a short thank you."),
    )
    starts_at = ReachField(label=_("From"), required=False, widget=MomentInput())
    ends_at = ReachField(
        label=_("Until"),
        required=False,
        widget=MomentInput(),
        help_text=_("Afterwards nobody can answer, also who has begun."),
    )
    is_once = forms.BooleanField(label=_("Each friend answers once"), required=False)
    keyword = forms.CharField(
        label=_("Word that starts it in the chat"),
        required=False,
        max_length=50,
        help_text=_("Who writes exactly this is asked the first question. Empty: only buttons start it."),
    )
    reward = forms.ChoiceField(label=_("Incentive"), required=False)
    reward_limit = forms.IntegerField(
        label=_("For the first"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text=_("So many friends get it, by the order in which they finish. Empty: everybody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["reward"])
        field.choices = _rewards(self.initial.get("reward") or "")

    def clean_reward(self) -> dict | None:
        return orjson.loads(self.cleaned_data["reward"]) if self.cleaned_data["reward"] else None


def settings_of(survey: Survey) -> dict[str, Any]:
    """What the form shows at first."""
    said = {name: getattr(survey, name) for name in SettingsForm.base_fields}
    return said | {"reward": _written(survey.reward) if survey.reward else ""}


def _rewards(chosen: str) -> "list[tuple[str, StrOrPromise] | tuple[StrOrPromise, list[tuple[str, str]]]]":
    """None, all that can be given now, and what is chosen although it cannot be given any more."""
    offered = [
        (label, [(_written(reward), words) for reward, words in found]) for label, found in rewards.choices()
    ]
    known = {written for _label, found in offered for written, _words in found}
    gone = [(chosen, rewards.say(orjson.loads(chosen)))] if chosen and chosen not in known else []
    return [("", _("None")), *gone, *offered]


def _written(reward: dict) -> str:
    return orjson.dumps(reward, option=orjson.OPT_SORT_KEYS).decode()
