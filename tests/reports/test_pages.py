"""Pages that only the agency's people open answer, and keep what is typed."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from reports import life
from reports.models import Report, ReportSettings
from tests.planning.factories import counted_until
from tests.reports.factories import make_released, make_report


@pytest.fixture(autouse=True)
def _now(tenant):
    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=True):
        counted_until(date(2026, 10, 31))
        yield


def test_a_manager_drafts_writes_reviews_releases_and_mails(visit):
    page = visit("account_manager")

    shown = page.send("reports/new/", {"what": "month", "month": "2026-10"})
    report = Report.objects.get()
    assert "Mark as reviewed" in shown
    edit = page.read(f"reports/{report.pk}/edit/")
    fields = {"comment": "Good 🌸", "summary": "", "language": "en", "edit": report.edit}
    fields |= {"on-month-summary": "on", "on-month-comment": "on", "place-month-comment": "1"}
    assert "What it says by itself" in edit
    assert "Good" in page.send(f"reports/{report.pk}/edit/", fields)
    report.refresh_from_db()
    assert page.send(f"reports/{report.pk}/review/", {"edit": report.edit}).count("Release") >= 1
    assert "never changes" in page.read(f"reports/{report.pk}/release/")
    assert "Mail it" in page.send(f"reports/{report.pk}/release/", {"edit": report.edit})
    said = page.send(f"reports/{report.pk}/mail/", {"others": "a@example.com", "way": "link"})
    assert "Confirm that they may get the report." in said
    page.send(f"reports/{report.pk}/mail/", {"others": "a@example.com", "way": "link", "confirmed": "on"})

    assert report.mails.get().address == "a@example.com"
    assert "Reason" in page.read(f"reports/{report.pk}/withdraw/")


def test_settings_are_kept_and_an_analyst_only_reads_them(visit):
    page = visit("account_manager")
    page.read("reports/settings/")

    page.send(
        "reports/settings/",
        {"is_monthly": "on", "language": "en", "way": "link", "recipients": "a@b.example"},
    )

    kept = ReportSettings.objects.get()
    assert (kept.is_monthly, kept.language, kept.recipients) == (True, "en", ["a@b.example"])
    analyst = visit("analyst")
    assert "disabled" in analyst.read("reports/settings/")
    assert analyst.post("reports/settings/", {}).status_code == 403


def test_a_draft_is_deleted_after_a_question_and_a_released_one_never(visit):
    page = visit("account_manager")
    draft, released = make_report(date(2026, 9, 1)), make_released()

    assert "will be deleted" in page.read(f"reports/{draft.pk}/delete/")
    page.send(f"reports/{draft.pk}/delete/", {})
    page.send(f"reports/{released.pk}/delete/", {})

    assert list(Report.objects.all()) == [released]
    assert life.correct(released, by=None).version == 2


@pytest.mark.parametrize("month", ["", "2026-13", "9999-12", "🎌"])
def test_a_month_that_is_none_is_said_and_drafts_nothing(visit, month):
    said = visit("account_manager").send("reports/new/", {"what": "month", "month": month})

    assert "errorlist" in said or "notice bad" in said
    assert not Report.objects.exists()


def test_the_month_that_is_over_is_proposed(visit):
    assert 'value="2026-10"' in visit("account_manager").read("reports/new/")
