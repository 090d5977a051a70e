"""Messages as people write them, for property tests."""

from hypothesis import strategies as st

from line.validation.limits import Limit

LETTERS = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_characters="{}\r\x00", exclude_categories=["Cs", "Cc"]),
        st.sampled_from("👩‍👩‍👧‍👦 🇯🇵 か゚ é \n 𠮷"),
    ),
    min_size=1,
    max_size=12,
)


def texts(limit: Limit) -> st.SearchStrategy[str]:
    return LETTERS.filter(lambda text: bool(text.strip()) and limit.holds(text))


ADDRESSES = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9/]{0,8}", fullmatch=True)


def some(required: dict, optional: dict) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries(required, optional=optional)


def actions(label: Limit, *, is_required: bool) -> st.SearchStrategy[dict]:
    words = {"label": texts(label)}
    required, optional = (words, {}) if is_required else ({}, words)
    said = texts(Limit(300, graphemes=True))

    def action(kind: str, needed: dict, also: dict | None = None) -> st.SearchStrategy[dict]:
        return some({"type": st.just(kind), **required, **needed}, {**optional, **(also or {})})

    desktop = st.fixed_dictionaries({"desktop": ADDRESSES})
    return st.one_of(
        action("uri", {"uri": ADDRESSES}, {"altUri": desktop}),
        action("message", {"text": said}),
        action("postback", {"data": texts(Limit(300))}, {"displayText": said}),
        action("postback", {"data": st.just("tap:abc1")}, {"displayText": said}),
        action("datetimepicker", {"data": texts(Limit(300)), "mode": st.just("date")}),
        action("clipboard", {"clipboardText": texts(Limit(1000))}),
    )


BUTTON = actions(Limit(20, graphemes=True), is_required=True)
WHOLE = actions(Limit(20, graphemes=True), is_required=False)
SHORT = Limit(60, graphemes=True)
TITLE = Limit(40, graphemes=True)
ALT = {"altText": texts(Limit(1500))}
FRAME = {
    "imageAspectRatio": st.sampled_from(["rectangle", "square"]),
    "imageSize": st.sampled_from(["cover", "contain"]),
}


def template(kind: str, needed: dict, also: dict | None = None) -> st.SearchStrategy[dict]:
    inner = some({"type": st.just(kind), **needed}, also or {})
    return st.fixed_dictionaries({"type": st.just("template"), **ALT, "template": inner})


COLUMN = some(
    {"text": texts(SHORT), "title": texts(TITLE), "actions": st.tuples(BUTTON).map(list)},
    {"defaultAction": WHOLE},
)
PICTURE = some({"imageUrl": ADDRESSES, "action": actions(Limit(12, graphemes=True), is_required=False)}, {})
MESSAGES = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": texts(Limit(5000))}),
    st.fixed_dictionaries(
        {
            "type": st.just("text"),
            "text": LETTERS.map(lambda text: f"$ {text}"),
            "emojis": st.just([{"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}]),
        }
    ),
    st.fixed_dictionaries(
        {"type": st.just("sticker"), "packageId": st.just("446"), "stickerId": st.just("1988")}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("location"),
            "title": texts(Limit(100)),
            "address": texts(Limit(100)),
            "latitude": st.floats(-90, 90),
            "longitude": st.integers(-180, 180),
        }
    ),
    template(
        "buttons",
        {"text": texts(SHORT), "actions": st.lists(BUTTON, min_size=1, max_size=4)},
        {"title": texts(TITLE), "thumbnailImageUrl": ADDRESSES, "defaultAction": WHOLE, **FRAME},
    ),
    template(
        "confirm",
        {"text": texts(Limit(240, graphemes=True)), "actions": st.lists(BUTTON, min_size=2, max_size=2)},
    ),
    template("carousel", {"columns": st.lists(COLUMN, min_size=1, max_size=3)}, FRAME),
    template("image_carousel", {"columns": st.lists(PICTURE, min_size=1, max_size=3)}),
)
ITEM = some(
    {
        "type": st.just("action"),
        "action": st.one_of(BUTTON, st.just({"type": "camera", "label": "Photo"})),
    },
    {"imageUrl": ADDRESSES},
)
QUICK = st.lists(ITEM, min_size=1, max_size=3).map(lambda items: {"quickReply": {"items": items}})
SENDER = some({"name": texts(Limit(20))}, {"iconUrl": ADDRESSES}).map(lambda sender: {"sender": sender})
EVERYTHING = st.tuples(MESSAGES, st.one_of(st.just({}), QUICK), st.one_of(st.just({}), SENDER)).map(
    lambda parts: parts[0] | parts[1] | parts[2]
)
