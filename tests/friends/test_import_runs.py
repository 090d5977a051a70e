"""An import step by step: interrupted, repeated, two at once, cancelled, and what it tells."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due
from config.task import HEADER
from events import versions
from friends import columns, imports, values
from friends.errors import MissingColumn
from friends.models import FieldValue, Friend, FriendImport, ImportRow
from friends.tasks import import_friends
from imports.errors import ColumnTwice, FileGone, FileTooLarge, ImportMoved
from tests.factories import make_field, make_friend, make_line_user_id, make_tag, make_user
from tests.visiting import Visitor, sign_in

State = FriendImport.State
HEADER_LINE = "line_user_id,display_name,tags,shop"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager(tenant) -> Visitor:
    return sign_in(make_user("account_manager"))


@pytest.fixture
def small_portions(monkeypatch):
    monkeypatch.setattr(imports, "PORTION", 2)


def upload(*lines: str, header: str = HEADER_LINE, encoding: str = "utf-8") -> FriendImport:
    body = "\r\n".join([header, *lines, ""]).encode(encoding)
    return imports.upload(io.BytesIO(body), name="list.csv")


def begin(run: FriendImport) -> None:
    imports.begin(run, columns.guess(imports.look(run).header))


def work(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        import_friends.apply(headers={HEADER: tenant.schema_name}, throw=True)


def rows(*names: str) -> list[str]:
    return [f"{make_line_user_id(name)},{name},VIP,Ginza" for name in names]


def state(run: FriendImport) -> FriendImport:
    return FriendImport.objects.get(pk=run.pk)


def test_nothing_is_written_before_it_is_confirmed(tenant):
    shop = make_field("Shop", key="shop")
    make_friend("aoi")
    run = upload(*rows("aoi", "ren"), "12345,x,,")

    begin(run)
    work(tenant)

    checked = state(run)
    assert (checked.state, checked.rows, checked.good, checked.refused) == (State.CHECKED, 3, 2, 1)
    assert (checked.new, checked.new_tags) == (1, ["VIP"])
    assert Friend.objects.count() == 1

    imports.confirm(run)
    work(tenant)

    done = state(run)
    assert (done.state, done.created, done.tagged, done.valued) == (State.DONE, 1, 2, 2)
    assert FieldValue.objects.filter(field=shop, text="Ginza").count() == 2
    assert not ImportRow.objects.exists()
    assert versions.of([values.topic(shop.key)]) == {f"field:{shop.key}": 1}


def test_columns_are_recognised_by_the_words_other_tools_use(tenant):
    shop = make_field("よく行く店舗", key="shop")

    guessed = columns.guess(
        ["LINEユーザーID", "LINE登録名", "システム表示名", "タグ", "よく行く店舗", "メモ", "SHOP"]
    )

    field = f"field:{shop.pk}"
    assert guessed == ["line_user_id", "display_name", "own_name", "tags", field, "", ""]


def test_meanings_that_cannot_be_are_refused(tenant):
    run = upload(*rows("aoi"))

    with pytest.raises(MissingColumn):
        imports.begin(run, ["", "display_name", "", ""])
    with pytest.raises(ColumnTwice):
        imports.begin(run, ["line_user_id", "tags", "tags", ""])

    assert state(run).state == State.UPLOADED


def test_each_bad_value_is_named_by_line_and_column_and_comes_back_as_a_file(tenant):
    make_field("Shop", "choice", key="shop", choices=["Ginza"])
    make_field("Born", "date", key="born")
    ids = [make_line_user_id(name) for name in ("aoi", "ren", "mio")]
    run = upload(
        f"{ids[0]},Ginza,1990-04-30",
        f"{ids[1]},Ueno,",
        f"{ids[2]},,yesterday",
        header="line_user_id,shop,born",
        encoding="cp932",
    )
    begin(run)
    work(tenant)

    refused = list(imports.refused_rows(state(run)))

    assert refused == [
        ["line", "reason", "line_user_id", "shop", "born"],
        ["3", "Shop is none of the choices.", ids[1], "Ueno", ""],
        ["4", "Born is not a date such as 1990-04-30.", ids[2], "", "yesterday"],
    ]


def test_checking_goes_on_where_it_was_interrupted(tenant, small_portions):
    run = upload(*rows("aoi", "ren", "mio", "kai", "aoi"))
    begin(run)

    imports.work(lambda: False)
    assert (state(run).state, state(run).rows) == (State.CHECKING, 2)

    work(tenant)
    checked = state(run)
    assert (checked.state, checked.rows, checked.good, checked.refused) == (State.CHECKED, 5, 4, 1)


def test_writing_goes_on_where_it_was_interrupted_and_counts_once(tenant, small_portions):
    run = upload(*rows("aoi", "ren", "mio"))
    begin(run)
    work(tenant)
    imports.confirm(run)

    imports.work(lambda: False)
    assert (state(run).state, Friend.objects.count()) == (State.WRITING, 2)

    work(tenant)
    assert (state(run).state, state(run).created, Friend.objects.count()) == (State.DONE, 3, 3)


def test_a_portion_that_another_worker_has_done_is_not_done_again(tenant, small_portions):
    run = upload(*rows("aoi", "ren", "mio"))
    begin(run)
    stale = state(run)
    work(tenant)

    assert imports._stage(stale, []) is False
    assert state(run).rows == 3


def test_what_the_file_says_of_known_people_replaces_what_differs(tenant):
    make_field("Shop", key="shop")
    aoi = make_friend("aoi", status="blocked")
    values.set_by_key(aoi, {"shop": "Ueno"})
    run = upload(
        f"{aoi.line_user_id},Ginza,中村様",
        header="line_user_id,shop,own_name",
    )
    begin(run)
    work(tenant)
    imports.confirm(run)
    work(tenant)

    aoi.refresh_from_db()
    assert (aoi.own_name, aoi.status) == ("中村様", Friend.Status.BLOCKED)
    assert FieldValue.objects.get().text == "Ginza"
    assert (state(run).updated, state(run).valued) == (1, 1)


def test_an_empty_cell_leaves_a_value_as_it_is(tenant):
    make_field("Shop", key="shop")
    aoi = make_friend("aoi")
    values.set_by_key(aoi, {"shop": "Ueno"})
    run = upload(f"{aoi.line_user_id},aoi,,")
    begin(run)
    work(tenant)
    imports.confirm(run)
    work(tenant)

    assert FieldValue.objects.get().text == "Ueno"
    assert state(run).valued == 0


def test_a_cancelled_import_keeps_what_is_written_and_does_nothing_more(tenant, small_portions):
    run = upload(*rows("aoi", "ren", "mio"))
    begin(run)
    work(tenant)
    imports.confirm(run)
    imports.work(lambda: False)

    imports.cancel(run)
    work(tenant)

    assert (state(run).state, Friend.objects.count()) == (State.CANCELLED, 2)
    assert not ImportRow.objects.exists()


def test_a_step_cannot_be_taken_twice_or_out_of_order(tenant):
    run = upload(*rows("aoi"))
    with pytest.raises(ImportMoved):
        imports.confirm(run)
    begin(run)
    with pytest.raises(ImportMoved):
        begin(run)
    work(tenant)
    imports.confirm(run)
    work(tenant)

    with pytest.raises(ImportMoved):
        imports.confirm(run)
    with pytest.raises(ImportMoved):
        imports.cancel(run)


def test_a_file_that_is_too_large_is_refused_and_not_kept(tenant, settings, tmp_path):
    settings.IMPORT_MOST_BYTES = 10

    with pytest.raises(FileTooLarge):
        upload(*rows("aoi"))

    assert not list(tmp_path.rglob("*.csv"))
    assert not FriendImport.objects.exists()


def test_files_are_deleted_after_some_days_and_an_import_never_confirmed_ends(tenant):
    run = upload(*rows("aoi"))
    place = state(run).place
    assert default_storage.exists(place)

    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        work(tenant)

    assert not default_storage.exists(place)
    assert (state(run).state, state(run).place) == (State.CANCELLED, "")
    with pytest.raises(FileGone):
        imports.look(state(run))


def test_the_board_comes_back_to_delete_the_file(tenant):
    run = upload(*rows("aoi"))
    begin(run)
    work(tenant)

    due = Due.objects.get(kind=imports.KIND).due_at
    assert due == run.created_at + imports.KEPT


def test_many_new_tags_stop_it_at_the_check(tenant):
    run = upload(*(f"{make_line_user_id(str(number))},,tag {number}," for number in range(501)))
    begin(run)
    work(tenant)

    assert (state(run).state, state(run).problem) == (State.FAILED, "too_many_tags")
    assert not Friend.objects.exists()


def test_a_run_of_another_client_is_not_seen(manager, other_tenant):
    with tenant_context(other_tenant):
        theirs = FriendImport.objects.create(name="theirs", size=1, encoding="utf-8-sig", pk=900_001)

    assert manager.get(f"friends/imports/{theirs.pk}/").status_code == 404


def test_the_page_leads_from_the_file_to_what_came_of_it(manager, tenant):
    file = io.BytesIO("\r\n".join([HEADER_LINE, *rows("葵"), "x,,,"]).encode("cp932"))
    file.name = "list.csv"

    page = manager.post("friends/imports/", {"file": file}, follow=True).content.decode()
    assert "Read as Shift_JIS" in page
    run = FriendImport.objects.get()
    manager.post(f"friends/imports/{run.pk}/", {"column": ["line_user_id", "display_name", "tags", ""]})
    work(tenant)
    page = manager.read(f"friends/imports/{run.pk}/")
    assert "What the file would do" in page
    assert "Write 1 rows" in page
    manager.post(f"friends/imports/{run.pk}/act/", {"do": "confirm"})
    work(tenant)

    assert "What came of it" in manager.read(f"friends/imports/{run.pk}/live/")
    refused = manager.get(f"friends/imports/{run.pk}/refused/")
    assert b"This is no LINE user ID" in b"".join(refused.streaming_content).replace("“U”".encode(), b"")
    assert Friend.objects.get().display_name == "葵"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b",,,\n"])
def test_a_file_that_is_none_is_refused_on_the_form(manager, body):
    file = io.BytesIO(body)
    file.name = "x.csv"

    answer = manager.post("friends/imports/", {"file": file}, follow=True)

    assert answer.status_code == 200
    assert not Friend.objects.exists()


def test_tags_that_exist_are_used_and_not_made_again(tenant):
    vip = make_tag("VIP")
    run = upload(*rows("aoi"))
    begin(run)
    work(tenant)

    assert state(run).new_tags == []
    imports.confirm(run)
    work(tenant)
    assert [tag.pk for tag in Friend.objects.get().tags.all()] == [vip.pk]
