"""Pages of lists of friends."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tenants.utils import tenant_context

from imports.models import ImportRun
from segments import services
from segments.models import FriendList
from tests.factories import make_friend, make_list, make_segment
from tests.segments.test_leaves import names
from tests.segments.test_lists import on


def test_a_list_is_made_and_filled_by_hand(visit):
    page = visit()
    aoi = make_friend("aoi")

    answer = page.post("segments/lists/new/", {"name": "VIP", "note": "Old friends"})
    vip = FriendList.objects.get()
    offered = page.get(f"segments/lists/{vip.pk}/?find=ao").content.decode()
    page.post(f"segments/lists/{vip.pk}/add/", {"id": [aoi.pk]})

    assert answer.url.endswith(f"segments/lists/{vip.pk}/")
    assert f'value="{aoi.pk}"' in offered
    assert names(on(vip)) == {"aoi"}
    assert "aoi" in page.get(f"segments/lists/{vip.pk}/?q=ao").content.decode()
    assert "Nobody on the list fits" in page.get(f"segments/lists/{vip.pk}/?q=ren").content.decode()


def test_a_name_that_is_taken_is_said_on_the_form(visit):
    page = visit()
    vip, other = make_list("VIP"), make_list("Other")

    for address in ("segments/lists/new/", f"segments/lists/{other.pk}/edit/"):
        assert "There is a list “VIP” already" in page.post(address, {"name": "VIP"}).content.decode()

    assert vip.name == "VIP"


def test_pasted_ids_are_put_on_and_what_is_not_found_is_told_by_line(visit):
    page = visit()
    aoi, vip = make_friend("aoi"), make_list()

    answer = page.post(
        f"segments/lists/{vip.pk}/add/", {"ids": f"{aoi.line_user_id}\nC-404", "means": "customer"}
    )
    wrong = page.post(f"segments/lists/{vip.pk}/add/", {"ids": "", "means": "nothing"})

    assert names(on(vip)) == {"aoi"}
    assert "C-404" in answer.content.decode()
    assert "no customer has this number" in answer.content.decode()
    assert wrong.status_code == 200


def test_who_is_taken_off_can_be_put_back(visit):
    page = visit()
    aoi = make_friend("aoi")
    vip = make_list(friends=[aoi, make_friend("ren")])

    page.post(f"segments/lists/{vip.pk}/act/", {"do": "remove", "id": [aoi.pk, "x", "9" * 30]})
    after = names(on(vip))
    told = page.get(f"segments/lists/{vip.pk}/").content.decode()
    page.post(f"segments/lists/{vip.pk}/add/", {"id": [aoi.pk]})

    assert after == {"ren"}
    assert "Taken off the list: 1." in told
    assert "Taken off" not in page.get(f"segments/lists/{vip.pk}/").content.decode()
    assert names(on(vip)) == {"aoi", "ren"}


def test_the_chosen_move_to_another_list(visit):
    page = visit()
    aoi = make_friend("aoi")
    vip, other = make_list(friends=[aoi]), make_list("Other")

    page.post(f"segments/lists/{vip.pk}/act/", {"do": "move", "into": other.pk, "id": [aoi.pk]})
    page.post(f"segments/lists/{vip.pk}/act/", {"do": "move", "into": 12345, "id": [aoi.pk]})

    assert (names(on(vip)), names(on(other))) == (set(), {"aoi"})


def test_a_list_in_use_is_not_deleted(visit):
    page = visit("account_manager")
    vip = make_list()
    segment = make_segment({"any": [on(vip)]}, name="Best")

    asked = page.get(f"segments/lists/{vip.pk}/delete/").content.decode()
    page.post(f"segments/lists/{vip.pk}/delete/")
    kept = FriendList.objects.exists()
    services.delete_segment(segment)
    page.post(f"segments/lists/{vip.pk}/delete/")

    assert "Best" in asked
    assert kept
    assert not FriendList.objects.exists()


def test_a_file_for_a_list_becomes_an_import(visit):
    page = visit()
    vip = make_list()

    file = SimpleUploadedFile("vip.csv", b"customer number\nC-1\n")
    answer = page.post(f"segments/lists/{vip.pk}/import/", {"file": file})
    broken = page.post(f"segments/lists/{vip.pk}/import/", {"file": SimpleUploadedFile("x.csv", b"\0")})

    run = ImportRun.objects.get()
    assert answer.url.endswith(f"imports/{run.pk}/")
    assert run.header == ["Name of the list", "customer number"]
    assert broken.status_code == 200


def test_the_people_of_a_segment_become_a_list(visit):
    page = visit()
    make_friend("aoi")
    segment = make_segment(name="Everyone")

    asked = page.get(f"segments/lists/from/{segment.pk}/").content.decode()
    page.post(f"segments/lists/from/{segment.pk}/", {"name": "June"})

    assert 'value="Everyone"' in asked
    assert names(on(FriendList.objects.get(name="June"))) == {"aoi"}


def test_lists_take_few_queries_however_many_there_are(visit, django_assert_num_queries):
    page = visit()
    for number in range(30):
        make_list(f"List {number}", friends=[make_friend()])
    page.get("segments/lists/")

    with django_assert_num_queries(10):
        page.get("segments/lists/")


@pytest.mark.parametrize("address", ["", "edit/", "import/", "delete/"])
def test_the_list_of_another_client_is_not_found(visit, other_tenant, address):
    page = visit("owner")
    with tenant_context(other_tenant):
        theirs = make_list("Theirs")

    assert page.get(f"segments/lists/{theirs.pk + 1_000_000}/{address}").status_code == 404
