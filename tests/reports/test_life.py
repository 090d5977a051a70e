"""Drafting, reviewing, releasing, withdrawing, correcting; who sees what, and that nothing changes after."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import tenant_context

from accounts import board
from accounts.models import Due, Tenant
from agency_library import branding
from reports import configuring, drafting, files, life, months, prints
from reports.errors import (
    AlreadyReleased,
    Changed,
    NotCounted,
    NotOpen,
    NotOver,
    NotReviewed,
    NotSent,
    TooOld,
    UnknownSection,
)
from reports.models import Report, ReportFile, ReportMail, ReportPrint, ReportSettings
from tests.api.conftest import caller, make_key
from tests.costs.factories import agree, subscribe
from tests.factories import make_broadcast, make_user
from tests.planning.factories import counted_until, make_actual
from tests.reports.factories import OCTOBER, make_october, make_released, make_report


def test_a_month_is_drafted_once_however_often_it_is_asked_for(first_of_november):
    report = make_report()
    life.change(report, comment="Good.", by=None)

    assert make_report() == report
    assert Report.objects.get().comment == "Good."


def test_figures_stay_as_they_were_until_somebody_counts_again(first_of_november):
    report = make_report()
    make_actual("new_friends", date(2026, 10, 31), 1_000, "broadcast:1")
    before = Report.objects.get().figures["parts"]["friends"]["now"]["new_friends"]

    counted = drafting.count_again(report, by=None)

    assert before == "1490"
    assert counted.figures["parts"]["friends"]["now"]["new_friends"] == "2490"


def test_what_is_changed_or_counted_again_has_to_be_reviewed_anew(first_of_november):
    report = life.review(make_report(), by=None)
    life.change(report, comment="One more.", by=None)
    with pytest.raises(NotReviewed):
        life.release(report, by=None)

    report = drafting.count_again(life.review(report, by=None), by=None)

    with pytest.raises(NotReviewed):
        life.release(report, by=None)


def test_a_page_that_is_older_than_the_report_releases_nothing(first_of_november):
    report = make_report()
    seen = report.edit
    life.change(report, comment="Changed meanwhile.", by=None)

    with pytest.raises(Changed):
        life.review(report, by=None, edit=seen)
    with pytest.raises(Changed):
        life.change(report, comment="Mine.", by=None, edit=seen)


def test_a_released_report_never_changes(first_of_november):
    report = make_released()

    with pytest.raises(NotOpen):
        life.change(report, comment="Late.", by=None)
    with pytest.raises(NotOpen):
        drafting.count_again(report, by=None)
    for change in ({"comment": "x"}, {"figures": {}}, {"state": "draft"}, {"released_at": None}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        ReportFile.objects.filter(report=report).update(content=b"")
    with pytest.raises(DatabaseError), transaction.atomic():
        report.delete()


def test_the_files_of_a_released_report_keep_the_look_they_had(first_of_november, tenant):
    report = make_released()
    before = [files.pdf_of(report, language) for language in ("ja", "en")]

    with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC)):
        connection.set_schema_to_public()
        branding.change(tenant.agency_id, by=None, accent="#7a1f1f", footer="New")
        connection.set_tenant(tenant)

    assert [files.pdf_of(report, language) for language in ("ja", "en")] == before
    assert before[0] != before[1]


def test_pdfs_are_drawn_between_review_and_release_and_stay_as_they_were_drawn(first_of_november, visit):
    report = life.review(make_report(), by=None)
    page = visit("account_manager")
    before = page.read(f"reports/{report.pk}/")

    prints.draw_all(keep=lambda: None)
    drawn = {each.language: bytes(each.content) for each in ReportPrint.objects.all()}
    after = page.read(f"reports/{report.pk}/")
    life.release(report, by=None)

    assert "0 of 2 are drawn. It can be released before" in before
    assert "The PDFs for the release are drawn." in after
    assert {each.language: bytes(each.content) for each in ReportFile.objects.all()} == drawn
    assert not ReportPrint.objects.exists()


def test_a_page_does_not_wait_for_pdfs_that_nobody_draws_any_more(first_of_november, visit, tenant):
    report, _drawn = drawn_ahead()
    board.settle(prints.KIND, None, seen=board.version(prints.KIND))
    connection.set_schema_to_public()
    branding.change(tenant.agency_id, by=None, footer="New")
    connection.set_tenant(tenant)

    page = visit("account_manager").read(f"reports/{report.pk}/")

    assert "0 of 2 are drawn. The rest is drawn when it is released" in page
    assert "delay:3s" not in page


def drawn_ahead() -> tuple[Report, set[bytes]]:
    report = life.review(make_report(), by=None)
    prints.draw_all(keep=lambda: None)
    return report, {bytes(each.content) for each in ReportPrint.objects.all()}


def released(report: Report) -> set[bytes]:
    life.release(report, by=None)
    return {bytes(each.content) for each in ReportFile.objects.filter(report=report)}


def test_what_was_drawn_before_a_word_was_changed_is_not_released(first_of_november):
    report, drawn = drawn_ahead()

    report = life.review(life.change(report, comment="One more.", by=None), by=None)

    assert prints.drawn(report) == 0
    assert not drawn & released(report)


def test_what_was_drawn_in_another_look_of_the_agency_is_not_released(first_of_november, tenant):
    report, drawn = drawn_ahead()

    connection.set_schema_to_public()
    branding.change(tenant.agency_id, by=None, footer="New")
    connection.set_tenant(tenant)

    assert prints.drawn(report) == 0
    assert not drawn & released(report)


def test_drafts_are_not_drawn_ahead(first_of_november):
    make_report()

    prints.draw_all(keep=lambda: None)

    assert not ReportPrint.objects.exists()


def test_a_correction_is_a_new_version_that_replaces_the_old_one_once_released(first_of_november):
    first = make_released()
    second = life.correct(first, by=None)
    assert life.correct(first, by=None) == second
    first.refresh_from_db()
    assert (first.state, second.version) == ("released", 2)

    make_released(second)

    first.refresh_from_db()
    assert first.state == "superseded"
    with pytest.raises(AlreadyReleased):
        make_report()


def test_what_was_withdrawn_is_drafted_anew_as_the_next_version(first_of_november):
    life.withdraw(make_released(), reason="Wrong month", by=None)

    assert make_report().version == 2


@pytest.mark.parametrize(
    ("month", "error"),
    [(date(2026, 12, 1), NotOver), (date(2009, 12, 1), TooOld), (date(9999, 1, 1), NotOver)],
)
def test_months_that_cannot_be_reported_are_refused(first_of_november, month, error):
    with pytest.raises(error):
        make_report(month)


def test_without_a_count_or_a_send_there_is_nothing_to_report(tenant):
    with pytest.raises(NotCounted):
        make_report()
    with pytest.raises(NotSent):
        drafting.send(make_broadcast())


def test_sections_that_do_not_exist_are_refused(first_of_november):
    with pytest.raises(UnknownSection):
        life.change(make_report(), sections=[["weather", True]], by=None)


@pytest.mark.parametrize(
    "pair", [["friends"], ["friends", 1], [None, True], ["friends", True, True], "friends"]
)
def test_a_program_is_told_that_a_section_is_a_pair(first_of_november, tenant, pair):
    call = caller(make_key(tenant, "reports.change_report"))

    answer = call.patch(f"reports/{make_report().pk}/", {"sections": [pair]})

    assert answer.status_code == 400
    assert all(path.startswith("sections.0") for path in answer.json()["fields"])


@pytest.mark.parametrize("role", ["marketer", "approver", "viewer"])
def test_the_clients_people_see_released_reports_alone(first_of_november, visit, role):
    report = make_report()
    reader = visit(role)

    addresses = ["", "pdf/", "excel/"]
    before = [reader.get(f"reports/{report.pk}/{each}").status_code for each in addresses]
    listed = reader.read("reports/")
    make_released(report)
    after = [reader.get(f"reports/{report.pk}/{each}").status_code for each in addresses]

    assert (before, after) == ([404] * 3, [200] * 3)
    assert "Monthly report 2026/10" not in listed
    assert "Monthly report 2026/10" in reader.read("reports/")
    life.withdraw(report, reason="Wrong", by=None)
    assert reader.get(f"reports/{report.pk}/").status_code == 404


def test_no_reader_finds_net_cost_in_a_report(first_of_november, visit):
    agree(kind="markup", rate=Decimal("0.5"), shows="gross", since=date(2026, 7, 1))
    report = make_released()
    said = str(report.figures)

    shown = visit("marketer").read(f"reports/{report.pk}/")

    net = 900 * 31
    assert f"{net:,}" not in shown
    assert f"'{net}'" not in said
    assert f"{net * 3 // 2:,}" in shown


def test_a_program_with_all_rights_of_a_client_finds_no_draft(first_of_november, tenant):
    report = make_report()
    call = caller(make_key(tenant, "*"))

    assert call.get(f"reports/{report.pk}/").status_code == 404
    assert call.put(f"reports/{report.pk}/release/", {}).status_code == 403
    make_released(report)
    body = call.get(f"reports/{report.pk}/").json()

    assert body["figures"]["parts"]["friends"]["now"]["friends"] == "13640"
    assert body["summary"]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Asia/Tokyo", "2026-11-01T02:29:00Z", "2026-11-01T02:31:00Z"),
        # The clocks go back on 1 November: 11:30 is an hour later than the day before.
        ("America/New_York", "2026-11-01T16:29:00Z", "2026-11-01T16:31:00Z"),
        ("Europe/Berlin", "2026-11-01T10:29:00Z", "2026-11-01T10:31:00Z"),
    ],
)
def test_the_month_is_drafted_at_half_past_eleven_of_the_clients_first_day(tenant, zone, before, after):
    tenant.time_zone = zone
    with time_machine.travel("2026-10-20T00:00:00Z"):
        subscribe("standard", since=date(2026, 7, 1))
        make_october()
        make_user("account_manager", email="manager@example.com")
        configuring.change(is_monthly=True, by=None)

    with time_machine.travel(before):
        months.work()
        assert not Report.objects.exists()
    with time_machine.travel(after):
        months.work()
        months.work()

    report = Report.objects.get()
    assert (report.first, report.last, report.state) == (OCTOBER, date(2026, 10, 31), "draft")
    assert ReportMail.objects.get(address="manager@example.com").what == "drafted"
    assert ReportSettings.objects.get().drafted_month == OCTOBER


def test_switching_it_on_drafts_nothing_of_the_past_and_off_nothing_at_all(first_of_november, tenant):
    configuring.change(is_monthly=True, by=None)
    months.work()
    assert not Report.objects.exists()
    assert Due.objects.get(tenant=tenant.pk, kind=months.KIND).due_at == datetime(
        2026, 12, 1, 2, 30, tzinfo=UTC
    )

    configuring.change(is_monthly=False, by=None)
    months.work()

    assert Due.objects.get(tenant=tenant.pk, kind=months.KIND).due_at is None


def test_while_the_last_day_is_not_counted_the_draft_waits_but_not_for_ever(tenant):
    with time_machine.travel("2026-10-20T00:00:00Z"):
        subscribe("standard", since=date(2026, 7, 1))
        make_october()
        configuring.change(is_monthly=True, by=None)
    counted_until(date(2026, 10, 29))

    with time_machine.travel("2026-11-01T03:00:00Z"):
        months.work()
        assert not Report.objects.exists()
    with time_machine.travel("2026-11-01T15:00:00Z"):
        months.work()

    assert Report.objects.get().figures["about"]["counted_until"] == "2026-10-29"


@pytest.fixture
def within_october(tenant):
    """Months are drafted by themselves; the report of October was drafted on the 20th, with a comment."""
    with time_machine.travel("2026-10-20T03:00:00Z"):
        subscribe("standard", since=date(2026, 7, 1))
        make_october()
        counted_until(date(2026, 10, 19))
        configuring.change(is_monthly=True, by=None)
        yield life.change(make_report(), comment="So far so good.", by=None)


def test_what_was_drafted_while_the_month_went_on_is_read_anew_once_it_is_over(within_october):
    counted_until(date(2026, 10, 31))

    with time_machine.travel("2026-11-01T03:00:00Z"):
        months.work()
    report = Report.objects.get()

    assert report.figures["about"]["counted_until"] == "2026-10-31"
    assert (report.comment, report.state) == ("So far so good.", "draft")


def test_what_was_released_while_the_month_went_on_is_corrected_once_it_is_over(within_october):
    make_released(within_october)
    counted_until(date(2026, 10, 31))

    with time_machine.travel("2026-11-01T03:00:00Z"):
        months.work()
        months.work()

    assert list(Report.objects.order_by("pk").values_list("version", "state")) == [
        (1, "released"),
        (2, "draft"),
    ]


def test_workers_at_once_draft_a_month_once(own_tenant: Tenant):
    with time_machine.travel("2026-10-20T00:00:00Z"):
        counted_until(date(2026, 10, 31))
        configuring.change(is_monthly=True, by=None)

    def work(_number: int) -> None:
        with tenant_context(own_tenant):
            months.work()
        connection.close()

    with time_machine.travel("2026-11-01T03:00:00Z", tick=True), ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))

    assert Report.objects.count() == 1
