"""What staff fill in about links."""

import unicodedata
from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.moments import check_reach
from customers import numbers
from friends.filters import begin_of
from friends.models import Friend, Tag
from linking import entries
from linking.models import Link, LinkQuerySet, LinkSettings
from linking.pairs import LINE_USER_ID

ALL = ("", _("All"))


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class LinkFilter(forms.Form):
    """Which links the table shows. What is not valid is left out."""

    q = forms.CharField(
        label=_("Friend's name, LINE user ID or customer number"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("Status"), required=False, choices=[ALL, ("active", _("Linked")), ("ended", _("Link ended"))]
    )
    method = forms.ChoiceField(label=_("Method"), required=False, choices=[ALL, *Link.Method.choices])
    entry = forms.ChoiceField(label=_("Entry point"), required=False)
    since = forms.DateField(
        label=_("Linked from"), required=False, widget=day_input(), validators=[check_reach]
    )
    until = forms.DateField(
        label=_("Linked until"), required=False, widget=day_input(), validators=[check_reach]
    )
    before = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.names = entries.names()
        self.fields["entry"].choices = [ALL, *self.names.items()]  # type: ignore[attr-defined]

    def links(self) -> LinkQuerySet:
        self.is_valid()
        given = self.cleaned_data.get
        found = Link.objects.select_related("friend", "customer")
        if text := given("q"):
            theirs = Q(friend__in=Friend.objects.search(text).values("pk"))
            found = found.filter(theirs | Q(customer__in=numbers.find([text, _narrow(text)]).values()))
        if state := given("state"):
            found = found.filter(unlinked_at__isnull=state == "active")
        equal = {name: given(name) for name in ("method", "entry") if given(name)}
        if since := given("since"):
            found = found.filter(linked_at__gte=begin_of(since))
        if until := given("until"):
            found = found.filter(linked_at__lt=begin_of(until + timedelta(days=1)))
        return found.filter(**equal)

    def is_narrowed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "before")

    def is_unfolded(self) -> bool:
        return any(self.cleaned_data.get(name) or name in self.errors for name in ("entry", "since", "until"))


class ByHandForm(forms.Form):
    friend = forms.CharField(
        label=_("Friend"),
        max_length=40,
        help_text=_("The LINE user ID, or the number from the friend's page."),
    )
    customer = forms.CharField(label=_("Customer number"), max_length=100)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("How you know that they are the same person. It is kept with the link."),
    )
    replace = forms.BooleanField(label=_("End the links named above, and make this one"), required=False)

    def clean_friend(self) -> Friend:
        text = _narrow(self.cleaned_data["friend"])
        by = {"line_user_id": text} if LINE_USER_ID.fullmatch(text) else {"pk": _number(text)}
        friend = Friend.objects.filter(**by).first()
        if friend is None:
            raise forms.ValidationError(_("There is no such friend."))
        return friend

    def clean_customer(self) -> str:
        text = self.cleaned_data["customer"]
        known = [number for number in (text, _narrow(text)) if numbers.find([number])]
        if not known:
            raise forms.ValidationError(_("There is no customer with this number."))
        return known[0]


class AfterForm(forms.Form):
    """What follows from a link; the welcome message is written beside it."""

    has_welcome = forms.BooleanField(label=_("A welcome message of your own"), required=False)
    welcome_by_push = forms.BooleanField(
        label=_("Also welcome who links on a page"),
        required=False,
        help_text=_("Whoever links in the chat is answered free of charge. Others cost one message each."),
    )
    tags = forms.ModelMultipleChoiceField(
        label=_("Tags put on who is linked, and taken off who is not any more"),
        queryset=Tag.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    linked_menu = forms.ChoiceField(
        label=_("Rich menu once linked"),
        required=False,
        help_text=_("Of those made by the API; LINE does not tell programs of menus made in its manager."),
    )
    menu_for_all = forms.BooleanField(
        label=_("Change the menu of everybody who is linked already, too"), required=False
    )
    unclear = forms.ChoiceField(
        label=_("When a file or a program contradicts a link"),
        choices=LinkSettings.Unclear.choices,
        help_text=_("What a friend has shown themself always holds before it."),
    )

    def __init__(self, *args: object, menus: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["linked_menu"].choices = [("", _("As for everybody")), *menus]  # type: ignore[attr-defined]


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _number(text: str) -> int:
    """0, which nobody has, for what is no number."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0
