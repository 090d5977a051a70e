"""Issuing as it happens: committed, by several people at once, and cut off in the middle."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import connection
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due, Tenant
from invoices import closing, drafts, issuing
from invoices.errors import AlreadyIssued
from invoices.models import Document, NumberSeries, Wish
from tests.clients import committed_client
from tests.invoices.factories import OCTOBER, make_contract, make_parties, use


@pytest.fixture
def clients(django_db_setup, django_db_blocker):
    """Four clients of one agency with a reviewed October each."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        first = stack.enter_context(committed_client("billed"))
        others = [stack.enter_context(committed_client("billed", agency=first.agency)) for _ in range(3)]
        stack.enter_context(schema_context("public"))
        for each in (found := [first, *others]):
            make_contract(each)
            make_parties(each)
            use(each, 100)
            issuing.review(drafts.make_draft(each, OCTOBER, by=None), by=None)
        yield found


def october(tenant: Tenant) -> Document:
    return Document.objects.get(tenant=tenant, month=OCTOBER)


def numbers(clients: list[Tenant]) -> list[str]:
    issued = Document.objects.filter(tenant__in=clients).exclude(number="")
    return sorted(issued.values_list("number", flat=True))


def in_public(work):
    """The work, for a thread of its own."""

    def done(given):
        with schema_context("public"):
            result = work(given)
        connection.close()
        return result

    return done


def test_people_who_issue_at_once_get_numbers_in_a_row(clients):
    with ThreadPoolExecutor(4) as people:
        list(people.map(in_public(lambda each: issuing.issue(october(each), by=None)), clients))

    assert numbers(clients) == [f"S-2026-{count:04}" for count in (1, 2, 3, 4)]


def test_one_invoice_issued_by_two_people_at_once_is_issued_once(clients):
    def issue(_person: int) -> str:
        try:
            return issuing.issue(october(clients[0]), by=None).number
        except AlreadyIssued:
            return "refused"

    with ThreadPoolExecutor(4) as people:
        said = sorted(people.map(in_public(issue), range(4)))

    assert said == ["S-2026-0001", "refused", "refused", "refused"]


def test_a_program_killed_while_it_issues_leaves_no_gap(clients, monkeypatch):
    child = os.fork()
    if child == 0:
        _issue_and_die(clients[0], monkeypatch)
    os.waitpid(child, 0)
    connection.close()

    with schema_context("public"):
        assert october(clients[0]).state == "reviewed"
        assert not NumberSeries.objects.filter(agency=clients[0].agency).exists()
        issuing.issue(october(clients[1]), by=None)
        issuing.issue(october(clients[0]), by=None)

    assert numbers(clients) == ["S-2026-0001", "S-2026-0002"]


def _issue_and_die(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: the number is given and the row locked, then it is killed."""
    connection.inc_thread_sharing()
    connection.connection = None
    monkeypatch.setattr(issuing, "pdf", lambda *_given: os.kill(os.getpid(), signal.SIGKILL))
    with schema_context("public"):
        issuing.issue(october(tenant), by=None)
    os._exit(0)


def test_workers_that_close_months_at_once_draft_each_client_once(clients):
    with schema_context("public"):
        Document.objects.filter(tenant__in=clients).update(state="draft")
        closing.want(clients, OCTOBER, Wish.Act.DRAFT, by=None)

    def work(tenant: Tenant) -> None:
        with tenant_context(tenant):
            closing.fulfil(tenant)
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, clients * 2))

    with schema_context("public"):
        assert Document.objects.filter(tenant__in=clients).count() == 4
        assert not closing.progress(clients[0].agency, OCTOBER, Wish.Act.DRAFT).is_under_way
        assert not Due.objects.filter(kind=closing.KIND, tenant__in=clients, due_at__isnull=False).exists()
