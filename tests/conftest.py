"""Two clients exist, made once per run. Each test runs in the first, in a transaction that is rolled back."""

import gc
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django_tenants.utils import schema_context, tenant_context
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from accounts import services
from accounts.models import Agency, Tenant
from channels.models import Channel
from line.simulator.control import Running, Simulator, start
from scenarios.results import positions
from surveys.results import narrowing
from tests.cdnow import cdnow  # noqa: F401  (a fixture that several directories share)
from tests.clients import committed_client
from tests.factories import make_channel, make_user
from tests.visiting import Visitor, sign_in

# What is true of all cases is not judged by how fast a loaded machine tries them. A check tries the same ones
# each time, so that whoever repeats it sees what it saw; `make chaos` looks for others.
slowly = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("check", settings.default, derandomize=True, **slowly)
settings.register_profile("explore", settings.default, max_examples=300, print_blob=True, **slowly)
settings.load_profile("check")


# Files that take a minute or more begin first, so that all processes end at about the same time.
LONG = (
    "tests/test_permissions.py",
    "tests/segments/test_cdnow.py",
    "tests/scenarios/test_cdnow.py",
    "tests/journeys/",
    "tests/billing/test_ledger_faults.py",
    "tests/billing/test_budgets.py",
    "tests/coupons/test_giving.py",
    "tests/routes/test_joining.py",
)


class ByFile(LoadFileScheduling):
    """A file's tests run in one process, so that they share what they set up; those of CDNOW likewise.

    Who may open which address takes as long as hundreds of other files: each test of it goes alone.
    """

    def _split_scope(self, nodeid: str) -> str:
        path, name = nodeid.split("::", 1)
        if path.endswith("test_permissions.py"):
            return f"{path}::{name.partition('[')[0]}"
        return "cdnow" if path.endswith("test_cdnow.py") else path


@pytest.fixture(autouse=True)
def _patience(request: pytest.FixtureRequest) -> None:
    """What a page shall show may take its time where two browsers and a database share a core."""
    if request.node.get_closest_marker("browser"):
        from playwright.sync_api import expect

        expect.set_options(timeout=20_000)


@pytest.fixture(scope="session", autouse=True)
def _counted_anew():
    """A busy machine counts even few rows so slowly that they would be kept, and a test be told old ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrowing, "LONG", float("inf"))
        patch.setattr(positions, "LONG", float("inf"))
        yield


@pytest.hookimpl(optionalhook=True)  # xdist may be switched off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    config.option.loadscopereorder = False  # ours is the order
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """What stays until the end is not looked through for garbage again and again, nor are small heaps."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The test database with both clients, whichever fixture of ours a test reaches it by."""
    with django_db_blocker.unblock():
        old = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
        agency = services.create_agency(name="Sakura Agency", slug="sakura")
        services.create_client(agency, slug="apparel", name="Apparel")
        services.create_client(agency, slug="cosmetics", name="Cosmetics")
    yield
    with django_db_blocker.unblock():
        _disconnect_others()
        teardown_databases(old, verbosity=0)


def _disconnect_others() -> None:
    """End what pools and threads of the tests have left open: a database in use cannot be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def agency(db) -> Agency:
    return Agency.objects.get(slug="sakura")


@pytest.fixture
def tenant(db):
    """The client in which the test runs."""
    with tenant_context(Tenant.objects.select_related("agency").get(slug="apparel")):
        yield connection.tenant


@pytest.fixture
def other_tenant(db) -> Tenant:
    """A second client; enter it with `tenant_context`."""
    with schema_context("public"):
        return Tenant.objects.select_related("agency").get(slug="cosmetics")


@pytest.fixture
def own_tenant(django_db_setup, django_db_blocker):
    """A client of this test alone, whose data is really committed; for tests with several connections."""
    with django_db_blocker.unblock(), committed_client("own") as tenant, tenant_context(tenant):
        yield tenant


@pytest.fixture(scope="session")
def simulator_process() -> Running:
    with start(port=0) as running:
        yield running


@pytest.fixture
def simulator(simulator_process) -> Simulator:
    """LINE, as our client meets it: its own process, empty at the beginning of each test."""
    simulator = Simulator(simulator_process.base_url)
    simulator.reset()
    return simulator


@pytest.fixture
def channel(tenant, simulator, settings) -> Channel:
    """The first client's channel, at the simulator, with Japan's standard plan."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    settings.LIFF_BASE = f"{simulator.base_url}/liff"
    settings.LIFF_SDK_URL = f"{simulator.base_url}/liff/sdk.js"
    return make_channel(simulator, tenant, "1000000001")


@pytest.fixture
def visit(tenant) -> Callable[..., Visitor]:
    """A visitor with this role in the client: `visit("approver")`."""
    return lambda role="marketer", **given: sign_in(make_user(role, **given))
