"""Pictures, films, sounds and rich messages as they are written in a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composing import draft as drafts
from composing.bubbles.imagemap import GRIDS, ImagemapBubble, letter
from composing.draft import Incomplete
from line.messages import validate

PICTURE = {
    "type": "image",
    "originalContentUrl": "https://media.example/a/full",
    "previewImageUrl": "https://media.example/a/preview",
}
FILM = {
    "type": "video",
    "originalContentUrl": "https://media.example/b/film.mp4",
    "previewImageUrl": "https://media.example/b/preview",
    "trackingId": "autumn",
}
SOUND = {"type": "audio", "originalContentUrl": "https://media.example/c/sound.m4a", "duration": 61_000}


def make_area(x: int = 0, y: int = 0, width: int = 520, height: int = 700, **action: object) -> dict:
    said = action or {"type": "uri", "linkUri": "https://shop.example/"}
    return said | {"area": {"x": x, "y": y, "width": width, "height": height}}


def make_map(*areas: dict, height: int = 700) -> dict:
    return {
        "type": "imagemap",
        "baseUrl": "https://media.example/c/apparel/media/code",
        "altText": "秋のセール 🍁",
        "baseSize": {"width": 1040, "height": height},
        "actions": [*areas] or [make_area()],
    }


MAP = make_map(
    make_area(label="新作を見る", type="uri", linkUri="https://shop.example/new"),
    make_area(520, 0, 520, 350, type="message", text="予約したい"),
    make_area(520, 350, 520, 350, type="clipboard", clipboardText="AUTUMN-10"),
)


def page_of(message: dict) -> dict[str, str]:
    """What a browser would send for one saved message."""
    [bubble] = drafts.of_messages([message]).bubbles
    return {"bubbles": "1", "b0-type": bubble.type, **bubble.data}


def said(page: dict[str, str]) -> list[dict]:
    return drafts.of_form(page).messages()


@pytest.mark.parametrize("message", [PICTURE, FILM, SOUND, MAP], ids=lambda message: message["type"])
def test_what_was_written_is_read_back_as_it_is(message):
    [bubble] = drafts.of_messages([message]).bubbles

    assert bubble.type == message["type"]
    assert said(page_of(message)) == [message]
    assert not validate([message])


def test_without_a_preview_the_picture_stands_for_itself():
    page = page_of(PICTURE) | {"b0-previewImageUrl": ""}

    [message] = said(page)

    assert message["previewImageUrl"] == PICTURE["originalContentUrl"]


@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        (PICTURE, "originalContentUrl", ""),
        (PICTURE, "originalContentUrl", "ftp://media.example/a.jpg"),
        (PICTURE, "originalContentUrl", "https://media.example/" + "a" * 2000),
        (FILM, "previewImageUrl", ""),
        (SOUND, "duration", ""),
        (SOUND, "duration", "0"),
        (SOUND, "duration", "1e3"),
        (MAP, "baseUrl", ""),
        (MAP, "altText", " "),
        (MAP, "altText", "🍁" * 751),
        (MAP, "height", "0"),
        (MAP, "height", "699"),
        (MAP, "actions0-width", "1041"),
        (MAP, "actions1-x", "521"),
        (MAP, "actions0-uri", ""),
        (MAP, "actions1-text", "あ" * 401),
        (MAP, "actions2-clipboardText", ""),
    ],
)
def test_what_line_would_refuse_is_said_at_its_field(message, field, value):
    page = page_of(message) | {f"b0-{field}": value}

    with pytest.raises(Incomplete):
        said(page)
    drafts.of_form(page).shown()  # the phone is drawn all the same


def test_a_rich_message_with_a_video_stays_json():
    film = {"originalContentUrl": FILM["originalContentUrl"], "previewImageUrl": FILM["previewImageUrl"]}
    area = {"x": 0, "y": 0, "width": 1040, "height": 585}
    message = make_map() | {"video": film | {"area": area}}

    [bubble] = drafts.of_messages([message]).bubbles

    assert bubble.type == ""
    assert said(page_of(message)) == [message]


@given(height=st.integers(1, 10_000), name=st.sampled_from(sorted(GRIDS)))
def test_a_grid_covers_the_picture_without_gap_or_overlap(height, name):
    boxes = GRIDS[name].on(height)

    assert sum(box["width"] * box["height"] for box in boxes) == 1040 * height
    assert all(box["x"] + box["width"] <= 1040 and box["y"] + box["height"] <= height for box in boxes)


def test_another_grid_keeps_what_the_areas_do():
    page = page_of(MAP) | {"do": "grid:b0:quarters"}

    bubble = drafts.of_form(page).bubbles[0]
    areas = bubble.sketch()["actions"]

    assert [area.get("linkUri", area["type"]) for area in areas] == [
        "https://shop.example/new",
        "message",
        "clipboard",
        "",
    ]
    assert areas[3]["area"] == {"x": 520, "y": 350, "width": 520, "height": 350}


@pytest.mark.parametrize("argument", ["", "1,2,3", "a,b,c,d", "1,2,3,4,5", "10,20,300,40;", "9" * 400])
def test_a_drawing_that_makes_no_sense_does_no_harm(argument):
    page = page_of(MAP) | {"do": f"draw:b0:{argument}"}

    drafts.of_form(page).shown()


def test_a_drawn_area_is_one_more():
    page = page_of(MAP) | {"do": "draw:b0:100,200,300,400"}

    area = drafts.of_form(page).bubbles[0].sketch()["actions"][3]

    assert area["area"] == {"x": 100, "y": 200, "width": 300, "height": 400}


def test_fifty_areas_are_the_most():
    crowded = make_map(*(make_area(0, number, 10, 1) for number in range(50)))

    bubble = drafts.of_form(page_of(crowded) | {"do": "draw:b0:0,0,100,100"}).bubbles[0]

    assert isinstance(bubble, ImagemapBubble)
    assert len(bubble.areas) == 50
    assert said(page_of(crowded)) == [crowded]


def test_areas_are_lettered_like_the_columns_of_a_sheet():
    assert [letter(number) for number in (0, 25, 26, 49)] == ["A", "Z", "AA", "AX"]
