"""The page of the tag and its endpoints: what to paste, whether it is heard, where it may be."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Activity
from attribution.models import PageTag, TagDay
from attribution.tag import commands, signing, snippets
from broadcasts.models import MarkedHost
from tests.api.conftest import caller, make_key
from tests.invitations.conftest import Passer


@pytest.fixture
def page(tenant, visit):
    """A marketer's browser."""
    return visit("marketer")


def test_the_tag_is_made_by_naming_the_shop_and_shows_what_to_paste(page):
    before = page.read("conversions/tag/")
    shown = page.send("conversions/tag/", {"origins": "https://shop.example/top\nwww.shop.example\n\n"})

    tag = PageTag.objects.get()
    assert "Make the tag" in before
    assert tag.origins == ["https://shop.example", "https://www.shop.example"]
    assert f"data-tag=&quot;{tag.key}&quot;" in shown
    assert "integrity=&quot;sha384-" in shown
    assert "Not yet" in shown
    assert set(MarkedHost.objects.values_list("host", flat=True)) == {"shop.example", "www.shop.example"}
    assert Activity.objects.filter(verb="page_tag.changed").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "required"),
        (" \n ", "required"),
        ("http://shop.example", "is no address of a shop"),
        ("https://", "is no address of a shop"),
        ("javascript:alert(1)", "is no address of a shop"),
        ("https://user@shop.example", "is no address of a shop"),
        ("https://*.shop.example", "is no address of a shop"),
        ("https://shop.example:99999", "is no address of a shop"),
        ("\n".join(f"https://shop{number}.example" for number in range(21)), "There can be 20 addresses"),
    ],
)
def test_what_is_no_address_of_a_shop_is_refused_and_kept_on_the_form(page, given, said):
    shown = page.send("conversions/tag/", {"origins": given})

    assert said in shown
    assert not MarkedHost.objects.exists()


def test_what_was_heard_and_what_was_refused_is_told(page):
    commands.set_up(origins=["https://shop.example"], by=None)
    now = timezone.now()
    PageTag.objects.update(seen_at=now, seen_url="https://shop.example/boots")
    TagDay.objects.create(day=timezone.localdate(), what="page", count=1_234, known_count=0)
    heard = page.read("conversions/tag/heard/")
    PageTag.objects.update(refused_at=now + timedelta(seconds=1), refused_origin="https://m.shop.example")

    assert "https://shop.example/boots" in heard
    assert "1,234" in heard
    assert "Nobody who is known" in heard
    assert "https://m.shop.example" in page.read("conversions/tag/heard/")


def test_it_is_switched_off_and_on_and_keys_are_renewed(page):
    tag = commands.set_up(origins=["https://shop.example"], by=None)
    secret = signing.secret(tag.secret_generation)
    off = page.send("conversions/tag/switch/", {})
    on = page.send("conversions/tag/switch/", {})
    page.send("conversions/tag/key/", {})
    page.send("conversions/tag/secret/", {})

    renewed = PageTag.objects.get()
    assert "Reports are taken no more" in off
    assert "Reports are taken again" in on
    assert renewed.key != tag.key
    assert signing.secret(renewed.secret_generation) != secret


def test_without_a_shop_it_cannot_be_switched_on(page):
    assert "Name at least one address" in page.send("conversions/tag/switch/", {})


def test_who_may_only_look_sees_no_secret(tenant, visit):
    tag = commands.set_up(origins=["https://shop.example"], by=None)

    shown = visit("analyst").read("conversions/tag/")

    assert tag.key in shown
    assert signing.secret(tag.secret_generation) not in shown
    assert "Make a new key" not in shown


def test_a_point_of_a_page_is_made_by_the_form(page):
    given = {"name": "Contact", "code": "contact", "counts": "once", "model": "last", "window_days": "7"}
    given |= {"view_hours": "24", "touches": ["broadcast"], "told_as": "contact"}

    both = page.send("conversions/points/new/?kind=page", given | {"pages": "/thanks"})
    made = page.send("conversions/points/new/?kind=page", given)

    assert "one of the two" in both
    assert "Conversion on a page: contact" in made


def test_programs_set_it_up_and_read_what_was_heard(tenant):
    program = caller(make_key(tenant, "attribution.view_pagetag", "attribution.change_pagetag"))
    missing = program.get("page-tag/")
    made = program.patch("page-tag/", {"origins": ["https://shop.example"]}).json()
    wrong = program.patch("page-tag/", {"origins": ["ftp://shop.example"]})
    TagDay.objects.create(day=timezone.localdate(), what="convert", name="contact", count=3, known_count=1)

    found = program.get("page-tag/").json()

    assert missing.status_code == 404
    assert made["is_on"] is True
    assert made["key"] in made["snippet"]
    assert wrong.json()["code"] == "tag_bad_address"
    assert found["last_days"] == [{"what": "convert", "name": "contact", "count": 3, "known_count": 1}]
    assert program.post("page-tag/key/", {}).json()["key"] != made["key"]
    secret = program.get("page-tag/secret/").json()["secret"]
    assert program.post("page-tag/secret/", {}).json()["secret"] != secret


def test_the_script_with_the_tag_is_small_and_is_the_one_of_its_integrity(tenant):
    passer = Passer()
    usual = passer.get("musubi.js", {"with": "tag"})
    version = snippets.fixed_address().rpartition("v=")[2]
    fixed = passer.get("musubi.js", {"with": "tag", "v": version})
    other = passer.get("musubi.js", {"with": "nothing"})

    digest = base64.b64encode(hashlib.sha384(fixed.content).digest()).decode()
    assert len(usual.content) < 5_000
    assert len(other.content) < 3_000
    assert snippets.integrity() == f"sha384-{digest}"
    assert "immutable" in fixed.headers["Cache-Control"]
    assert fixed.headers["Access-Control-Allow-Origin"] == "*"
    assert "document.cookie" not in usual.content.decode()
