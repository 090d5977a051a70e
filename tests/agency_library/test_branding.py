"""The look of an agency: what is taken as a logo, which colours can be read, who may say so."""

from io import BytesIO

import pytest
from django.db import connection
from django_tenants.utils import schema_context, tenant_context
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from accounts.models import Agency
from agency_library import branding
from agency_library.errors import BadColor, BadLogo, LargeLogo, PaleColor
from agency_library.models import AgencyBranding
from tests.agency_library.branding import make_picture
from tests.factories import make_user
from tests.visiting import Visitor, sign_in


@pytest.fixture
def page(tenant) -> Visitor:
    return sign_in(make_user("account_manager", whole_agency=True))


def look(agency: Agency) -> AgencyBranding:
    with schema_context("public"):
        return branding.of(agency.pk)


def filled(**given) -> dict:
    empty = {"accent": "#1f3a5f", "footer": "", "contact": "", "sender_name": "", "reply_to": ""}
    return empty | given


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_written_anew_as_png_and_shown(tenant, page, kind):
    address = f"/agency/branding/{tenant.agency.pk}/"

    shown = page.send(address, filled(logo_file=make_picture(kind, (3_000, 1_000)), footer="社外秘 🤫"))

    kept = look(tenant.agency)
    assert (kept.logo_width, kept.logo_height) == (1_200, 400)
    assert page.get(f"{address}logo/").content.startswith(b"\x89PNG")
    assert "社外秘" in shown


def test_a_logo_stays_until_it_is_taken_away(tenant, page):
    address = f"/agency/branding/{tenant.agency.pk}/"
    page.send(address, filled(logo_file=make_picture()))

    page.send(address, filled(contact="03-0000-0000"))
    assert look(tenant.agency).logo
    page.send(address, filled(drops_logo="on"))

    assert look(tenant.agency).logo is None


@pytest.mark.parametrize(
    "file",
    [
        BytesIO(b"GIF89a"),
        BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        BytesIO(make_picture().getvalue()[:90]),
        make_picture("GIF"),
        make_picture(size=(8, 8)),
    ],
)
def test_what_is_no_logo_is_refused(file):
    with pytest.raises(BadLogo):
        branding.read_logo(file)


def test_a_file_of_more_than_2_mb_is_refused_and_so_is_a_picture_that_unpacks_to_gigabytes():
    bomb = BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    bomb.seek(0)

    with pytest.raises(LargeLogo):
        branding.read_logo(BytesIO(b"\0" * 2_000_001))
    with pytest.raises(BadLogo):
        branding.read_logo(bomb)


def test_a_pale_colour_is_refused_with_one_that_can_be_read(tenant, page):
    said = page.send(f"/agency/branding/{tenant.agency.pk}/", filled(accent="#ffd400"))

    assert "White text cannot be read on this colour" in said
    assert look(tenant.agency).accent == "#1f3a5f"


@given(st.integers(0, 0xFFFFFF))
def test_the_colour_that_is_offered_instead_is_taken(number):
    assert branding.checked_color(branding.darkened(f"#{number:06x}"))


def test_contrast_is_that_of_wcag():
    assert branding.contrast("#000000") == pytest.approx(21)
    assert branding.contrast("#767676") == pytest.approx(4.54, abs=0.01)
    with pytest.raises(PaleColor):
        branding.checked_color("#777777")
    with pytest.raises(BadColor):
        branding.checked_color("blue")


def test_a_client_reads_the_look_of_its_own_agency_alone(tenant):
    with schema_context("public"):
        other = Agency.objects.create(name="Ume Agency", slug="ume")
        branding.change(other.pk, by=None, footer="Ume")
        branding.change(tenant.agency.pk, by=None, footer="Sakura")

    with tenant_context(tenant):
        assert [each.footer for each in AgencyBranding.objects.all()] == ["Sakura"]
        with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("UPDATE agency_library_agencybranding SET footer = 'x'")


def test_people_of_another_agency_do_not_find_it(tenant, page):
    with schema_context("public"):
        other = Agency.objects.create(name="Ume Agency", slug="ume")

    assert page.get(f"/agency/branding/{other.pk}/").status_code == 404
    assert page.post(f"/agency/branding/{other.pk}/", filled()).status_code == 404
