"""Who may do what: every address and method of Musubi, every role, and the answer.

Programs, with a key in place of a person, are in tests/api/test_who_may.py, whose table is read here. The two
doors without Django, webhook and tracked link, are public; tests/channels and tests/broadcasts try them.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from django_tenants.utils import schema_context, tenant_context

from accounts import permissions
from accounts import services as accounts
from accounts.models import Membership, Tenant, User
from tests.api.test_who_may import TABLE as API_TABLE
from tests.api.test_who_may import filled
from tests.factories import make_user
from tests.one_of_each import one_of_each

ROLES = set(Membership.Role.values)
NONE: set[str] = set()
LOOKERS = ROLES - {"finance"}
PAYERS = ROLES - {"creator"}
WRITERS = {"owner", "account_manager", "creator", "marketer"}
SENDERS = {"owner", "account_manager", "marketer"}
CHATTERS = SENDERS
CHAT_READERS = ROLES - {"finance", "approver"}
APPROVERS = {"approver"}
MANAGERS = {"owner", "account_manager"}
JUDGES = MANAGERS | APPROVERS
SPEAKERS = WRITERS | APPROVERS
OWNERS = {"owner"}
BILLERS = {"owner", "finance"}
BUDGETERS = {"owner", "account_manager", "finance"}
COMPARERS = {"owner", "account_manager", "creator", "analyst"}
NET_READERS = {"owner", "account_manager", "analyst", "finance"}
STAFF = {"owner", "account_manager", "creator", "analyst", "finance"}
REPORT_READERS = ROLES - {"creator", "finance"}
DRAFT_READERS = {"owner", "account_manager", "analyst"}
OPERATOR = {"operator"}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def admin(address: str, *, view: set, add: set = NONE, change: set = NONE, delete: set = NONE) -> list[tuple]:
    """The rows of a model in an admin site. Forms are sent empty: whoever may is shown what is missing."""
    pk = "{" + "_".join(address.strip("/").split("/")[-2:]) + "}"
    return [
        ("GET", f"{address}", view, 200),
        ("GET", f"{address}add/", add, 200),
        ("POST", f"{address}add/", add, 200),
        ("GET", f"{address}{pk}/", ROLES | OPERATOR, 302),  # to the next
        ("GET", f"{address}{pk}/change/", view, 200),
        ("POST", f"{address}{pk}/change/", change, 200),
        ("GET", f"{address}{pk}/delete/", delete, 200),
    ]


def holders(scopes: str) -> set[str]:
    """The roles that have all of these."""
    return set.intersection(*(HOLDERS[scope] for scope in scopes.split()))


def histories(rows: list[tuple]) -> list[tuple]:
    """Where the history of each row is, and who sees it: whoever sees the row."""
    return [
        (row[1].replace("/change/", "/history/"), row[2])
        for row in rows
        if row[0] == "GET" and row[1].endswith("/change/")
    ]


# Method, address below /c/<slug>/, who may, what they are answered. Others of the client get 403, strangers
# 404.
PAGES = [
    ("GET", "", ROLES, 200),
    ("GET", "friends/", LOOKERS, 200),
    ("POST", "friends/tagging/", WRITERS, 302),  # nobody is chosen
    ("GET", "friends/{friend}/", LOOKERS, 200),
    ("GET", "friends/{friend}/elsewhere/", LOOKERS, 200),
    ("GET", "friends/{friend}/edit/", WRITERS, 200),
    ("POST", "friends/{friend}/edit/", WRITERS, 200),
    ("POST", "friends/{friend}/profile/", WRITERS, 302),
    ("POST", "friends/{friend}/stop/", WRITERS, 302),
    ("POST", "friends/{friend}/resume/", WRITERS, 302),
    ("POST", "friends/{friend}/tags/", WRITERS, 200),
    ("POST", "friends/{friend}/tags/{tag}/remove/", WRITERS, 200),
    ("GET", "friends/tags/", LOOKERS, 200),
    ("POST", "friends/tags/new/", WRITERS, 200),
    ("GET", "friends/tags/{tag}/", WRITERS, 200),
    ("POST", "friends/tags/{tag}/", WRITERS, 200),
    ("GET", "friends/tags/{tag}/delete/", MANAGERS, 200),
    ("POST", "friends/tags/{tag}/delete/", MANAGERS, 302),
    ("POST", "friends/tags/{tag}/merge/", MANAGERS, 200),
    ("GET", "friends/fields/", LOOKERS, 200),
    ("GET", "friends/fields/new/", WRITERS, 200),
    ("POST", "friends/fields/new/", WRITERS, 200),
    ("GET", "friends/fields/{field}/", WRITERS, 200),
    ("POST", "friends/fields/{field}/", WRITERS, 200),
    ("POST", "friends/fields/{field}/act/", WRITERS, 302),
    ("GET", "friends/imports/", MANAGERS, 200),
    ("POST", "friends/imports/", MANAGERS, 200),
    ("GET", "friends/imports/line/", MANAGERS, 302),
    ("POST", "friends/imports/line/", MANAGERS, 302),
    ("GET", "friends/imports/{friend_import}/", MANAGERS, 200),
    ("POST", "friends/imports/{friend_import}/", MANAGERS, 200),
    ("GET", "friends/imports/{friend_import}/live/", MANAGERS, 200),
    ("POST", "friends/imports/{friend_import}/act/", MANAGERS, 302),
    ("GET", "friends/imports/{friend_import}/refused/", MANAGERS, 200),
    ("GET", "friends/export/", MANAGERS, 200),
    ("GET", "imports/", WRITERS, 200),  # who may import anything: some, not all kinds
    ("GET", "customers/", LOOKERS, 200),
    ("GET", "customers/new/", WRITERS, 200),
    ("POST", "customers/new/", WRITERS, 200),
    ("GET", "customers/{customers_customer}/", LOOKERS, 200),
    ("GET", "customers/{customers_customer}/life/", LOOKERS, 200),
    ("GET", "customers/{customers_customer}/edit/", WRITERS, 200),
    ("POST", "customers/{customers_customer}/edit/", WRITERS, 200),
    ("POST", "customers/{customers_customer}/contacts/", MANAGERS, 200),
    ("GET", "customers/{customers_customer}/merge/", MANAGERS, 200),
    ("GET", "customers/{customers_customer}/merge/{other_customer}/", MANAGERS, 200),
    ("POST", "customers/{customers_customer}/merge/{other_customer}/", MANAGERS, 302),
    ("GET", "customers/{customers_customer}/erase/", MANAGERS, 200),
    ("POST", "customers/{customers_customer}/erase/", MANAGERS, 302),
    ("POST", "customers/{customers_customer}/readmit/", MANAGERS, 302),
    ("GET", "customers/fields/", LOOKERS, 200),
    ("GET", "customers/fields/new/", WRITERS, 200),
    ("POST", "customers/fields/new/", WRITERS, 200),
    ("POST", "customers/fields/settings/", MANAGERS, 302),
    ("GET", "customers/fields/{customer_field}/", WRITERS, 200),
    ("POST", "customers/fields/{customer_field}/", WRITERS, 200),
    ("POST", "customers/fields/{customer_field}/act/", WRITERS, 302),
    ("GET", "customers/export/", MANAGERS, 200),
    ("GET", "customers/export/file/", MANAGERS, 400),
    ("GET", "imports/new/customers/", MANAGERS, 200),
    ("POST", "imports/new/customers/", MANAGERS, 200),
    ("GET", "imports/new/customers/sample/", MANAGERS, 200),
    ("POST", "imports/columns/{saved_columns}/forget/", MANAGERS, 302),
    ("GET", "imports/{import_run}/", MANAGERS, 200),
    ("POST", "imports/{import_run}/", MANAGERS, 200),
    ("GET", "imports/{import_run}/live/", MANAGERS, 200),
    ("POST", "imports/{import_run}/act/", MANAGERS, 302),
    ("GET", "imports/{import_run}/refused/", MANAGERS, 200),
    ("GET", "friends/export/file/", MANAGERS, 400),  # no columns are chosen
    ("GET", "friends/attributes/", LOOKERS, 200),
    ("POST", "friends/attributes/fetch/", WRITERS, 302),
    ("GET", "taps/", LOOKERS, 200),
    ("GET", "taps/new/", WRITERS, 200),
    ("POST", "taps/new/", WRITERS, 200),
    ("GET", "taps/{tap_action}/", WRITERS, 200),
    ("POST", "taps/{tap_action}/", WRITERS, 200),
    ("POST", "taps/{tap_action}/archive/", WRITERS, 302),
    ("POST", "taps/{tap_action}/restore/", WRITERS, 302),
    ("GET", "library/templates/", LOOKERS, 200),
    ("GET", "library/templates/new/", WRITERS, 200),
    ("POST", "library/templates/new/", WRITERS, 200),
    ("GET", "library/templates/pick/", LOOKERS, 200),
    ("GET", "library/templates/agency/", LOOKERS, 200),
    ("GET", "library/templates/agency/{agency_template}/", LOOKERS, 200),
    ("POST", "library/templates/agency/{agency_template}/copy/", WRITERS, 302),
    ("GET", "library/templates/{message_template}/", LOOKERS, 200),
    ("GET", "library/templates/{message_template}/edit/", WRITERS, 200),
    ("POST", "library/templates/{message_template}/edit/", WRITERS, 200),
    ("POST", "library/templates/{message_template}/use/", LOOKERS, 302),
    ("GET", "library/templates/{message_template}/share/", MANAGERS, 200),
    ("POST", "library/templates/{message_template}/share/", MANAGERS, 302),
    ("GET", "library/templates/{message_template}/delete/", MANAGERS, 200),
    ("POST", "library/templates/{message_template}/delete/", MANAGERS, 302),
    ("GET", "coupons/", LOOKERS, 200),
    ("GET", "coupons/new/", WRITERS, 200),
    ("POST", "coupons/new/", WRITERS, 200),
    ("GET", "coupons/scan/", SENDERS, 200),
    ("POST", "coupons/scan/redeem/", SENDERS, 200),
    ("GET", "coupons/uses/{redemption}/", SENDERS, 200),
    ("POST", "coupons/uses/{redemption}/", SENDERS, 200),
    ("GET", "coupons/friends/{friend}/", LOOKERS, 200),
    ("POST", "coupons/friends/{friend}/give/", SENDERS, 200),
    ("GET", "coupons/tickets/{ticket}/withdraw/", MANAGERS, 200),
    ("POST", "coupons/tickets/{ticket}/withdraw/", MANAGERS, 302),
    ("POST", "coupons/gifts/{gift}/stop/", SENDERS, 302),
    ("GET", "coupons/{own_coupon}/", LOOKERS, 200),
    ("GET", "coupons/{own_coupon}/edit/", WRITERS, 200),
    ("POST", "coupons/{own_coupon}/edit/", WRITERS, 200),
    ("POST", "coupons/{own_coupon}/copy/", WRITERS, 302),
    ("GET", "coupons/{own_coupon}/codes/", LOOKERS, 200),
    ("POST", "coupons/{own_coupon}/codes/add/", WRITERS, 200),
    ("POST", "coupons/{own_coupon}/codes/make/", WRITERS, 302),
    ("GET", "coupons/{own_coupon}/codes/upload/", WRITERS, 200),
    ("POST", "coupons/{own_coupon}/codes/upload/", WRITERS, 200),
    ("GET", "coupons/{own_coupon}/codes/file/", WRITERS, 200),
    ("GET", "coupons/{own_coupon}/people/", LOOKERS, 200),
    ("GET", "coupons/{own_coupon}/give/", SENDERS, 200),
    ("POST", "coupons/{own_coupon}/give/", SENDERS, 200),
    ("GET", "coupons/{own_coupon}/give/progress/", SENDERS, 200),
    ("GET", "coupons/{own_coupon}/results/", LOOKERS, 200),
    ("GET", "coupons/{own_coupon}/results/file/", LOOKERS, 200),
    ("GET", "coupons/{draft_coupon}/start/", SENDERS, 200),
    ("POST", "coupons/{draft_coupon}/start/", SENDERS, 302),
    ("GET", "coupons/{own_coupon}/close/", SENDERS, 200),
    ("POST", "coupons/{own_coupon}/close/", SENDERS, 302),
    ("GET", "coupons/{draft_coupon}/delete/", MANAGERS, 200),
    ("POST", "coupons/{draft_coupon}/delete/", MANAGERS, 302),
    ("GET", "referrals/", LOOKERS, 200),
    ("GET", "referrals/new/", WRITERS, 200),
    ("POST", "referrals/new/", WRITERS, 200),  # no name
    ("GET", "referrals/friends/{friend}/", LOOKERS, 200),
    ("GET", "referrals/referral/{referral}/", LOOKERS, 200),
    ("POST", "referrals/referral/{referral}/confirm/", SENDERS, 302),
    ("POST", "referrals/referral/{referral}/refuse/", SENDERS, 200),  # no reason is given
    ("GET", "referrals/inviter/{referral_part}/", LOOKERS, 200),
    ("POST", "referrals/reward/{referral_grant}/again/", SENDERS, 302),
    ("GET", "referrals/{referral_programme}/", LOOKERS, 200),
    ("GET", "referrals/{referral_programme}/edit/", WRITERS, 200),
    ("POST", "referrals/{referral_programme}/edit/", WRITERS, 200),  # no name
    ("GET", "referrals/{referral_programme}/publish/", SENDERS, 200),
    ("POST", "referrals/{referral_programme}/publish/", SENDERS, 200),  # no revision is told
    ("POST", "referrals/{referral_programme}/copy/", WRITERS, 302),
    ("GET", "referrals/{referral_programme}/people/", LOOKERS, 200),
    ("GET", "referrals/{referral_programme}/inviters/", LOOKERS, 200),
    ("POST", "referrals/{referral_programme}/rewards/again/", SENDERS, 302),
    ("GET", "referrals/{referral_programme}/file/", MANAGERS, 200),
    ("GET", "referrals/{referral_programme}/pause/", SENDERS, 200),
    ("POST", "referrals/{referral_programme}/pause/", SENDERS, 302),
    ("GET", "referrals/{referral_programme}/end/", SENDERS, 200),
    ("POST", "referrals/{referral_programme}/end/", SENDERS, 302),
    ("GET", "referrals/{referral_draft}/delete/", MANAGERS, 200),
    ("POST", "referrals/{referral_draft}/delete/", MANAGERS, 302),
    ("GET", "imports/new/coupon_codes/", WRITERS, 200),
    ("POST", "imports/new/coupon_codes/", WRITERS, 200),
    ("GET", "imports/new/coupon_codes/sample/", WRITERS, 200),
    ("GET", "surveys/", LOOKERS, 200),
    ("GET", "surveys/new/", WRITERS, 200),
    ("POST", "surveys/new/", WRITERS, 200),  # no name
    ("GET", "surveys/friends/{friend}/", LOOKERS, 200),
    ("GET", "surveys/{survey}/", LOOKERS, 200),
    ("GET", "surveys/{survey}/live/", LOOKERS, 200),
    ("GET", "surveys/{survey}/qr.svg", LOOKERS, 200),
    ("GET", "surveys/{survey}/edit/", WRITERS, 200),
    ("POST", "surveys/{survey}/edit/", WRITERS, 409),  # no revision is told
    ("GET", "surveys/{survey}/preview/", LOOKERS, 200),
    ("GET", "surveys/{survey}/settings/", WRITERS, 200),
    ("POST", "surveys/{survey}/settings/", WRITERS, 200),  # no name
    ("GET", "surveys/{survey}/publish/", SENDERS, 200),
    ("POST", "surveys/{survey}/publish/", SENDERS, 200),  # no revision is told
    ("GET", "surveys/{survey}/close/", SENDERS, 200),
    ("POST", "surveys/{survey}/close/", SENDERS, 302),
    ("POST", "surveys/{survey}/copy/", WRITERS, 302),
    ("GET", "surveys/{survey_draft}/delete/", MANAGERS, 200),
    ("POST", "surveys/{survey_draft}/delete/", MANAGERS, 302),
    ("GET", "library/coupons/", LOOKERS, 200),
    ("POST", "library/coupons/refresh/", WRITERS, 302),
    ("GET", "library/coupons/reading/", LOOKERS, 200),
    ("GET", "library/coupons/card/", LOOKERS, 200),
    ("GET", "library/coupons/new/", WRITERS, 200),
    ("POST", "library/coupons/new/", WRITERS, 200),
    ("GET", "library/coupons/{coupon}/", LOOKERS, 200),
    ("GET", "library/coupons/{coupon}/close/", WRITERS, 200),
    ("POST", "library/coupons/{coupon}/close/", WRITERS, 200),  # there is nobody to ask
    ("GET", "broadcasts/{broadcast}/template/", WRITERS, 200),
    ("POST", "broadcasts/{broadcast}/template/", WRITERS, 200),
    ("POST", "messages/compose/weight/", LOOKERS, 404),  # no bubble is named
    ("GET", "library/", LOOKERS, 200),
    ("POST", "library/upload/", WRITERS, 302),  # no file
    ("GET", "library/pick/", LOOKERS, 200),
    ("GET", "library/pick/{media_file}/", LOOKERS, 200),
    ("POST", "library/pick/{media_file}/", LOOKERS, 200),
    ("POST", "library/folders/new/", WRITERS, 302),  # no name
    ("GET", "library/folders/{media_folder}/", WRITERS, 200),
    ("POST", "library/folders/{media_folder}/", WRITERS, 302),
    ("GET", "library/{media_file}/", LOOKERS, 200),
    ("POST", "library/{media_file}/", LOOKERS, 200),  # who may not change it is shown it
    ("POST", "library/{media_file}/preview/", WRITERS, 302),
    ("POST", "library/{media_file}/act/", WRITERS, 302),
    ("GET", "library/{media_file}/delete/", MANAGERS, 200),
    ("POST", "library/{media_file}/delete/", MANAGERS, 302),
    ("GET", "auto-replies/", LOOKERS, 200),
    ("POST", "auto-replies/try/", LOOKERS, 200),
    ("GET", "auto-replies/new/", WRITERS, 200),
    ("POST", "auto-replies/new/", WRITERS, 200),
    ("GET", "auto-replies/{auto_reply}/", WRITERS, 200),
    ("POST", "auto-replies/{auto_reply}/", WRITERS, 200),
    ("POST", "auto-replies/{auto_reply}/on/", WRITERS, 302),
    ("POST", "auto-replies/{auto_reply}/off/", WRITERS, 302),
    ("POST", "auto-replies/{auto_reply}/up/", WRITERS, 302),
    ("GET", "auto-replies/{auto_reply}/delete/", WRITERS, 200),
    ("POST", "auto-replies/{auto_reply}/delete/", WRITERS, 302),
    ("GET", "auto-replies/hours/", WRITERS, 200),
    ("POST", "auto-replies/hours/", WRITERS, 200),
    ("GET", "chats/", CHAT_READERS, 200),
    ("GET", "chats/rows/", CHAT_READERS, 200),
    ("GET", "chats/unread/", CHAT_READERS, 200),
    ("GET", "chats/saved-replies/", CHAT_READERS, 200),
    ("GET", "chats/saved-replies/new/", CHATTERS, 200),
    ("POST", "chats/saved-replies/new/", CHATTERS, 200),
    ("GET", "chats/saved-replies/{saved_reply}/", CHATTERS, 200),
    ("POST", "chats/saved-replies/{saved_reply}/", CHATTERS, 200),
    ("GET", "chats/saved-replies/{saved_reply}/delete/", CHATTERS, 200),
    ("POST", "chats/saved-replies/{saved_reply}/delete/", CHATTERS, 302),
    ("GET", "chats/settings/", MANAGERS, 200),
    ("POST", "chats/settings/", MANAGERS, 302),
    ("GET", "chats/files/{file}/", CHAT_READERS, 404),  # the file itself is gone
    ("GET", "chats/files/{file}/small/", CHAT_READERS, 404),
    ("GET", "chats/{conversation}/", CHAT_READERS, 200),
    ("GET", "chats/{conversation}/earlier/", CHAT_READERS, 200),
    ("GET", "chats/{conversation}/news/", CHAT_READERS, 200),
    ("GET", "chats/{conversation}/cost/", CHATTERS, 200),
    ("POST", "chats/{conversation}/messages/", CHATTERS, 200),
    ("POST", "chats/{conversation}/pictures/", CHATTERS, 200),
    ("POST", "chats/{conversation}/messages/{sending}/again/", CHATTERS, 302),
    ("POST", "chats/{conversation}/messages/{sending}/arrived/", CHATTERS, 200),
    ("POST", "chats/{conversation}/notes/", CHATTERS, 200),
    ("POST", "chats/{conversation}/state/", CHATTERS, 400),  # the form names no state
    ("POST", "chats/{conversation}/assignee/", CHATTERS, 302),
    ("POST", "chats/{conversation}/seen/", CHATTERS, 204),
    ("POST", "chats/{conversation}/typing/", CHATTERS, 204),
    ("GET", "shop/", LOOKERS, 200),
    ("GET", "shop/orders/", LOOKERS, 200),
    ("GET", "shop/orders/{order}/", LOOKERS, 200),
    ("POST", "shop/orders/{order}/cancel/", WRITERS, 302),
    ("GET", "shop/orders/of-customer/{customers_customer}/", LOOKERS, 200),
    ("GET", "shop/products/", LOOKERS, 200),
    ("GET", "shop/products/{product}/", LOOKERS, 200),
    ("GET", "shop/events/", LOOKERS, 200),
    ("GET", "shop/event-types/", LOOKERS, 200),
    ("GET", "shop/event-types/new/", WRITERS, 200),
    ("POST", "shop/event-types/new/", WRITERS, 200),
    ("POST", "shop/event-types/unknown/", MANAGERS, 302),
    ("GET", "shop/event-types/{event_type}/", WRITERS, 200),
    ("POST", "shop/event-types/{event_type}/", WRITERS, 200),
    ("GET", "shop/settings/", MANAGERS, 200),
    ("POST", "shop/settings/", MANAGERS, 200),
    ("GET", "imports/new/orders/", WRITERS, 200),
    ("POST", "imports/new/orders/", WRITERS, 200),
    ("GET", "imports/new/orders/sample/", WRITERS, 200),
    ("GET", "imports/new/products/", WRITERS, 200),
    ("POST", "imports/new/products/", WRITERS, 200),
    ("GET", "imports/new/products/sample/", WRITERS, 200),
    ("GET", "id-links/settings/", MANAGERS, 200),
    ("POST", "id-links/settings/", MANAGERS, 200),
    ("POST", "id-links/settings/secret/", MANAGERS, 302),
    ("GET", "routes/", LOOKERS, 200),
    ("GET", "routes/new/", WRITERS, 200),
    ("POST", "routes/new/", WRITERS, 200),
    ("GET", "routes/early-blocks/", LOOKERS, 200),
    ("GET", "routes/early-blocks.csv", LOOKERS, 200),
    ("GET", "routes/costs/", PAYERS, 302),
    ("GET", "routes/costs.csv", PAYERS, 302),
    ("GET", "routes/costs/entered/", PAYERS, 200),
    ("GET", "routes/costs/new/", SENDERS, 200),
    ("POST", "routes/costs/new/", SENDERS, 200),
    ("GET", "routes/costs/{ad_cost}/", SENDERS, 200),
    ("POST", "routes/costs/{ad_cost}/", SENDERS, 200),
    ("GET", "routes/costs/{ad_cost}/delete/", SENDERS, 200),
    ("POST", "routes/costs/{ad_cost}/delete/", SENDERS, 302),
    ("GET", "acquisition/", ROLES, 200),
    ("GET", "acquisition/file/", ROLES, 200),
    ("GET", "acquisition/compare/", ROLES, 200),
    ("GET", "acquisition/months/", ROLES, 200),
    ("GET", "acquisition/months/file/", ROLES, 200),
    ("GET", "acquisition/margin/", SENDERS, 200),
    ("POST", "acquisition/margin/", SENDERS, 200),
    ("POST", "routes/folders/", WRITERS, 302),
    ("GET", "routes/folders/{folder}/", WRITERS, 200),
    ("POST", "routes/folders/{folder}/", WRITERS, 302),
    ("GET", "routes/of-friend/{friend}/", LOOKERS, 200),
    ("GET", "routes/{route}/", LOOKERS, 200),
    ("GET", "routes/{route}/edit/", WRITERS, 200),
    ("POST", "routes/{route}/edit/", WRITERS, 200),
    ("POST", "routes/{route}/archive/", WRITERS, 302),
    ("POST", "routes/{route}/restore/", WRITERS, 302),
    ("POST", "routes/{route}/duplicate/", WRITERS, 302),
    ("GET", "routes/{route}/qr.svg", LOOKERS, 200),
    ("GET", "routes/{route}/qr.png", LOOKERS, 200),
    ("GET", "id-links/", LOOKERS, 200),
    ("GET", "id-links/rate/", LOOKERS, 200),
    ("GET", "id-links/new/", MANAGERS, 200),
    ("POST", "id-links/new/", MANAGERS, 200),
    ("GET", "id-links/{link}/", LOOKERS, 200),
    ("GET", "id-links/{link}/end/", MANAGERS, 200),
    ("POST", "id-links/{link}/end/", MANAGERS, 302),
    ("GET", "id-links/customers/{customers_customer}/", LOOKERS, 200),
    ("GET", "id-links/friends/{friend}/", LOOKERS, 200),
    ("GET", "id-links/conflicts/", LOOKERS, 200),
    ("POST", "id-links/conflicts/decide/", MANAGERS, 302),  # nothing is chosen
    ("GET", "id-links/attempts/", LOOKERS, 200),
    ("GET", "id-links/settings/after/", MANAGERS, 200),
    ("POST", "id-links/settings/after/", MANAGERS, 200),
    ("GET", "id-links/settings/after/card/", LOOKERS, 200),
    ("GET", "entry-points/", LOOKERS, 200),
    ("GET", "entry-points/funnel.csv", LOOKERS, 200),
    ("GET", "entry-points/new/", WRITERS, 200),
    ("POST", "entry-points/new/", WRITERS, 200),
    ("GET", "entry-points/thanks/", LOOKERS, 200),
    ("GET", "entry-points/thanks/edit/", WRITERS, 200),
    ("POST", "entry-points/thanks/edit/", WRITERS, 200),
    ("POST", "entry-points/thanks/archive/", WRITERS, 302),
    ("POST", "entry-points/thanks/restore/", WRITERS, 302),
    ("GET", "entry-points/thanks/qr.svg", LOOKERS, 200),
    ("GET", "entry-points/thanks/qr.png", LOOKERS, 200),
    ("GET", "entry-points/thanks/invitations/new/", WRITERS, 200),
    ("POST", "entry-points/thanks/invitations/new/", WRITERS, 200),
    ("GET", "entry-points/thanks/invitations/{invitation}/", WRITERS, 200),
    ("POST", "entry-points/thanks/invitations/{invitation}/", WRITERS, 200),
    ("POST", "entry-points/thanks/invitations/{invitation}/stop/", WRITERS, 302),
    ("POST", "entry-points/thanks/invitations/{invitation}/resume/", WRITERS, 302),
    ("POST", "entry-points/thanks/invitations/{invitation}/choose/", WRITERS, 302),
    ("GET", "card/", LOOKERS, 200),
    ("POST", "card/", LOOKERS, 200),  # who may not change it is shown it
    ("POST", "card/preview/", MANAGERS, 200),
    ("GET", "segments/", LOOKERS, 200),
    ("GET", "segments/ready/", LOOKERS, 200),
    ("GET", "segments/ready/not-linked/count/", LOOKERS, 200),
    ("GET", "segments/compare/", LOOKERS, 200),
    ("GET", "segments/new/", WRITERS, 200),
    ("POST", "segments/new/", WRITERS, 200),
    ("POST", "segments/build/", LOOKERS, 200),
    ("GET", "segments/rfm/", LOOKERS, 200),
    ("POST", "segments/rfm/change/", WRITERS, 200),
    ("GET", "segments/{segment}/", LOOKERS, 200),
    ("GET", "segments/{segment}/edit/", WRITERS, 200),
    ("POST", "segments/{segment}/edit/", WRITERS, 200),
    ("GET", "segments/{segment}/count/", LOOKERS, 200),
    ("GET", "segments/{segment}/why/", LOOKERS, 200),
    ("POST", "segments/{segment}/copy/", WRITERS, 302),
    ("GET", "segments/{segment}/delete/", MANAGERS, 200),
    ("POST", "segments/{segment}/delete/", MANAGERS, 200),
    ("GET", "segments/{segment}/export/", MANAGERS, 200),
    ("GET", "segments/{segment}/export/file/", MANAGERS, 400),
    ("POST", "segments/plan/", LOOKERS, 200),
    ("GET", "segments/{segment}/plan/", LOOKERS, 200),
    ("GET", "segments/audiences/", LOOKERS, 200),
    ("POST", "segments/audiences/{audience}/", MANAGERS, 302),
    ("GET", "segments/lists/", LOOKERS, 200),
    ("POST", "segments/lists/new/", WRITERS, 200),
    ("GET", "segments/lists/{friend_list}/", LOOKERS, 200),
    ("GET", "segments/lists/{friend_list}/filling/", LOOKERS, 200),
    ("GET", "segments/lists/{friend_list}/edit/", WRITERS, 200),
    ("POST", "segments/lists/{friend_list}/edit/", WRITERS, 200),
    ("GET", "segments/lists/{friend_list}/delete/", MANAGERS, 200),
    ("POST", "segments/lists/{friend_list}/delete/", MANAGERS, 302),
    ("POST", "segments/lists/{friend_list}/add/", WRITERS, 200),
    ("POST", "segments/lists/{friend_list}/act/", WRITERS, 302),
    ("GET", "segments/lists/{friend_list}/import/", WRITERS, 200),
    ("POST", "segments/lists/{friend_list}/import/", WRITERS, 200),
    ("GET", "segments/lists/from/{segment}/", WRITERS, 200),
    ("POST", "segments/lists/from/{segment}/", WRITERS, 200),
    ("GET", "imports/new/friend_list/", WRITERS, 200),
    ("POST", "imports/new/friend_list/", WRITERS, 200),
    ("GET", "imports/new/friend_list/sample/", WRITERS, 200),
    ("GET", "scenarios/", LOOKERS, 200),
    ("GET", "scenarios/new/", WRITERS, 200),
    ("POST", "scenarios/new/", WRITERS, 200),  # no name
    ("GET", "scenarios/{scenario}/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/panel/", LOOKERS, 200),
    ("POST", "scenarios/{scenario}/panel/", WRITERS, 200),  # no part is named
    ("POST", "scenarios/{scenario}/act/", WRITERS, 200),  # no step is named
    ("GET", "scenarios/{scenario}/people/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/condition/", WRITERS, 200),
    ("POST", "scenarios/{scenario}/condition/", WRITERS, 200),  # no revision is told
    ("GET", "scenarios/{scenario}/publish/", SENDERS, 200),
    ("POST", "scenarios/{scenario}/publish/", SENDERS, 200),  # no revision is told
    ("POST", "scenarios/{scenario}/pause/", SENDERS, 302),
    ("POST", "scenarios/{scenario}/resume/", SENDERS, 302),
    ("POST", "scenarios/{scenario}/ask-again/", SENDERS, 302),
    ("GET", "scenarios/{scenario}/archive/", SENDERS, 200),
    ("POST", "scenarios/{scenario}/archive/", SENDERS, 302),
    ("POST", "scenarios/{scenario}/copy/", WRITERS, 302),
    ("GET", "scenarios/{scenario}/rename/", WRITERS, 200),
    ("POST", "scenarios/{scenario}/rename/", WRITERS, 200),  # no name
    ("GET", "scenarios/{scenario}/versions/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/versions/1/", WRITERS, 200),
    ("POST", "scenarios/{scenario}/versions/1/", WRITERS, 200),  # no revision is told
    ("GET", "surveys/{survey}/results/", LOOKERS, 200),
    ("GET", "surveys/{survey}/results/file/", LOOKERS, 200),
    ("GET", "surveys/{survey}/results/cross/", LOOKERS, 200),
    ("GET", "surveys/{survey}/results/cross/file/?row=question:q1&column=question:q2", LOOKERS, 200),
    ("GET", "surveys/{survey}/results/words/q3/", LOOKERS, 200),
    ("GET", "surveys/{survey}/results/texts/q3/", LOOKERS, 200),
    ("GET", "surveys/{survey}/results/answers/", MANAGERS, 200),
    ("GET", "surveys/{survey}/results/answers/file/?kind=utf-8", MANAGERS, 200),
    ("GET", "surveys/{survey}/results/winners/", LOOKERS, 200),
    ("POST", "surveys/{survey}/results/winners/", SENDERS, 200),  # nothing is said to be won
    ("GET", "surveys/{survey}/results/import/", MANAGERS, 302),
    ("GET", "surveys/from-file/", MANAGERS, 200),
    ("POST", "surveys/from-file/", MANAGERS, 200),  # no file is chosen
    ("GET", "surveys/from-file/{survey_file}/", MANAGERS, 200),
    ("POST", "surveys/from-file/{survey_file}/", MANAGERS, 200),  # its file is gone
    ("GET", "surveys/winners/{winner_draw}/", LOOKERS, 200),
    ("GET", "surveys/winners/{winner_draw}/file/", MANAGERS, 200),
    ("POST", "surveys/winners/{winner_draw}/list/", WRITERS, 302),
    ("POST", "surveys/winners/{winner_draw_open}/draw/", SENDERS, 302),
    ("GET", "scenarios/{scenario}/results/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/results/file/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/unknown/", LOOKERS, 200),
    ("POST", "scenarios/{scenario}/unknown/", SENDERS, 302),  # nothing is chosen
    ("GET", "scenarios/import/", WRITERS, 200),
    ("POST", "scenarios/import/", WRITERS, 200),  # no file is chosen
    ("GET", "scenarios/{scenario}/export/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/dry-run/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/dry-run/friends/", LOOKERS, 200),
    ("GET", "scenarios/{scenario}/test/", LOOKERS, 200),
    ("POST", "scenarios/{scenario}/test/", WRITERS, 200),  # nobody is chosen
    ("GET", "scenarios/{scenario}/test/live/", LOOKERS, 200),
    ("POST", "scenarios/{scenario}/test/{scenario_trial}/", WRITERS, 302),
    ("GET", "scenarios/{scenario}/entries/", LOOKERS, 200),
    ("POST", "scenarios/{scenario}/entries/", SENDERS, 404),  # the form names no friend
    ("GET", "scenarios/{scenario}/entries/friends/", SENDERS, 200),
    ("POST", "scenarios/{scenario}/entries/{scenario_entry}/out/", SENDERS, 302),
    ("GET", "scenarios/friends/{friend}/", LOOKERS, 200),
    ("GET", "scenarios/customers/{customers_customer}/", LOOKERS, 200),
    ("GET", "scenarios/ready/", LOOKERS, 200),
    ("GET", "scenarios/of-coupon/{own_coupon}/", LOOKERS, 200),
    ("GET", "scenarios/ready/order_notice/", LOOKERS, 200),
    ("POST", "scenarios/ready/order_notice/", WRITERS, 200),
    ("GET", "broadcasts/", LOOKERS, 200),
    ("GET", "broadcasts/new/", WRITERS, 200),
    ("POST", "broadcasts/new/", WRITERS, 200),
    ("POST", "messages/compose/", LOOKERS, 200),
    ("GET", "broadcasts/forecast/", LOOKERS, 200),
    ("POST", "broadcasts/own-pages/", LOOKERS, 200),
    ("GET", "broadcasts/month-end/", PAYERS, 200),
    ("GET", "broadcasts/plan/", LOOKERS, 200),
    ("GET", "broadcasts/time/", LOOKERS, 200),
    ("GET", "broadcasts/rules/", MANAGERS, 200),
    ("POST", "broadcasts/rules/", MANAGERS, 200),
    ("GET", "broadcasts/calendar/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/move/", SENDERS, 200),
    ("POST", "broadcasts/{broadcast}/move/", SENDERS, 200),
    ("GET", "broadcasts/series/", LOOKERS, 200),
    ("GET", "broadcasts/series/{series}/", LOOKERS, 200),
    ("GET", "broadcasts/series/{series}/rule/", SENDERS, 200),
    ("POST", "broadcasts/series/{series}/rule/", SENDERS, 200),
    ("GET", "broadcasts/series/{series}/dates/{series_day}/", SENDERS, 200),
    ("POST", "broadcasts/series/{series}/dates/{series_day}/", SENDERS, 200),
    ("GET", "broadcasts/series/{series}/pause/", SENDERS, 200),
    ("POST", "broadcasts/series/{series}/pause/", SENDERS, 302),
    ("GET", "broadcasts/series/{series}/resume/", SENDERS, 200),
    ("POST", "broadcasts/series/{series}/resume/", SENDERS, 302),
    ("GET", "broadcasts/series/{series}/end/", SENDERS, 200),
    ("POST", "broadcasts/series/{series}/end/", SENDERS, 302),
    ("GET", "broadcasts/links/", MANAGERS, 200),
    ("POST", "broadcasts/links/", MANAGERS, 200),
    ("GET", "broadcasts/{broadcast}/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/live/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/plan/", LOOKERS, 200),
    ("GET", "broadcasts/status/", LOOKERS, 200),
    ("POST", "broadcasts/status/follow-up/", WRITERS, 404),
    ("GET", "broadcasts/balance/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/status/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/checks/", LOOKERS, 200),
    ("POST", "broadcasts/{broadcast}/checks/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/clicks/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/clicks/file/", MANAGERS, 200),
    ("GET", "broadcasts/{broadcast}/results/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/results/export/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/results/file/", LOOKERS, 400),  # nothing of it was sent
    ("GET", "broadcasts/{broadcast}/receivers/", LOOKERS, 200),
    ("GET", "broadcasts/results/", LOOKERS, 200),
    ("GET", "broadcasts/results/file/", LOOKERS, 200),
    ("GET", "broadcasts/results/compare/", LOOKERS, 400),  # the address names no sends
    ("GET", "broadcasts/results/compare/file/", LOOKERS, 400),
    ("GET", "broadcasts/{broadcast}/edit/", WRITERS, 200),
    ("POST", "broadcasts/{broadcast}/edit/", WRITERS, 200),
    ("GET", "broadcasts/{broadcast}/review/", JUDGES, 200),
    ("POST", "broadcasts/{broadcast}/review/", JUDGES, 200),
    ("GET", "broadcasts/{broadcast}/compare/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/comments/", LOOKERS, 200),
    ("POST", "broadcasts/{broadcast}/comments/", SPEAKERS, 302),
    ("POST", "broadcasts/{broadcast}/comments/{comment}/", SPEAKERS, 302),
    ("POST", "broadcasts/{broadcast}/withdraw/", WRITERS, 302),
    ("GET", "broadcasts/approval/", MANAGERS, 200),
    ("POST", "broadcasts/approval/", MANAGERS, 200),
    ("GET", "broadcasts/{broadcast}/test/", WRITERS, 200),
    ("POST", "broadcasts/{broadcast}/test/", WRITERS, 200),
    ("GET", "broadcasts/{broadcast}/test/live/", LOOKERS, 200),
    ("GET", "broadcasts/testers/", LOOKERS, 200),
    ("POST", "broadcasts/testers/", WRITERS, 404),  # the form names no friend
    ("GET", "broadcasts/testers/found/", WRITERS, 200),
    ("POST", "broadcasts/testers/{tester}/", WRITERS, 302),
    ("GET", "broadcasts/testers/friends/{friend}/", LOOKERS, 200),
    ("POST", "broadcasts/testers/friends/{friend}/", WRITERS, 302),
    ("GET", "scenarios/mails/", LOOKERS, 200),
    ("GET", "scenarios/mails/settings/", MANAGERS, 200),
    ("POST", "scenarios/mails/settings/", MANAGERS, 200),  # no name
    ("GET", "scenarios/mails/consent/{customers_customer}/", LOOKERS, 200),
    ("POST", "scenarios/mails/consent/{customers_customer}/", WRITERS, 302),
    ("GET", "scenarios/webhooks/", MANAGERS, 200),
    ("GET", "scenarios/webhooks/secret/", MANAGERS, 200),
    ("GET", "scenarios/webhooks/secret/renewal/", MANAGERS, 200),
    ("POST", "scenarios/webhooks/secret/renewal/", MANAGERS, 302),
    ("POST", "scenarios/webhooks/{scenario_webhook}/again/", MANAGERS, 302),
    ("GET", "scenarios/notices/", LOOKERS, 200),
    ("GET", "scenarios/notices/{notice}/", LOOKERS, 200),
    ("POST", "scenarios/notices/{notice}/", SENDERS, 409),  # the form says nothing
    ("GET", "broadcasts/{broadcast}/split-test/", WRITERS, 200),
    ("POST", "broadcasts/{broadcast}/split-test/", WRITERS, 200),
    ("GET", "broadcasts/{broadcast}/split-test/section/", LOOKERS, 200),
    ("GET", "broadcasts/{broadcast}/split-test/end/", WRITERS, 404),  # it has no A/B test
    ("POST", "broadcasts/{broadcast}/split-test/end/", WRITERS, 404),
    ("GET", "broadcasts/{broadcast}/split-test/decision/", SENDERS, 404),
    ("POST", "broadcasts/{broadcast}/split-test/decision/", SENDERS, 404),
    ("POST", "broadcasts/{broadcast}/variants/", WRITERS, 302),  # said on the page to which it leads
    ("GET", "broadcasts/{broadcast}/variants/B/", WRITERS, 404),
    ("POST", "broadcasts/{broadcast}/variants/B/", WRITERS, 404),
    ("GET", "broadcasts/{broadcast}/variants/B/remove/", WRITERS, 404),
    ("POST", "broadcasts/{broadcast}/variants/B/remove/", WRITERS, 404),
    ("GET", "broadcasts/{broadcast}/schedule/", SENDERS, 200),
    ("POST", "broadcasts/{broadcast}/schedule/", SENDERS, 200),
    ("GET", "broadcasts/{broadcast}/cancel/", SENDERS, 200),
    ("POST", "broadcasts/{broadcast}/cancel/", SENDERS, 302),
    ("GET", "broadcasts/{broadcast}/check/", LOOKERS, 200),
    ("POST", "broadcasts/{broadcast}/check/", MANAGERS, 400),  # the form names no request
    ("GET", "broadcasts/{broadcast}/failures/unknown/", LOOKERS, 404),  # nothing of it was sent
    ("GET", "broadcasts/{broadcast}/failures/unknown/file/", MANAGERS, 404),
    ("POST", "broadcasts/{broadcast}/submit/", WRITERS, 302),
    ("POST", "broadcasts/{broadcast}/unschedule/", SENDERS, 302),
    ("POST", "broadcasts/{broadcast}/pause/", SENDERS, 302),
    ("POST", "broadcasts/{broadcast}/resume/", SENDERS, 302),
    ("POST", "broadcasts/{broadcast}/accept_segment/", SENDERS, 302),
    ("POST", "broadcasts/{broadcast}/duplicate/", WRITERS, 302),
    ("GET", "channel/", MANAGERS, 200),
    ("GET", "channel/connect/", MANAGERS, 302),  # it is connected
    ("POST", "channel/connect/", MANAGERS, 302),
    ("POST", "channel/check/", MANAGERS, 302),
    ("POST", "channel/webhook/", MANAGERS, 302),
    ("POST", "channel/steps/", MANAGERS, 404),  # the form names no step
    ("GET", "channel/secret/", MANAGERS, 200),
    ("POST", "channel/secret/", MANAGERS, 200),
    ("GET", "channel/secret/finish/", MANAGERS, 302),  # there is no old one
    ("POST", "channel/secret/finish/", MANAGERS, 302),
    ("GET", "channel/mode/", MANAGERS, 200),
    ("POST", "channel/mode/", MANAGERS, 302),
    ("GET", "channel/login/", MANAGERS, 200),
    ("POST", "channel/login/", MANAGERS, 302),
    ("GET", "channel/details/", MANAGERS, 200),
    ("POST", "channel/details/", MANAGERS, 302),
    ("GET", "channel/events/", MANAGERS, 200),
    ("POST", "channel/events/replay/", MANAGERS, 302),
    ("GET", "channel/events/replays/{replay}/", MANAGERS, 200),
    ("GET", "channel/events/quarantine/", MANAGERS, 200),
    ("POST", "channel/events/quarantine/again/", MANAGERS, 302),
    ("GET", "channel/events/quarantine/{body}/", MANAGERS, 200),
    ("GET", "channel/events/{webhook_event}/", MANAGERS, 200),
    ("POST", "channel/events/{webhook_event}/replay/", MANAGERS, 302),
    ("GET", "ad-platforms/", MANAGERS, 200),
    ("GET", "ad-platforms/new/", MANAGERS, 200),
    ("POST", "ad-platforms/new/", MANAGERS, 200),
    ("GET", "ad-platforms/{ad_destination}/", MANAGERS, 200),
    ("GET", "ad-platforms/{ad_destination}/edit/", MANAGERS, 200),
    ("POST", "ad-platforms/{ad_destination}/edit/", MANAGERS, 200),
    ("GET", "ad-platforms/{ad_destination}/try/", MANAGERS, 200),
    ("POST", "ad-platforms/{ad_destination}/try/", MANAGERS, 200),
    ("GET", "ad-platforms/{ad_destination}/secret/", MANAGERS, 200),
    ("POST", "ad-platforms/{ad_destination}/secret/", MANAGERS, 302),
    ("POST", "ad-platforms/{ad_destination}/pause/", MANAGERS, 302),
    ("POST", "ad-platforms/{ad_destination}/resume/", MANAGERS, 302),
    ("GET", "ad-platforms/{ad_destination}/remove/", MANAGERS, 200),
    ("POST", "ad-platforms/{ad_destination}/remove/", MANAGERS, 302),
    ("GET", "ad-platforms/{ad_destination}/conversions/{ad_handover}/", MANAGERS, 200),
    ("POST", "ad-platforms/{ad_destination}/deliveries/{ad_delivery}/again/", MANAGERS, 302),
    ("POST", "ad-platforms/{ad_file_destination}/files/make/", MANAGERS, 302),
    ("GET", "ad-platforms/{ad_file_destination}/files/{ad_conversion_file}/", MANAGERS, 200),
    ("GET", "ad-platforms/{ad_file_destination}/files/days/", MANAGERS, 302),
    ("GET", "ad-platforms/audiences/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/new/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/new/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/{ad_audience}/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/{ad_audience}/size/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/{ad_audience}/files/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/{ad_audience}/export/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/{ad_audience}/export/", MANAGERS, 302),
    ("POST", "ad-platforms/audiences/{ad_audience}/removal/", MANAGERS, 302),
    ("POST", "ad-platforms/audiences/{ad_audience}/files/{ad_audience_file}/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/{ad_audience}/remove/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/{ad_audience}/remove/", MANAGERS, 302),
    ("GET", "ad-platforms/audiences/line/new/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/line/new/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/line/{line_ad_audience}/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/line/{line_ad_audience}/state/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/line/{line_ad_audience}/size/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/line/{line_ad_audience}/push/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/line/{line_ad_audience}/push/", MANAGERS, 302),
    ("GET", "ad-platforms/audiences/line/{line_ad_audience}/edit/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/line/{line_ad_audience}/edit/", MANAGERS, 200),
    ("GET", "ad-platforms/audiences/line/{line_ad_audience}/remove-former/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/line/{line_ad_audience}/remove-former/", MANAGERS, 302),
    ("GET", "ad-platforms/audiences/line/{line_ad_audience}/remove/", MANAGERS, 200),
    ("POST", "ad-platforms/audiences/line/{line_ad_audience}/remove/", MANAGERS, 302),
    ("GET", "ad-platforms/consents/", LOOKERS, 200),
    ("GET", "ad-platforms/consents/{customers_customer}/", LOOKERS, 200),
    ("POST", "ad-platforms/consents/{customers_customer}/", WRITERS, 302),
    ("GET", "relays/", MANAGERS, 200),
    ("GET", "relays/new/", MANAGERS, 200),
    ("POST", "relays/new/", MANAGERS, 200),
    ("GET", "relays/{relay}/", MANAGERS, 200),
    ("GET", "relays/{relay}/edit/", MANAGERS, 200),
    ("POST", "relays/{relay}/edit/", MANAGERS, 200),
    ("POST", "relays/{relay}/pause/", MANAGERS, 302),
    ("POST", "relays/{relay}/resume/", MANAGERS, 302),
    ("GET", "relays/{relay}/remove/", MANAGERS, 200),
    ("POST", "relays/{relay}/remove/", MANAGERS, 302),
    ("GET", "relays/{relay}/deliveries/{delivery}/", MANAGERS, 200),
    ("POST", "relays/{relay}/deliveries/{delivery}/again/", MANAGERS, 302),
    ("GET", "connections/", MANAGERS, 200),
    ("GET", "connections/new/", MANAGERS, 200),
    ("POST", "connections/new/", MANAGERS, 200),
    ("GET", "connections/new/shopify/", MANAGERS, 200),
    ("POST", "connections/new/shopify/", MANAGERS, 200),
    ("GET", "connections/{shop_connection}/", MANAGERS, 200),
    ("GET", "connections/{shop_connection}/setup/", MANAGERS, 200),
    ("GET", "connections/{shop_connection}/edit/", MANAGERS, 200),
    ("POST", "connections/{shop_connection}/edit/", MANAGERS, 200),
    ("GET", "connections/{shop_connection}/mapping/", MANAGERS, 200),
    ("POST", "connections/{shop_connection}/mapping/", MANAGERS, 200),
    ("GET", "connections/{shop_connection}/secret/", MANAGERS, 200),
    ("POST", "connections/{shop_connection}/secret/", MANAGERS, 200),
    ("POST", "connections/{shop_connection}/pause/", MANAGERS, 302),
    ("POST", "connections/{shop_connection}/resume/", MANAGERS, 302),
    ("POST", "connections/{shop_connection}/replay/", MANAGERS, 302),
    ("GET", "connections/{shop_connection}/remove/", MANAGERS, 200),
    ("POST", "connections/{shop_connection}/remove/", MANAGERS, 302),
    ("GET", "connections/{shop_connection}/deliveries/{shop_delivery}/", MANAGERS, 200),
    ("POST", "connections/{shop_connection}/deliveries/{shop_delivery}/body/", MANAGERS, 200),
    ("POST", "connections/{shop_connection}/deliveries/{shop_delivery}/replay/", MANAGERS, 302),
    ("GET", "insights/cross/", LOOKERS, 200),
    ("GET", "insights/cross/file/?row=linked&column=route", LOOKERS, 200),
    ("GET", "insights/funnels/", LOOKERS, 200),
    ("GET", "insights/funnels/new/", WRITERS, 200),
    ("POST", "insights/funnels/new/", WRITERS, 200),
    ("GET", "insights/funnels/{funnel}/", LOOKERS, 200),
    ("GET", "insights/funnels/{funnel}/file/", LOOKERS, 200),
    ("GET", "insights/funnels/{funnel}/edit/", WRITERS, 200),
    ("POST", "insights/funnels/{funnel}/edit/", WRITERS, 200),
    ("GET", "insights/funnels/{funnel}/delete/", WRITERS, 200),
    ("POST", "insights/funnels/{funnel}/delete/", WRITERS, 302),
    ("GET", "insights/hours/", LOOKERS, 200),
    ("GET", "insights/hours/file/", LOOKERS, 200),
    ("GET", "insights/hours/{broadcast}/", LOOKERS, 404),  # it has not begun
    ("GET", "insights/hours/{broadcast}/file/", LOOKERS, 404),
    ("GET", "conversions/", LOOKERS, 200),
    ("GET", "conversions/each/", LOOKERS, 200),
    ("GET", "conversions/orders/{order}/", LOOKERS, 200),
    ("GET", "conversions/of/broadcast:{broadcast}/", LOOKERS, 200),
    ("GET", "conversions/lift/broadcast:{broadcast}/", LOOKERS, 200),
    ("GET", "conversions/tag/", LOOKERS, 200),
    ("POST", "conversions/tag/", WRITERS, 200),
    ("GET", "conversions/tag/heard/", LOOKERS, 200),
    ("POST", "conversions/tag/switch/", WRITERS, 302),
    ("POST", "conversions/tag/key/", WRITERS, 302),
    ("POST", "conversions/tag/secret/", WRITERS, 302),
    ("GET", "conversions/points/", LOOKERS, 200),
    ("GET", "conversions/points/new/", WRITERS, 200),
    ("POST", "conversions/points/new/", WRITERS, 200),
    ("GET", "conversions/points/{point}/", LOOKERS, 200),
    ("GET", "conversions/points/{point}/progress/", LOOKERS, 200),
    ("GET", "conversions/points/{point}/edit/", WRITERS, 200),
    ("POST", "conversions/points/{point}/edit/", WRITERS, 200),
    ("POST", "conversions/points/{point}/archive/", WRITERS, 302),
    ("GET", "cost/", PAYERS, 200),
    ("GET", "cost/of-owner/", PAYERS, 200),
    ("GET", "cost/budgets/", PAYERS, 200),
    ("GET", "cost/budgets/strip/", PAYERS, 200),
    ("GET", "cost/budgets/new/", BUDGETERS, 200),
    ("POST", "cost/budgets/new/", BUDGETERS, 200),
    ("GET", "cost/budgets/reserve/", BUDGETERS, 200),
    ("POST", "cost/budgets/reserve/", BUDGETERS, 200),
    ("GET", "cost/budgets/{budget}/", PAYERS, 200),
    ("POST", "cost/budgets/{budget}/", PAYERS, 200),
    ("GET", "cost/budgets/{budget}/lift/", BUDGETERS, 200),
    ("POST", "cost/budgets/{budget}/lift/", BUDGETERS, 200),
    ("GET", "cost/budgets/{budget}/delete/", BUDGETERS, 200),
    ("POST", "cost/budgets/{budget}/delete/", BUDGETERS, 302),
    ("GET", "campaigns/", LOOKERS, 200),
    ("GET", "campaigns/new/", WRITERS, 200),
    ("POST", "campaigns/new/", WRITERS, 200),
    ("GET", "campaigns/{campaign}/", LOOKERS, 200),
    ("GET", "campaigns/{campaign}/edit/", WRITERS, 200),
    ("POST", "campaigns/{campaign}/edit/", WRITERS, 200),
    ("GET", "campaigns/{campaign}/members/?q=a&kind=broadcast", WRITERS, 200),
    ("POST", "campaigns/{campaign}/members/", WRITERS, 404),  # of nothing that exists
    ("POST", "campaigns/{campaign}/archive/", WRITERS, 302),
    ("GET", "touchpoints/", LOOKERS, 200),
    ("GET", "touchpoints/new/", WRITERS, 200),
    ("POST", "touchpoints/new/", WRITERS, 200),
    ("GET", "touchpoints/of/{campaign}/", LOOKERS, 200),
    ("GET", "touchpoints/{touch_plan}/", LOOKERS, 200),
    ("GET", "touchpoints/{touch_plan}/edit/", WRITERS, 200),
    ("POST", "touchpoints/{touch_plan}/edit/", WRITERS, 200),
    ("GET", "touchpoints/{touch_plan}/copy/", WRITERS, 200),
    ("POST", "touchpoints/{touch_plan}/copy/", WRITERS, 200),
    ("POST", "touchpoints/{touch_plan}/remove/", WRITERS, 302),
    ("GET", "touchpoints/{touch_plan}/start/", WRITERS, 200),
    ("POST", "touchpoints/{touch_plan}/start/", WRITERS, 302),
    ("GET", "touchpoints/{touch_plan}/close/", WRITERS, 200),
    ("POST", "touchpoints/{touch_plan}/close/", WRITERS, 200),
    ("GET", "touchpoints/{closed_plan}/reopen/?period=1", WRITERS, 200),
    ("POST", "touchpoints/{closed_plan}/reopen/?period=1", WRITERS, 302),
    ("GET", "touchpoints/{begun_plan}/moved/?from=new&to=new", LOOKERS, 200),
    ("POST", "touchpoints/{begun_plan}/moved/segment/", WRITERS, 302),  # the form names no class
    ("POST", "touchpoints/{touch_plan}/classes/add/", WRITERS, 404),  # nor this one
    ("GET", "touchpoints/{touch_plan}/classes/new/", WRITERS, 200),
    ("POST", "touchpoints/{touch_plan}/classes/new/", WRITERS, 200),
    ("GET", "touchpoints/classes/{touch_class}/", WRITERS, 200),
    ("POST", "touchpoints/classes/{touch_class}/", WRITERS, 200),
    ("GET", "touchpoints/classes/{touch_class}/conditions/", WRITERS, 200),
    ("POST", "touchpoints/classes/{touch_class}/conditions/", WRITERS, 200),
    ("POST", "touchpoints/classes/{touch_class}/move/", WRITERS, 404),  # the form names no way
    ("GET", "touchpoints/classes/{touch_class}/remove/", WRITERS, 200),
    ("POST", "touchpoints/classes/{touch_class}/remove/", WRITERS, 302),
    ("GET", "touchpoints/classes/{touch_class}/start/", WRITERS, 200),
    ("POST", "touchpoints/classes/{touch_class}/start/", WRITERS, 302),
    ("GET", "touchpoints/classes/{touch_class}/detach/", WRITERS, 200),
    ("POST", "touchpoints/classes/{touch_class}/detach/", WRITERS, 302),
    ("GET", "reports/", REPORT_READERS, 200),
    ("GET", "reports/new/", MANAGERS, 200),
    ("POST", "reports/new/", MANAGERS, 200),
    ("GET", "reports/settings/", DRAFT_READERS, 200),
    ("POST", "reports/settings/", MANAGERS, 200),
    ("GET", "reports/logo/", REPORT_READERS, 200),
    ("GET", "reports/of/campaign/{campaign}/", REPORT_READERS, 200),
    ("POST", "reports/of/campaign/{campaign}/", MANAGERS, 302),
    ("GET", "reports/{report}/", REPORT_READERS, 200),
    ("GET", "reports/{report}/pdf/", REPORT_READERS, 200),
    ("GET", "reports/{report}/excel/", REPORT_READERS, 200),
    ("GET", "reports/{draft_report}/edit/", MANAGERS, 200),
    ("POST", "reports/{draft_report}/edit/", MANAGERS, 200),
    ("POST", "reports/{draft_report}/count/", MANAGERS, 302),
    ("POST", "reports/{draft_report}/review/", MANAGERS, 302),
    ("GET", "reports/{reviewed_report}/release/", MANAGERS, 200),
    ("POST", "reports/{reviewed_report}/release/", MANAGERS, 302),
    ("GET", "reports/{report}/withdraw/", MANAGERS, 200),
    ("POST", "reports/{report}/withdraw/", MANAGERS, 200),
    ("POST", "reports/{report}/correct/", MANAGERS, 302),
    ("GET", "reports/{draft_report}/delete/", MANAGERS, 200),
    ("POST", "reports/{draft_report}/delete/", MANAGERS, 302),
    ("GET", "reports/{report}/mail/", MANAGERS, 200),
    ("POST", "reports/{report}/mail/", MANAGERS, 200),
    ("POST", "reports/{report}/mails/{report_mail}/again/", MANAGERS, 302),
    ("GET", "planning/", LOOKERS, 200),
    ("GET", "planning/days/", LOOKERS, 200),
    ("GET", "planning/days/file/", LOOKERS, 200),
    ("POST", "planning/recount/", WRITERS, 302),
    ("GET", "planning/tree/client/", LOOKERS, 200),
    ("GET", "planning/tree/{campaign}/part/", LOOKERS, 200),
    ("POST", "planning/tree/{campaign}/targets/", WRITERS, 302),
    ("GET", "planning/tree/{campaign}/proposal/", WRITERS, 200),
    ("POST", "planning/tree/{campaign}/proposal/", WRITERS, 302),
    ("GET", "planning/tree/{campaign}/sets/", LOOKERS, 200),
    ("POST", "planning/tree/{campaign}/sets/", WRITERS, 200),  # of none that exists
    ("POST", "planning/tree/{campaign}/sets/save/", MANAGERS, 302),
    ("GET", "planning/tree/{campaign}/new/", WRITERS, 200),
    ("POST", "planning/tree/{campaign}/new/", WRITERS, 200),
    ("GET", "planning/kpis/{kpi}/", LOOKERS, 200),
    ("GET", "planning/kpis/{kpi}/edit/", WRITERS, 200),
    ("POST", "planning/kpis/{kpi}/edit/", WRITERS, 200),
    ("POST", "planning/kpis/{kpi}/move/", WRITERS, 302),
    ("POST", "planning/kpis/{kpi}/target/", WRITERS, 302),
    ("POST", "planning/kpis/{kpi}/number/", WRITERS, 302),
    ("POST", "planning/kpis/{kpi}/remove/", WRITERS, 302),
    ("POST", "planning/kpis/{removed_kpi}/restore/", WRITERS, 302),
    ("GET", "campaigns/of/broadcast:{broadcast}/", LOOKERS, 200),
    ("POST", "campaigns/of/broadcast:{broadcast}/", LOOKERS, 200),
    ("GET", "prizes/", LOOKERS, 200),
    ("GET", "prizes/new/", WRITERS, 200),
    ("POST", "prizes/new/", WRITERS, 200),
    ("GET", "prizes/of/{friend}/", LOOKERS, 200),
    ("GET", "prizes/{lottery}/", LOOKERS, 200),
    ("GET", "prizes/{lottery}/edit/", WRITERS, 200),
    ("POST", "prizes/{lottery}/edit/", WRITERS, 200),
    ("GET", "prizes/{lottery}/expected/", LOOKERS, 200),
    ("GET", "prizes/{lottery}/act/open/", SENDERS, 200),
    ("POST", "prizes/{lottery}/act/open/", SENDERS, 302),
    ("POST", "prizes/{open_lottery}/act/keep-coupons/", WRITERS, 302),
    ("GET", "prizes/{open_lottery}/act/close/", SENDERS, 200),
    ("POST", "prizes/{open_lottery}/act/close/", SENDERS, 302),
    ("POST", "prizes/{lottery}/act/copy/", WRITERS, 302),
    ("GET", "prizes/{lottery}/act/delete/", MANAGERS, 200),
    ("POST", "prizes/{lottery}/act/delete/", MANAGERS, 302),
    ("POST", "prizes/{open_lottery}/act/audit/", LOOKERS, 302),
    ("GET", "prizes/{open_lottery}/odds/", SENDERS, 200),
    ("POST", "prizes/{open_lottery}/odds/", SENDERS, 200),
    ("GET", "prizes/{open_lottery}/draws/", LOOKERS, 200),
    ("GET", "prizes/{open_lottery}/winners/", LOOKERS, 200),
    ("POST", "prizes/{open_lottery}/winners/mark/", SENDERS, 302),
    ("GET", "prizes/{open_lottery}/winners/file/", MANAGERS, 200),
    ("GET", "prizes/{open_lottery}/winners/{win}/", LOOKERS, 200),
    ("POST", "prizes/{open_lottery}/winners/{win}/", SENDERS, 200),
    ("POST", "prizes/{open_lottery}/winners/{win}/address/", MANAGERS, 200),
    ("GET", "prizes/points/", LOOKERS, 200),
    ("GET", "prizes/points/new/", WRITERS, 200),
    ("POST", "prizes/points/new/", WRITERS, 200),
    ("GET", "prizes/points/{points}/", LOOKERS, 200),
    ("GET", "prizes/points/{points}/edit/", WRITERS, 200),
    ("POST", "prizes/points/{points}/edit/", WRITERS, 200),
    ("GET", "prizes/points/{points}/act/open/", SENDERS, 200),
    ("POST", "prizes/points/{points}/act/open/", SENDERS, 302),
    ("GET", "prizes/points/{open_points}/act/close/", SENDERS, 200),
    ("POST", "prizes/points/{open_points}/act/close/", SENDERS, 302),
    ("POST", "prizes/points/{points}/act/copy/", WRITERS, 302),
    ("GET", "prizes/points/{points}/act/delete/", MANAGERS, 200),
    ("POST", "prizes/points/{points}/act/delete/", MANAGERS, 302),
    ("POST", "prizes/points/{closed_points}/act/list/", SENDERS, 302),
    ("GET", "prizes/points/{open_points}/entries/", LOOKERS, 200),
    ("GET", "prizes/points/{closed_points}/lists/1/", LOOKERS, 200),
    ("GET", "prizes/points/{closed_points}/lists/1/approve/", MANAGERS, 200),
    ("POST", "prizes/points/{closed_points}/lists/1/approve/", MANAGERS, 302),
    ("POST", "prizes/points/{closed_points}/lists/1/results/", SENDERS, 302),
    ("GET", "prizes/points/{closed_points}/lists/1/file/", MANAGERS, 200),
    ("GET", "broadcasts/stopped/", LOOKERS, 200),
    ("GET", "cost/quota/", PAYERS, 200),
    ("GET", "cost/quota/live/", PAYERS, 200),
    ("POST", "channel/quota/", PAYERS, 302),
    ("GET", "cost/entries/", PAYERS, 200),
    ("GET", "cost/returns/", PAYERS, 200),
    ("GET", "cost/returns/chart/", PAYERS, 200),
    ("GET", "cost/returns/file/", PAYERS, 200),
    ("GET", "cost/returns/fees/", PAYERS, 200),
    ("POST", "cost/returns/fees/", BUDGETERS, 200),
    ("GET", "cost/returns/sends/{broadcast}/", PAYERS & LOOKERS, 200),
    ("GET", "cost/returns/send/broadcast:0/", PAYERS, 404),
    ("GET", "cost/entries/file/", PAYERS, 200),
    ("GET", "cost/invoices/", PAYERS, 200),
    ("GET", "cost/invoices/{issued_invoice}/pdf/", PAYERS, 200),
    ("GET", "cost/invoices/{issued_invoice}/excel/", PAYERS, 200),
    ("GET", "cost/entries/adjust/", BILLERS, 200),
    ("POST", "cost/entries/adjust/", BILLERS, 200),
    ("GET", "cost/plan/", PAYERS, 200),
    ("GET", "cost/plan/change/", BILLERS, 200),
    ("POST", "cost/plan/change/", BILLERS, 200),
    ("POST", "cost/plan/take-back/", BILLERS, 302),
    ("GET", "cost/advice/", PAYERS, 200),
    ("GET", "cost/advice/quiet/", PAYERS & LOOKERS, 200),
    ("GET", "cost/advice/sends/", PAYERS & LOOKERS, 200),
    ("POST", "cost/advice/quiet/segment/", PAYERS & WRITERS, 302),
    ("GET", "api/v1/docs/", ROLES, 200),
]
CLIENT_ADMIN = [
    ("GET", "admin/", ROLES, 200),
    ("GET", "admin/search/", ROLES, 200),
    ("GET", "admin/jsi18n/", ROLES, 200),
    ("GET", "admin/password_change/", ROLES, 200),
    ("GET", "admin/password_change/done/", ROLES, 200),
    ("GET", "admin/autocomplete/", NONE, 403),  # no form of this site completes a name
    ("GET", "admin/nothing/", ROLES, 404),
    ("GET", "admin/r/0/0/", ROLES, 404),
    *admin("admin/accounts/activity/", view=MANAGERS),
    *admin("admin/chats/conversation/", view=CHAT_READERS),
    *admin("admin/chats/message/", view=CHAT_READERS),
    *admin("admin/chats/sending/", view=CHAT_READERS),
    *admin("admin/chats/savedreply/", view=CHAT_READERS, add=CHATTERS, change=CHATTERS, delete=CHATTERS),
    *admin("admin/channels/channel/", view=MANAGERS, add=MANAGERS, change=MANAGERS),
    *admin("admin/channels/channelcheck/", view=MANAGERS),
    *admin("admin/channels/inboxbody/", view=MANAGERS),
    *admin("admin/channels/webhookevent/", view=MANAGERS),
    *admin("admin/connectors/connection/", view=MANAGERS),
    *admin("admin/connectors/delivery/", view=MANAGERS),
    *admin("admin/connectors/topic/", view=MANAGERS),
    *admin("admin/connectors/externalid/", view=MANAGERS),
    *admin("admin/relays/target/", view=MANAGERS),
    *admin("admin/relays/delivery/", view=MANAGERS),
    *admin("admin/events/event/", view=LOOKERS),
    *admin("admin/events/eventtypedefinition/", view=LOOKERS),
    *admin("admin/events/eventsettings/", view=MANAGERS),
    *admin("admin/events/refusal/", view=MANAGERS),
    *admin("admin/shops/product/", view=LOOKERS),
    *admin("admin/shops/productchange/", view=MANAGERS),
    *admin("admin/shops/order/", view=LOOKERS),
    *admin("admin/shops/customertotals/", view=MANAGERS),
    *admin("admin/shops/shopsettings/", view=MANAGERS),
    *admin("admin/friends/friend/", view=LOOKERS),
    *admin("admin/friends/friendfield/", view=LOOKERS),
    *admin("admin/friends/friendimport/", view=MANAGERS),
    *admin("admin/friends/followerlisting/", view=MANAGERS),
    *admin("admin/imports/importrun/", view=MANAGERS),
    *admin("admin/imports/savedcolumns/", view=MANAGERS),
    *admin("admin/friends/audienceday/", view=LOOKERS),
    *admin("admin/friends/demographics/", view=LOOKERS),
    *admin("admin/friends/tag/", view=LOOKERS, add=WRITERS, change=WRITERS, delete=MANAGERS),
    *admin("admin/customers/customer/", view=LOOKERS),
    *admin("admin/customers/customerfield/", view=LOOKERS),
    *admin("admin/customers/customeralias/", view=MANAGERS),
    *admin("admin/linking/link/", view=LOOKERS),
    *admin("admin/linking/linkconflict/", view=LOOKERS),
    *admin("admin/linking/linkduty/", view=LOOKERS),
    *admin("admin/cards/cardsettings/", view=LOOKERS),
    *admin("admin/invitations/entrypoint/", view=LOOKERS),
    *admin("admin/invitations/invitation/", view=LOOKERS),
    *admin("admin/invitations/dayofviews/", view=LOOKERS),
    *admin("admin/invitations/linkday/", view=LOOKERS),
    *admin("admin/linking/linkattempt/", view=LOOKERS),
    *admin("admin/autoreplies/autoreply/", view=LOOKERS),
    *admin("admin/taps/tapaction/", view=LOOKERS),
    *admin("admin/library/folder/", view=LOOKERS),
    *admin("admin/library/mediafile/", view=LOOKERS),
    *admin("admin/library/messagetemplate/", view=LOOKERS),
    *admin("admin/library/linecoupon/", view=LOOKERS),
    *admin("admin/routes/folder/", view=LOOKERS),
    *admin("admin/routes/route/", view=LOOKERS),
    *admin("admin/routes/visit/", view=LOOKERS),
    *admin("admin/routes/arrival/", view=LOOKERS),
    *admin("admin/routes/adcost/", view=PAYERS),
    *admin("admin/costs/feesettings/", view=PAYERS),
    *admin("admin/acquisition/margin/", view=PAYERS),
    *admin("admin/insights/funnel/", view=LOOKERS),
    *admin("admin/attribution/point/", view=LOOKERS),
    *admin("admin/attribution/pointversion/", view=LOOKERS),
    *admin("admin/attribution/credit/", view=LOOKERS),
    *admin("admin/adplatforms/destination/", view=MANAGERS),
    *admin("admin/adplatforms/handover/", view=MANAGERS),
    *admin("admin/adplatforms/delivery/", view=MANAGERS),
    *admin("admin/adplatforms/conversionfile/", view=MANAGERS),
    *admin("admin/adplatforms/adconsent/", view=LOOKERS),
    *admin("admin/adplatforms/adaudience/", view=MANAGERS),
    *admin("admin/adplatforms/adaudiencefile/", view=MANAGERS),
    *admin("admin/campaigns/campaign/", view=LOOKERS),
    *admin("admin/campaigns/assignment/", view=LOOKERS),
    *admin("admin/referrals/programme/", view=LOOKERS),
    *admin("admin/referrals/ruleset/", view=LOOKERS),
    *admin("admin/referrals/participant/", view=LOOKERS),
    *admin("admin/referrals/referral/", view=LOOKERS),
    *admin("admin/referrals/grant/", view=LOOKERS),
    *admin("admin/prizes/lottery/", view=LOOKERS),
    *admin("admin/prizes/prize/", view=LOOKERS),
    *admin("admin/prizes/oddstable/", view=LOOKERS),
    *admin("admin/prizes/player/", view=LOOKERS),
    *admin("admin/prizes/right/", view=LOOKERS),
    *admin("admin/prizes/draw/", view=LOOKERS),
    *admin("admin/prizes/win/", view=LOOKERS),
    *admin("admin/prizes/pointcampaign/", view=LOOKERS),
    *admin("admin/prizes/pointentry/", view=LOOKERS),
    *admin("admin/prizes/deliverylist/", view=LOOKERS),
    *admin("admin/prizes/deliveryrow/", view=LOOKERS),
    *admin("admin/reports/report/", view=REPORT_READERS),
    *admin("admin/reports/reportmail/", view=DRAFT_READERS),
    *admin("admin/reports/reportsettings/", view=DRAFT_READERS),
    *admin("admin/planning/kpi/", view=LOOKERS),
    *admin("admin/touchpoints/plan/", view=LOOKERS),
    *admin("admin/touchpoints/period/", view=LOOKERS),
    *admin("admin/touchpoints/touchclass/", view=LOOKERS),
    *admin("admin/touchpoints/admission/", view=LOOKERS),
    *admin("admin/planning/target/", view=LOOKERS),
    *admin("admin/planning/reading/", view=LOOKERS),
    *admin("admin/planning/actual/", view=LOOKERS),
    *admin("admin/segments/segment/", view=LOOKERS),
    *admin("admin/segments/friendlist/", view=LOOKERS),
    *admin("admin/segments/audience/", view=LOOKERS),
    *admin("admin/broadcasts/broadcast/", view=LOOKERS),
    *admin("admin/broadcasts/batch/", view=LOOKERS),
    *admin("admin/broadcasts/platformsend/", view=LOOKERS),
    *admin("admin/broadcasts/linkclick/", view=LOOKERS),
    *admin("admin/broadcasts/linkdefaults/", view=MANAGERS),
    *admin("admin/broadcasts/series/", view=LOOKERS),
    *admin("admin/broadcasts/sendingrules/", view=LOOKERS),
    *admin("admin/broadcasts/insight/", view=LOOKERS),
    *admin("admin/broadcasts/outcome/", view=LOOKERS),
    *admin("admin/broadcasts/turn/", view=LOOKERS),
    *admin("admin/broadcasts/comment/", view=LOOKERS),
    *admin("admin/broadcasts/version/", view=LOOKERS),
    *admin("admin/broadcasts/tester/", view=LOOKERS),
    *admin("admin/broadcasts/testsend/", view=LOOKERS),
    *admin("admin/broadcasts/approvalrules/", view=MANAGERS),
    *admin("admin/broadcasts/approvalmail/", view=MANAGERS),
    *admin("admin/scenarios/scenario/", view=LOOKERS),
    *admin("admin/scenarios/version/", view=LOOKERS),
    *admin("admin/surveys/survey/", view=LOOKERS),
    *admin("admin/surveys/surveyversion/", view=LOOKERS),
    *admin("admin/surveys/response/", view=LOOKERS),
    *admin("admin/surveys/winnerdraw/", view=LOOKERS),
    *admin("admin/scenarios/entry/", view=LOOKERS),
    *admin("admin/scenarios/send/", view=LOOKERS),
    *admin("admin/scenarios/noticesend/", view=LOOKERS),
    *admin("admin/scenarios/noticeday/", view=LOOKERS),
    *admin("admin/scenarios/mailsend/", view=LOOKERS),
    *admin("admin/scenarios/mailconsent/", view=LOOKERS),
    *admin("admin/scenarios/mailsettings/", view=LOOKERS),
    *admin("admin/scenarios/errand/", view=MANAGERS),
    *admin("admin/scenarios/stepinsight/", view=LOOKERS),
    *admin("admin/coupons/coupon/", view=LOOKERS),
    *admin("admin/coupons/ticket/", view=LOOKERS),
    *admin("admin/coupons/code/", view=LOOKERS),
    *admin("admin/coupons/redemption/", view=LOOKERS),
    *admin("admin/coupons/gift/", view=LOOKERS),
]
# Who holds the right that an endpoint asks for.
HOLDERS = {
    "touchpoints.view_plan": LOOKERS,
    "touchpoints.add_plan": WRITERS,
    "touchpoints.change_plan": WRITERS,
    "touchpoints.delete_plan": WRITERS,
    "scenarios.view_scenario": LOOKERS,
    "scenarios.view_version": LOOKERS,
    "scenarios.view_entry": LOOKERS,
    "scenarios.view_send": LOOKERS,
    "scenarios.add_scenario": WRITERS,
    "scenarios.change_scenario": WRITERS,
    "scenarios.publish_scenario": SENDERS,
    "scenarios.add_entry": SENDERS,
    "scenarios.change_entry": SENDERS,
    "scenarios.view_mailsend": LOOKERS,
    "scenarios.view_stepinsight": LOOKERS,
    "scenarios.view_mailconsent": LOOKERS,
    "scenarios.change_mailconsent": WRITERS,
    "adplatforms.view_adconsent": LOOKERS,
    "adplatforms.change_adconsent": WRITERS,
    "adplatforms.view_destination": MANAGERS,
    "adplatforms.add_destination": MANAGERS,
    "adplatforms.change_destination": MANAGERS,
    "adplatforms.delete_destination": MANAGERS,
    "adplatforms.view_handover": MANAGERS,
    "adplatforms.view_delivery": MANAGERS,
    "adplatforms.view_conversionfile": MANAGERS,
    "adplatforms.view_adaudience": MANAGERS,
    "adplatforms.add_adaudience": MANAGERS,
    "adplatforms.delete_adaudience": MANAGERS,
    "adplatforms.export_adaudience": MANAGERS,
    "adplatforms.view_adaudiencefile": MANAGERS,
    "scenarios.view_mailsettings": LOOKERS,
    "scenarios.change_mailsettings": MANAGERS,
    "scenarios.view_webhooksecret": MANAGERS,
    "scenarios.change_webhooksecret": MANAGERS,
    "scenarios.view_errand": MANAGERS,
    "scenarios.change_errand": MANAGERS,
    "scenarios.view_noticesend": LOOKERS,
    "scenarios.view_noticeday": LOOKERS,
    "prizes.view_lottery": LOOKERS,
    "prizes.view_prize": LOOKERS,
    "prizes.view_oddstable": LOOKERS,
    "prizes.view_player": LOOKERS,
    "prizes.view_right": LOOKERS,
    "prizes.view_draw": LOOKERS,
    "prizes.view_win": LOOKERS,
    "prizes.view_pointcampaign": LOOKERS,
    "prizes.view_pointentry": LOOKERS,
    "prizes.view_deliverylist": LOOKERS,
    "prizes.view_deliveryrow": LOOKERS,
    "prizes.add_lottery": WRITERS,
    "prizes.change_lottery": WRITERS,
    "prizes.add_pointcampaign": WRITERS,
    "prizes.change_pointcampaign": WRITERS,
    "prizes.open_lottery": SENDERS,
    "prizes.add_oddstable": SENDERS,
    "prizes.add_right": SENDERS,
    "prizes.change_win": SENDERS,
    "prizes.open_pointcampaign": SENDERS,
    "prizes.add_pointentry": SENDERS,
    "prizes.add_deliverylist": SENDERS,
    "prizes.change_deliveryrow": SENDERS,
    "prizes.delete_lottery": MANAGERS,
    "prizes.export_win": MANAGERS,
    "prizes.delete_pointcampaign": MANAGERS,
    "prizes.approve_deliverylist": MANAGERS,
    "prizes.export_deliverylist": MANAGERS,
    "scenarios.add_noticesend": SENDERS,
    "library.view_messagetemplate": LOOKERS,
    "library.add_messagetemplate": WRITERS,
    "library.change_messagetemplate": WRITERS,
    "library.delete_messagetemplate": MANAGERS,
    "library.view_linecoupon": LOOKERS,
    "library.change_linecoupon": WRITERS,
    "agency_library.view_agencytemplate": LOOKERS,
    "agency_library.view_kpiset": LOOKERS,
    "agency_library.add_kpiset": MANAGERS,
    "agency_library.delete_kpiset": MANAGERS,
    "library.view_mediafile": LOOKERS,
    "library.add_mediafile": WRITERS,
    "library.change_mediafile": WRITERS,
    "library.delete_mediafile": MANAGERS,
    "channels.view_channel": MANAGERS,
    "friends.view_friend": LOOKERS,
    "friends.view_tag": LOOKERS,
    "chats.view_conversation": CHAT_READERS,
    "chats.change_conversation": CHATTERS,
    "chats.reply_conversation": CHATTERS,
    "friends.change_friend": WRITERS,
    "friends.add_tag": WRITERS,
    "friends.change_tag": WRITERS,
    "friends.view_friendfield": LOOKERS,
    "friends.add_friendfield": WRITERS,
    "friends.change_friendfield": WRITERS,
    "friends.delete_tag": MANAGERS,
    "customers.view_customer": LOOKERS,
    "customers.change_customer": WRITERS,
    "customers.add_customer": WRITERS,
    "customers.erase_customer": MANAGERS,
    "customers.merge_customer": MANAGERS,
    "customers.view_customerfield": LOOKERS,
    "imports.view_importrun": WRITERS,  # or the right to import anything
    "customers.import_customer": MANAGERS,
    "linking.view_link": LOOKERS,
    "linking.delete_link": MANAGERS,
    "linking.add_link": MANAGERS,
    "linking.view_linksettings": MANAGERS,
    "linking.view_linkconflict": LOOKERS,
    "linking.change_linkconflict": MANAGERS,
    "cards.view_cardsettings": LOOKERS,
    "invitations.view_entrypoint": LOOKERS,
    "invitations.add_entrypoint": WRITERS,
    "invitations.view_linkday": LOOKERS,
    "events.view_event": LOOKERS,
    "events.add_event": WRITERS,
    "events.view_eventtypedefinition": LOOKERS,
    "events.add_eventtypedefinition": WRITERS,
    "events.change_eventtypedefinition": WRITERS,
    "shops.view_product": LOOKERS,
    "shops.change_product": WRITERS,
    "shops.view_order": LOOKERS,
    "shops.change_order": WRITERS,
    "autoreplies.view_autoreply": LOOKERS,
    "taps.view_tapaction": LOOKERS,
    "taps.add_tapaction": WRITERS,
    "taps.change_tapaction": WRITERS,
    "autoreplies.add_autoreply": WRITERS,
    "autoreplies.change_autoreply": WRITERS,
    "autoreplies.delete_autoreply": WRITERS,
    "routes.view_route": LOOKERS,
    "routes.add_route": WRITERS,
    "routes.change_route": WRITERS,
    "routes.view_arrival": LOOKERS,
    "routes.view_adcost": PAYERS,
    "acquisition.view_margin": PAYERS,
    "acquisition.change_margin": SENDERS,
    "costs.view_feesettings": PAYERS,
    "costs.add_feesettings": BUDGETERS,
    "billing.view_budget": PAYERS,
    "billing.view_budgetlift": PAYERS,
    "billing.view_reserve": PAYERS,
    "billing.add_budget": BUDGETERS,
    "billing.change_budget": BUDGETERS,
    "billing.delete_budget": BUDGETERS,
    "billing.add_budgetlift": BUDGETERS,
    "billing.add_reserve": BUDGETERS,
    "insights.view_funnel": LOOKERS,
    "insights.add_funnel": WRITERS,
    "insights.change_funnel": WRITERS,
    "insights.delete_funnel": WRITERS,
    "attribution.view_point": LOOKERS,
    "attribution.add_point": WRITERS,
    "attribution.change_point": WRITERS,
    "attribution.view_credit": LOOKERS,
    "attribution.view_pagetag": LOOKERS,
    "attribution.change_pagetag": WRITERS,
    "reports.view_report": REPORT_READERS,
    "reports.view_reportmail": DRAFT_READERS,
    "reports.view_reportsettings": DRAFT_READERS,
    "reports.add_report": MANAGERS,
    "reports.change_report": MANAGERS,
    "reports.delete_report": MANAGERS,
    "reports.release_report": MANAGERS,
    "reports.change_reportsettings": MANAGERS,
    "planning.view_kpi": LOOKERS,
    "planning.view_actual": LOOKERS,
    "planning.add_kpi": WRITERS,
    "planning.change_kpi": WRITERS,
    "planning.delete_kpi": WRITERS,
    "coupons.view_coupon": LOOKERS,
    "coupons.add_coupon": WRITERS,
    "coupons.change_coupon": WRITERS,
    "coupons.delete_coupon": MANAGERS,
    "coupons.start_coupon": SENDERS,
    "coupons.redeem_coupon": SENDERS,
    "coupons.view_ticket": LOOKERS,
    "coupons.change_ticket": MANAGERS,
    "coupons.view_redemption": LOOKERS,
    "coupons.change_redemption": MANAGERS,
    "campaigns.view_campaign": LOOKERS,
    "campaigns.add_campaign": WRITERS,
    "campaigns.change_campaign": WRITERS,
    "routes.add_adcost": SENDERS,
    "routes.change_adcost": SENDERS,
    "routes.delete_adcost": SENDERS,
    "friends.export_friend": MANAGERS,
    "segments.view_segment": LOOKERS,
    "segments.view_rfmsettings": LOOKERS,
    "segments.change_rfmsettings": WRITERS,
    "segments.add_segment": WRITERS,
    "segments.change_segment": WRITERS,
    "segments.delete_segment": MANAGERS,
    "segments.view_audience": LOOKERS,
    "segments.delete_audience": MANAGERS,
    "segments.view_friendlist": LOOKERS,
    "segments.add_friendlist": WRITERS,
    "segments.change_friendlist": WRITERS,
    "segments.delete_friendlist": MANAGERS,
    "broadcasts.view_broadcast": LOOKERS,
    "broadcasts.view_insight": LOOKERS,
    "broadcasts.view_linkclick": LOOKERS,
    "broadcasts.view_series": LOOKERS,
    "broadcasts.view_sendingrules": LOOKERS,
    "broadcasts.change_sendingrules": MANAGERS,
    "broadcasts.add_broadcast": WRITERS,
    "broadcasts.change_broadcast": WRITERS,
    "broadcasts.send_broadcast": SENDERS,
    "broadcasts.approve_broadcast": APPROVERS,
    "broadcasts.check_broadcast": MANAGERS,
    "broadcasts.view_review": LOOKERS,
    "broadcasts.view_comment": LOOKERS,
    "broadcasts.add_comment": SPEAKERS,
    "broadcasts.change_comment": SPEAKERS,
    "broadcasts.view_version": LOOKERS,
    "broadcasts.view_testsend": LOOKERS,
    "broadcasts.add_testsend": WRITERS,
    "broadcasts.view_tester": LOOKERS,
    "broadcasts.add_tester": WRITERS,
    "broadcasts.change_tester": WRITERS,
    "broadcasts.delete_tester": WRITERS,
    "broadcasts.view_approvalrules": MANAGERS,
    "broadcasts.change_approvalrules": MANAGERS,
    "broadcasts.settle_batch": MANAGERS,
    "invoices.view_document": PAYERS,
    "billing.view_ledgerentry": PAYERS,
    "billing.view_quotareading": PAYERS,
    "billing.view_daycount": PAYERS,
    "billing.view_pricetable": PAYERS,
    "billing.view_subscription": PAYERS,
    "billing.add_subscription": BILLERS,
    "billing.adjust_ledgerentry": BILLERS,
    "connectors.view_connection": MANAGERS,
    "connectors.view_delivery": MANAGERS,
    "referrals.view_programme": LOOKERS,
    "referrals.view_ruleset": LOOKERS,
    "referrals.view_participant": LOOKERS,
    "referrals.view_referral": LOOKERS,
    "referrals.view_grant": LOOKERS,
    "referrals.add_programme": WRITERS,
    "referrals.change_programme": WRITERS,
    "referrals.publish_programme": SENDERS,
    "referrals.decide_referral": SENDERS,
    "referrals.delete_programme": MANAGERS,
    "referrals.export_referral": MANAGERS,
    "surveys.view_survey": LOOKERS,
    "surveys.view_response": LOOKERS,
    "surveys.view_answer": LOOKERS,
    "surveys.add_survey": WRITERS,
    "surveys.change_survey": WRITERS,
    "surveys.publish_survey": SENDERS,
    "surveys.change_response": SENDERS,
    "surveys.view_winnerdraw": LOOKERS,
    "surveys.view_winner": LOOKERS,
    "surveys.add_winnerdraw": SENDERS,
    "surveys.delete_survey": MANAGERS,
    "surveys.export_response": MANAGERS,
    "connectors.change_connection": MANAGERS,
    "relays.view_target": MANAGERS,
    "relays.add_target": MANAGERS,
    "relays.change_target": MANAGERS,
    "relays.delete_target": MANAGERS,
    "channels.view_webhookevent": MANAGERS,
    "channels.change_webhookevent": MANAGERS,
}
API = [
    ("GET", "api/v1/schema/", ROLES, 200, None),
    *((method, "api/v1/nothing/", ROLES, 404, None) for method in METHODS),
    *(
        (method.upper(), f"api/v1/{path}", holders(scope), status, body)
        for method, path, scope, body, status in API_TABLE
    ),
]
# Method, address, who of the agency may (with a role in all its clients), what they are answered. Others of
# the agency get 403, and so does whoever has a role in single clients only.
AGENCY_ADMIN = [
    ("GET", "/admin/", ROLES | OPERATOR, 200),
    ("GET", "/admin/search/", ROLES | OPERATOR, 200),
    ("GET", "/admin/jsi18n/", ROLES | OPERATOR, 200),
    ("GET", "/admin/password_change/", ROLES | OPERATOR, 200),
    ("GET", "/admin/password_change/done/", ROLES | OPERATOR, 200),
    ("GET", "/admin/autocomplete/", NONE, 403),  # no form of this site completes a name
    ("GET", "/admin/nothing/", ROLES | OPERATOR, 404),
    ("GET", "/admin/r/0/0/", ROLES | OPERATOR, 404),
    ("GET", "/agency/api/v1/usage/", NET_READERS, 200),
    ("GET", "/agency/api/v1/figures/", COMPARERS, 200),
    ("GET", "/agency/api/v1/figures/known/", COMPARERS, 200),
    ("GET", "/agency/api/v1/figures/median/", COMPARERS, 400),  # of no month
    ("GET", "/agency/api/v1/kpi-sets/", LOOKERS, 200),
    ("GET", "/agency/api/v1/kpi-sets/{kpi_set}/", LOOKERS, 200),
    ("GET", "/agency/figures/", COMPARERS, 200),
    ("GET", "/agency/figures/file/", COMPARERS, 200),
    ("GET", "/agency/api/v1/schema/", ROLES | OPERATOR, 200),
    ("GET", "/agency/api/v1/nothing/", ROLES | OPERATOR, 404),
    ("GET", "/agency/invoices/", NET_READERS, 200),
    ("GET", "/agency/invoices/progress/", NET_READERS, 200),
    ("POST", "/agency/invoices/drafts/", BILLERS, 302),
    ("GET", "/agency/invoices/issue/", BILLERS, 200),
    ("POST", "/agency/invoices/issue/", BILLERS, 302),
    ("GET", "/agency/invoices/issuer/sakura/", BILLERS, 200),
    ("POST", "/agency/invoices/issuer/sakura/", BILLERS, 200),
    ("GET", "/agency/invoices/recipients/apparel/", BILLERS, 200),
    ("POST", "/agency/invoices/recipients/apparel/", BILLERS, 200),
    ("GET", "/agency/invoices/{invoice}/", NET_READERS, 200),
    ("GET", "/agency/invoices/{invoice}/pdf/", NET_READERS, 200),
    ("GET", "/agency/invoices/{invoice}/excel/", NET_READERS, 200),
    ("GET", "/agency/invoices/{invoice}/details/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/details/", BILLERS, 200),
    ("GET", "/agency/contracts/", NET_READERS, 200),
    ("GET", "/agency/contracts/apparel/", NET_READERS, 200),
    ("GET", "/agency/contracts/apparel/new/", BILLERS, 200),
    ("POST", "/agency/contracts/apparel/new/", BILLERS, 200),
    ("GET", "/agency/contracts/apparel/example/", BILLERS, 200),
    ("GET", "/agency/contracts/apparel/{contracts_contract}/", BILLERS, 200),
    ("POST", "/agency/contracts/apparel/{contracts_contract}/", BILLERS, 200),
    ("GET", "/agency/contracts/apparel/{contracts_contract}/take-back/", BILLERS, 200),
    ("POST", "/agency/contracts/apparel/{contracts_contract}/take-back/", BILLERS, 302),
    ("GET", "/agency/invoices/{invoice}/lines/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/lines/", BILLERS, 200),
    ("GET", "/agency/invoices/{invoice}/lines/{invoice_line}/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/lines/{invoice_line}/", BILLERS, 200),
    ("GET", "/agency/invoices/{invoice}/lines/{invoice_line}/remove/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/lines/{invoice_line}/remove/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/reckon/", BILLERS, 302),
    ("POST", "/agency/invoices/{invoice}/review/", BILLERS, 302),
    ("POST", "/agency/invoices/{invoice}/send-back/", BILLERS, 302),
    ("GET", "/agency/invoices/{invoice}/issue/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/issue/", BILLERS, 302),
    ("GET", "/agency/invoices/{invoice}/delete/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/delete/", BILLERS, 302),
    ("GET", "/agency/invoices/{invoice}/mail/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/mail/", BILLERS, 302),
    ("GET", "/agency/invoices/{invoice}/credit/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/credit/", BILLERS, 200),
    ("POST", "/agency/invoices/{invoice}/difference/", BILLERS, 302),
    ("GET", "/agency/branding/", MANAGERS, 302),
    ("GET", "/agency/branding/{accounts_agency}/", MANAGERS, 200),
    ("POST", "/agency/branding/{accounts_agency}/", MANAGERS, 200),  # of an empty form
    ("GET", "/agency/branding/{accounts_agency}/logo/", MANAGERS, 200),
    ("GET", "/agency/kpi-sets/", LOOKERS, 200),
    ("GET", "/agency/kpi-sets/{kpi_set}/", LOOKERS, 200),
    ("GET", "/agency/kpi-sets/{kpi_set}/delete/", MANAGERS, 200),
    ("POST", "/agency/kpi-sets/{kpi_set}/delete/", MANAGERS, 302),
    ("GET", "/agency/templates/", LOOKERS, 200),
    ("GET", "/agency/templates/{agency_template}/", LOOKERS, 200),
    ("POST", "/agency/templates/{agency_template}/", MANAGERS, 200),
    ("GET", "/agency/templates/{agency_template}/delete/", MANAGERS, 200),
    ("POST", "/agency/templates/{agency_template}/delete/", MANAGERS, 302),
    *admin("/admin/agency_library/agencybranding/", view=MANAGERS),
    *admin("/admin/agency_library/agencytemplate/", view=LOOKERS),
    *admin("/admin/agency_library/kpiset/", view=LOOKERS),
    *admin("/admin/accounts/agency/", view=STAFF | OPERATOR, add=OPERATOR, change=OWNERS | OPERATOR),
    *admin("/admin/accounts/company/", view=MANAGERS, add=MANAGERS, change=MANAGERS),
    *admin("/admin/accounts/tenant/", view=MANAGERS | OPERATOR, add=MANAGERS | OPERATOR, change=MANAGERS),
    *admin("/admin/accounts/user/", view=MANAGERS | OPERATOR, add=OPERATOR, change=OWNERS | OPERATOR),
    *admin(
        "/admin/accounts/membership/",
        view=MANAGERS | OPERATOR,
        add=MANAGERS | OPERATOR,
        change=MANAGERS | OPERATOR,
        delete=MANAGERS | OPERATOR,
    ),
    *admin("/admin/accounts/apikey/", view=MANAGERS, add=MANAGERS),
    *admin("/admin/accounts/agencykey/", view=OWNERS, add=OWNERS),
    *admin("/admin/accounts/activity/", view=MANAGERS),
    *admin("/admin/accounts/due/", view=MANAGERS),
    *admin("/admin/contracts/contract/", view=NET_READERS),
    *admin("/admin/billing/plan/", view=OPERATOR, add=OPERATOR, change=OPERATOR),
    *admin("/admin/billing/pricetable/", view=PAYERS | OPERATOR, add=OPERATOR, change=OPERATOR),
    *admin("/admin/billing/clientpricetable/", view=NET_READERS, add=BILLERS, change=BILLERS),
    *admin("/admin/billing/subscription/", view=PAYERS, add=BILLERS, change=BILLERS),
    *admin("/admin/billing/noticeprice/", view=NET_READERS, add=BILLERS),
    *admin("/admin/invoices/document/", view=NET_READERS),
    *admin("/admin/invoices/issuer/", view=BILLERS),
    *admin("/admin/invoices/numberseries/", view=BILLERS),
    *admin("/admin/invoices/recipient/", view=BILLERS),
    *admin("/admin/billing/ledgerentry/", view=NET_READERS),
    *admin("/admin/billing/budget/", view=NET_READERS),
    *admin("/admin/billing/budgetalert/", view=NET_READERS),
    *admin("/admin/billing/budgetlift/", view=NET_READERS),
    *admin("/admin/billing/reserve/", view=NET_READERS),
    *admin("/admin/billing/quotareading/", view=PAYERS),
    *admin("/admin/billing/daycount/", view=PAYERS),
    *admin("/admin/channels/channel/", view=MANAGERS, add=MANAGERS, change=MANAGERS),
    *admin("/admin/channels/channelcheck/", view=MANAGERS),
    *admin("/admin/channels/inboxbody/", view=MANAGERS),
    *admin("/admin/channels/webhookevent/", view=MANAGERS),
    *admin("/admin/relays/target/", view=MANAGERS),
    *admin("/admin/relays/delivery/", view=MANAGERS),
]
CLIENT_APP, AGENCY_APP = "/c/apparel/admin/friends/", "/admin/accounts/"
# Method, address, what is answered to somebody who is not signed in, and to somebody who is.
FOR_ANYBODY = [
    ("GET", "/", 302, 302),
    ("GET", "/agency/", 302, 200),
    ("POST", "/language/", 400, 400),
    ("GET", "/agency/files/unknown/full", 404, 404),
    ("GET", "/c/apparel/media/unknown/1040", 404, 404),
    ("GET", "/c/apparel/mail/u/unknown/", 404, 404),
    ("POST", "/c/apparel/mail/u/unknown/", 404, 404),
    ("GET", "/c/apparel/mail/l/unknown/", 404, 404),
    ("GET", "/c/apparel/f/media/unknown/", 404, 404),
    ("GET", "/c/apparel/f/media/unknown/small/", 404, 404),
    ("GET", "/c/apparel/link/", 410, 410),  # what opens this page is LINE's token
    ("POST", "/c/apparel/link/", 410, 410),
    ("GET", "/c/apparel/link/elsewhere", 404, 404),
    ("GET", "/c/apparel/link/login/signup/", 404, 404),  # there is no Login channel
    ("GET", "/c/apparel/link/start/", 410, 410),  # no signature
    ("GET", "/c/apparel/link/session/", 410, 410),
    ("POST", "/c/apparel/link/session/", 410, 410),
    ("GET", "/c/apparel/link/callback/", 410, 410),
    ("GET", "/c/apparel/link/prove/", 410, 410),
    ("POST", "/c/apparel/link/prove/", 410, 410),
    ("GET", "/c/apparel/link/agree/", 410, 410),
    ("POST", "/c/apparel/link/agree/", 410, 410),
    ("GET", "/c/apparel/link/done/", 410, 410),
    ("GET", "/c/apparel/link/liff/", 404, 404),
    ("GET", "/c/apparel/link/me/", 404, 404),
    ("GET", "/c/apparel/f/liff/link/", 200, 200),
    ("POST", "/c/apparel/f/liff/link/", 404, 404),  # no token, and no channel to ask
    ("GET", "/c/apparel/f/liff/me/", 200, 200),
    ("POST", "/c/apparel/f/liff/me/", 404, 404),
    ("GET", "/c/apparel/f/liff/open/", 200, 200),
    ("POST", "/c/apparel/f/liff/open/", 422, 422),  # of nothing that exists
    ("GET", "/c/apparel/cp/7/", 404, 404),  # there is no LIFF app
    ("GET", "/c/apparel/cp/7-unknown/", 404, 404),
    ("GET", "/c/apparel/cp/7-unknown/use/", 404, 404),
    ("POST", "/c/apparel/cp/7-unknown/use/", 404, 404),
    ("GET", "/c/apparel/m/", 404, 404),
    ("GET", "/c/apparel/p/draw/7/", 404, 404),  # there is no LIFF app
    ("GET", "/c/apparel/p/draw/7-unknown/", 404, 404),
    ("POST", "/c/apparel/p/draw/7-unknown/", 404, 404),
    ("GET", "/c/apparel/p/draw/7-unknown/address/1/", 404, 404),
    ("POST", "/c/apparel/p/draw/7-unknown/address/1/", 404, 404),
    ("GET", "/c/apparel/p/proof/unknown/", 404, 404),
    ("GET", "/c/apparel/p/proof/unknown/file/", 404, 404),
    ("GET", "/c/apparel/p/points/7/", 404, 404),
    ("GET", "/c/apparel/p/points/7-unknown/", 404, 404),
    ("POST", "/c/apparel/p/points/7-unknown/", 404, 404),
    ("GET", "/c/apparel/rf/7/", 404, 404),  # there is no LIFF app
    ("GET", "/c/apparel/rf/7-unknown/", 404, 404),
    ("GET", "/c/apparel/rf/7-unknown/share/", 404, 404),
    ("GET", "/c/apparel/rf/7-unknown/qr.svg", 404, 404),
    ("GET", "/c/apparel/rf/i/unknown/", 404, 404),
    ("GET", "/c/apparel/rf/i/unknown/go/", 404, 404),
    ("GET", "/c/apparel/s/1/", 404, 404),  # no survey of this number
    ("GET", "/c/apparel/s/unknown/", 404, 404),
    ("POST", "/c/apparel/s/unknown/", 404, 404),
    ("GET", "/c/apparel/f/liff/card/", 200, 200),
    ("POST", "/c/apparel/f/liff/card/", 404, 404),  # no token, and no channel to ask
    ("GET", "/c/apparel/i/musubi.js", 200, 200),
    ("GET", "/c/apparel/i/unknown.json", 404, 404),
    ("POST", "/c/apparel/i/views/", 204, 204),
    ("GET", "/c/apparel/i/go/unknown/", 302, 302),  # to linking: what is printed once leads there for ever
    ("GET", "/c/apparel/in/unknown/", 405, 405),
    ("POST", "/c/apparel/in/unknown/", 404, 404),
    ("GET", "/c/apparel/f/r/unknown", 404, 404),
    ("GET", "/c/apparel/f/in/unknown/", 404, 404),
    ("GET", "/c/apparel/f/login/", 410, 410),  # what opens this page is LINE's answer
    ("GET", "/c/apparel/f/liff/", 404, 404),
    ("POST", "/c/apparel/f/liff/", 404, 404),
    ("GET", "/favicon.ico", 302, 302),
    ("GET", "/admin/login/", 302, 302),
    ("GET", "/c/apparel/admin/login/", 302, 302),
    ("POST", "/admin/logout/", 302, 403),
    ("POST", "/c/apparel/admin/logout/", 302, 200),
    ("GET", "/sign-in/login/", 200, 302),
    ("POST", "/sign-in/login/", 200, 302),
    ("GET", "/sign-in/signup/", 200, 302),
    ("POST", "/sign-in/signup/", 200, 302),
    ("GET", "/sign-in/logout/", 302, 200),
    ("GET", "/sign-in/inactive/", 200, 200),
    ("GET", "/sign-in/reauthenticate/", 302, 200),
    ("GET", "/sign-in/email/", 302, 200),
    ("GET", "/sign-in/confirm-email/", 200, 200),
    ("GET", "/sign-in/confirm-email/wrong/", 200, 200),
    ("GET", "/sign-in/password/change/", 302, 200),
    ("GET", "/sign-in/password/set/", 302, 302),
    ("GET", "/sign-in/password/reset/", 200, 200),
    ("GET", "/sign-in/password/reset/done/", 200, 200),
    ("GET", "/sign-in/password/reset/key/1-wrong/", 200, 200),
    ("GET", "/sign-in/password/reset/key/done/", 200, 200),
    ("GET", "/sign-in/login/code/confirm/", 302, 302),
    ("GET", "/sign-in/2fa/", 302, 200),
    ("GET", "/sign-in/2fa/authenticate/", 302, 302),
    ("GET", "/sign-in/2fa/reauthenticate/", 302, 302),
    ("GET", "/sign-in/2fa/totp/activate/", 302, 302),
    ("GET", "/sign-in/2fa/totp/deactivate/", 302, 404),
    ("GET", "/sign-in/2fa/recovery-codes/", 302, 404),
    ("GET", "/sign-in/2fa/recovery-codes/generate/", 302, 302),
    ("GET", "/sign-in/2fa/recovery-codes/download/", 302, 404),
]

ALL_OF_A_CLIENT = [*((*row, None) for row in PAGES + CLIENT_ADMIN), *API]


def section(row: tuple) -> str:
    """The part of the product an address belongs to: its first words that are no names of things."""
    words = [word for word in row[1].strip("/").split("/") if "{" not in word]
    return "/".join(words[: 3 if words[0] in {"api", "admin"} else 1]) or "home"


def by_section(rows: list[tuple]) -> Callable:
    """A test for the rows of each section together: who asks and what is asked for is made once for them."""
    sections: dict[str, list[tuple]] = {}
    for row in rows:
        sections.setdefault(section(row), []).append(row)
    return pytest.mark.parametrize("rows", sections.values(), ids=sections.keys())


@pytest.fixture(scope="module")
def one_of_each_there(django_db_setup, django_db_blocker) -> Iterator[dict[str, object]]:
    """One of each in the first client, in a transaction that lasts as long as the module: it takes seconds to
    make, and whatever a test does to it is undone with the test's own savepoint.
    """
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        with inside("apparel"):
            made = one_of_each(connection.tenant)
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def things(one_of_each_there, tenant) -> dict[str, object]:
    """By the word that stands for it in the table."""
    return one_of_each_there


@pytest.fixture(scope="module")
def callers(one_of_each_there, django_db_blocker) -> dict[str, Client]:
    """Everybody who may come to a client's pages: people with each role in it, and four others."""
    with django_db_blocker.unblock():
        with inside("cosmetics"):
            stranger = make_user("owner")
        with inside("apparel"):
            return {role: browser(make_user(role)) for role in ROLES} | {
                "agency owner": browser(make_user("owner", whole_agency=True)),
                "stranger": browser(stranger),
                "operator": browser(make_operator()),
                "nobody": Client(),
            }


@pytest.fixture(scope="module")
def staff(one_of_each_there, django_db_blocker) -> dict[str, Client]:
    """Those who work for the agency with each role, and three others."""
    with django_db_blocker.unblock(), inside("apparel"):
        return {role: browser(make_user(role, whole_agency=True)) for role in ROLES} | {
            "operator": browser(make_operator()),
            "owner of one client": browser(make_user("owner")),
            "nobody": Client(),
        }


def inside(slug: str) -> AbstractContextManager:
    return tenant_context(Tenant.objects.select_related("agency").get(slug=slug))


def make_operator() -> User:
    with schema_context("public"):
        return User.objects.create_superuser(f"{uuid4().hex}@example.com", "secret pass")


def browser(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    with schema_context("public"):
        client.force_login(user)
    return client


def ask(client: Client, method: str, path: str, body: object = None) -> HttpResponse:
    """The answer. It leaves no trace, so that the next caller meets the same."""
    form, json = "application/x-www-form-urlencoded", "application/json"
    given = (b"", form) if body is None else (client._encode_json(body, json), json)
    cookies = deepcopy(client.cookies)
    with tenant_context(connection.tenant), transaction.atomic():
        response = client.generic(method, path, *given)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def who_sees(callers: dict[str, Client], address: str) -> set[str]:
    return {who for who, client in callers.items() if ask(client, "GET", address).status_code == 200}


@by_section(ALL_OF_A_CLIENT)
def test_of_a_clients_addresses(callers, things, rows):
    answers = {
        (method, path): {
            who: ask(client, method, f"/c/apparel/{path.format(**things)}", filled(body, things)).status_code
            for who, client in callers.items()
        }
        for method, path, _allowed, _status, body in rows
    }

    assert answers == {(row[0], row[1]): expected_of_a_client(*row[1:4]) for row in rows}


def expected_of_a_client(path: str, allowed: set[str], status: int) -> dict[str, int]:
    by_role = {role: status if role in allowed else 403 for role in ROLES}
    nobody = 401 if path.startswith("api/") and path != "api/v1/docs/" else 302
    return by_role | {"agency owner": by_role["owner"], "stranger": 404, "operator": 404, "nobody": nobody}


@by_section(AGENCY_ADMIN)
def test_of_the_agencys_admin(staff, things, rows):
    answers = {
        (method, path): {
            who: ask(client, method, path.format(**things)).status_code for who, client in staff.items()
        }
        for method, path, _allowed, _status in rows
    }

    assert answers == {(row[0], row[1]): expected_of_the_agency(*row[1:]) for row in rows}


def expected_of_the_agency(path: str, allowed: set[str], status: int) -> dict[str, int]:
    by_role = {who: status if who in allowed else 403 for who in ROLES | OPERATOR}
    alone = 404 if status == 404 else 200 if path.endswith("/schema/") else 403
    is_api = path.startswith("/agency/api/")
    return by_role | {"owner of one client": alone if is_api else 403, "nobody": 401 if is_api else 302}


def test_of_a_clients_histories(callers, things):
    rows = histories(CLIENT_ADMIN)

    seen = {path: who_sees(callers, f"/c/apparel/{path.format(**things)}") for path, _allowed in rows}

    assert {path: who - {"agency owner"} for path, who in seen.items()} == dict(rows)


def test_of_the_agencys_histories(staff, things):
    rows = histories(AGENCY_ADMIN)

    seen = {path: who_sees(staff, path.format(**things)) for path, _allowed in rows}

    assert seen == dict(rows)


@pytest.mark.usefixtures("tenant")
def test_an_app_is_listed_in_an_admin_for_those_who_see_something_of_it(callers, staff):
    assert who_sees(callers, CLIENT_APP) == LOOKERS | {"agency owner"}
    assert who_sees(staff, AGENCY_APP) == STAFF | OPERATOR


def test_of_addresses_for_anybody(other_tenant):
    """In the second client, which has nothing."""
    with tenant_context(other_tenant):
        member = make_user("viewer")

    answers = []
    for method, path, _of_nobody, _of_member in FOR_ANYBODY:
        there = path.replace("/c/apparel/", "/c/cosmetics/")
        told = [ask(each, method, there).status_code for each in (Client(), browser(member))]
        answers.append((method, path, *told))

    assert answers == FOR_ANYBODY


# What the agency offers, all its clients have; test_templates.py and test_kpi_sets.py try another agency's.
OF_THE_AGENCY = ("{agency_template}", "{kpi_set}")
OWN = [row for row in ALL_OF_A_CLIENT if "{" in row[1] and not any(name in row[1] for name in OF_THE_AGENCY)]


@by_section(OWN)
def test_what_belongs_to_another_client_is_not_found(things, other_tenant, rows):
    with tenant_context(other_tenant):
        anything = browser(make_almighty())

    found = [
        (method, path)
        for method, path, _allowed, _status, body in rows
        if not not_found(ask(anything, method, f"/c/cosmetics/{path.format(**things)}", filled(body, things)))
    ]

    assert not found


OF_ALL_AGENCIES = ("/admin/billing/plan/", "/admin/billing/pricetable/")


@by_section([row for row in AGENCY_ADMIN if "{" in row[1] and not row[1].startswith(OF_ALL_AGENCIES)])
def test_what_belongs_to_another_agency_is_not_found(things, rows):
    with schema_context("public"):
        other = accounts.create_agency(name="Other", slug="other")
        owner = browser(accounts.invite("owner@example.com", agency=other, role="owner"))

    found = [
        (method, path)
        for method, path, _allowed, _status in rows
        if not not_found(ask(owner, method, path.format(**things)))
    ]

    assert not found


def make_almighty() -> User:
    """Somebody with every right in the present client."""
    tenant, user = connection.tenant, make_user("owner", whole_agency=True)
    with schema_context("public"):
        return accounts.invite(user.email, agency=tenant.agency, tenant=tenant, role="approver")


def not_found(response: HttpResponse) -> bool:
    """404; in an admin site, back to its index with a message, or 403 where nobody may write."""
    is_admin = "/admin/" in response.request["PATH_INFO"]
    return response.status_code in ({302, 403} if is_admin else {404})


def addresses(rows: list[tuple]) -> list[str]:
    return [row[1] for row in [*rows, *FOR_ANYBODY]] + [path for path, _allowed in histories(rows)]


@pytest.mark.parametrize(
    ("urlconf", "paths"),
    [
        (settings.ROOT_URLCONF, [AGENCY_APP, *addresses(AGENCY_ADMIN)]),
        (settings.TENANT_URLCONF, [CLIENT_APP, *addresses(ALL_OF_A_CLIENT)]),
    ],
)
def test_every_address_stands_in_the_table(urlconf, paths):
    assert routes(urlconf) - {route_of(path, urlconf) for path in paths} == set()


def test_every_method_of_a_clients_addresses_stands_in_the_table(tenant):
    client = browser(make_almighty())
    public = ("admin/", "cp/", "cv/", "f/", "i/", "in/", "link/", "m/", "mail/", "media/", "p/", "rf/", "s/")
    own = {route for route in routes(settings.TENANT_URLCONF) if not route.startswith(public)}

    offered = {
        (method, route)
        for route in own
        for method in METHODS
        if ask(client, method, f"/c/apparel/{sample(route)}").status_code not in {403, 405}
    }

    table = {(row[0], route_of(row[1], settings.TENANT_URLCONF)) for row in [*PAGES, *API]}
    assert offered == table


def routes(urlconf: str) -> set[str]:
    return set(_walk(get_resolver(urlconf).url_patterns, ""))


def _walk(patterns: list, before: str) -> Iterator[str]:
    for each in patterns:
        route = before + str(each.pattern).removeprefix("^")
        yield from _walk(each.url_patterns, route) if isinstance(each, URLResolver) else [route]


def route_of(path: str, urlconf: str) -> str | None:
    """The route that answers this address of the table, if it is one of this conf; of its query, nothing."""
    path = path.partition("?")[0]
    try:
        return resolve("/" + sample(path).removeprefix("/c/apparel").removeprefix("/"), urlconf).route
    except Resolver404:
        return None


def sample(route: str) -> str:
    """An address of this route."""
    return re.sub(r"<[^>]+>|{[^}]+}", "1", route)


def test_what_a_page_asks_of_its_reader_is_a_permission_that_somebody_can_have():
    asked = {
        (str(path.relative_to(settings.BASE_DIR)), name)
        for path in settings.BASE_DIR.glob("*/templates/**/*.html")
        for name in re.findall(r"perms\.(\w+\.\w+)", path.read_text())
    }

    known = permissions.ALL | permissions.OPERATE
    assert asked
    assert not [(path, name) for path, name in sorted(asked) if name not in known]
