"""What friends open: the draw, its outcome, the proof, and entering for points."""

import csv
import io

from django_tenants.utils import schema_context

from accounts.models import Tenant
from friends import personal
from prizes.lotteries import audit, commands, drawing, fairness
from prizes.models import Draw, Lottery, PointEntry, Win
from tests.factories import make_friend
from tests.prizes.factories import make_lottery, make_open_lottery, make_open_point_campaign
from tests.visiting import Visitor

JAPANESE = {"Accept-Language": "ja"}
CONTACT = {
    "name": "山田花子",
    "postal_code": "１２３４５６７",
    "address": "東京都千代田区1-1",
    "phone": "０９０-1234-5678",
}


def path(kind: str, number: int, friend: int) -> str:
    return f"/c/apparel/p/{'draw' if kind == 'lottery' else kind}/{personal.token(kind, number, friend)}/"


def page(address: str) -> str:
    return Visitor().get(address, headers=JAPANESE).content.decode()


def test_a_friend_draws_and_sees_what_they_won(tenant):
    friend = make_friend("aoi")
    lottery = make_open_lottery(title="秋の抽選会", prizes=[{"name": "トートバッグ", "ppm": 1_000_000}])
    address = path("lottery", lottery.pk, friend.pk)

    before = page(address)
    answer = Visitor().post(address, {"turn": "1"}, headers=JAPANESE)
    after = page(answer["Location"])

    assert "秋の抽選会" in before
    assert lottery.commitment in before
    assert answer.status_code == 302
    assert "トートバッグ" in after
    assert Draw.objects.count() == 1


def test_a_double_tap_and_a_reload_draw_once(tenant):
    friend, lottery = make_friend("aoi"), make_open_lottery(turns=5)
    address = path("lottery", lottery.pk, friend.pk)

    for _ in range(3):
        Visitor().post(address, {"turn": "1"})

    assert Draw.objects.count() == 1


def test_opening_the_page_draws_nothing(tenant):
    friend, lottery = make_friend("aoi"), make_open_lottery()

    page(path("lottery", lottery.pk, friend.pk))

    assert not Draw.objects.exists()


def test_who_has_no_turn_left_is_told_so(tenant):
    friend, lottery = make_friend("aoi"), make_open_lottery()
    address = path("lottery", lottery.pk, friend.pk)
    Visitor().post(address, {"turn": "1"})

    answer = Visitor().post(address, {"turn": "2"}, headers={"Accept-Language": "en"})

    assert "You have taken all your turns." in answer.content.decode()
    assert Draw.objects.count() == 1


def test_nonsense_in_the_form_is_no_turn(tenant):
    friend, lottery = make_friend("aoi"), make_open_lottery()
    address = path("lottery", lottery.pk, friend.pk)

    given = ("", "-1", "９９", "1" * 400, "🎁")
    answers = [Visitor().post(address, {"turn": turn}).status_code for turn in given]

    assert answers == [200] * 5
    assert not Draw.objects.exists()


def test_an_address_that_was_not_made_here_is_not_found(tenant):
    lottery, friend = make_open_lottery(), make_friend()
    own = personal.token("lottery", lottery.pk, friend.pk)
    other = personal.token("points", lottery.pk, friend.pk)

    made_up = (other, "x", "9-" + "a" * 26)
    answers = [Visitor().get(f"/c/apparel/p/draw/{token}/").status_code for token in made_up]

    assert answers == [404, 404, 404]
    assert Visitor().get(f"/c/cosmetics/p/draw/{own}/").status_code == 404


def test_a_draft_can_be_looked_at_and_not_drawn(tenant):
    lottery, friend = make_lottery(), make_friend()
    address = path("lottery", lottery.pk, friend.pk)

    page(address)
    Visitor().post(address, {"turn": "1"})

    assert not Draw.objects.exists()


def test_the_winner_says_where_to_send_it_and_nobody_reads_it_in_the_table(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "is_sent": True}])
    friend, stranger = make_friend("aoi"), make_friend("ren")
    win = drawing.draw(lottery, friend.pk, turn=1).win
    own = path("lottery", lottery.pk, friend.pk)

    answer = Visitor().post(f"{own}address/{win.pk}/", CONTACT)
    theirs = Visitor().post(f"{path('lottery', lottery.pk, stranger.pk)}address/{win.pk}/", CONTACT)

    kept = Win.objects.get()
    assert (answer.status_code, theirs.status_code) == (302, 404)
    assert kept.told_at
    assert "千代田" not in bytes(kept.sealed_contact).decode(errors="replace")


def test_a_wrong_postal_code_is_said_in_words(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 1_000_000, "is_sent": True}])
    friend = make_friend("aoi")
    win = drawing.draw(lottery, friend.pk, turn=1).win
    address = f"{path('lottery', lottery.pk, friend.pk)}address/{win.pk}/"

    answer = Visitor().post(address, CONTACT | {"postal_code": "12"}, headers={"Accept-Language": "en"})

    assert "Write seven digits" in answer.content.decode()
    assert Win.objects.get().told_at is None


def test_the_seed_is_published_after_the_end_only(tenant):
    lottery = make_open_lottery()
    drawing.draw(lottery, make_friend().pk, turn=1)
    seed, address = drawing.seed_of(lottery), f"/c/apparel/p/proof/{lottery.commitment}/"

    before, file_before = page(address), Visitor().get(f"{address}file/").status_code
    commands.close(lottery)
    audit.do_asked()
    after = page(address)

    assert seed not in before
    assert file_before == 404
    assert seed in after


def test_the_file_of_draws_goes_by_the_clients_clock(tenant):
    with schema_context("public"):
        Tenant.objects.filter(pk=tenant.pk).update(time_zone="Asia/Bangkok")
    lottery = make_open_lottery(turns=None)
    drawing.draw(lottery, make_friend().pk, turn=1)
    lottery = commands.close(lottery)

    answer = Visitor().get(f"/c/apparel/p/proof/{lottery.commitment}/file/")

    [row] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert row["drawn_at"].endswith("+07:00")


def test_anybody_can_make_the_draws_again_from_the_file(tenant):
    lottery = make_open_lottery(prizes=[{"name": "Bag", "ppm": 300_000}], turns=None)
    friend = make_friend()
    for turn in range(1, 21):
        drawing.draw(lottery, friend.pk, turn=turn)
    lottery = commands.close(lottery)

    answer = Visitor().get(f"/c/apparel/p/proof/{lottery.commitment}/file/")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    drawn = [fairness.lot(lottery.seed, lottery.pk, row["ticket"], int(row["turn"])) for row in rows]
    assert drawn == [int(row["number"]) for row in rows]
    assert [bool(row["prize"]) for row in rows] == [number < 300_000 for number in drawn]
    assert Lottery.objects.get().seed == lottery.seed


def test_a_friend_enters_for_points_once(tenant):
    friend, campaign = make_friend("aoi"), make_open_point_campaign(title="100ポイント")
    address = path("points", campaign.pk, friend.pk)

    Visitor().post(address)
    Visitor().post(address)

    assert PointEntry.objects.count() == 1
    assert "参加" in page(address)


def test_a_campaign_that_is_not_entered_on_its_page_says_so(tenant):
    friend, campaign = make_friend("aoi"), make_open_point_campaign(enters_on_page=False)
    address = path("points", campaign.pk, friend.pk)

    answer = Visitor().post(address, headers={"Accept-Language": "en"})

    assert "It cannot be entered on this page." in answer.content.decode()
    assert not PointEntry.objects.exists()


def test_a_wrong_address_leads_friends_back_to_the_talk(tenant):
    made_up = "9-" + "a" * 26

    for address in (f"draw/{made_up}", f"points/{made_up}", "proof/abc", f"draw/{made_up}/address/1"):
        answer = Visitor().get(f"/c/apparel/p/{address}/", headers={"Accept-Language": "en"})

        assert answer.status_code == 404
        assert "Go back to our chat in LINE" in answer.content.decode()
