"""What people send: pictures, films, sounds, files, stickers, places; fetched by our client."""

import io

import pytest

from line import wire
from line.client import LineClient
from line.errors import Rejected, TooLarge
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends

PNG = b"\x89PNG\r\n\x1a\n and so on"
MEGABYTE = 1 << 20


@pytest.fixture
def aoi(line) -> str:
    return make_friends(line, "Aoi")[0]


def fetch(client, event, *, most_bytes=MEGABYTE) -> tuple[str | None, bytes]:
    """The media type and the content of a message."""
    into = io.BytesIO()
    kind = wire.run(client.get_content(event["message"]["id"], into, most_bytes=most_bytes))
    return kind, into.getvalue()


def status(client, event) -> str:
    return wire.run(client.get_transcoding_status(event["message"]["id"]))


def test_a_picture_is_fetched_as_it_was_sent(client, line, aoi):
    png, jpeg = line.send_image(CHANNEL, aoi, PNG), line.send_image(CHANNEL, aoi, b"\xff\xd8\xff")

    assert fetch(client, png) == ("image/png", PNG)
    assert fetch(client, jpeg) == ("image/jpeg", b"\xff\xd8\xff")


def test_films_sounds_and_files_have_their_types(client, line, aoi):
    film = line.send_video(CHANNEL, aoi, b"film", ms=12_000)
    sound = line.send_audio(CHANNEL, aoi, b"sound", ms=3_000)
    file = line.send_file(CHANNEL, aoi, b"%PDF-1.7", "見積書🍊.pdf")

    assert fetch(client, film) == ("video/mp4", b"film")
    assert fetch(client, sound) == ("audio/x-m4a", b"sound")
    assert fetch(client, file) == ("application/pdf", b"%PDF-1.7")
    assert film["message"]["duration"] == 12_000
    assert (file["message"]["fileName"], file["message"]["fileSize"]) == ("見積書🍊.pdf", 8)


def test_a_film_that_is_being_prepared_comes_later(client, line, aoi):
    film = line.send_video(CHANNEL, aoi, b"film", ready_after=5)

    early, status_early = fetch(client, film), status(client, film)
    line.advance(5)

    assert (early, status_early) == ((None, b""), "processing")
    assert (fetch(client, film), status(client, film)) == (("video/mp4", b"film"), "succeeded")


@pytest.mark.parametrize(
    ("wish", "says"), [({"ready_after": None}, "processing"), ({"fails": True}, "failed")]
)
def test_content_that_never_becomes_ready_stays_away(client, line, aoi, wish, says):
    film = line.send_video(CHANNEL, aoi, b"film", **wish)

    line.advance(86_400)

    assert fetch(client, film) == (None, b"")
    assert status(client, film) == says


def test_a_channel_can_be_slow_with_everything(client, line, aoi):
    line.configure(CHANNEL, content_ready_seconds=None)

    assert fetch(client, line.send_image(CHANNEL, aoi, PNG)) == (None, b"")


def test_what_was_taken_back_is_gone(client, line, aoi):
    picture, other = line.send_image(CHANNEL, aoi, PNG), line.send_image(CHANNEL, aoi, PNG)

    line.unsend(CHANNEL, aoi, picture["message"]["id"])

    with pytest.raises(Rejected) as error:
        fetch(client, picture)
    assert (error.value.status, error.value.message) == (410, "The content is gone")
    assert fetch(client, other)[0] == "image/png"


@pytest.mark.parametrize("gone_status", [404, 410])
def test_content_is_kept_for_a_while_only(client, line, aoi, gone_status):
    line.configure(CHANNEL, content_kept_seconds=60, content_gone_status=gone_status)
    picture = line.send_image(CHANNEL, aoi, PNG)

    kept = fetch(client, picture)
    line.advance(61)

    assert kept[0] == "image/png"
    with pytest.raises(Rejected) as error:
        fetch(client, picture)
    assert error.value.status == gone_status


def test_a_large_film_arrives_whole(client, line, aoi):
    film = line.send_video(CHANNEL, aoi, b"begin", size=30 * MEGABYTE)

    kind, content = fetch(client, film, most_bytes=30 * MEGABYTE)

    assert kind == "video/mp4"
    assert (len(content), content[:5]) == (30 * MEGABYTE, b"begin")


def test_a_film_larger_than_we_take_is_not_read_to_its_end(client, line, aoi):
    film = line.send_video(CHANNEL, aoi, b"", size=80 * MEGABYTE)
    into = io.BytesIO()

    with pytest.raises(TooLarge):
        wire.run(client.get_content(film["message"]["id"], into, most_bytes=MEGABYTE))

    assert into.tell() <= MEGABYTE


def test_pictures_and_films_have_a_preview_and_files_have_none(client, line, aoi):
    picture, film = line.send_image(CHANNEL, aoi, PNG), line.send_video(CHANNEL, aoi, b"film")
    file = line.send_file(CHANNEL, aoi, b"text", "a.txt")
    of_picture, of_film = io.BytesIO(), io.BytesIO()

    kinds = [
        wire.run(client.get_content_preview(event["message"]["id"], into, most_bytes=MEGABYTE))
        for event, into in ((picture, of_picture), (film, of_film))
    ]

    assert kinds == ["image/png", "image/png"]
    assert of_film.getvalue().startswith(b"\x89PNG")
    with pytest.raises(Rejected, match="can not be previewed"):
        wire.run(client.get_content_preview(file["message"]["id"], io.BytesIO(), most_bytes=MEGABYTE))


@pytest.mark.parametrize("message_id", ["1", "9" * 40, "🍊", "%00"])
def test_an_unknown_message_has_no_content(client, message_id):
    with pytest.raises(Rejected) as error:
        wire.run(client.get_content(message_id, io.BytesIO(), most_bytes=MEGABYTE))

    assert error.value.status == 404


def test_another_channel_does_not_get_at_the_content(line, client, endpoints, aoi):
    line.add_channel("1650000002", "e" * 32)
    other = LineClient("1650000002", "e" * 32, endpoints=endpoints)
    picture = line.send_image(CHANNEL, aoi, PNG)

    with pytest.raises(Rejected) as error:
        fetch(other, picture)

    assert error.value.status == 404
    assert fetch(client, picture) == ("image/png", PNG)
