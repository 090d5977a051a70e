"""Files in the library: what is taken, what is kept, what others can fetch."""

import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context
from PIL import Image

from broadcasts.models import Broadcast
from library import media, services, sizes, uses
from library.errors import BadName, FileTooLarge, FolderExists, StillUsed, UnknownKind, UnreadablePicture
from library.models import MediaFile
from scenarios import services as scenarios
from tests.factories import make_auto_reply, make_broadcast, make_scenario, make_template
from tests.library.contents import film, make_file, mp3, picture, sound, upload
from tests.scenarios.factories import make_running


def fetched(client, address: str, **headers: str):
    return client.get(address.removeprefix("https://media.example"), headers=headers)


def shown(answer) -> Image.Image:
    return Image.open(BytesIO(b"".join(answer.streaming_content)))


def stored(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_picture_is_fetched_by_its_address_alone(tenant, client):
    made = make_file(picture("JPEG", (3000, 2000)), "秋のセール.jpg")

    whole, small = fetched(client, made.address), fetched(client, made.preview_address)

    assert (made.kind, made.name, made.width, made.height) == ("image", "秋のセール", 2048, 1365)
    assert whole["Content-Type"] == "image/jpeg"
    assert "immutable" in whole["Cache-Control"]
    assert shown(whole).size == (2048, 1365)
    assert max(shown(small).size) == 480


@pytest.mark.parametrize("width", [240, 300, 460, 700, 1040])
def test_a_rich_message_finds_its_widths_without_an_ending(tenant, client, width):
    made = make_file(picture("PNG", (1040, 701)))

    answer = fetched(client, f"{made.base}/{width}")

    assert shown(answer).size == (width, round(701 * width / 1040))
    assert fetched(client, f"{made.base}/{width}").status_code == 200
    assert made.sizes.filter(name=str(width)).count() == 1


@pytest.mark.parametrize("size", ["1041", "square-50-50", "film.mp4", "..", "240.png", "full/", "x" * 300])
def test_a_size_that_nobody_made_is_not_there(tenant, client, size):
    made = make_file()

    assert fetched(client, f"{made.base}/{size}").status_code == 404


def test_a_picture_far_too_tall_is_not_blown_up(tenant, client):
    made = make_file(picture("PNG", (4, 4000)))

    assert fetched(client, f"{made.base}/1040").status_code == 404


def test_another_client_has_no_such_file(tenant, other_tenant, client):
    made = make_file()

    assert client.get(f"/c/cosmetics/media/{made.code}/full").status_code == 404
    assert media.size(made.address.replace("apparel", "cosmetics")) is None
    with tenant_context(other_tenant):
        assert media.size(made.address) is None


def test_a_film_is_handed_out_piece_by_piece(tenant, client):
    content = film()
    made = make_file(content, "film.mp4")

    whole, part = fetched(client, made.address), fetched(client, made.address, range="bytes=4-7")

    assert b"".join(whole.streaming_content) == content
    assert (whole.status_code, whole["Content-Length"]) == (200, str(len(content)))
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"ftyp")
    assert part["Content-Range"] == f"bytes 4-7/{len(content)}"
    assert b"".join(fetched(client, made.address, range="bytes=-5").streaming_content) == content[-5:]
    assert fetched(client, made.address, range=f"bytes={len(content)}-").status_code == 416
    assert fetched(client, made.address, range="bytes=0-1,4-5").status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "shape", "duration", "ending"),
    [
        (film(3, (640, 360)), "video", (640, 360), 3000, "film.mp4"),
        (film(3, (640, 360), turned=True), "video", (360, 640), 3000, "film.mp4"),
        (sound(4.5), "audio", (None, None), 4500, "sound.m4a"),
        (mp3(100), "audio", (None, None), 2612, "sound.mp3"),
        (mp3(100, title=900), "audio", (None, None), 2612, "sound.mp3"),
    ],
)
def test_films_and_sounds_are_known_by_what_is_in_them(tenant, content, kind, shape, duration, ending):
    made = make_file(content, "misnamed.png")

    assert (made.kind, (made.width, made.height), made.duration_ms) == (kind, shape, duration)
    assert made.address.endswith(f"/{ending}")


def test_a_film_without_a_chosen_picture_shows_a_triangle_of_its_shape(tenant, client):
    made = make_file(film(3, (1080, 1920)), "film.mp4")

    width, height = shown(fetched(client, made.preview_address)).size

    assert (width, height) == (360, 640)


def test_a_chosen_preview_does_not_change_what_was_sent_before(tenant, client):
    made = make_file(film(), "film.mp4")
    before = made.preview_address

    services.set_preview(made, upload(picture("JPEG", (640, 360), "red")), by=None)

    assert made.preview_address != before
    assert shown(fetched(client, before)).size == shown(fetched(client, made.preview_address)).size


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", UnknownKind),
        (b"no picture", UnknownKind),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnknownKind),
        (picture("GIF"), UnknownKind),
        (film(brand="qt  "), UnknownKind),
        (b"\xff\xd8\xff then nothing", UnreadablePicture),
        (picture()[:200], UnreadablePicture),
        (film()[:60], UnknownKind),
    ],
)
def test_what_line_cannot_show_is_refused_and_leaves_nothing(tenant, folder, content, error):
    with pytest.raises(error):
        services.add_file(upload(content), by=None)

    assert not MediaFile.objects.exists()
    assert not stored(folder)


def test_a_picture_of_more_than_the_limit_is_refused(tenant, monkeypatch):
    monkeypatch.setitem(services.MOST_BYTES, "image", 100)

    with pytest.raises(FileTooLarge):
        make_file()


def test_a_picture_with_too_many_points_is_not_opened(tenant):
    with pytest.raises(UnreadablePicture):
        services.add_file(upload(picture("PNG", (9_000, 9_000))), by=None)


def test_where_a_photograph_was_taken_stays_here_and_it_stands_upright(tenant):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of mine"
    made = make_file(picture("JPEG", (100, 50), exif=exif), "photo.jpg")

    with services.default_storage.open(made.path) as kept:
        content = kept.read()

    assert Image.open(BytesIO(content)).size == (50, 100)
    assert b"Camera of mine" not in content


def test_the_same_content_is_one_file(tenant, folder):
    first = services.add(upload(picture(), "one.png"), by=None)
    services.archive(first.file, by=None)

    second = services.add(upload(picture(), "two.png"), by=None)

    assert (first.is_new, second.is_new) == (True, False)
    assert second.file == first.file
    assert second.file.archived_at is None
    assert len(stored(folder)) == 2


def test_two_people_upload_the_same_at_once(own_tenant, folder):
    found: list[MediaFile] = []

    def work() -> None:
        with tenant_context(own_tenant):
            found.append(make_file(picture("PNG", (1500, 1500)), "same.png"))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({file.pk for file in found}) == 1
    assert MediaFile.objects.count() == 1
    assert len(stored(folder)) == 2


def test_a_cut_is_made_around_the_point_that_matters(tenant, client):
    picked = Image.new("RGB", (300, 100), "white")
    picked.paste("red", (200, 0, 300, 100))
    content = BytesIO()
    picked.save(content, "PNG")
    made = make_file(content.getvalue())

    sizes.make(made, sizes.cut_name("square", (100, 50)))

    cut = shown(fetched(client, f"{made.base}/square-100-50"))
    assert cut.size == (100, 100)
    assert cut.getpixel((2, 50)) == cut.getpixel((97, 50)) == (255, 0, 0)


def test_an_address_tells_what_it_shows(tenant):
    made = make_file(picture("PNG", (1040, 520)))

    assert media.size(made.address) == (1040, 520, "image", made.size)
    assert media.size(made.base)[:3] == (1040, 520, "image")
    assert media.size(f"{made.base}/700")[:2] == (700, 350)
    assert media.size("https://media.example/c/apparel/media/unknown/full") is None
    assert media.size("https://shop.example/a.png") is None


def in_broadcast(message: dict) -> None:
    make_broadcast(messages=[message])


def in_sent_broadcast(message: dict) -> None:
    made = make_broadcast(messages=[message])
    Broadcast.objects.filter(pk=made.pk).update(status="sent", finished_at=timezone.now())


def in_scenario(message: dict) -> None:
    steps = [{"id": "say", "type": "send", "messages": [message]}]
    make_scenario({"trigger": {"type": "api"}, "steps": steps})


def in_earlier_version(message: dict) -> None:
    said = {"type": "text", "text": "Hello"}
    first, second = (
        {"trigger": {"type": "api"}, "steps": [{"id": "say", "type": "send", "messages": [each]}]}
        for each in (message, said)
    )
    scenario = scenarios.write(make_running(first), second, revision=1, by=None)
    scenarios.publish(scenario, revision=scenario.revision, by=None)


def in_ended_scenario(message: dict) -> None:
    steps = [{"id": "say", "type": "send", "messages": [message]}]
    scenarios.archive(make_running({"trigger": {"type": "api"}, "steps": steps}), by=None)


def in_auto_reply(message: dict) -> None:
    make_auto_reply("shop", messages=[message], is_on=False)


def in_template(message: dict) -> None:
    make_template(messages=[message])


SHOWN = [in_broadcast, in_sent_broadcast, in_scenario, in_earlier_version, in_ended_scenario]
SHOWN += [in_auto_reply, in_template]


@pytest.mark.parametrize("show", SHOWN)
def test_what_a_message_shows_is_archived_and_never_deleted(tenant, client, show):
    made = make_file()
    show({"type": "image", "originalContentUrl": made.address, "previewImageUrl": made.address})

    assert len(uses.of(made)) == 1
    with pytest.raises(StillUsed):
        services.delete_file(made, by=None)
    services.archive(made, by=None)

    assert fetched(client, made.address).status_code == 200
    assert not MediaFile.objects.present().exists()


def test_what_nobody_shows_is_deleted_with_all_its_sizes(tenant, folder, client):
    made = make_file()
    sizes.make(made, "700")

    services.delete_file(made, by=None)

    assert fetched(client, made.address).status_code == 404
    assert not stored(folder)


def test_what_a_dead_upload_left_is_cleared_up_a_day_later(tenant, folder):
    dead = make_file()
    MediaFile.objects.update(stored_at=None, content_hash=None, created_at=timezone.now() - timedelta(days=2))

    made = make_file(picture(color="red"))

    assert list(MediaFile.objects.all()) == [made]
    assert not (folder / dead.path).exists()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("秋👨‍👩‍👧.png", "秋👨‍👩‍👧"),
        ("=cmd|'calc'.png", "cmd|'calc'"),
        ("C:\\Users\\aoi\\春.png", "春"),
        ("../../etc/passwd", "passwd"),
        ("\u202egnp.exe.png", "gnp.exe"),
        ("長" * 300 + ".png", "長" * 100),
        (".png", ".png"),
    ],
)
def test_names_are_fit_for_lists_and_tables(tenant, given, name):
    file = upload(picture())
    file._name = given

    assert services.add_file(file, by=None).name == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\nb"])
def test_a_file_needs_a_name(tenant, name):
    with pytest.raises(BadName):
        services.change_file(make_file(), name=name, by=None)


def test_folders_hold_files_and_take_none_with_them(tenant):
    autumn = services.create_folder("Autumn", by=None)
    made = make_file(folder=autumn)

    with pytest.raises(FolderExists):
        services.create_folder(" Autumn ", by=None)
    services.delete_folder(autumn, by=None)

    made.refresh_from_db()
    assert made.folder is None
