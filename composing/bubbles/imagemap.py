"""A picture with areas to tap, which the Official Account Manager calls a rich message.

Source: https://developers.line.biz/en/reference/messaging-api/#imagemap-message
"""

from dataclasses import dataclass
from typing import ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from composing.actions import ActionForm
from composing.bubbles.base import BubbleForm
from composing.fields import LineText, MediaAddress
from composing.parts import Repeated, Values
from line.validation import limits
from line.validation.limits import Limit

WIDTH, TALLEST = 1040, 10_000
READ_ALOUD = Limit(50)
EDGES = ("x", "y", "width", "height")
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Grid:
    """Areas side by side, in twelfths of the picture: left, top, width, height."""

    name: str
    label: str | Promise
    boxes: tuple[Box, ...]

    @property
    def count(self) -> int:
        return len(self.boxes)

    def on(self, height: int) -> list[dict]:
        """The areas on a picture of this height; together they cover it."""
        return [
            _edges(_x(x), _y(y, height), _x(x + w) - _x(x), _y(y + h, height) - _y(y, height))
            for x, y, w, h in self.boxes
        ]


GRIDS = {
    grid.name: grid
    for grid in (
        Grid("1", _("One area"), ((0, 0, 12, 12),)),
        Grid("columns2", _("Two side by side"), ((0, 0, 6, 12), (6, 0, 6, 12))),
        Grid("rows2", _("Two one above the other"), ((0, 0, 12, 6), (0, 6, 12, 6))),
        Grid("rows3", _("Three one above the other"), ((0, 0, 12, 4), (0, 4, 12, 4), (0, 8, 12, 4))),
        Grid("top2", _("One above two"), ((0, 0, 12, 6), (0, 6, 6, 6), (6, 6, 6, 6))),
        Grid("quarters", _("Four areas"), ((0, 0, 6, 6), (6, 0, 6, 6), (0, 6, 6, 6), (6, 6, 6, 6))),
        Grid("top3", _("One above three"), ((0, 0, 12, 6), (0, 6, 4, 6), (4, 6, 4, 6), (8, 6, 4, 6))),
        Grid("six", _("Six areas"), tuple((x, y, 4, 6) for y in (0, 6) for x in (0, 4, 8))),
    )
}


class Area(ActionForm):
    """An area of the picture and what a tap on it does. Imagemaps name the same things otherwise."""

    template_name = "composing/bubbles/area.html"
    kinds = ("uri", "message", "clipboard")
    new: ClassVar = {
        "type": "uri",
        "linkUri": "",
        "area": {"x": 0, "y": 0, "width": WIDTH, "height": WIDTH},
    }
    label = LineText(READ_ALOUD, label=_("Read aloud"), required=False)
    text = LineText(limits.SAID_BY_AREA, label=_("What the friend says by it"), required=False)
    x = forms.IntegerField(label=_("From the left"), min_value=0, max_value=WIDTH)
    y = forms.IntegerField(label=_("From the top"), min_value=0, max_value=TALLEST)
    width = forms.IntegerField(label=_("Width"), min_value=1, max_value=WIDTH)
    height = forms.IntegerField(label=_("Height"), min_value=1, max_value=TALLEST)

    @property
    def edges(self) -> list[forms.BoundField]:
        return [self[name] for name in EDGES]

    @property
    def far(self) -> list[forms.BoundField]:
        return [field for field in super().far if field.name != "desktop"]

    @property
    def kept(self) -> list[forms.BoundField]:
        return [field for field in super().kept if field.name not in EDGES]

    @classmethod
    def values_of(cls, value: dict) -> Values:
        own = {key: said for key, said in value.items() if key not in {"linkUri", "area"}}
        return super().values_of(own | {"uri": value.get("linkUri", "")}) | value["area"]

    def value(self) -> dict:
        said = {key: given for key, given in super().value().items() if key not in {"uri", "altUri"}}
        address = {"linkUri": self.cleaned_data.get("uri") or ""} if self.kind == "uri" else {}
        return said | address | {"area": {name: self.cleaned_data.get(name) or 0 for name in EDGES}}

    def clean(self) -> dict:
        said = super().clean()
        if (said.get("x") or 0) + (said.get("width") or 0) > WIDTH:
            self.add_error("width", _now("The area reaches beyond the right edge of the picture."))
        return said


def laid_out(values: Values, name: str) -> Values:
    """The areas of a grid in place of those there are; what these do stays with them, in their order."""
    grid = GRIDS.get(name)
    if grid is None:
        return values
    fresh = [Area.fresh() for _box in grid.boxes]
    kept = [*values["actions"], *fresh][: len(fresh)]
    boxes = grid.on(_height(values))
    return values | {"actions": [area | box for area, box in zip(kept, boxes, strict=True)]}


def drawn(values: Values, edges: str) -> Values:
    """One area more, as somebody drew it: `x,y,width,height`."""
    given = [int(edge) if edge.isdecimal() and len(edge) < 6 else 0 for edge in edges.split(",")]
    if len(given) != len(EDGES) or len(values["actions"]) >= limits.MOST_AREAS:
        return values
    return values | {"actions": [*values["actions"], Area.fresh() | _edges(*given)]}


class ImagemapBubble(BubbleForm):
    type, label, icon = "imagemap", _("Rich message"), "imagemap"
    template_name = "composing/bubbles/imagemap.html"
    new: ClassVar = {
        "baseUrl": "",
        "altText": "",
        "baseSize": {"width": WIDTH, "height": WIDTH},
        "actions": [Area.new],
    }
    parts: ClassVar = {
        "actions": Repeated(Area, least=1, most=limits.MOST_AREAS, label=_("Tap area"), add=_("Tap area"))
    }
    acts: ClassVar = {"grid": laid_out, "draw": drawn}
    grids = GRIDS

    baseUrl = MediaAddress(  # noqa: N815  (LINE's word)
        "image",
        takes="base",
        label=_("Picture"),
        help_text=_("From elsewhere: the address below which /240, /300, /460, /700 and /1040 are pictures."),
    )
    altText = LineText(  # noqa: N815
        limits.ALT_TEXT,
        label=_("Text in the notification"),
        help_text=_("Shown in the notice and the chat list, and read aloud."),
    )
    height = forms.IntegerField(
        label=_("Height of the picture when it is 1040 wide"), min_value=1, max_value=TALLEST
    )

    @property
    def areas(self) -> list[tuple[str, Area]]:
        areas = cast("list[Area]", self.lists["actions"].forms)
        return [(letter(number), area) for number, area in enumerate(areas)]

    @property
    def shown_height(self) -> int:
        return _height({"height": self["height"].value()})

    @classmethod
    def values_of(cls, message: dict) -> Values:
        return super().values_of(message | {"height": message["baseSize"]["height"]})

    def value(self) -> dict:
        said = super().value()
        size = {"width": WIDTH, "height": said.pop("height", None) or WIDTH}
        return {"baseUrl": "", "altText": ""} | said | {"baseSize": size}

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        for number, area in enumerate(self.lists["actions"].forms):
            bottom = sum(area.cleaned_data.get(edge) or 0 for edge in ("y", "height"))
            if said.get("height") and bottom > said["height"]:
                text = _now("Area %(letter)s reaches beyond the lower edge of the picture.")
                raise ValidationError(text % {"letter": letter(number)})
        return said


def letter(number: int) -> str:
    """A to Z, then AA: by which an area of the picture is found in the list."""
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _edges(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def _height(values: Values) -> int:
    given = str(values.get("height", ""))
    return min(int(given), TALLEST) if given.isdecimal() and len(given) < 6 and int(given) else WIDTH


def _x(twelfths: int) -> int:
    return WIDTH * twelfths // 12


def _y(twelfths: int, height: int) -> int:
    return height * twelfths // 12
