from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from broadcasts import belonging
from broadcasts.choosing.forms import ChoosingFields
from broadcasts.models import Broadcast, LinkDefaults
from broadcasts.timing.forms import TimeFields
from broadcasts.tracking import links, utm
from campaigns.forms import CampaignField
from segments.models import Segment


class BroadcastForm(ChoosingFields, TimeFields):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("For your own lists; friends do not see it.")
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.all(), empty_label=_("Choose a segment")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    campaign = CampaignField(label=_("Campaign"), required=False, empty_label=_("None"))
    way = forms.ChoiceField(
        label=_("If it is for all friends"),
        choices=Broadcast.Way.choices,
        required=False,
        help_text=_(
            "LINE’s broadcast is one request, has statistics of its own, and also reaches friends who are "
            "not known here. It is for segments of all friends; others go by the list in any case."
        ),
    )
    nature = forms.ChoiceField(
        label=_("What it is to friends"),
        choices=Broadcast.Nature,
        required=False,
        help_text=_("For the balance of promotion and useful messages; friends do not see it."),
    )
    is_silent = forms.BooleanField(
        label=_("Without a notification"),
        required=False,
        help_text=_("The phone stays silent; the message stands in the chat list."),
    )
    tracks_people = forms.BooleanField(
        label=_("Know who clicked"),
        required=False,
        help_text=_(
            "Each friend gets links of their own, and clicks stand on their timeline. It is then sent one by "
            "one, which takes longer; without it clicks are counted, but nobody knows whose they are."
        ),
    )
    adds_utm = forms.BooleanField(
        label=_("Add campaign parameters (utm_…) to the links"),
        required=False,
        help_text=_("For the statistics of your shop. Addresses that have some already stay as they are."),
    )
    utm_source = forms.CharField(label="utm_source", max_length=utm.LONGEST, required=False)
    utm_medium = forms.CharField(label="utm_medium", max_length=utm.LONGEST, required=False)
    utm_campaign = forms.CharField(
        label="utm_campaign",
        max_length=utm.LONGEST,
        required=False,
        help_text=_("Empty: the name of the broadcast. utm_content says which bubble and link it was."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign = self.fields["campaign"]
        assert isinstance(campaign, CampaignField)  # noqa: S101  (it stands above)
        campaign.keep(self.initial.get("campaign"))

    @staticmethod
    def of(broadcast: Broadcast | None) -> dict[str, object]:
        """What stands in the form besides name, segment and time: of a broadcast, or the defaults for a new
        one."""
        given = broadcast.utm if broadcast else links.default_utm()
        usual = links.defaults()
        kept = given or {name: getattr(usual, f"utm_{name}") for name in ("source", "medium", "campaign")}
        tracks = broadcast.tracks_people if broadcast else usual.tracks_people
        fields = {f"utm_{name}": kept.get(name, "") for name in ("source", "medium", "campaign")}
        way = broadcast.way if broadcast else Broadcast.Way.LIST
        fields |= {"adds_utm": given is not None, "tracks_people": tracks, "way": way}
        shown = broadcast or Broadcast()
        fields |= {"nature": shown.nature, "is_silent": shown.is_silent}
        fields["campaign"] = belonging.campaign_of(broadcast) if broadcast else None
        return fields | BroadcastForm.of_choosing(broadcast)

    def details(self) -> dict[str, Any]:
        """What was filled in besides name, segment and time, as the commands on broadcasts take it."""
        asked = self.cleaned_data
        given = {name: asked[f"utm_{name}"] for name in ("source", "medium", "campaign")}
        utm = given if asked["adds_utm"] else None
        way = asked["way"] or Broadcast.Way.LIST
        kept = {name: asked[name] for name in ("tracks_people", "is_silent", "ignores_quiet_hours")}
        kept |= {"utm": utm, "way": way, "nature": asked["nature"] or Broadcast.Nature.PROMOTION}
        kept["campaign"] = asked["campaign"]
        return kept | self.choosing()


class LinkDefaultsForm(forms.ModelForm):
    class Meta:
        model = LinkDefaults
        fields = ["tracks_people", "adds_utm", "utm_source", "utm_medium", "utm_campaign"]


class ScheduleForm(TimeFields):
    """`version` is the one that was looked at: nothing else is sent than what was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ignores_quiet_hours"].widget = forms.HiddenInput()  # as it was written and approved
