"""LINE's templates: buttons, confirm, and the two carousels.

Source: https://developers.line.biz/en/reference/messaging-api/#template-messages
"""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from composing.actions import AreaAction, ButtonAction, PictureAction
from composing.bubbles.base import BubbleForm
from composing.fields import Color, LineText, MediaAddress, OrUsual, check_length
from composing.parts import Part, Repeated, Values
from line.validation import limits

_RATIOS = [("", _("Wide (1.51:1)")), ("square", _("Square (1:1)"))]
_SIZES = [("", _("Fill the frame")), ("contain", _("Show all of it"))]
_WHOLE = Repeated(
    AreaAction, most=1, is_single=True, label=_("Tap on the rest of it"), add=_("Tap on the rest of it")
)
_PICTURE_FIELDS = ("imageAspectRatio", "imageSize", "imageBackgroundColor", "defaultAction")


class _Picture(forms.Form):
    thumbnailImageUrl = MediaAddress(shape="card", label=_("Picture"), required=False)  # noqa: N815  (LINE's word)
    imageBackgroundColor = Color(label=_("Colour behind the picture"), required=False)  # noqa: N815

    def clean(self) -> dict:
        """LINE leaves less room for a text beside a picture or a title."""
        said = super().clean() or self.cleaned_data
        beside = said.get("thumbnailImageUrl") or said.get("title")
        if beside and "text" not in self.errors:
            try:
                check_length(said["text"], limits.BESIDE_PICTURE_OR_TITLE)
            except ValidationError as error:
                self.add_error("text", error)
        return said


class _Frame(forms.Form):
    imageAspectRatio = OrUsual("rectangle", label=_("Shape of the picture"), choices=_RATIOS)  # noqa: N815
    imageSize = OrUsual("cover", label=_("Picture in its frame"), choices=_SIZES)  # noqa: N815


class TemplateBubble(BubbleForm):
    """A template with the words that stand in for it in the notification."""

    altText = LineText(  # noqa: N815
        limits.ALT_TEXT,
        label=_("Text in the notification"),
        required=False,
        help_text=_("Left empty: the first words of the message."),
    )

    @classmethod
    def is_kind_of(cls, message: dict) -> bool:
        return message.get("type") == "template" and message["template"].get("type") == cls.type

    @classmethod
    def fresh_message(cls) -> dict:
        return {"type": "template", "altText": "", "template": {"type": cls.type} | cls.new}

    @classmethod
    def values_of(cls, message: dict) -> Values:
        return super().values_of(message["template"] | {"altText": message["altText"]})

    def message(self) -> dict:
        template = self.value()
        words = template.pop("altText", "") or self.first_words(template)
        return {"type": "template", "altText": words, "template": {"type": self.type} | template}

    def first_words(self, template: dict) -> str:
        return template.get("title") or template.get("text") or ""


class ButtonsBubble(_Picture, _Frame, TemplateBubble):
    type, label, icon = "buttons", _("Buttons"), "buttons"
    new: ClassVar = {"text": "", "actions": [ButtonAction.new]}
    parts: ClassVar = {
        "actions": Repeated(
            ButtonAction, least=1, most=limits.MOST_BUTTONS, label=_("Button"), add=_("Button")
        ),
        "defaultAction": _WHOLE,
    }
    title = LineText(limits.TITLE, label=_("Title"), required=False)
    text = LineText(limits.BUTTONS, lines=3, label=_("Text"), beside=limits.BESIDE_PICTURE_OR_TITLE)
    field_order = ("thumbnailImageUrl", "title", "text")
    folded = (*_PICTURE_FIELDS, "sender")


class ConfirmBubble(TemplateBubble):
    type, label, icon = "confirm", _("Confirm (two buttons)"), "check"
    new: ClassVar = {"text": "", "actions": [ButtonAction.new, ButtonAction.new]}
    parts: ClassVar = {"actions": Repeated(ButtonAction, least=2, most=2, label=_("Button"))}
    text = LineText(limits.CONFIRM, lines=3, label=_("Text"))
    field_order = ("text",)


class Column(_Picture, Part):
    """One card of a carousel."""

    new: ClassVar = {"text": "", "actions": [ButtonAction.new]}
    parts: ClassVar = {
        "actions": Repeated(
            ButtonAction, least=1, most=limits.MOST_COLUMN_BUTTONS, label=_("Button"), add=_("Button")
        ),
        "defaultAction": _WHOLE,
    }
    title = LineText(limits.TITLE, label=_("Title"), required=False)
    text = LineText(limits.COLUMN, lines=3, label=_("Text"), beside=limits.BESIDE_PICTURE_OR_TITLE)
    field_order = ("thumbnailImageUrl", "title", "text")
    folded = _PICTURE_FIELDS


class CarouselBubble(_Frame, TemplateBubble):
    type, label, icon = "carousel", _("Carousel"), "carousel"
    new: ClassVar = {"columns": [Column.new, Column.new]}
    parts: ClassVar = {
        "columns": Repeated(Column, least=1, most=limits.MOST_COLUMNS, label=_("Card"), add=_("Card"))
    }

    folded = (*_PICTURE_FIELDS, "sender")

    def first_words(self, template: dict) -> str:
        return super().first_words(template["columns"][0])


class PictureColumn(Part):
    """One picture of an image carousel."""

    new: ClassVar = {"imageUrl": "", "action": PictureAction.new}
    parts: ClassVar = {"action": Repeated(PictureAction, least=1, most=1, is_single=True)}
    imageUrl = MediaAddress(shape="square", label=_("Picture (square)"))  # noqa: N815


class ImageCarouselBubble(TemplateBubble):
    type, label, icon = "image_carousel", _("Image carousel"), "images"
    new: ClassVar = {"columns": [PictureColumn.new, PictureColumn.new]}
    parts: ClassVar = {
        "columns": Repeated(
            PictureColumn, least=1, most=limits.MOST_COLUMNS, label=_("Picture"), add=_("Picture")
        )
    }

    def first_words(self, template: dict) -> str:
        labels = [column["action"].get("label", "") for column in template["columns"]]
        return " / ".join(label for label in labels if label)
