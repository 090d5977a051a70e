"""A draft that is deleted in the moment in which somebody else does something with it."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django_tenants.utils import tenant_context

from reports import life
from reports.models import Report
from tests.api.conftest import caller, make_key
from tests.factories import make_user
from tests.planning.factories import counted_until
from tests.reports.factories import make_report
from tests.visiting import sign_in

WAITS_FOR_US = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
)
RIGHTS = ("view_draft", "change_report", "delete_report", "release_report")


@pytest.fixture
def draft(own_tenant):
    """Reviewed, and really committed."""
    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=True):
        counted_until(date(2026, 10, 31))
        yield life.review(make_report(), by=None)


@pytest.fixture
def meanwhile(own_tenant, draft) -> Callable[[Callable], HttpResponse]:
    """What a request is answered that finds the draft, and then waits for somebody who deletes it."""

    def ask(request: Callable[[], HttpResponse]) -> HttpResponse:
        with tenant_context(own_tenant):
            answer = request()
        connection.close()
        return answer

    def answered(request: Callable[[], HttpResponse]) -> HttpResponse:
        with ThreadPoolExecutor(1) as elsewhere:
            with transaction.atomic():
                life.delete(draft, by=None)
                asked = elsewhere.submit(ask, request)
                _until_it_waits(asked)
            return asked.result(timeout=30)

    return answered


def _until_it_waits(asked: Future) -> None:
    with connection.cursor() as cursor:
        while not asked.done():
            cursor.execute(WAITS_FOR_US)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)


def test_a_draft_that_two_people_delete_at_once_is_deleted(own_tenant, draft, meanwhile):
    page = sign_in(make_user("account_manager"))

    answer = meanwhile(lambda: page.post(f"/c/{own_tenant.slug}/reports/{draft.pk}/delete/"))

    assert (answer.status_code, answer.url) == (302, f"/c/{own_tenant.slug}/reports/")
    assert not Report.objects.exists()


def test_two_programs_that_delete_a_draft_at_once_are_both_told_that_it_is(own_tenant, draft, meanwhile):
    program = caller(make_key(own_tenant, *(f"reports.{right}" for right in RIGHTS)), own_tenant.slug)

    answer = meanwhile(lambda: program.delete(f"reports/{draft.pk}/"))

    assert answer.status_code == 204


@pytest.mark.parametrize("act", ["release", "figures", "review"])
def test_what_is_done_with_a_draft_that_somebody_deletes_is_refused(own_tenant, draft, meanwhile, act):
    program = caller(make_key(own_tenant, *(f"reports.{right}" for right in RIGHTS)), own_tenant.slug)

    answer = meanwhile(lambda: program.put(f"reports/{draft.pk}/{act}/", {}))

    assert (answer.status_code, answer.json()["code"]) == (410, "report_gone")
    assert not Report.objects.exists()


@pytest.mark.parametrize("act", ["release", "count"])
def test_a_person_is_told_that_somebody_has_deleted_it(own_tenant, draft, meanwhile, act):
    page = sign_in(make_user("account_manager"))
    address = f"/c/{own_tenant.slug}/reports/"

    answer = meanwhile(lambda: page.post(f"{address}{draft.pk}/{act}/", {"edit": draft.edit}))

    assert answer.url == address
    assert "Somebody has deleted this draft meanwhile." in page.read(address)


def test_what_somebody_wrote_stays_on_the_page_for_them_to_keep(own_tenant, draft, meanwhile):
    page = sign_in(make_user("account_manager"))
    given = {"comment": "A good month.", "language": "ja", "edit": draft.edit, "summary": ""}

    answer = meanwhile(lambda: page.post(f"/c/{own_tenant.slug}/reports/{draft.pk}/edit/", given))

    assert "A good month." in answer.content.decode()
    assert "Somebody has deleted this draft meanwhile." in answer.content.decode()
