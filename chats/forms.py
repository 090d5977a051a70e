"""What people enter: an answer, a note, who takes care, saved replies, settings."""

from typing import cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.paging import words
from chats import stickers
from chats.inbox import TABS
from chats.models import Conversation, Media, Preference, SavedReply
from line import messages as line_messages

MOST_MESSAGES = 5


class InboxFilter(forms.Form):
    """Which conversations the list shows."""

    tab = forms.ChoiceField(choices=[(name, name) for name in TABS], required=False)
    q = forms.CharField(label=_("Name or message"), max_length=100, required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    before = forms.CharField(max_length=60, required=False)

    def __init__(self, data: QueryDict, *, people: list) -> None:
        super().__init__(data)
        everybody = [("", _now("Anybody")), ("nobody", _now("Nobody"))]
        field = cast("forms.ChoiceField", self.fields["assignee"])
        field.choices = everybody + [(str(user.pk), str(user)) for user in people]
        self.fields["q"].widget.attrs |= {"type": "search", "placeholder": _now("Name or message")}
        self.is_valid()

    def value(self, name: str) -> str:
        return self.cleaned_data.get(name) or ""


class AnswerForm(forms.Form):
    """An answer to a friend: words, pictures that were uploaded before, a sticker."""

    client_token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Answer"),
        required=False,
        strip=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "data-answer": True}),
    )
    may_push = forms.BooleanField(required=False)
    sticker = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"client_token": uuid4().hex})
        self.pictures = _uploaded(data.getlist("picture") if data else [])

    def clean_sticker(self) -> str:
        choice = self.cleaned_data["sticker"]
        if choice and stickers.message_of(choice) is None:
            raise forms.ValidationError(_("Choose one of the stickers shown."))
        return choice

    def clean(self) -> dict:
        super().clean()
        if len(self.pictures) > MOST_MESSAGES - 2:
            raise forms.ValidationError(_("At most 3 pictures at once."))
        return self.cleaned_data

    def messages(self) -> list[dict]:
        """LINE message objects, in the order in which they stand on the page."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        said = [{"type": "text", "text": text}] if text.strip() else []
        sticker = stickers.message_of(self.cleaned_data["sticker"])
        return [*said, *map(_picture, self.pictures), *([sticker] if sticker else [])]


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Note"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class MoveForm(forms.Form):
    state = forms.ChoiceField(choices=Conversation.State.choices)


class AssignForm(forms.Form):
    assignee = forms.IntegerField(required=False, min_value=1, max_value=2_147_483_647)


class SavedReplyForm(forms.ModelForm):
    class Meta:
        model = SavedReply
        fields = ("title", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}  # noqa: RUF012  (Django reads it as it is)
        help_texts = {"text": _("{name} becomes the friend’s name.")}  # noqa: RUF012

    def clean_text(self) -> str:
        """LINE counts UTF-16 units, not characters."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        if line_messages.validate([{"type": "text", "text": text}]):
            raise forms.ValidationError(_("The text is longer than LINE’s 5,000 characters."))
        return text


class PreferenceForm(forms.ModelForm):
    class Meta:
        model = Preference
        fields = ("alert_minutes",)


def _uploaded(tokens: list[str]) -> list[Media]:
    """Those that are ours and not used yet, in the order given."""
    asked = [words(token) for token in tokens[:MOST_MESSAGES]]
    known = {media.token: media for media in Media.objects.filter(token__in=asked, message=None)}
    return [known[token] for token in dict.fromkeys(tokens) if token in known]


def _picture(media: Media) -> dict:
    return {
        "type": "image",
        "originalContentUrl": media.address(),
        "previewImageUrl": media.address(preview=True),
    }
