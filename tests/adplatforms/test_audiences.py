"""Files of hashes: only of people who agreed, again without those who withdraw, and taken off again."""

import hashlib

import pytest
from django.utils import timezone

from accounts import secrets
from accounts.models import Activity
from adplatforms.audiences import commands, making, sizes
from adplatforms.consenting import consents
from adplatforms.errors import NobodyToExport, NobodyToRemove, OneColumn, UnderWay
from adplatforms.models import AdAudienceEntry, AdAudienceFile, AdAudiencePart
from customers import erasing, merging
from customers.models import Customer
from tests.adplatforms.factories import DAY, export, give_contacts, lines, make_ad_audience, make_buyer
from tests.api.conftest import caller, make_key
from tests.factories import make_friend


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def people(tenant):
    """Aoi agreed; Ren was never asked, Mei said no, Jun has no contact, somebody is no customer."""
    make_friend()
    make_buyer("jun")
    make_buyer("ren", email="ren@example.jp", agreed=None)
    make_buyer("mei", email="mei@example.jp", agreed=False)
    return make_buyer("aoi", email="aoi@example.jp", phone="09012345678")[1]


def test_only_people_who_agreed_are_in_the_file_and_the_page_says_why_the_others_are_not(people):
    audience = make_ad_audience()

    found = sizes.of(audience, sizes.people(audience))

    assert (found.total, found.linked, found.with_contact, found.out) == (5, 4, 3, 1)
    assert (found.not_linked, found.without_contact, found.never_asked, found.withdrawn) == (1, 1, 1, 1)
    assert export(audience) == [
        "email_sha256,phone_sha256",
        f"{sha('aoi@example.jp')},{sha('+819012345678')}",
    ]


@pytest.mark.parametrize(
    ("form", "contacts", "expected"),
    [
        ("meta", "both", ["email,phone", f"{sha('aoi@example.jp')},{sha('819012345678')}"]),
        ("google", "both", ["Email,Phone", f"{sha('aoi@example.jp')},{sha('+819012345678')}"]),
        ("tiktok", "phone", ["Phone_SHA256", sha("+819012345678")]),
        ("x", "email", [sha("aoi@example.jp")]),
        ("line", "phone", [sha("+819012345678")]),
    ],
)
def test_each_platform_has_its_columns(people, form, contacts, expected):
    assert export(make_ad_audience(form=form, contacts=contacts)) == expected


def test_nothing_in_clear_is_stored_or_given_out(people):
    audience = make_ad_audience()

    text = "\n".join(export(audience))

    stored = [bytes(each.sealed) for each in AdAudiencePart.objects.all()]
    stored += [bytes(each.sealed) for each in AdAudienceEntry.objects.all()]
    assert "aoi@" not in text
    assert not [each for each in stored if sha("aoi@example.jp").encode() in each]


def test_who_withdraws_is_in_no_further_file_and_in_one_removal_file(people):
    audience = make_ad_audience()
    export(audience)
    with pytest.raises(NobodyToRemove):
        commands.begin_removal(audience, by=None)

    consents.state(people, is_given=False, how="page", by=None)
    removal = commands.begin_removal(audience, by=None)
    making.catch_up()

    assert lines(removal)[1:] == [f"{sha('aoi@example.jp')},{sha('+819012345678')}"]
    with pytest.raises(NobodyToExport):
        commands.begin_export(audience, by=None)
    with pytest.raises(NobodyToRemove):
        commands.begin_removal(audience, by=None)


def test_who_is_erased_is_taken_off_by_the_hashes_that_went_out(people):
    audience = make_ad_audience()
    export(audience)

    erasing.erase(people)
    removal = commands.begin_removal(audience, by=None)
    making.catch_up()

    assert lines(removal)[1:] == [f"{sha('aoi@example.jp')},{sha('+819012345678')}"]


def test_a_contact_that_changed_is_taken_off_in_its_old_form(people):
    audience = make_ad_audience(contacts="email")
    export(audience)
    give_contacts(people, email="new@example.jp")
    export(audience)

    removal = commands.begin_removal(audience, by=None)
    making.catch_up()

    assert lines(removal)[1:] == [sha("aoi@example.jp")]


def test_who_is_merged_into_another_is_taken_off_all_the_same(people):
    audience = make_ad_audience(contacts="email")
    export(audience)
    into = make_buyer("into", email="into@example.jp")[1]

    merging.merge(into, Customer.objects.get(pk=people.pk))
    removal = commands.begin_removal(audience, by=None)
    making.catch_up()

    assert lines(removal)[1:] == [sha("aoi@example.jp")]
    assert consents.of(into).is_given


def test_a_removal_file_that_nobody_took_is_made_again_when_it_is_deleted(people, time_machine):
    time_machine.move_to(timezone.now())
    audience = make_ad_audience()
    export(audience)
    consents.state(people, is_given=False, how="page", by=None)
    commands.begin_removal(audience, by=None)
    making.catch_up()
    assert making.next_moment() - timezone.now() <= making.KEPT

    time_machine.shift(8 * DAY)
    making.catch_up()

    assert set(AdAudienceFile.objects.values_list("state", flat=True)) == {"expired"}
    assert not AdAudiencePart.objects.exists()
    assert sizes.removable(audience) == 1


def test_a_worker_that_is_killed_repeats_nothing_and_leaves_nothing_out(tenant, monkeypatch):
    from django.db import transaction

    monkeypatch.setattr(making, "PORTION", 2)
    for number in range(5):
        make_buyer(f"c{number}", email=f"c{number}@example.jp")
    audience = make_ad_audience(contacts="email")
    file = commands.begin_export(audience, by=None)
    making._stretch(file.pk)
    with transaction.atomic():
        making._stretch(file.pk)
        transaction.set_rollback(True)

    making.catch_up()

    assert sorted(lines(file)[1:]) == sorted(sha(f"c{number}@example.jp") for number in range(5))


def test_a_file_that_breaks_is_failed_with_its_reason_and_is_made_again(people, visit, tenant):
    audience = make_ad_audience()
    file = commands.begin_export(audience, by=None)
    AdAudienceFile.objects.filter(pk=file.pk).update(bitmap=b"what no library can read")

    making.catch_up()

    shown = visit("owner").read(f"ad-platforms/audiences/{audience.pk}/")
    program = caller(make_key(tenant, "adplatforms.view_adaudience"))
    [told] = program.get(f"ad-audiences/{audience.pk}/files/").json()["items"]
    assert "An error of ours" in shown
    assert "Make it again" in shown
    assert (told["state"], told["problem"][:15]) == ("failed", "An error of our")
    assert len(export(audience)) == 2


def test_a_removal_file_that_breaks_leaves_nobody_out_of_the_next(people):
    audience = make_ad_audience()
    export(audience)
    consents.state(people, is_given=False, how="page", by=None)
    sealed = AdAudienceEntry.objects.get().sealed
    AdAudienceEntry.objects.update(sealed=b"broken")
    file = commands.begin_removal(audience, by=None)
    making.catch_up()
    file.refresh_from_db()

    AdAudienceEntry.objects.update(sealed=sealed)
    again = commands.begin_removal(audience, by=None)
    making.catch_up()

    assert file.state == "failed"
    assert lines(again)[1:] == [f"{sha('aoi@example.jp')},{sha('+819012345678')}"]


def test_a_file_over_which_workers_die_ends_and_the_next_has_its_turn(people, monkeypatch):
    def die(*_given: object) -> None:
        raise SystemExit

    first = commands.begin_export(make_ad_audience(), by=None)
    with monkeypatch.context() as patched:
        patched.setattr(secrets, "seal", die)
        for _time in range(making.MOST_TRIES):
            with pytest.raises(SystemExit):
                making.catch_up()
    second = commands.begin_export(make_ad_audience(name="Others"), by=None)

    making.catch_up()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.problem) == ("failed", "stopped")
    assert second.state == "ready"


def test_two_files_of_one_audience_are_not_made_at_once(people):
    audience = make_ad_audience()
    commands.begin_export(audience, by=None)

    with pytest.raises(UnderWay):
        commands.begin_export(audience, by=None)


def test_who_downloads_is_on_the_log(people):
    audience = make_ad_audience()

    export(audience)

    assert Activity.objects.filter(verb="ad_audience.file_downloaded").count() == 1
    assert AdAudienceFile.objects.get().download_count == 1


def test_line_takes_one_column(people):
    with pytest.raises(OneColumn):
        make_ad_audience(form="line")


def test_a_segment_that_is_given_out_cannot_be_deleted(people):
    from segments import services as segments
    from segments.errors import SegmentInUse

    audience = make_ad_audience()

    with pytest.raises(SegmentInUse) as refusal:
        segments.delete_segment(audience.segment)

    assert "used by “Regulars”" in refusal.value.message
