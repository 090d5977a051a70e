"""The usual shapes of cards.

Each differs from the others in something that is always there, so that a card is read back as what it was
written as.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from composing.cards import holes
from composing.cards.patterns import Each, Json, Kinds, Maybe

GREY, PALE = "#666666", "#999999"
MOST_BUTTONS, MOST_ROWS = 3, 20


@dataclass(frozen=True)
class Shape:
    """A usual shape. `required` are the values without which there is no such card."""

    name: str
    label: str | Promise
    help: str | Promise
    pattern: Json
    required: tuple[str, ...]
    labels: dict[str, str | Promise] = field(default_factory=dict)


def _words(name: str, size: str, **look: object) -> dict:
    return {"type": "text", "text": holes.line(name), "size": size, "wrap": True, **look}


def _paragraph(name: str, size: str, **look: object) -> Maybe:
    return Maybe({"type": "text", "text": holes.text(name), "size": size, "wrap": True, **look}, (name,))


def _line(name: str, size: str, **look: object) -> Maybe:
    return Maybe(_words(name, size, **look), (name,))


def _box(layout: str, *contents: Json, **look: object) -> dict:
    return {"type": "box", "layout": layout, "contents": list(contents), **look}


def _button(**look: Json) -> dict:
    return {"type": "button", "height": "sm", "action": holes.action("action"), **look}


COLOR = holes.color("color")
PICTURE = {
    "type": "image",
    "url": holes.picture("picture"),
    "size": "full",
    "aspectRatio": holes.choice("ratio", holes.RATIOS),
    "aspectMode": "cover",
    "action": Maybe(holes.action("picture_action"), ("picture_action",)),
}
BUTTON = Kinds(
    "style",
    {
        "primary": _button(style="primary", color=COLOR),
        "secondary": _button(style="secondary"),
        "link": _button(style="link", color=COLOR),
    },
)
BUTTONS = _box("vertical", Each("buttons", BUTTON, shared=("color",)), spacing="sm")
SEPARATOR = {"type": "separator", "margin": "md"}


def _card(*body: Json, spacing: str, is_illustrated: bool = True) -> dict:
    hero = {"hero": Maybe(PICTURE, ("picture",))} if is_illustrated else {}
    return {
        "type": "bubble",
        "size": holes.choice("size", holes.SIZES),
        **hero,
        "body": _box("vertical", *body, spacing=spacing),
        "footer": Maybe(BUTTONS, ("buttons",)),
    }


PRICES = Maybe(
    _box(
        "baseline",
        _line("price", "xl", weight="bold", color=COLOR, flex=0),
        _line("old_price", "sm", color=PALE, decoration="line-through", flex=0),
        spacing="sm",
    ),
    ("price", "old_price"),
)
PRODUCT = _card(
    _line("badge", "xs", weight="bold", color=COLOR),
    _words("title", "lg", weight="bold"),
    PRICES,
    _paragraph("text", "sm", color=GREY),
    spacing="sm",
)
ARTICLE = _card(
    _line("badge", "xs", weight="bold", color=COLOR),
    _words("title", "xl", weight="bold"),
    _line("when", "xs", color=PALE),
    _paragraph("text", "sm", color=GREY),
    spacing="md",
)
COUPON = _card(
    _line("badge", "sm", weight="bold", color=COLOR, align="center"),
    _words("benefit", "3xl", weight="bold", color=COLOR, align="center"),
    _line("title", "md", weight="bold", align="center"),
    _paragraph("text", "xs", color=GREY),
    Maybe(SEPARATOR, ("when", "code")),
    _line("when", "sm", align="center"),
    Maybe(
        _box(
            "vertical",
            _words("code", "lg", weight="bold", align="center"),
            borderColor=COLOR,
            borderWidth="1px",
            cornerRadius="md",
            paddingAll="md",
        ),
        ("code",),
    ),
    spacing="md",
)
MENU_ROW = _box(
    "horizontal",
    _box(
        "vertical",
        _words("name", "sm", weight="bold"),
        _line("note", "xs", color=PALE),
        flex=5,
    ),
    _line("price", "sm", weight="bold", color=COLOR, align="end", flex=3),
    spacing="md",
)
MENU = _card(
    _words("title", "lg", weight="bold", color=COLOR),
    _paragraph("text", "sm", color=GREY),
    SEPARATOR,
    Each("rows", MENU_ROW, shared=("color",)),
    spacing="md",
)
FACT = _box(
    "baseline",
    _words("name", "sm", color=PALE, flex=2),
    _words("says", "sm", flex=5),
    spacing="sm",
)
EVENT = _card(
    _words("when", "md", weight="bold", color=COLOR),
    _words("title", "xl", weight="bold"),
    Each("facts", FACT),
    _paragraph("text", "sm", color=GREY),
    spacing="md",
)
ITEM = _box(
    "horizontal", _words("name", "sm", color=GREY, flex=5), _line("amount", "sm", align="end", flex=3)
)
TOTAL = _box(
    "horizontal",
    _words("name", "sm", weight="bold", flex=5),
    _line("amount", "sm", weight="bold", color=COLOR, align="end", flex=3),
)
RECEIPT = _card(
    _line("badge", "sm", weight="bold", color=COLOR),
    _words("title", "xl", weight="bold"),
    _paragraph("text", "xs", color=PALE),
    SEPARATOR,
    Each("items", ITEM),
    SEPARATOR,
    Each("totals", TOTAL, shared=("color",)),
    _line("note", "xs", color=PALE),
    spacing="md",
    is_illustrated=False,
)
PICTURE_ONLY = {"type": "bubble", "size": holes.choice("size", holes.SIZES), "hero": PICTURE}

_ALL = [
    Shape(
        "product",
        _("Product"),
        _("Picture, name, price and up to three buttons."),
        PRODUCT,
        ("title",),
        {"title": _("Name of the product"), "badge": _("Word above the name")},
    ),
    Shape(
        "article",
        _("Article"),
        _("News or a story, with a picture and a link."),
        ARTICLE,
        ("title",),
        {"badge": _("Kind of article"), "when": _("Date of the article")},
    ),
    Shape(
        "coupon",
        _("Coupon card"),
        _("What one gets, until when, and the code to show or to type in."),
        COUPON,
        ("benefit",),
        {"badge": _("Word above the benefit"), "when": _("Valid until"), "text": _("Conditions")},
    ),
    Shape(
        "menu",
        _("Menu or list"),
        _("A heading, and rows of names with prices."),
        MENU,
        ("title", "rows"),
        {"title": _("Heading")},
    ),
    Shape(
        "event",
        _("Event"),
        _("Date and title, then facts such as time and place."),
        EVENT,
        ("when", "title"),
        {"when": _("Date of the event"), "title": _("Title of the event")},
    ),
    Shape(
        "receipt",
        _("Order or receipt"),
        _("What was ordered, and what it comes to."),
        RECEIPT,
        ("title", "items"),
        {"badge": _("Word above the heading"), "title": _("Heading"), "note": _("Last line")},
    ),
    Shape("picture", _("Picture only"), _("One picture that can be tapped."), PICTURE_ONLY, ("picture",)),
]
SHAPES: dict[str, Shape] = {shape.name: shape for shape in _ALL}
