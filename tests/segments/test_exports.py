"""The people of a segment as a file."""

import csv
import io
from datetime import UTC, datetime

from django_tenants.utils import tenant_context

from accounts.models import Activity
from friends import values
from segments.facts import exports
from segments.models import Segment
from tests.factories import (
    make_customer,
    make_field,
    make_friend,
    make_link,
    make_segment,
    make_tag,
    make_user,
)


def rows(file: exports.Export) -> list[dict]:
    text = b"".join(file).decode("utf-8-sig" if file.encoding == "utf-8" else file.encoding)
    return list(csv.DictReader(io.StringIO(text)))


def only(*friends) -> Segment:
    return make_segment({"type": "tag", "tag": make_tag("VIP", friends=list(friends)).pk})


def test_who_is_in_the_segment_is_in_the_file_with_what_is_known_of_them(tenant):
    shop, spend = make_field("Shop", key="shop"), make_field("Spend", "number", key="spend")
    skin = make_field("Skin", "choices", key="skin", choices=["A", "B"])
    aoi = make_friend('葵, "A"\n2', tags=[make_tag("銀座")], followed_at=datetime(2026, 3, 1, tzinfo=UTC))
    make_friend("ren")
    make_link(aoi, make_customer("1001"))
    values.set_values(aoi, {shop: ["Ginza"], skin: ["B", "A"], spend: values.read(spend, "-1200.50")})

    file = exports.begin(only(aoi), columns=[name for name, _label in exports.columns()])

    [row] = rows(file)
    assert (row["friend"], row["line_user_id"]) == (str(aoi.pk), aoi.line_user_id)
    assert (row["display_name"], row["customer"]) == ('葵, "A"\n2', "1001")
    assert row["tags"] == "VIP|銀座"
    assert (row["shop"], row["skin"], row["spend"]) == ("Ginza", "B|A", "-1200.5")
    assert (row["followed_at"], row["status"]) == ("2026-03-01 09:00:00", "friend")


def test_cells_that_excel_would_take_for_a_formula_begin_with_an_apostrophe(tenant):
    field = make_field("Shop", key="shop")
    friends = [make_friend(name) for name in ("=1+1", "＋81", "@x", "plain", "-")]
    values.set_values(friends[0], {field: ["=cmd"]})
    make_link(friends[0], make_customer("+1"))

    found = rows(exports.begin(only(*friends), columns=["display_name", "customer", "field:shop"]))

    assert [row["display_name"] for row in found] == ["'=1+1", "'＋81", "'@x", "plain", "'-"]
    assert (found[0]["customer"], found[0]["shop"]) == ("'+1", "'=cmd")


def test_what_shift_jis_does_not_have_is_replaced_and_counted(tenant):
    file = exports.begin(only(make_friend("高橋🍣〜")), columns=["display_name"], encoding="cp932")

    assert rows(file) == [{"display_name": "高橋〓～"}]
    assert file.replaced == 1


def test_portions_join_without_gap_or_repetition(tenant, monkeypatch):
    monkeypatch.setattr(exports, "PORTION", 3)
    friends = [make_friend(f"f{number}") for number in range(10)]

    file = exports.begin(only(*friends), columns=["friend"])

    assert [row["friend"] for row in rows(file)] == [str(friend.pk) for friend in friends]
    assert file.rows == 10


def test_nobody_gives_the_header_alone(tenant):
    make_friend("aoi")

    assert b"".join(exports.begin(only(), columns=["friend", "tags"])) == b"\xef\xbb\xbffriend,tags\r\n"


def test_who_exported_what_is_kept(tenant):
    user = make_user()
    segment = only(make_friend("aoi"))

    b"".join(exports.begin(segment, columns=["friend"], by=user))

    begun = Activity.objects.get(tenant=tenant.pk, verb="segment.exported", user_id=user.pk)
    done = Activity.objects.get(tenant=tenant.pk, verb="segment.export_finished", user_id=user.pk)
    assert begun.detail == {"columns": ["friend"], "encoding": "utf-8", "friends": 1}
    assert done.detail == {"rows": 1, "replaced": 0}


def test_the_file_is_of_its_client_wherever_it_is_read(tenant, other_tenant):
    file = exports.begin(only(make_friend("aoi")), columns=["display_name"])

    with tenant_context(other_tenant):
        make_friend("foreign")
        found = rows(file)

    assert [row["display_name"] for row in found] == ["aoi"]
