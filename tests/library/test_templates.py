"""Messages kept as templates: by the client, and by its agency for all its clients."""

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Agency, Tenant
from agency_library import commands as agency_commands
from agency_library.models import AgencyFile, AgencyTemplate
from composing import draft as drafts
from composing.errors import InvalidMessages
from library import services
from library.errors import BadName, FileGone, StillUsed
from library.message_templates import agency, commands
from library.models import MediaFile, MessageTemplate
from tests.factories import make_user
from tests.library.contents import film, make_file, picture, upload
from tests.visiting import sign_in

HELLO = {"type": "text", "text": "Autumn sale"}
WRITTEN = {"bubbles": "1", "b0-type": "text", "b0-text": "Autumn sale"}


def make_template(name: str = "Sale", messages: list[dict] | None = None, **given) -> MessageTemplate:
    return commands.create_template(name=name, messages=messages or [HELLO], by=None, **given)


def show(file: MediaFile) -> dict:
    return {"type": "image", "originalContentUrl": file.address, "previewImageUrl": file.preview_address}


def test_a_file_that_a_template_shows_is_not_deleted(tenant):
    file = make_file()
    make_template("Autumn", [show(file)])

    with pytest.raises(StillUsed):
        services.delete_file(file, by=None)


@pytest.fixture
def stranger(tenant, other_tenant) -> Tenant:
    """A client of another agency."""
    with schema_context("public"):
        other_tenant.agency = Agency.objects.create(name="Ume Agency", slug="ume")
        other_tenant.save()
    return other_tenant


def test_a_template_is_written_changed_and_found_again(visit):
    marketer = visit("marketer")

    named = {"name": "Autumn", "folder": "Sales", "note": "For October"}
    marketer.send("library/templates/new/", WRITTEN | named)
    made = MessageTemplate.objects.get()
    marketer.send(f"library/templates/{made.pk}/edit/", WRITTEN | {"name": "秋のセール", "folder": "Sales"})
    found = marketer.read("library/templates/?q=セール&folder=Sales")
    missed = marketer.read("library/templates/?q=spring")

    assert made.messages == [HELLO]
    assert "秋のセール" in found
    assert "秋のセール" not in missed
    assert "No template here has these words." in missed


def test_an_empty_library_says_what_to_do(visit):
    assert "save those of a broadcast as a template" in visit("marketer").read("library/templates/")


@pytest.mark.parametrize("name", ["", "  ", "あ" * 101])
def test_a_template_needs_a_name(tenant, name):
    with pytest.raises(BadName):
        make_template(name)


def test_messages_that_line_refuses_are_no_template(tenant):
    with pytest.raises(InvalidMessages):
        make_template(messages=[{"type": "text", "text": ""}])


def test_deleting_asks_first(visit):
    template = make_template("Sale 👨‍👩‍👧")

    asked = visit("account_manager").read(f"library/templates/{template.pk}/delete/")
    visit("account_manager").send(f"library/templates/{template.pk}/delete/", {})

    assert "It cannot be brought back." in asked
    assert not MessageTemplate.objects.exists()


def test_a_broadcast_begins_with_a_template_and_counts_its_use(visit):
    template = make_template()

    answer = visit("marketer").post(f"library/templates/{template.pk}/use/")

    assert answer.url.endswith(f"/broadcasts/new/?template={template.pk}")
    template.refresh_from_db()
    assert template.used_count == 1


def test_the_editor_takes_a_template_in(tenant):
    template = make_template(messages=[HELLO, HELLO])
    typed = {"bubbles": "1", "b0-type": "text", "b0-text": "Hello"}

    below = drafts.of_form(typed | {"do": f"insert:template:{template.pk}"})
    instead = drafts.of_form(typed | {"b0-text": "", "do": f"insert:template:{template.pk}"})
    nothing = drafts.of_form(typed | {"do": "insert:template:999999999999999999999"})

    assert below.messages() == [{"type": "text", "text": "Hello"}, HELLO, HELLO]
    assert instead.messages() == [HELLO, HELLO]
    assert nothing.messages() == [{"type": "text", "text": "Hello"}]


def test_five_bubbles_are_the_most_that_fit(tenant):
    template = make_template(messages=[HELLO] * 4)
    typed = {"bubbles": "2", "b0-type": "text", "b0-text": "1", "b1-type": "text", "b1-text": "2"}

    draft = drafts.of_form(typed | {"do": f"insert:template:{template.pk}"})

    assert len(draft.messages()) == 5


def test_another_clients_template_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_template()
    manager = visit("account_manager")

    for address in ("", "edit/", "share/", "delete/"):
        assert manager.get(f"library/templates/{foreign.pk}/{address}").status_code == 404
    assert manager.post(f"library/templates/{foreign.pk}/use/").status_code == 404


def test_a_shared_template_reaches_the_agencys_clients_with_copies_of_its_files(tenant, other_tenant):
    file = make_file()
    template = make_template("With a picture", [show(file)])

    shared = agency.share(template, by=None)
    with tenant_context(other_tenant):
        copied = agency.copy(agency.templates().get(), by=None)
        copied_file = MediaFile.objects.get()

    said = str(shared.messages)
    assert "/agency/files/" in said
    assert tenant.slug not in said.replace("agency", "")
    assert copied.name == "With a picture"
    assert copied.messages == [show_in(other_tenant, copied_file)]
    assert AgencyTemplate.objects.get().used_count == 1


def show_in(client: Tenant, file: MediaFile) -> dict:
    with tenant_context(client):
        return show(file)


def test_the_source_may_lose_its_file_after_sharing(tenant, other_tenant):
    file = make_file()
    template = make_template("With a picture", [show(file)])
    agency.share(template, by=None)
    commands.delete_template(template, by=None)
    services.delete_file(file, by=None)

    with tenant_context(other_tenant):
        copied = agency.copy(agency.templates().get(), by=None)

    assert copied.messages[0]["type"] == "image"


def test_a_films_own_preview_goes_along(tenant, other_tenant):
    clip = make_file(film(), "clip.mp4")
    services.set_preview(clip, upload(picture("JPEG"), "preview.jpg"), by=None)
    message = {
        "type": "video",
        "originalContentUrl": clip.address,
        "previewImageUrl": clip.preview_address,
    }

    agency.share(make_template("Film", [message]), by=None)
    with tenant_context(other_tenant):
        [copied] = agency.copy(agency.templates().get(), by=None).messages
        kinds = sorted(MediaFile.objects.values_list("kind", flat=True))

    assert re.fullmatch(
        r"https://media\.example/c/cosmetics/media/[\w-]+/film\.mp4", copied["originalContentUrl"]
    )
    assert re.fullmatch(r"https://media\.example/c/cosmetics/media/[\w-]+/full", copied["previewImageUrl"])
    assert kinds == ["image", "video"]


def test_a_file_that_is_gone_is_named(tenant):
    gone = {"type": "image", "originalContentUrl": "https://media.example/c/apparel/media/gone/full"}
    template = make_template(messages=[gone | {"previewImageUrl": "https://example.jp/a.png"}])

    with pytest.raises(FileGone) as error:
        agency.share(template, by=None)

    assert "media/gone/full" in error.value.message
    assert not AgencyTemplate.objects.exists()


def test_a_file_the_agency_has_lost_is_told_and_nothing_is_copied(visit, tenant, folder):
    shared = agency.share(make_template("Picture", [show(make_file())]), by=None)
    (folder / AgencyFile.objects.get().path).unlink()

    said = visit("marketer").send(f"library/templates/agency/{shared.pk}/copy/", {})

    assert "not there any more" in said
    assert MessageTemplate.objects.count() == 1


def test_another_agencys_clients_see_nothing_of_it(tenant, stranger):
    shared = agency.share(make_template("Picture", [show(make_file())]), by=None)

    with tenant_context(stranger):
        assert not agency.templates().exists()
        assert not AgencyTemplate.objects.exists()
        assert not AgencyFile.objects.exists()
        assert drafts.of_form({"do": f"insert:agency:{shared.pk}"}).shown() == []


def test_a_client_cannot_write_into_the_agencys_templates(tenant):
    shared = agency.share(make_template(), by=None)

    with pytest.raises(DatabaseError), transaction.atomic():
        AgencyTemplate.objects.filter(pk=shared.pk).update(name="Mine")
    with pytest.raises(DatabaseError), transaction.atomic():
        AgencyTemplate.objects.filter(pk=shared.pk).delete()


def test_only_those_with_the_right_share(visit):
    template = make_template()

    refused = visit("marketer").post(f"library/templates/{template.pk}/share/")
    visit("account_manager").send(f"library/templates/{template.pk}/share/", {})

    assert refused.status_code == 403
    assert AgencyTemplate.objects.get().name == "Sale"


def test_an_agencys_template_of_another_agency_is_not_found(visit, stranger):
    with tenant_context(stranger):
        foreign = agency.share(make_template("Theirs"), by=None)
    manager = visit("account_manager")

    assert "Theirs" not in manager.read("library/templates/agency/")
    assert manager.get(f"library/templates/agency/{foreign.pk}/").status_code == 404
    assert manager.post(f"library/templates/agency/{foreign.pk}/copy/").status_code == 404
    assert "Theirs" not in manager.read("library/templates/pick/")


def test_the_picker_offers_own_and_shared_templates(visit):
    template = make_template("Own one")
    shared = agency.share(make_template("Shared one"), by=None)

    page = visit("marketer").read("library/templates/pick/")
    found = visit("marketer").read("library/templates/pick/?q=Shared")

    assert f"insert:template:{template.pk}" in page
    assert f"insert:agency:{shared.pk}" in page
    assert "Own one" not in found


@pytest.mark.parametrize(
    "address", ["library/templates/", "library/templates/agency/", "library/templates/pick/"]
)
@pytest.mark.parametrize("sought", ["q=%00", "folder=%00", "q=Own%00", "q=" + "x" * 3000])
def test_whatever_is_sought_the_list_answers(visit, address, sought):
    make_template("Own one", folder="Autumn")

    assert visit("marketer").get(f"{address}?{sought}").status_code == 200


def test_the_list_asks_as_much_for_many_as_for_one(visit, django_assert_max_num_queries):
    for number in range(14):
        make_template(f"Template {number}")
    marketer = visit("marketer")
    marketer.read("library/templates/")

    with django_assert_max_num_queries(14):
        page = marketer.read("library/templates/")

    assert "Template 13" in page
    assert "Template 1<" not in page
    assert "Older" in page


def test_a_staff_member_of_two_clients_is_in_one_at_a_time(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_template("Of the other")
        both = make_user("account_manager", whole_agency=True)
    visitor = sign_in(both)

    assert "Of the other" not in visitor.read("library/templates/")
    assert "Of the other" in visitor.read("/c/cosmetics/library/templates/")


def test_the_agencys_file_is_served_to_whoever_has_its_address(tenant, client):
    shared = agency.share(make_template("Picture", [show(make_file())]), by=None)
    address = shared.messages[0]["originalContentUrl"].removeprefix("http://127.0.0.1:8000")
    with schema_context("public"):
        answer = client.get(address)
        missing = client.get("/agency/files/nothing/full")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert missing.status_code == 404


def test_deleting_an_agencys_template_deletes_its_files(tenant, folder, django_capture_on_commit_callbacks):
    shared = agency.share(make_template("Picture", [show(make_file())]), by=None)
    path = folder / AgencyFile.objects.get().path
    assert path.exists()

    with schema_context("public"), django_capture_on_commit_callbacks(execute=True):
        agency_commands.delete_template(shared, by=None)

    assert not path.exists()
    assert connection.tenant == tenant


def test_the_editor_says_why_an_agencys_template_cannot_be_put_in(visit, tenant, folder):
    shared = agency.share(make_template("Picture", [show(make_file())]), by=None)
    (folder / AgencyFile.objects.get().path).unlink()

    answer = visit("marketer").send("messages/compose/", WRITTEN | {"do": f"insert:agency:{shared.pk}"})

    assert "not there any more" in answer
    assert "Autumn sale" in answer
