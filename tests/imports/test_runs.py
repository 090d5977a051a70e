"""An import step by step: interrupted, repeated, two at once, cancelled, and what is kept of it."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due
from config.task import HEADER
from friends.models import Tag
from imports import columns, engine, services
from imports.errors import ColumnTwice, FileGone, ImportMoved, MissingColumn, UnknownColumn
from imports.models import ImportRow, ImportRun, SavedColumns
from imports.tasks import work as work_task
from tests.imports.conftest import Labels, upload

State = ImportRun.State
LONGER = "The row has more cells than the first line. Does a cell with a comma lack quotes?"


@pytest.fixture
def small_portions(monkeypatch):
    monkeypatch.setattr(engine, "PORTION", 2)


def begin(run: ImportRun, **given: object) -> None:
    services.begin(run, columns.remembered(Labels(), run.header), **given)


def work(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        work_task.apply(headers={HEADER: tenant.schema_name}, throw=True)


def state(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


def checked(tenant, *lines: str) -> ImportRun:
    run = upload(*lines)
    begin(run)
    work(tenant)
    return state(run)


def names() -> list[str]:
    return sorted(Tag.objects.values_list("name", flat=True))


def test_nothing_is_written_before_it_is_confirmed(tenant):
    Tag.objects.create(name="spring", color="#000000")
    run = checked(tenant, "spring,#aa0000", "summer,#bb0000", ",#cc0000")

    assert (run.state, run.rows, run.good, run.refused, run.new) == (State.CHECKED, 3, 2, 1, 1)
    assert Tag.objects.get().color == "#000000"

    services.confirm(run)
    work(tenant)

    done = state(run)
    assert (done.state, done.done, done.counts) == (State.DONE, 2, {"created": 1, "updated": 1})
    assert names() == ["spring", "summer"]
    assert not ImportRow.objects.exists()


def test_an_import_goes_on_where_it_stopped(tenant, small_portions):
    run = upload("a,", "b,", "c,", ",", "d,", "e,")
    begin(run)
    engine.work(lambda: False)
    assert state(run).read_to == 3

    work(tenant)
    services.confirm(run)
    engine.work(lambda: False)
    assert names() == ["a", "b"]

    work(tenant)

    assert (state(run).state, state(run).counts["created"]) == (State.DONE, 5)
    assert names() == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("killed_after", range(1, 6))
def test_a_worker_that_is_killed_costs_no_row_and_writes_none_twice(tenant, small_portions, killed_after):
    class Killed(BaseException):
        """As a process ends that is killed: nothing catches it."""

    run = upload(*[f"{letter}," for letter in "abcdefg"])
    begin(run, writes_at_once=True)
    portions = iter(range(1, 100))

    def dies() -> bool:
        if next(portions) == killed_after:
            raise Killed
        return True

    with pytest.raises(Killed):
        engine.work(dies)
    work(tenant)

    assert (state(run).state, state(run).counts) == (State.DONE, {"created": 7, "updated": 0})


def test_two_workers_at_once_write_each_row_once(own_tenant, monkeypatch, labels):
    monkeypatch.setattr(engine, "PORTION", 5)
    run = upload(*[f"word {number}," for number in range(60)])
    begin(run, writes_at_once=True)

    def serve() -> None:
        try:
            with tenant_context(own_tenant):
                engine.work(lambda: True)
        finally:
            connection.close()

    workers = [threading.Thread(target=serve) for _each in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    engine.work(lambda: True)

    assert (state(run).state, state(run).counts) == (State.DONE, {"created": 60, "updated": 0})


def test_two_files_of_a_kind_are_written_one_after_the_other(tenant, small_portions):
    first, second = checked(tenant, "a,#111111", "b,", "c,"), checked(tenant, "a,#222222")
    services.confirm(first)
    services.confirm(second)

    engine.work(lambda: False)

    assert list(ImportRun.objects.at_work()) == [first]
    work(tenant)
    assert {state(first).state, state(second).state} == {State.DONE}
    assert Tag.objects.get(name="a").color == "#222222"


def test_a_fault_of_the_program_ends_its_import_and_lets_others_go_on(tenant, caplog):
    broken, sound = upload("bug,"), upload("a,")
    begin(broken, writes_at_once=True)
    begin(sound, writes_at_once=True)

    work(tenant)

    assert (state(broken).state, state(sound).state) == (State.FAILED, State.DONE)
    assert state(broken).problem == "This is an error of ours, not of your file. It has been reported."
    assert "import.broken" in caplog.text


def test_a_kind_that_is_gone_fails_in_words(tenant, monkeypatch):
    run = upload("a,")
    begin(run)
    ImportRun.objects.filter(pk=run.pk).update(kind="former")

    work(tenant)

    assert (state(run).state, str(state(run).problem)[:29]) == (State.FAILED, "“former” cannot be imported. ")


def test_reasons_are_in_the_language_of_who_uploaded_the_file(tenant):
    run = upload("a,b,c")
    ImportRun.objects.filter(pk=run.pk).update(language="ja")
    begin(run)

    work(tenant)

    assert run.faults.get().reason.startswith("1行目よりセルの数が多い")


def test_columns_are_guessed_remembered_and_chosen_again_by_their_first_line(tenant):
    header = "ＷＯＲＤ ,Farbe,色"
    run = upload("a,b,c", header=header)
    assert columns.remembered(Labels(), run.header) == ["word", "", "color"]

    services.begin(run, ["word", "color", ""], save_as=" German shop ")

    assert SavedColumns.objects.get().name == "German shop"
    again = upload("d,e,f", header=header)
    assert columns.remembered(Labels(), again.header) == ["word", "color", ""]
    assert columns.remembered(Labels(), ["word"]) == ["word"]


def test_a_name_saved_again_takes_the_newer_columns(tenant):
    for meanings in (["word", ""], ["", "word"]):
        services.begin(upload("a,b", header="one,two"), meanings, save_as="Shop")

    assert SavedColumns.objects.get().columns == ["", "word"]


@pytest.mark.parametrize(
    ("meanings", "error"),
    [
        (["", "color"], MissingColumn),
        (["word", "word"], ColumnTwice),
        (["word", "price"], UnknownColumn),
        ([], MissingColumn),
    ],
)
def test_columns_that_do_not_do_are_refused(tenant, meanings, error):
    run = upload("a,b")

    with pytest.raises(error):
        services.begin(run, meanings)

    assert state(run).state == State.UPLOADED


def test_columns_can_be_changed_after_a_look_at_what_they_do(tenant):
    run = checked(tenant, "a,#bb0000")

    services.begin(run, ["color", "word"])
    work(tenant)
    services.confirm(run)
    work(tenant)

    assert names() == ["#bb0000"]


def test_a_worker_left_behind_reads_nothing_by_columns_that_were_changed(tenant):
    run = upload("a,#bb0000")
    begin(run)
    left_behind = state(run)
    work(tenant)

    services.begin(state(run), ["color", "word"])
    engine._check(left_behind, lambda: True)

    assert not ImportRow.objects.exists()


def test_what_has_ended_cannot_be_confirmed_begun_or_cancelled(tenant):
    run = checked(tenant, "a,")
    services.cancel(run)

    with pytest.raises(ImportMoved):
        services.confirm(run)
    with pytest.raises(ImportMoved):
        services.cancel(run)
    with pytest.raises(ImportMoved):
        begin(run)
    assert not ImportRow.objects.exists()


def test_a_cancelled_import_keeps_what_it_has_written(tenant, small_portions):
    run = checked(tenant, "a,", "b,", "c,")
    services.confirm(run)
    engine.work(lambda: False)

    services.cancel(run)
    work(tenant)

    assert names() == ["a", "b"]
    assert state(run).state == State.CANCELLED


def test_files_are_deleted_after_some_days_and_what_was_not_confirmed_is_cancelled(tenant):
    run = checked(tenant, "a,")
    place = run.place

    with time_machine.travel(timezone.now() + services.KEPT + timedelta(minutes=1), tick=False):
        work(tenant)

    assert (state(run).state, state(run).place) == (State.CANCELLED, "")
    assert not default_storage.exists(place)
    with pytest.raises(FileGone):
        services.look(state(run))


def test_a_file_that_is_gone_fails_in_words(tenant):
    run = upload("a,")
    begin(run)
    default_storage.delete(run.place)

    work(tenant)

    assert (state(run).state, state(run).problem) == (State.FAILED, FileGone().message)


def test_work_is_on_the_board_until_the_file_is_deleted(tenant):
    run = checked(tenant, "a,")
    due = Due.objects.get(tenant=tenant, kind=services.WORK)

    assert due.due_at == run.created_at + services.KEPT


def test_refused_rows_come_as_a_file_to_be_corrected(tenant):
    run = checked(tenant, "a,", ",#bb0000", "x,#1,y")

    assert list(services.refused_rows(run)) == [
        ["line", "reason", "word", "color"],
        ["3", "Word is missing.", "", "#bb0000"],
        ["4", LONGER, "x", "#1", "y"],
    ]
