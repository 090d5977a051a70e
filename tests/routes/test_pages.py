"""Routes on the dashboard."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context
from PIL import Image

from channels.models import Channel
from events.timeline import NewEvent, record
from routes.models import Arrival, Folder, Route, Visit
from tests.dashboard.pages import fields_of
from tests.factories import make_arrival, make_friend, make_route, make_tag

GREETING = [{"type": "text", "text": "Welcome 🌸 家族の皆さま"}]


def make_visits(route: Route, number: int, *, way: str = "login") -> None:
    now = timezone.now()
    Visit.objects.bulk_create(Visit(route=route, at=now, way=way, device="phone") for _ in range(number))


def test_the_list_explains_the_first_step(visit):
    page = visit().read("routes/")

    assert "No routes yet" in page
    assert "No LINE channel is connected yet" in page


def test_a_route_is_made_with_its_greeting_tags_and_time(visit):
    vip, shops = make_tag("VIP"), Folder.objects.create(name="Shops")

    page = visit().send(
        "routes/new/",
        {
            "name": "Flyer 🍁",
            "label": "Coupon",
            "folder": shops.pk,
            "tags": [vip.pk],
            "tags_for_all": "on",
            "starts_at": "2026-11-20T10:00",
            "has_greeting": "on",
            "bubbles": "1",
            "b0-type": "text",
            "b0-text": GREETING[0]["text"],
        },
    )

    route = Route.objects.get()
    assert "Flyer 🍁" in page
    assert f"/c/apparel/f/r/{route.code}" in page
    assert (route.messages, list(route.tags.all()), route.folder) == (GREETING, [vip], shops)
    assert f"{route.starts_at:%H:%M %Z}" == "01:00 UTC"


def test_what_a_route_has_stands_in_its_form_and_is_kept(visit):
    route = make_route("Flyer", messages=GREETING, tags=[make_tag("VIP")], label="Coupon")
    visitor = visit()
    fields = fields_of(visitor.read(f"routes/{route.pk}/edit/"))
    kept = {"tags": route.tags.get().pk, "has_greeting": "on"}

    visitor.send(f"routes/{route.pk}/edit/", {**fields, **kept, "name": "Poster"})

    route.refresh_from_db()
    assert (route.name, route.label, route.messages) == ("Poster", "Coupon", GREETING)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"starts_at": "2026-11-20T10:00", "ends_at": "2026-11-20T09:00"}, "must end after it begins"),
        ({"has_greeting": "on", "bubbles": "1", "b0-type": "text", "b0-text": ""}, "is not complete"),
        ({"has_greeting": "on", "bubbles": "0"}, "at least"),
        ({"tags": "99999"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_on_the_form(visit, given, said):
    page = visit().send("routes/new/", {"name": "Flyer", "bubbles": "1", **given})

    assert said in page
    assert not Route.objects.exists()


def test_the_list_counts_what_is_known(visit):
    route = make_route("Flyer")
    make_visits(route, 6)
    make_arrival(route=route)
    blocked = make_friend(status="blocked", blocked_at=timezone.now() + timedelta(hours=1))
    make_arrival(blocked, route=route, kind=Arrival.Kind.RETURNED, is_newest=True)
    make_arrival(route=route, kind=Arrival.Kind.ALREADY)

    cells = visit().get("routes/").context["rows"][0][1]

    assert (cells.visits, cells.sign_ins, cells.new, cells.returned) == (9, 3, 1, 1)
    assert (cells.already, cells.gained, cells.blocked) == (1, 2, 1)


def test_of_plain_links_only_visits_are_known(visit):
    route = make_route("Flyer")
    make_visits(route, 6, way="plain")

    cells = visit().get("routes/").context["rows"][0][1]

    assert (cells.visits, cells.new, cells.gained, cells.blocked, cells.sign_ins) == (
        6,
        None,
        None,
        None,
        None,
    )


def test_routes_are_found_in_their_folder_and_by_name(visit):
    shops = Folder.objects.create(name="Shops")
    make_route("Flyer", folder=shops)
    make_route("Ｐｏｓｔｅｒ")
    visitor = visit()

    in_folder = visitor.read("routes/", {"folder": shops.pk})
    found = visitor.read("routes/", {"q": "ｐｏｓｔ"})

    assert "Flyer" in in_folder
    assert "Ｐｏｓｔｅｒ" not in in_folder
    assert "Ｐｏｓｔｅｒ" in found
    assert "Flyer" not in found


@pytest.mark.parametrize("folder", ["x", "99999999999999999999", "-1", "none", "archived", "\x00"])
def test_an_odd_folder_shows_nothing_amiss(visit, folder):
    assert visit().get("routes/", {"folder": folder}).status_code == 200


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(visit, django_assert_max_num_queries):
    for number in range(50):
        make_arrival(route=make_route(f"Route {number}", tags=[make_tag()]))
    visitor = visit()

    with django_assert_max_num_queries(15):
        visitor.read("routes/")


def test_the_page_of_a_route_tells_who_came_and_from_where(visit):
    arrival = make_arrival(make_friend("Aoi Tanaka"))
    Visit.objects.update(utm_source="instagram", click_ids={"gclid": "x"}, referrer="l.instagram.com")

    page = visit().read(f"routes/{arrival.route_id}/")

    assert all(word in page for word in ("Aoi Tanaka", "instagram", "gclid", "l.instagram.com"))


def test_the_profile_part_tells_first_to_last_and_which_one_counts(visit):
    aoi = make_friend("aoi")
    make_arrival(aoi, route=make_route("Flyer"), is_newest=True)
    make_arrival(aoi, route=make_route("Poster"), kind=Arrival.Kind.ALREADY)

    page = visit().read(f"routes/of-friend/{aoi.pk}/")

    assert page.index("Poster") < page.index("Flyer") < page.index("Acquisition route")


def test_the_list_of_friends_is_narrowed_to_a_route(visit):
    arrival = make_arrival(make_friend("Aoi Tanaka"), is_newest=True)
    make_friend("Ren Sato")
    visitor = visit()

    came = visitor.read("friends/", {"route": arrival.route_id})
    unknown = visitor.read("friends/", {"route": "unknown"})

    assert "Aoi Tanaka" in came
    assert "Ren Sato" not in came
    assert "Ren Sato" in unknown
    assert "Aoi Tanaka" not in unknown


def test_a_copy_has_a_link_of_its_own(visit):
    route = make_route("Flyer", label="Coupon", messages=GREETING, tags=[make_tag("VIP")])

    visit().send(f"routes/{route.pk}/duplicate/", {})

    copy = Route.objects.get(name="Flyer (copy)")
    assert (copy.label, copy.messages, copy.tags.count()) == ("Coupon", GREETING, 1)
    assert copy.code != route.code


def test_archiving_is_undone_by_opening_again(visit):
    route = make_route("Flyer")
    visitor = visit()

    said = visitor.send(f"routes/{route.pk}/archive/", {})
    assert "Flyer" not in visitor.read("routes/", {"folder": ""})
    visitor.send(f"routes/{route.pk}/restore/", {})

    assert "says that it has ended" in said
    assert "Flyer" in visitor.read("routes/")


def test_folders_are_made_renamed_and_deleted_without_their_routes(visit):
    visitor = visit()
    visitor.send("routes/folders/", {"name": "Shops"})
    folder = Folder.objects.get()
    route = make_route(folder=folder)

    again = visitor.send("routes/folders/", {"name": "Shops"})
    visitor.send(f"routes/folders/{folder.pk}/", {"do": "rename", "name": "店舗"})
    assert Folder.objects.get().name == "店舗"
    visitor.send(f"routes/folders/{folder.pk}/", {"do": "delete"})

    assert "There is already a folder" in again
    assert not Folder.objects.exists()
    route.refresh_from_db()
    assert route.folder is None


@pytest.mark.parametrize("size", [300, 2400])
def test_the_qr_code_is_a_picture_of_the_size_asked_for(visit, size):
    route = make_route()

    answer = visit().get(f"routes/{route.pk}/qr.png", {"size": size, "level": "H", "download": "1"})

    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (size, size)
    assert picture.getpixel((0, 0)) == 255
    assert answer.headers["Content-Disposition"] == f'attachment; filename="route-{route.code}.png"'


def test_the_qr_code_is_a_drawing_too(visit):
    answer = visit().get(f"routes/{make_route().pk}/qr.svg")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg xmlns=")


@pytest.mark.parametrize("query", [{"size": "100000"}, {"size": "x"}, {"level": "Z"}])
def test_no_other_qr_codes_are_made(visit, query):
    assert visit().get(f"routes/{make_route().pk}/qr.png", query).status_code == 404


def test_early_blocks_are_shown_and_given_as_a_file(visit):
    at = timezone.now() - timedelta(days=3)
    friend, route = make_friend(), make_route("=Flyer", label="Coupon")
    record([NewEvent("followed", at, friend.pk), NewEvent("blocked", at + timedelta(hours=2), friend.pk)])
    make_arrival(friend, route=route, followed_at=at, is_newest=True)
    visitor = visit()

    page = visitor.read("routes/early-blocks/")
    file = visitor.get("routes/early-blocks.csv").content.decode("utf-8-sig")

    assert "100.0%" in page
    assert "not yet known" in page
    assert file.splitlines()[1].endswith(",'=Flyer,Coupon,1,1,1,,0,,0")


def test_a_send_only_account_is_told_what_cannot_be_known(visit, door):
    Channel.objects.update(mode=Channel.Mode.SEND_ONLY)

    assert "This account sends only" in visit().read("routes/")


def test_without_a_login_channel_the_page_tells_how_to_know_more(visit, door):
    Channel.objects.update(login_channel_id="")

    page = visit("account_manager").read("routes/")

    assert "Connect LINE Login" in page
    assert "/c/apparel/f/login/" in page
    assert "/c/apparel/f/liff/" in page


def test_who_only_looks_cannot_change(visit):
    route = make_route()

    refused = visit("viewer").post(f"routes/{route.pk}/archive/")
    allowed = visit("marketer").post(f"routes/{route.pk}/archive/")

    assert (refused.status_code, allowed.status_code) == (403, 302)


def test_a_route_of_another_client_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_route()
        Route.objects.filter(pk=theirs.pk).update(id=900_001)

    for address in ("", "edit/", "qr.png"):
        assert visit().get(f"routes/900001/{address}").status_code == 404
