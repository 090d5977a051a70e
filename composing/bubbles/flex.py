"""Flex messages: the usual cards in a form, any other as JSON.

Source: https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

import json
import re
from typing import Any, ClassVar

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from composing import json_lines
from composing.bubbles.base import BubbleForm, JsonField
from composing.cards.parts import Card
from composing.cards.reading import cards_of, contents_of
from composing.fields import LineText
from composing.parts import Repeated, Values
from line.validation import limits
from line.validation.flex import BUBBLE_BYTES, CAROUSEL_BYTES, MOST_BUBBLES

SIZES = {
    "nano": gettext_lazy("Smallest (nano)"),
    "micro": gettext_lazy("Very small (micro)"),
    "deca": gettext_lazy("Small (deca)"),
    "hecto": gettext_lazy("Rather small (hecto)"),
    "kilo": gettext_lazy("Medium (kilo)"),
    "mega": gettext_lazy("Usual (mega)"),
    "giga": gettext_lazy("Full width (giga)"),
}
USUAL_SIZE = "mega"
_PLACE_IN_CAROUSEL = re.compile(r"contents\[(\d+)\]")


class _Flex(BubbleForm):
    """What both ways of writing share."""

    type, label = "flex", gettext_lazy("Flex")

    @property
    def drawn(self) -> dict:
        """The contents as far as they are written; the form itself stays as it is."""
        return type(self)(self.data, prefix=str(self.prefix)).sketch()["contents"]

    @property
    def weight(self) -> tuple[int, int]:
        """The bytes of the contents, and how many LINE takes: of one card, or of all together."""
        contents = self.drawn
        is_carousel = isinstance(contents, dict) and contents.get("type") == "carousel"
        return len(orjson.dumps(contents)), CAROUSEL_BYTES if is_carousel else BUBBLE_BYTES


class FlexBubble(_Flex):
    """One card, or several side by side, all of one size."""

    label, icon = gettext_lazy("Cards"), "card"
    template_name = "composing/cards.html"
    parts: ClassVar = {
        "cards": Repeated(
            Card, most=MOST_BUBBLES, least=1, label=gettext_lazy("Card"), add=gettext_lazy("Another card")
        )
    }
    altText = LineText(  # noqa: N815  (LINE's word)
        limits.ALT_TEXT,
        label=gettext_lazy("Text in the notification"),
        help_text=gettext_lazy("Shown in the notice and the chat list."),
    )
    size = forms.ChoiceField(label=gettext_lazy("Size of the cards"), choices=SIZES.items())

    @classmethod
    def is_kind_of(cls, message: dict) -> bool:
        return message.get("type") == cls.type and cards_of(message.get("contents")) is not None

    @classmethod
    def fresh(cls) -> Values:
        return {"altText": "", "size": USUAL_SIZE, "cards": [Card.fresh()]}

    @classmethod
    def fresh_message(cls) -> dict:
        return {"type": cls.type}

    @classmethod
    def values_of(cls, message: dict) -> Values:
        cards = cards_of(message.get("contents")) or []
        within = [Card.values_of(card) for card in cards]
        return {"altText": message.get("altText", ""), "size": cards[0]["size"], "cards": within}

    def message(self) -> dict:
        cards = [card | {"size": self.cleaned_data.get("size")} for card in self.said("cards")]
        return {
            "type": "flex",
            "altText": self.cleaned_data.get("altText", ""),
            "contents": contents_of(cards),
        }

    def blame(self, path: list[str], text: str) -> None:
        """At the card that it is about."""
        cards = self.lists["cards"].forms
        if path[:1] != ["contents"] or not cards:
            return super().blame(path, text)
        found = _PLACE_IN_CAROUSEL.fullmatch(path[1]) if len(path) > 1 else None
        place = int(found[1]) if found and len(cards) > 1 else 0
        return cards[min(place, len(cards) - 1)].blame([], text)


class FlexJsonField(JsonField):
    """Flex JSON; where it is no JSON is told by its line."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            json.loads(value)
        except json.JSONDecodeError as error:
            raise ValidationError(json_lines.fault(error), code="invalid") from error
        except RecursionError as error:
            raise ValidationError(_("This is nested too deeply."), code="invalid") from error
        except ValueError:  # a number of too many digits, which is told like all else that cannot be kept
            pass
        return super().to_python(value)


class FlexJson(_Flex):
    """Any Flex message, as it is written."""

    type, label, icon = "flex-json", gettext_lazy("Flex (JSON)"), "data"
    template_name = "composing/flex_json.html"
    altText = LineText(limits.ALT_TEXT, label=gettext_lazy("Text in the notification"))  # noqa: N815
    contents = FlexJsonField(label=gettext_lazy("Flex JSON"))

    @classmethod
    def is_kind_of(cls, message: dict) -> bool:
        return message.get("type") == "flex"

    @classmethod
    def fresh_message(cls) -> dict:
        box = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": ""}]}
        return {"type": "flex", "altText": "", "contents": {"type": "bubble", "body": box}}

    @property
    def is_cards(self) -> bool:
        """Whether it could be written in the form of cards."""
        return cards_of(self.drawn) is not None

    def message(self) -> dict:
        said = self.cleaned_data
        return {"type": "flex", "altText": said.get("altText", ""), "contents": said.get("contents")}

    def blame(self, path: list[str], text: str) -> None:
        """With the line of the JSON that it is about."""
        typed = self.data.get(self.add_prefix("contents"), "")
        if path[:1] != ["contents"] or not typed:
            return super().blame(path, text)
        place = ".".join(path[1:])
        told = {"line": json_lines.line_of(typed, place), "place": place or "contents", "text": text}
        return self._complain("contents", _("Line %(line)s, %(place)s: %(text)s") % told)


def _as_json(values: Values, _argument: str) -> Values:
    message = FlexBubble.of(values, "b0").sketch()
    return FlexJson.values_of(message) | {"type": FlexJson.type}


def _as_cards(values: Values, _argument: str) -> Values:
    message = FlexJson.of(values, "b0").sketch()
    if cards_of(message["contents"]) is None:
        return {}
    return FlexBubble.values_of(message) | {"type": FlexBubble.type}


FlexBubble.acts = {"json": _as_json}
FlexJson.acts = {"cards": _as_cards}
