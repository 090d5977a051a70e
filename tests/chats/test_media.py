"""Files of friends, fetched while LINE has them; pictures of ours, which LINE fetches."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context
from PIL import Image

from channels.models import Channel
from chats import media
from chats.models import Media
from library.errors import NeedsHttps, UnreadablePicture
from tests.chats.conftest import writes
from tests.factories import make_friend


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT, settings.MEDIA_BASE_URL = tmp_path, "https://chat.example"
    return tmp_path


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600)) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, kind)
    return content.getvalue()


def uploaded(content: bytes, name: str = "shop.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def sent(aoi, channel, simulator) -> Media:
    """Aoi has sent a picture; it is not fetched yet."""
    event = simulator.send_image(channel.channel_id, aoi.line_user_id, picture())
    writes(aoi, "", **(event["message"]))
    return Media.objects.get()


def fetch_again() -> Media:
    Media.objects.exclude(due_at=None).update(due_at=timezone.now())
    media.work_due()
    return Media.objects.get()


def test_a_picture_is_fetched_and_shown(sent, visit):
    media.work_due()

    found = Media.objects.get()
    assert found.state == "stored"
    answer = visit().get(f"chats/files/{found.pk}/")
    assert b"".join(answer.streaming_content) == picture()
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert f"files/{found.pk}/small/" in visit().read(f"chats/{found.message.conversation_id}/")


def test_what_line_no_longer_has_is_said(sent, simulator, visit):
    Media.objects.update(line_id="12345")

    media.work_due()

    found = Media.objects.get()
    assert (found.state, found.due_at) == ("missed", None)
    page = visit().read(f"chats/{found.message.conversation_id}/")
    assert "Could not be fetched" in page


def test_it_is_tried_again_while_line_is_away(sent, simulator):
    simulator.fail_next(1, path="/v2/bot/message/")

    media.work_due()
    assert Media.objects.get().state == "waiting"

    assert fetch_again().state == "stored"


def test_what_a_dead_attempt_wrote_is_deleted(sent, folder):
    (folder / "half").write_bytes(b"half")
    (folder / "half-small").write_bytes(b"half")
    Media.objects.update(file="half", preview="half-small")

    media.work_due()

    found = Media.objects.get()
    kept = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert kept == {found.file, found.preview}


def test_it_waits_until_the_account_is_connected_again(sent, channel, simulator):
    with schema_context("public"):
        Channel.objects.filter(pk=channel.pk).delete()
    for _hour in range(len(media.PAUSES) + 2):
        assert fetch_again().state == "waiting"
    assert Media.objects.get().due_at > timezone.now() + timedelta(minutes=50)

    with schema_context("public"):
        channel.save(force_insert=True)

    assert fetch_again().state == "stored"


def test_what_never_becomes_ready_ends(sent, simulator):
    simulator.fail_next(100, path="/v2/bot/message/")
    Media.objects.update(attempts=len(media.PAUSES))

    media.work_due()

    assert Media.objects.get().state == "missed"


def test_what_is_too_large_is_not_kept(sent, settings, folder):
    settings.MEDIA_MOST_BYTES = 100

    media.work_due()

    assert Media.objects.get().state == "too_large"
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/x-unknown"])
def test_what_a_browser_might_run_is_only_saved_to_disk(tenant, visit, folder, media_type):
    (folder / "f").write_bytes(b"<script>alert(1)</script>")
    found = Media.objects.create(
        kind="file", state="stored", file="f", media_type=media_type, file_name="契約書<b>.html"
    )

    answer = visit().get(f"chats/files/{found.pk}/")

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_who_may_not_read_chats_gets_no_file(tenant, visit, folder):
    (folder / "f").write_bytes(b"x")
    found = Media.objects.create(kind="image", state="stored", file="f", media_type="image/png")

    assert visit("viewer").get(f"chats/files/{found.pk}/").status_code == 200
    assert visit("finance").get(f"chats/files/{found.pk}/").status_code == 403


def test_a_picture_of_ours_is_fetched_by_its_address_alone(tenant, client):
    made = media.upload(uploaded(picture()))

    address = made.address().removeprefix("https://chat.example")
    whole, small = client.get(address), client.get(f"{address}small/")

    assert whole.status_code == small.status_code == 200
    assert Image.open(BytesIO(b"".join(whole.streaming_content))).size == (900, 600)
    assert max(Image.open(BytesIO(b"".join(small.streaming_content))).size) <= 480


def test_a_guessed_address_leads_nowhere(tenant, other_tenant, client):
    made = media.upload(uploaded(picture()))

    assert client.get("/c/apparel/f/media/guess/").status_code == 404
    assert client.get(f"/c/cosmetics/f/media/{made.token}/").status_code == 404


def test_where_a_photograph_was_taken_stays_here(tenant):
    content = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera of mine"
    Image.new("RGB", (100, 50)).save(content, "JPEG", exif=exif)

    made = media.upload(uploaded(content.getvalue(), "photo.jpg"))

    with media.default_storage.open(made.file) as kept:
        assert b"Camera of mine" not in kept.read()


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF"), picture()[:200]],
)
def test_what_is_no_picture_is_refused(tenant, content):
    with pytest.raises(UnreadablePicture):
        media.upload(uploaded(content))


def test_without_https_a_picture_cannot_be_sent(tenant, settings):
    settings.MEDIA_BASE_URL = "http://127.0.0.1"

    with pytest.raises(NeedsHttps):
        media.upload(uploaded(picture()))


def test_a_picture_that_was_never_sent_is_deleted(tenant, folder):
    media.upload(uploaded(picture()))

    Media.objects.update(due_at=timezone.now())
    media.work_due()

    assert not Media.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_each_clients_files_are_in_a_folder_of_its_own(tenant, other_tenant):
    ours = media.upload(uploaded(picture()))
    with tenant_context(other_tenant):
        theirs = media.upload(uploaded(picture()))

    assert ours.file.split("/")[0] != theirs.file.split("/")[0]


def test_a_file_of_another_client_is_not_found(tenant, other_tenant, visit):
    with tenant_context(other_tenant):
        make_friend()
        found = media.upload(uploaded(picture()))

    assert visit().get(f"chats/files/{found.pk}/").status_code == 404
