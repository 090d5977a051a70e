"""Friends as a file: what stands in it, in which encoding, and that it can be brought in again."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django_tenants.utils import tenant_context

from accounts.models import Activity
from friends import exports, services, values
from friends.imports import import_friends
from friends.models import Friend, FriendField
from tests.factories import make_field, make_friend, make_tag, make_user


def export(friends=None, *, columns=("line_user_id", "display_name"), encoding="utf-8", **given):
    return exports.begin(
        Friend.objects.all() if friends is None else friends,
        columns=list(columns),
        fields=list(FriendField.objects.all()),
        encoding=encoding,
        **given,
    )


def rows(file: exports.Export) -> list[dict]:
    text = b"".join(file).decode("utf-8-sig" if file.encoding == "utf-8" else file.encoding)
    return list(csv.DictReader(io.StringIO(text)))


def test_the_chosen_columns_stand_in_the_file_with_tags_and_fields(tenant):
    shop, skin = make_field("Shop", key="shop"), make_field("Skin", "choices", key="skin", choices=["A", "B"])
    spend = make_field("Spend", "number", key="spend")
    aoi = make_friend(
        '葵, "A"\n2', tags=[make_tag("VIP"), make_tag("銀座")], followed_at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    values.set_values(aoi, {shop: ["Ginza"], skin: ["B", "A"], spend: values.read(spend, "1200.50")})

    [row] = rows(export(columns=exports.COLUMNS))

    assert row["display_name"] == '葵, "A"\n2'
    assert row["tags"] == "VIP|銀座"
    assert (row["shop"], row["skin"], row["spend"]) == ("Ginza", "B|A", "1200.5")
    assert (row["followed_at"], row["status"]) == ("2026-03-01 09:00:00", "friend")


def test_a_choice_that_nobody_can_fit_gives_the_header_alone(tenant):
    make_friend("aoi")

    assert rows(export(Friend.objects.none())) == []


def test_only_those_that_fit_are_in_it(tenant):
    make_friend("aoi")
    make_friend("ren", status="blocked")

    assert [row["display_name"] for row in rows(export(Friend.objects.filter(status="blocked")))] == ["ren"]


@pytest.mark.parametrize("name", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "＝1", "－1"])
def test_what_excel_would_run_is_made_a_text(tenant, name):
    make_friend("x", display_name=name)

    [row] = rows(export())

    assert row["display_name"] == f"'{name}"


def test_characters_that_shift_jis_lacks_are_marked_and_counted(tenant):
    make_friend("髙橋 〜 🍓🍓〓", line_user_id=f"U{'0' * 32}")

    file = export(encoding="cp932", by=make_user("owner"))
    [row] = rows(file)

    assert row["display_name"] == "髙橋 ～ 〓〓〓"
    assert (file.rows, file.replaced) == (1, 2)
    finished = Activity.objects.get(verb="friends.export_finished")
    assert finished.detail == {"rows": 1, "replaced": 2}


def test_that_somebody_exports_is_on_the_log_before_the_first_byte(tenant):
    user = make_user("owner")

    export(by=user)

    asked = Activity.objects.get(verb="friends.exported")
    assert (asked.user, asked.detail["columns"]) == (user, ["line_user_id", "display_name"])


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_what_was_exported_can_be_imported_as_it_was(tenant, other_tenant, encoding):
    born = make_field("Born", "date", key="born")
    moment = make_field("Visit", "datetime", key="visit")
    aoi = make_friend("=葵", tags=[make_tag("VIP")], followed_at=None)
    services.name_friend(aoi, "中村様")
    values.set_by_key(aoi, {"born": "1990-04-30", "visit": "2026-11-20T14:05:00+09:00"})
    columns = ["line_user_id", "display_name", "own_name", "tags"]
    file = io.BytesIO(b"".join(export(columns=columns, encoding=encoding)))

    with tenant_context(other_tenant):
        born, moment = make_field("Born", "date", key="born"), make_field("Visit", "datetime", key="visit")
        import_friends(file)

        copy = Friend.objects.get()
        answers = values.of([copy])[copy.pk]
        assert (copy.display_name, copy.own_name) == ("=葵", "中村様")
        assert [tag.name for tag in copy.tags.all()] == ["VIP"]
        assert str(answers[born.pk][0]) == "1990-04-30"
        assert answers[moment.pk][0] == datetime(2026, 11, 20, 5, 5, tzinfo=UTC)
