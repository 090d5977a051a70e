from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Batch
from segments.models import Segment


class BroadcastForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("For your own lists; friends do not see it.")
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.all(), empty_label=_("Choose a segment")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ScheduleForm(forms.Form):
    """`version` is the one that was looked at: nothing else is sent than what was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    send_at = forms.DateTimeField(
        label=_("Send at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["send_at"].help_text = _("Time zone: %(zone)s") % {
            "zone": timezone.get_current_timezone_name()
        }


class ReviewForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    verdict = forms.ChoiceField(choices=[("approve", _("Approve")), ("send_back", _("Send back"))])

    def clean(self) -> dict:
        super().clean()
        asked = self.cleaned_data
        if asked.get("verdict") == "send_back" and not asked.get("comment"):
            self.add_error("comment", _("Say what should change."))
        return asked


class SettleForm(forms.Form):
    """What a person has found out about a batch of unknown outcome."""

    batch = forms.ModelChoiceField(queryset=Batch.objects.filter(state=Batch.State.NEEDS_CHECK))
    outcome = forms.ChoiceField(choices=[("sent", _("It arrived")), ("not_sent", _("It did not arrive"))])
