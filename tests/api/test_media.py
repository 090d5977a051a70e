"""The library by API."""

import pytest
from django.db import connection
from django.test import Client
from django_tenants.utils import tenant_context

from library.models import Folder, MediaFile
from tests.library.contents import film, make_file, picture, upload


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT, settings.MEDIA_BASE_URL = tmp_path, "https://media.example"


@pytest.fixture
def send(call):
    """Posts a form with a file, as a program with a key."""

    def send(**given: object):
        with tenant_context(connection.tenant):
            return Client.post(call("library.add_mediafile"), "/c/apparel/api/v1/media/", given)

    return send


def test_a_file_is_uploaded_once(tenant, send):
    Folder.objects.create(name="Autumn")

    first = send(file=upload(picture(), "shop.png"), name="Entrance", folder="Autumn")
    second = send(file=upload(picture(), "other.png"))

    assert (first.status_code, second.status_code) == (201, 200)
    said = first.json()
    assert said | {"kind": "image", "name": "Entrance", "folder": "Autumn", "width": 900} == said
    assert said["address"].startswith("https://media.example/c/apparel/media/")
    assert second.json()["id"] == said["id"]


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"file": "no file"}, 400, "invalid"),
        ({"file": upload(b"nothing", "notes.txt")}, 422, "unknown_media"),
        ({"file": upload(picture()), "folder": "Nowhere"}, 404, "not_found"),
    ],
)
def test_what_cannot_be_kept_is_refused(tenant, send, given, status, code):
    answer = send(**given)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not MediaFile.objects.exists()


def test_files_are_listed_by_kind_and_state(tenant, call):
    make_file(film(), "film.mp4")
    made = make_file()
    caller = call("library.view_mediafile", "library.change_mediafile")

    caller.ask("PATCH", f"media/{made.pk}/", {"is_archived": True, "name": "Entrance"})

    archived = caller.ask("GET", "media/?is_archived=true").json()["items"]
    films = caller.ask("GET", "media/?kind=video").json()["items"]
    assert [row["name"] for row in archived] == ["Entrance"]
    assert [row["kind"] for row in films] == ["video"]
    assert caller.ask("GET", "media/?kind=film").status_code == 400


def test_a_file_of_another_client_is_not_found(tenant, other_tenant, call):
    with tenant_context(other_tenant):
        foreign = make_file()

    assert call("library.delete_mediafile").ask("DELETE", f"media/{foreign.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["%00", "x", "%F0%9F%98%80"])
def test_what_names_no_coupon_is_not_found(tenant, call, name):
    assert call("library.view_linecoupon").get(f"line-coupons/{name}/").status_code == 404
