from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from friends.models import Friend, Tag


class FriendFilter(forms.Form):
    """Which friends the list shows. What is not valid is left out, as if it were not given."""

    q = forms.CharField(
        label=_("Name or LINE user ID"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Beginning of the name")}),
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *Friend.Status.choices]
    )
    tag = forms.ModelChoiceField(
        label=_("Tag"), required=False, queryset=Tag.objects.all(), empty_label=_("All")
    )
    linked = forms.ChoiceField(
        label=_("ID link"),
        required=False,
        choices=[("", _("All")), ("yes", _("Linked")), ("no", _("Not linked"))],
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def friends(self) -> QuerySet[Friend]:
        """The friends asked for, with their links (`active_link`) and tags."""
        self.is_valid()
        asked = self.cleaned_data
        found = Friend.objects.prefetch_related("tags")
        if asked.get("q"):
            found = found.search(asked["q"])
        if asked.get("status"):
            found = found.filter(status=asked["status"])
        if asked.get("tag"):
            found = found.filter(friendtag__tag=asked["tag"])
        if asked.get("linked"):
            found = found.linked(asked["linked"] == "yes")
        return found if asked.get("linked") == "no" else found.with_link()

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return any(self.cleaned_data.get(name) for name in ("q", "status", "tag", "linked"))


class TagForm(forms.Form):
    name = forms.CharField(label=_("Tag"), max_length=Tag._meta.get_field("name").max_length)
