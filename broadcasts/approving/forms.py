"""Forms of approvals and comments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from broadcasts.models import ApprovalRules


class ReviewForm(forms.Form):
    """`version` is the one that was looked at: nothing else is approved than what was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("Needed to send it back: say what should change."),
    )
    verdict = forms.ChoiceField(choices=[("approve", _("Approve")), ("send_back", _("Send back"))])

    def clean(self) -> dict:
        super().clean()
        asked = self.cleaned_data
        if asked.get("verdict") == "send_back" and not asked.get("comment"):
            self.add_error("comment", _("Say what should change."))
        return asked


class CommentForm(forms.Form):
    """Something about the whole, or about one bubble."""

    LONGEST = 2_000
    bubble = forms.TypedChoiceField(label=_("About"), required=False, coerce=int, empty_value=None)
    text = forms.CharField(
        label=_("Say something"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "required": True}),
    )

    def __init__(self, *args, bubbles: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        numbers = [(number, _("Bubble %(number)s") % {"number": number}) for number in range(1, bubbles + 1)]
        whole = ("", _("The whole message"))
        self.fields["bubble"].choices = [whole, *numbers]  # type: ignore[attr-defined]


class ApprovalRulesForm(forms.ModelForm):
    class Meta:
        model = ApprovalRules
        fields = ["needs_internal_check", "second_above_people", "second_above_amount", "answer_within_hours"]
        labels = {
            "needs_internal_check": _("Somebody else of the agency checks it before the client sees it"),
            "second_above_people": _("More people than"),
            "second_above_amount": _("Higher cost than"),
            "answer_within_hours": _("Remind after hours without an answer"),
        }

    def clean_answer_within_hours(self) -> int | None:
        hours = self.cleaned_data["answer_within_hours"]
        if hours is not None and not 1 <= hours <= 720:
            raise forms.ValidationError(_("Between 1 hour and 720 hours (30 days)."))
        return hours
