"""Cards as parts of a form: one form for all shapes, of which the chosen shape shows what it needs."""

from typing import ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import current
from composing.actions import FlexAction, FlexButtonAction
from composing.cards import holes, patterns
from composing.cards.shapes import MOST_BUTTONS, MOST_ROWS, SHAPES
from composing.fields import LineText, MediaAddress
from composing.parts import Part, PartList, Repeated, Values
from line.validation.limits import Limit

WORDS = Limit(300)  # LINE counts the bytes of a card, not the letters of a line: more would not be read
LONG = Limit(2000)
LINE_GREEN = "#06c755"
STYLES = [("primary", _("Filled")), ("secondary", _("Grey")), ("link", _("Text only"))]
RATIOS = {
    "20:13": _("20:13 (usual)"),
    "1:1": _("1:1 (square)"),
    "4:3": "4:3",
    "16:9": "16:9",
    "3:4": _("3:4 (upright)"),
    "1.51:1": "1.51:1",
    "2:1": "2:1",
    "3:1": _("3:1 (banner)"),
}


class ColorField(forms.RegexField):
    """A colour as browsers write it, `#06c755`."""

    widget = forms.TextInput(attrs={"type": "color"})

    def __init__(self, **options) -> None:
        super().__init__(r"^#[0-9a-f]{6}$", **options)

    def to_python(self, value: object) -> str:
        return (super().to_python(value) or "").lower()


class CardButton(Part):
    """A button of a card."""

    new: ClassVar = {"style": "primary", "action": FlexButtonAction.new}
    parts: ClassVar = {"action": Repeated(FlexButtonAction, most=1, least=1, is_single=True)}
    style = forms.ChoiceField(label=_("Look of the button"), choices=STYLES)


class MenuRow(Part):
    """A row of a menu or list."""

    template_name = "composing/card_row.html"
    name = LineText(WORDS, label=_("Name of the entry"))
    note = LineText(WORDS, label=_("Small print"), required=False)
    price = LineText(WORDS, label=_("Price"), required=False)


class Fact(Part):
    """A line of facts: what it is called, and what it is."""

    template_name = "composing/card_row.html"
    name = LineText(WORDS, label=_("Name of the fact"))
    says = LineText(WORDS, label=_("What the fact says"))


class Amount(Part):
    """A line of an order."""

    template_name = "composing/card_row.html"
    name = LineText(WORDS, label=_("Name of the entry"))
    amount = LineText(WORDS, label=_("Amount"), required=False)


class Card(Part):
    """A card of any shape. What another shape would show stays on the page while it is open."""

    template_name = "composing/card.html"
    parts: ClassVar = {
        "picture_action": Repeated(
            FlexAction, most=1, is_single=True, label=_("A tap on the picture"), add=_("Tap on the picture")
        ),
        "rows": Repeated(MenuRow, most=MOST_ROWS, label=_("Entries"), add=_("Entry")),
        "facts": Repeated(Fact, most=MOST_ROWS, label=_("Facts"), add=_("Fact")),
        "items": Repeated(Amount, most=MOST_ROWS, label=_("What was ordered"), add=_("Entry")),
        "totals": Repeated(Amount, most=MOST_ROWS, label=_("Totals"), add=_("Total")),
        "buttons": Repeated(CardButton, most=MOST_BUTTONS, label=_("Buttons"), add=_("Button")),
    }

    shape = forms.ChoiceField(label=_("Shape of the card"))
    picture = MediaAddress(shape="card", label=_("Picture of the card"), required=False)
    ratio = forms.ChoiceField(label=_("Width to height"), choices=RATIOS.items(), required=False)
    badge = LineText(WORDS, label=_("Word above"), required=False)
    when = LineText(WORDS, label=_("When"), required=False)
    benefit = LineText(WORDS, label=_("What one gets"), required=False)
    title = LineText(WORDS, label=_("Title"), required=False)
    price = LineText(WORDS, label=_("Price"), required=False)
    old_price = LineText(WORDS, label=_("Price before, crossed out"), required=False)
    text = LineText(LONG, lines=3, label=_("Text"), required=False)
    code = LineText(WORDS, label=_("Code of the coupon"), required=False)
    note = LineText(WORDS, label=_("Small print"), required=False)
    color = ColorField(label=_("Colour of the card"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.of_shape = SHAPES.get(self.data.get(self.add_prefix("shape"), ""), SHAPES["product"])
        self.named = [part.name for part in patterns.parts(self.of_shape.pattern)]
        shapes = cast("forms.ChoiceField", self.fields["shape"])
        shapes.choices = [(shape.name, shape.label) for shape in SHAPES.values()]
        for name, label in self.of_shape.labels.items():
            self.fields[name].label = cast("str", label)
        for name in self.of_shape.required:
            if name in self.fields:
                self.fields[name].required = True

    @classmethod
    def fresh(cls) -> Values:
        shape = SHAPES["product"]
        button = CardButton.fresh()
        return cls.values_of({"shape": shape.name} | patterns.blank(shape.pattern)) | {"buttons": [button]}

    @classmethod
    def values_of(cls, value: dict) -> Values:
        values = super().values_of({name: each for name, each in value.items() if each != ""})
        return {"color": own_color(), "ratio": holes.RATIOS[0]} | values

    def value(self) -> dict:
        """The card as `composing.cards.reading` takes it, without its size."""
        said = self.cleaned_data
        card = patterns.blank(self.of_shape.pattern) | {"shape": self.of_shape.name}
        card |= {name: said.get(name) or "" for name in self.fields if name in self.named}
        card |= {name: self.said(name) for name in self.parts if name in self.named}
        if "picture_action" in card:
            card["picture_action"] = next(iter(card["picture_action"]), "")
        return card | {"color": said.get("color") or own_color()}

    def clean(self) -> dict:
        super().clean()
        needed = [name for name in self.of_shape.required if name in self.lists]
        for name in needed:
            if not self.lists[name].forms:
                self.add_error(None, _("This card needs at least one entry."))
        return self.cleaned_data

    @property
    def shown(self) -> list[forms.BoundField | PartList]:
        """Fields and lists of the chosen shape, in the order in which the card shows them."""
        there = [name for name in self.named if name in self.fields or name in self.lists]
        return [self.lists[name] if name in self.lists else self[name] for name in there if name != "color"]

    @property
    def has_color(self) -> bool:
        return "color" in self.named

    @property
    def kept(self) -> list[forms.BoundField]:
        """What was typed for other shapes."""
        others = self.fields.keys() - {"shape", *self.named}
        return [self[name] for name in sorted(others)]


def own_color() -> str:
    """The client's colour."""
    tenant = current.tenant_or_none()
    return tenant.color.lower() if tenant else LINE_GREEN
