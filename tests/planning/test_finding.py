"""What can belong to a campaign is found by words in its name."""

from campaigns import services as campaigns
from tests.factories import make_campaign
from tests.referrals.factories import make_programme


def test_a_referral_programme_is_found_by_its_name_and_added(tenant, visit):
    campaign, programme = make_campaign("Autumn"), make_programme("Bring a friend")
    page, address = visit("marketer"), f"campaigns/{campaign.pk}/members/"

    found = page.read(address, {"q": "bring", "kind": "referral"})
    page.send(address, {"owner": programme.ledger_owner})

    assert f'value="{programme.ledger_owner}"' in found
    assert campaigns.of(programme.ledger_owner) == campaign
