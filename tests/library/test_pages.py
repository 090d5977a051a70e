"""The library's pages, and the window in which a file is chosen."""

from io import BytesIO

import pytest
from django_tenants.utils import tenant_context
from PIL import Image

from accounts.models import Activity
from library import services
from library.models import Folder, MediaFile
from linking.models import LinkSettings
from tests.factories import make_auto_reply, make_broadcast, make_route
from tests.library.contents import film, make_file, mp3, picture, upload


def shows(file: MediaFile) -> list[dict]:
    return [
        {
            "type": "image",
            "originalContentUrl": file.address,
            "previewImageUrl": file.preview_address,
        }
    ]


def test_without_files_the_page_tells_what_it_is_for(visit):
    assert "No files yet." in visit().read("library/")


def test_several_files_are_uploaded_at_once_and_one_refused_does_not_hinder_the_others(visit):
    files = [upload(picture(), "shop.png"), upload(b"nothing", "notes.txt"), upload(mp3(), "hello.mp3")]

    page = visit().send("library/upload/", {"file": files})

    assert "“shop” is in the library." in page
    assert "“notes” cannot be sent by LINE." in page
    assert [file.name for file in MediaFile.objects.order_by("pk")] == ["shop", "hello"]


def test_a_script_gets_the_tile_of_what_it_uploaded_or_the_reason(visit):
    asked = {"headers": {"HX-Request": "true"}}
    tile = visit().post("library/upload/", {"file": upload(picture())}, **asked).content.decode()
    again = visit().post("library/upload/", {"file": upload(picture())}, **asked).content.decode()
    refused = visit().post("library/upload/", {"file": upload(b"x", "x.txt")}, **asked).content.decode()

    assert "900 × 600" in tile
    assert "in the library already" in again
    assert 'role="alert"' in refused


def test_files_are_found_by_kind_folder_and_words(visit):
    autumn = services.create_folder("Autumn", by=None)
    make_file(name="秋の セール.png", folder=autumn)
    make_file(film(), "Shop film.mp4")
    services.archive(make_file(name="Old.png"), by=None)

    def names(query: str) -> list[str]:
        page = visit().read(f"library/?{query}")
        return [name for name in ("秋の セール", "Shop film", "Old") if f'"name">{name}<' in page]

    assert names("") == ["秋の セール", "Shop film"]
    assert names("kind=video") == ["Shop film"]
    assert names("kind=archived") == ["Old"]
    assert names(f"folder={autumn.pk}") == ["秋の セール"]
    assert names("folder=none") == ["Shop film"]
    assert names("q=セール 秋") == ["秋の セール"]
    assert names("folder=99999999999999") == names("folder=x") == names("q=nothing") == []


def test_the_list_takes_as_many_queries_for_many_files_as_for_one(visit, django_assert_num_queries):
    visitor = visit()
    make_file()
    visitor.read("library/")

    with django_assert_num_queries(9) as one:
        visitor.read("library/")
    for _number in range(3):
        make_file()
    with django_assert_num_queries(len(one)):
        visitor.read("library/")


def test_a_file_is_renamed_and_moved(visit):
    made, autumn = make_file(), services.create_folder("Autumn", by=None)

    visit().post(f"library/{made.pk}/", {"name": "Entrance 🏪", "folder": autumn.pk})

    made.refresh_from_db()
    assert (made.name, made.folder) == ("Entrance 🏪", autumn)


@pytest.mark.parametrize("name", ["", " ", "x" * 101])
def test_a_name_that_cannot_be_is_refused_on_the_form(visit, name):
    made = make_file()

    page = visit().send(f"library/{made.pk}/", {"name": name, "folder": ""})

    assert "errorlist" in page
    assert MediaFile.objects.get().name == "shop"


def test_who_may_only_look_changes_nothing(visit):
    made = make_file()

    visit("viewer").post(f"library/{made.pk}/", {"name": "Other", "folder": ""})

    assert MediaFile.objects.get().name == "shop"


def test_the_page_of_a_file_names_whatever_shows_it(visit):
    made = make_file()
    make_broadcast(name="Autumn sale", messages=shows(made))
    make_auto_reply("parking", messages=shows(made))
    make_route("Flyer", messages=shows(made))
    LinkSettings.objects.update_or_create(pk=1, defaults={"welcome": shows(made)})
    make_broadcast(name="Another")

    page = visit().read(f"library/{made.pk}/")

    assert all(name in page for name in ("Autumn sale", "Flyer", "Auto-reply", "After linking"))
    assert "Another" not in page
    assert "/delete/" not in page


def test_deleting_asks_first_and_refuses_what_is_shown(visit):
    shown, free = make_file(), make_file(picture(color="red"), "free.png")
    make_broadcast(messages=shows(shown))
    manager = visit("account_manager")

    assert "cannot be undone" in manager.read(f"library/{free.pk}/delete/")
    manager.post(f"library/{free.pk}/delete/")
    refusal = manager.post(f"library/{shown.pk}/delete/").content.decode()

    assert list(MediaFile.objects.all()) == [shown]
    assert "Archive it instead" in refusal


def test_archiving_is_undone(visit):
    made = make_file()

    visit().post(f"library/{made.pk}/act/", {"do": "archive"})
    assert "Take back into use" in visit().read(f"library/{made.pk}/")
    visit().post(f"library/{made.pk}/act/", {"do": "restore"})

    assert MediaFile.objects.present().count() == 1
    verbs = Activity.objects.filter(verb__startswith="media.").values_list("verb", flat=True)
    assert sorted(verbs) == ["media.added", "media.archived", "media.restored"]


def test_a_film_gets_the_picture_that_the_browser_drew(visit):
    made = make_file(film(), "film.mp4")
    drawn = upload(picture("JPEG", (640, 360)), "preview.jpg")

    answer = (
        visit().post(f"library/{made.pk}/preview/", {"file": drawn}, headers={"HX-Request": "true"}).json()
    )

    made.refresh_from_db()
    assert answer["preview"] == made.preview_address
    assert made.preview != "preview"


def test_a_file_of_another_client_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_file()

    for path in ("", "preview/", "act/"):
        assert visit().post(f"library/{foreign.pk}/{path}").status_code == 404
    assert visit("account_manager").get(f"library/{foreign.pk}/delete/").status_code == 404
    assert visit().get(f"library/pick/{foreign.pk}/").status_code == 404


def test_folders_are_made_renamed_and_deleted(visit):
    visitor = visit()

    assert "Rename or delete this folder" in visitor.send("library/folders/new/", {"name": "Autumn"})
    folder = Folder.objects.get()
    make_file(folder=folder)
    visitor.post(f"library/folders/{folder.pk}/", {"do": "rename", "name": "Winter"})
    assert "none of its 1 files" in visitor.read(f"library/folders/{folder.pk}/")
    assert "already a folder" in visitor.send("library/folders/new/", {"name": "Winter"})
    visitor.post(f"library/folders/{folder.pk}/", {"do": "delete"})

    assert MediaFile.objects.get().folder is None


def test_the_window_offers_the_kind_that_is_asked_for(visit):
    made = make_file()
    make_file(film(), "film.mp4")
    services.archive(make_file(picture(color="red"), "old.png"), by=None)

    page = visit().read("library/pick/?kind=image&field=id_b0-originalContentUrl")

    assert page.count("data-media-file") == 1
    assert f'data-address="{made.address}"' in page
    assert f'data-preview="{made.preview_address}"' in page
    assert f'data-base="{made.base}"' in page


def test_a_card_gets_the_part_of_the_picture_that_was_chosen(visit):
    made = make_file(picture("PNG", (1200, 600)))

    chosen = visit().post(f"library/pick/{made.pk}/", {"shape": "square", "x": "0", "y": "50"}).json()

    assert (chosen["width"], chosen["height"]) == (600, 600)
    assert chosen["address"] == f"{made.base}/square-0-50"
    answer = visit().get(chosen["address"].removeprefix("https://media.example"))
    assert Image.open(BytesIO(b"".join(answer.streaming_content))).size == (600, 600)


@pytest.mark.parametrize("given", [{}, {"shape": "star"}, {"shape": "square", "x": "-1", "y": "9" * 50}])
def test_a_cut_that_makes_no_sense_is_the_whole_picture_or_its_middle(visit, given):
    made = make_file(picture("PNG", (1200, 600)))

    chosen = visit().post(f"library/pick/{made.pk}/", given).json()

    assert chosen["address"] in {f"{made.base}/card", f"{made.base}/square-50-50"}


def test_it_is_said_that_line_cannot_fetch_without_https(visit, settings):
    assert "MEDIA_BASE_URL" not in visit().read("library/")

    settings.MEDIA_BASE_URL = "http://musubi.example"

    assert "MEDIA_BASE_URL" in visit().read("library/")
