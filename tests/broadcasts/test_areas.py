import pytest

PAGES = [
    "broadcasts/",
    "broadcasts/calendar/",
    "broadcasts/series/",
    "broadcasts/results/",
    "touchpoints/",
]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_of_the_broadcasts_leads_to_the_others(visit, page):
    shown = visit("marketer").read(page)

    for other in PAGES:
        assert f'{other}"' in shown


@pytest.mark.parametrize("page", ["approval", "rules", "links", "testers"])
def test_rules_and_testers_are_reached_from_the_list(visit, page):
    assert f'broadcasts/{page}/"' in visit("account_manager").read("broadcasts/")


@pytest.mark.parametrize("page", ["library/", "library/templates/", "library/coupons/", "taps/"])
def test_each_page_of_the_library_leads_to_the_others(visit, page):
    shown = visit("marketer").read(page)

    for other in ("library/", "library/templates/", "library/coupons/", "taps/"):
        assert f'{other}"' in shown
