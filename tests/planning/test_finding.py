"""What can belong to a campaign is found by words in its name."""

from campaigns import members
from tests.factories import make_route
from tests.referrals.factories import make_programme


def test_a_referral_programme_is_found_by_its_name(tenant):
    programme = make_programme("Bring a friend")

    [found] = members.search("bring", "referral")

    assert (found.owner, found.name) == (programme.ledger_owner, "Bring a friend")


def test_without_a_kind_all_kinds_are_searched(tenant):
    make_programme("Autumn friends")
    make_route("Autumn flyer")

    found = members.search("autumn")

    assert {each.name for each in found} >= {"Autumn friends", "Autumn flyer"}
