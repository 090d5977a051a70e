"""Panels of the steps that send: bubbles with the phone beside them, and what goes with them."""

from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast
from composing import draft as drafts
from composing import editor
from composing.draft import Draft
from composing.draft import Incomplete as IncompleteDraft
from scenarios.errors import InvalidFlow
from scenarios.flow import choosing
from scenarios.notices.forms import StepForm
from scenarios.panels.base import Incomplete

UTM = ("source", "medium", "campaign")
EMPTY = [{"type": "text", "text": ""}]


class Bubbled:
    """A form, and bubbles below it."""

    template = ""
    form_class: type[forms.Form]

    def __init__(self, form: Any, draft: Draft) -> None:
        self.form = form
        self.draft = draft
        self.problem = ""

    @classmethod
    def of_value(cls, value: dict) -> Self:
        form = cls.form_class(initial=cls.said(value))
        return cls(form, drafts.of_messages(value.get("messages") or EMPTY))

    @classmethod
    def of_form(cls, data: QueryDict) -> Self:
        return cls(cls.form_class(data), drafts.of_form(data))

    @classmethod
    def said(cls, value: dict) -> dict[str, Any]:
        """What stands in the form for a step."""
        raise NotImplementedError

    def act(self, act: str) -> None:
        """Buttons at the bubbles ask the composer."""

    def blame(self, error: InvalidFlow) -> None:
        self.problem = error.message

    def bubbles(self, asked: str) -> dict:
        """For the templates of the composer; `asked` is whose page it is (`composing.offers`)."""
        return editor.context(self.draft, show_errors=self.form.is_bound, asked=asked)

    @property
    def is_written(self) -> bool:
        return any(bubble not in ({"type": "text"}, *EMPTY) for bubble in self.draft.shown())

    def messages(self) -> list[dict]:
        try:
            return self.draft.messages()
        except IncompleteDraft as error:
            raise Incomplete from error


class SendForm(forms.Form):
    """What a step that sends says besides its bubbles."""

    by = forms.ChoiceField(label=_("By"), choices=list(choosing.BY.items()), initial="line")
    mail_after_hours = forms.IntegerField(
        label=_("Mail if not clicked within so many hours"),
        min_value=1,
        max_value=720,
        required=False,
        initial=24,
    )
    mail_subject = forms.CharField(label=_("Subject of the mail"), max_length=200, required=False)
    mail_text = forms.CharField(
        label=_("Text of the mail"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("An address from which they can stop the mails is put below it."),
    )
    nature = forms.ChoiceField(
        label=_("Kind of message"),
        choices=[("", _("As the scenario")), *Broadcast.Nature.choices],
        required=False,
    )
    when_capped = forms.ChoiceField(
        label=_("Above the frequency cap"), choices=list(choosing.WHEN_CAPPED.items()), required=False
    )
    is_silent = forms.BooleanField(label=_("Without a notification on the phone"), required=False)
    utm_source = forms.CharField(label="utm_source", max_length=100, required=False)
    utm_medium = forms.CharField(label="utm_medium", max_length=100, required=False)
    utm_campaign = forms.CharField(label="utm_campaign", max_length=100, required=False)

    @classmethod
    def said(cls, value: dict) -> dict[str, Any]:
        """What stands in the fields for a step."""
        names = ("by", "mail_after_hours", "nature", "when_capped", "is_silent")
        said = {name: value[name] for name in names if value.get(name) is not None}
        mail, utm = value.get("mail") or {}, value.get("utm") or {}
        said |= {f"mail_{name}": text for name, text in mail.items()}
        return said | {f"utm_{name}": utm.get(name, "") for name in UTM}

    def step(self) -> dict[str, Any]:
        """The JSON of the step, without its messages."""
        asked = self.cleaned_data
        said: dict[str, Any] = {"type": "send", "by": asked["by"]}
        said["when_capped"] = asked["when_capped"] or "skip"
        if asked["by"] == "line_then_mail":
            said["mail_after_hours"] = asked["mail_after_hours"] or 24
        if asked["by"] != "line" and (asked["mail_subject"] or asked["mail_text"]):
            said["mail"] = {"subject": asked["mail_subject"], "text": asked["mail_text"]}
        said |= {"nature": asked["nature"]} if asked["nature"] else {}
        said |= {"is_silent": True} if asked["is_silent"] else {}
        utm = {name: asked[f"utm_{name}"] for name in UTM if asked[f"utm_{name}"]}
        return said | ({"utm": utm} if utm else {})

    def clean(self) -> dict[str, Any] | None:
        asked = self.cleaned_data
        if asked.get("by", "line") != "line":
            for name in ("mail_subject", "mail_text"):
                if not asked.get(name) and any(asked.get(other) for other in ("mail_subject", "mail_text")):
                    self.add_error(name, _("This field is needed."))
        return asked


class Send(Bubbled):
    """Bubbles may be left unwritten in a draft; what is written has to be complete."""

    template = "scenarios/panels/send.html"
    form_class = SendForm

    @classmethod
    def said(cls, value: dict) -> dict[str, Any]:
        return SendForm.said(value)

    def value(self) -> dict:
        if not self.form.is_valid():
            raise Incomplete
        said = self.form.step()
        if not self.is_written and said["by"] == "mail":
            return said
        return said | {"messages": self.messages()}


class Notice(Bubbled):
    template = "scenarios/panels/notice.html"
    form_class = StepForm

    @classmethod
    def said(cls, value: dict) -> dict[str, Any]:
        return StepForm.said(value)

    def value(self) -> dict:
        if not self.form.is_valid():
            raise Incomplete
        said = self.form.step()
        return said | {"messages": self.messages()} if said["kind"] == "flexible" else said
