"""Files by API: sent as a form or as text, checked, confirmed, and what is wrong with their rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_tenants.utils import schema_context, tenant_context

from config.task import HEADER
from friends.models import Tag
from imports import kinds
from imports.models import ImportRun
from imports.tasks import work as work_task
from tests.api.conftest import Caller
from tests.imports.conftest import Labels
from tests.imports.factories import make_import

TEXT = "word,color\nspring,#aa0000\n,#bb0000\n"


@pytest.fixture(autouse=True)
def labels(monkeypatch, settings, tmp_path) -> Labels:
    settings.MEDIA_ROOT = tmp_path
    kind = Labels()
    monkeypatch.setattr(kinds, "_kinds", {kind.name: kind})
    return kind


@pytest.fixture
def program(call) -> Caller:
    return call("friends.add_tag")


def work(tenant) -> None:
    with schema_context("public"):
        work_task.apply(headers={HEADER: tenant.schema_name}, throw=True)


def send_form(program: Caller, body: bytes = TEXT.encode(), **given: str):
    """As a browser or curl sends a file."""
    form = {"kind": "test_labels", "file": SimpleUploadedFile("labels.csv", body)} | given
    key = given.pop("key", None)
    form.pop("key", None)
    headers = {"Idempotency-Key": key} if key else {}
    with tenant_context(connection.tenant):
        return super(Caller, program).post(program.base + "imports/", form, headers=headers)


def test_a_form_with_a_file_is_checked_and_waits_for_a_word(program, tenant):
    answer = send_form(program)
    work(tenant)
    run = program.get(f"imports/{answer.json()['id']}/").json()

    assert answer.status_code == 201
    assert (run["state"], run["rows"], run["good"], run["refused"], run["new"]) == ("checked", 2, 1, 1, 1)
    assert run["mapping"] == {"word": "word", "color": "color"}
    assert not Tag.objects.exists()

    confirmed = program.put(f"imports/{run['id']}/confirmation/")
    work(tenant)

    assert confirmed.json()["state"] == "writing"
    done = program.get(f"imports/{run['id']}/").json()
    assert (done["state"], done["counts"]) == ("done", {"created": 1, "updated": 0})


def test_with_confirm_the_good_rows_are_written_at_once(program, tenant):
    answer = program.post("imports/", {"kind": "test_labels", "text": TEXT, "confirm": True})
    work(tenant)

    assert program.get(f"imports/{answer.json()['id']}/").json()["state"] == "done"
    assert Tag.objects.get().name == "spring"


@pytest.mark.parametrize("mapping", [{"a": "word"}, '{"a": "word"}'])
def test_a_program_says_what_the_columns_are(program, tenant, mapping):
    body = {"kind": "test_labels", "text": "a,b\nspring,x\n", "mapping": mapping, "confirm": True}

    answer = program.post("imports/", body)
    work(tenant)

    assert answer.json()["mapping"] == {"a": "word"}
    assert Tag.objects.get().name == "spring"


def test_refused_rows_are_listed_in_pages(program, tenant):
    text = "word\n" + '"",\n' * 3
    run = program.post("imports/", {"kind": "test_labels", "text": text.replace('""', "x" * 61)}).json()
    work(tenant)

    first = program.get(f"imports/{run['id']}/refused/?limit=2").json()
    second = program.get(first["next"]).json()

    assert [row["line"] for row in first["items"] + second["items"]] == [2, 3, 4]
    assert first["items"][0] == {"line": 2, "column": "Word", "reason": "The word is too long."}


def test_kinds_are_told_with_their_columns(program):
    [kind] = program.get("imports/kinds/").json()

    assert (kind["kind"], kind["permission"]) == ("test_labels", "friends.add_tag")
    assert kind["columns"][0] == {
        "name": "word",
        "label": "Word",
        "is_required": True,
        "known_as": ["label", "ラベル"],
        "help": "At most 60 characters",
    }


def test_an_upload_that_is_repeated_with_its_key_takes_effect_once(program):
    first, again = (send_form(program, key="morning") for _each in range(2))
    other = send_form(program, body=b"word\nsummer\n", key="morning")

    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ImportRun.objects.count() == 1
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"kind": "test_labels"}, 400, "invalid"),
        ({"kind": ["test_labels"], "text": TEXT}, 400, "invalid"),
        ({"kind": "test_labels", "text": ""}, 400, "invalid"),
        ({"kind": "test_labels", "text": TEXT, "mapping": ["word"]}, 400, "invalid"),
        ({"kind": "test_labels", "text": TEXT, "mapping": "{"}, 400, "invalid"),
        ({"kind": "test_labels", "text": TEXT, "mapping": {"word": {}}}, 400, "invalid"),
        ({"kind": "test_labels", "text": TEXT, "mapping": {"words": "word"}}, 422, "unknown_column"),
        ({"kind": "test_labels", "text": TEXT, "mapping": {"word": "price"}}, 422, "unknown_column"),
        ({"kind": "test_labels", "text": TEXT, "mapping": {}}, 422, "missing_column"),
        (
            {"kind": "test_labels", "text": TEXT, "mapping": {"word": "word", "color": "word"}},
            422,
            "column_twice",
        ),
        ({"kind": "test_labels", "text": "\n\n"}, 422, "unreadable_file"),
        ({"kind": "nothing", "text": TEXT}, 422, "unknown_kind"),
        ([], 400, "invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_kept(program, body, status, code):
    answer = program.post("imports/", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not ImportRun.objects.exists()


def test_a_list_shows_imports_of_kinds_that_the_key_may_import(call, program):
    mine = make_import("test_labels")
    make_import("former")

    shown = program.get("imports/?state=uploaded").json()["items"]
    all_of_them = call("imports.view_importrun").get("imports/").json()["items"]

    assert [run["id"] for run in shown] == [mine.pk]
    assert len(all_of_them) == 2


def test_a_key_for_another_kind_may_not_send_this_one(call, labels):
    labels.permission = "channels.change_channel"

    answer = call("friends.add_tag").post("imports/", {"kind": "test_labels", "text": TEXT})

    assert answer.status_code == 403
    assert answer.json()["detail"] == "This needs the permission “channels.change_channel”."


def test_an_import_that_has_ended_is_not_confirmed_or_stopped(program):
    run = make_import("test_labels", state="done")

    answers = [program.put(f"imports/{run.pk}/{act}/") for act in ("confirmation", "cancellation")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].json()["code"] == "import_moved"
