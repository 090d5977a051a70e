"""Pages of imports: what can be imported, columns, what a file would do, what came of it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tenants.utils import schema_context, tenant_context

from accounts.models import User
from config.task import HEADER
from friends.models import Tag
from imports.models import ImportRun, SavedColumns
from imports.tasks import work as work_task
from tests.imports.conftest import upload
from tests.imports.factories import make_import, make_saved_columns
from tests.visiting import Visitor

KIND = "test_labels"


@pytest.fixture
def manager(visit) -> Visitor:
    return visit("account_manager")


def file(*lines: str, header: str = "word,color") -> SimpleUploadedFile:
    return SimpleUploadedFile("labels.csv", "\r\n".join([header, *lines, ""]).encode())


def work(tenant) -> None:
    with schema_context("public"):
        work_task.apply(headers={HEADER: tenant.schema_name}, throw=True)


def test_a_file_goes_its_way_from_upload_to_result(manager, tenant):
    asked = manager.send(f"imports/new/{KIND}/", {"file": file("spring,#aa0000", ",#bb0000")})
    run = ImportRun.objects.get()
    assert "What the columns mean" in asked
    assert '<option value="word" selected>Word *</option>' in asked

    checking = manager.send(f"imports/{run.pk}/", {"column": ["word", "color"], "save_as": "Shop"})
    assert "The file is being checked" in checking
    work(tenant)
    checked = manager.read(f"imports/{run.pk}/")
    assert "1 rows (Labels) will be written into the client <strong>Apparel</strong>." in checked
    assert "Word is missing." in checked
    manager.send(f"imports/{run.pk}/act/", {"do": "confirm"})
    work(tenant)

    assert "New labels" in manager.read(f"imports/{run.pk}/")
    assert Tag.objects.get().name == "spring"
    assert SavedColumns.objects.get().name == "Shop"


def test_the_list_says_what_can_be_imported_when_nothing_was(manager):
    page = manager.read("imports/")

    assert "Words with a colour." in page
    assert "No file has been imported yet." in page


def test_the_list_is_narrowed_to_a_kind_and_takes_few_queries(manager, django_assert_num_queries):
    for number in range(25):
        make_import(KIND, name=f"{number}.csv")
    make_import("former", name="former.csv")
    manager.read("imports/")

    with django_assert_num_queries(8):
        page = manager.read("imports/", {"kind": KIND})

    assert "24.csv" in page
    assert "former.csv" not in page
    assert "Older" in page


def test_a_sample_can_be_downloaded_and_uploaded_again(manager):
    sample = b"".join(manager.get(f"imports/new/{KIND}/sample/").streaming_content)

    assert sample == "\ufeffWord,Colour,Order\r\n".encode()
    answer = manager.post(f"imports/new/{KIND}/", {"file": io.BytesIO(sample)})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The submitted file is empty."),
        (b"\r\n", "The file is empty. Its first line names the columns."),
        (b"PK\x03\x04rest", "This is not a CSV file."),
    ],
)
def test_what_is_no_table_is_refused_on_the_form(manager, body, words):
    page = manager.send(f"imports/new/{KIND}/", {"file": SimpleUploadedFile("x.csv", body)})

    assert words in page
    assert not ImportRun.objects.exists()


def test_columns_that_do_not_do_are_asked_for_again(manager):
    run = upload("a,b")

    page = manager.send(f"imports/{run.pk}/", {"column": ["word", "word"], "save_as": "Shop"})

    assert "Two columns are read as the same thing." in page
    assert 'value="Shop"' in page


def test_cells_of_a_file_are_no_html(manager):
    run = upload("<b>x</b>,", header="word,<i>color</i>")

    page = manager.read(f"imports/{run.pk}/")

    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_refused_rows_are_downloaded_with_their_reasons(manager, tenant):
    run = upload("a,", ",x")
    manager.send(f"imports/{run.pk}/", {"column": ["word", "color"]})
    work(tenant)

    body = b"".join(manager.get(f"imports/{run.pk}/refused/").streaming_content).decode("utf-8-sig")

    assert body == "line,reason,word,color\r\n3,Word is missing.,,x\r\n"


def test_what_is_left_out_of_refused_rows_is_said_in_the_language_of_whoever_asked(manager, tenant):
    run = upload("a,", ",x")
    manager.send(f"imports/{run.pk}/", {"column": ["word", "color"]})
    work(tenant)
    ImportRun.objects.filter(pk=run.pk).update(refused=12)
    with schema_context("public"):
        User.objects.update(language="ja")

    body = b"".join(manager.get(f"imports/{run.pk}/refused/").streaming_content).decode("utf-8-sig")

    assert "11" in body
    assert "more rows were refused" not in body


def test_it_can_be_cancelled_and_what_has_ended_stays_as_it_is(manager):
    run = upload("a,")

    page = manager.send(f"imports/{run.pk}/act/", {"do": "cancel"})
    again = manager.send(f"imports/{run.pk}/act/", {"do": "confirm"})

    assert "This import was stopped. Nothing was written." in page
    assert "This import is at another step by now." in again


def test_who_waits_for_another_file_of_the_kind_is_told(manager, tenant):
    make_import(KIND, state="writing", begun_at="2026-11-01T00:00Z")
    run = make_import(KIND, state="writing", begun_at="2026-11-02T00:00Z")

    assert "Another file of this kind is being written." in manager.read(f"imports/{run.pk}/live/")


def test_saved_columns_can_be_forgotten(manager):
    saved = make_saved_columns(KIND, name="Old shop")
    assert "Old shop" in manager.read(f"imports/new/{KIND}/")

    page = manager.send(f"imports/columns/{saved.pk}/forget/", {})

    assert "Old shop" not in page


def test_the_permission_of_the_kind_is_what_counts(visit, manager, labels):
    run = make_import(KIND, state="done", rows=1)
    labels.permission = "channels.change_channel"
    creator = visit("creator")

    refused = [
        creator.get(path).status_code for path in ("imports/", f"imports/new/{KIND}/", f"imports/{run.pk}/")
    ]

    assert refused == [403, 403, 403]
    assert manager.get(f"imports/{run.pk}/").status_code == 200


def test_an_import_of_another_client_is_not_found(manager, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_import(KIND, pk=1_000_000).pk

    for path in ("", "live/", "refused/"):
        assert manager.get(f"imports/{foreign}/{path}").status_code == 404
    assert manager.post(f"imports/{foreign}/act/", {"do": "confirm"}).status_code == 404
