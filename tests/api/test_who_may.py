"""Every operation: with its scope, without it, without a key, and with a key of another client."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django_tenants.utils import tenant_context

from attribution.tag import commands as page_tag
from broadcasts import services as broadcasts
from broadcasts.approving import comments
from broadcasts.testing import testers
from invitations import services as invitations
from segments import services as segments
from tests.adplatforms.factories import make_ad_rows
from tests.api.conftest import EVERYTHING, Caller, caller, make_key
from tests.channels.conftest import give_channel
from tests.connectors.factories import make_cart
from tests.coupons.factories import make_coupon_rows
from tests.factories import (
    make_ad_cost,
    make_agency_template,
    make_arrival,
    make_audience,
    make_auto_reply,
    make_budget,
    make_campaign,
    make_conversation,
    make_conversion_point,
    make_coupon,
    make_customer,
    make_customer_field,
    make_event_type,
    make_field,
    make_friend,
    make_link,
    make_link_conflict,
    make_link_session,
    make_list,
    make_media_file,
    make_notice,
    make_order,
    make_product,
    make_series,
    make_sign_in,
    make_tag,
    make_tap_action,
    make_template,
)
from tests.imports.factories import make_import
from tests.insights.factories import make_funnel
from tests.invoices.factories import make_documents
from tests.planning.factories import make_kpi, make_kpi_set
from tests.prizes.factories import make_prize_rows
from tests.referrals.factories import make_referral_rows
from tests.relays.factories import make_relay, make_webhook_event
from tests.reports.factories import make_report_rows
from tests.scenarios.factories import make_scenario_rows
from tests.surveys.factories import make_survey_rows
from tests.surveys.results import make_result_rows
from tests.touchpoints.factories import make_touchpoint_rows

EVERYONE = {"all": []}
TEXT = [{"type": "text", "text": "Autumn sale"}]
LATER = "2099-01-01T00:00:00Z"
LATEST = "2099-02-01T00:00:00Z"
YESTERDAY = f"{timezone.localdate() - timedelta(days=1)}"
START = "touchpoints.change_plan broadcasts.add_broadcast"  # both
WEEKLY = {"every": "week", "weekdays": [2], "at": "10:00", "starts_on": "2099-01-01"}
TABLE = [
    ("get", "friends/", "friends.view_friend", None, 200),
    ("get", "friends/{friend}/", "friends.view_friend", None, 200),
    (
        "patch",
        "friends/{friend}/",
        "friends.change_friend",
        {"own_name": "Aoi (VIP)", "fields": {"shop": "Ginza"}},
        200,
    ),
    ("put", "friends/{friend}/tags/{tag}/", "friends.change_friend", None, 204),
    ("delete", "friends/{friend}/tags/{tag}/", "friends.change_friend", None, 204),
    ("put", "friends/{friend}/stop/", "friends.change_friend", None, 204),
    ("delete", "friends/{friend}/stop/", "friends.change_friend", None, 204),
    ("get", "tags/", "friends.view_tag", None, 200),
    ("post", "tags/", "friends.add_tag", {"name": "new"}, 201),
    ("get", "tags/{tag}/", "friends.view_tag", None, 200),
    ("patch", "tags/{tag}/", "friends.change_tag", {"name": "other"}, 200),
    ("delete", "tags/{tag}/", "friends.delete_tag", None, 204),
    ("get", "chats/", "chats.view_conversation", None, 200),
    ("get", "chats/{conversation}/", "chats.view_conversation", None, 200),
    ("patch", "chats/{conversation}/", "chats.change_conversation", {"state": "done"}, 200),
    ("get", "chats/{conversation}/messages/", "chats.view_conversation", None, 200),
    (
        "post",
        "chats/{conversation}/messages/",
        "chats.reply_conversation",
        {"messages": TEXT, "may_push": True},
        201,
    ),
    ("get", "fields/", "friends.view_friendfield", None, 200),
    ("post", "fields/", "friends.add_friendfield", {"name": "Birthday", "type": "date"}, 201),
    ("get", "fields/{field}/", "friends.view_friendfield", None, 200),
    ("patch", "fields/{field}/", "friends.change_friendfield", {"is_archived": True}, 200),
    ("get", "customers/", "customers.view_customer", None, 200),
    ("get", "customers/{customer}/", "customers.view_customer", None, 200),
    ("post", "customers/bulk/", "customers.change_customer", {"customers": [{"number": "9"}]}, 200),
    ("post", "customers/", "customers.add_customer", {"number": "9", "email": "hanako@example.jp"}, 201),
    ("put", "customers/{customer}/", "customers.change_customer", {"name": "Hanako"}, 200),
    ("patch", "customers/{customer}/", "customers.change_customer", {"name": "Hanako"}, 200),
    ("delete", "customers/{customer}/", "customers.erase_customer", None, 204),
    ("post", "customers/{customer}/merge/", "customers.merge_customer", {"into": "2"}, 200),
    ("get", "customer-fields/", "customers.view_customerfield", None, 200),
    ("get", "customer-fields/{customer_field}/", "customers.view_customerfield", None, 200),
    ("get", "links/", "linking.view_link", None, 200),
    ("get", "links/{link}/", "linking.view_link", None, 200),
    ("delete", "links/{link}/", "linking.delete_link", None, 204),
    ("post", "links/", "linking.add_link", {"customer": "nobody", "friend": 1}, 422),
    ("post", "links/bulk/", "linking.add_link", {"links": [{"customer": "nobody"}]}, 200),
    ("post", "link-sessions/", "linking.add_link", {"customer": "1"}, 201),
    ("get", "link-sessions/{link_session}/", "linking.view_link", None, 200),
    (
        "post",
        "link-sessions/{link_session}/customer/",
        "linking.add_link",
        {"customer": "1", "consent": "I agree."},
        409,
    ),
    ("post", "sign-ins/", "linking.add_link", {"code": "unknown"}, 404),
    (
        "put",
        "sign-ins/{sign_in}/customer/",
        "linking.add_link",
        {"customer": "1", "consent": "I agree."},
        200,
    ),
    ("get", "link-settings/", "linking.view_linksettings", None, 200),
    ("get", "rfm/", "segments.view_rfmsettings", None, 200),
    (
        "put",
        "rfm/",
        "segments.change_rfmsettings",
        {
            "within_days": 365,
            "recency_days": [30, 60, 90, 180],
            "orders": [2, 3, 4, 5],
            "amounts": [1, 2, 3, 4],
        },
        200,
    ),
    ("get", "segment-schema/", "segments.view_segment", None, 200),
    ("get", "link-conflicts/", "linking.view_linkconflict", None, 200),
    ("get", "link-conflicts/{link_conflict}/", "linking.view_linkconflict", None, 200),
    (
        "put",
        "link-conflicts/{link_conflict}/decision/",
        "linking.change_linkconflict",
        {"replace": False},
        200,
    ),
    ("get", "entry-points/", "invitations.view_entrypoint", None, 200),
    ("post", "entry-points/", "invitations.add_entrypoint", {"code": "parcel", "name": "Parcel"}, 201),
    ("get", "entry-points/funnel/", "invitations.view_entrypoint", None, 200),
    ("get", "entry-points/{entry_point}/", "invitations.view_entrypoint", None, 200),
    ("get", "card/", "cards.view_cardsettings", None, 200),
    ("get", "link-rate/", "invitations.view_linkday", None, 200),
    ("get", "events/", "events.view_event", None, 200),
    ("get", "event-types/", "events.view_eventtypedefinition", None, 200),
    (
        "post",
        "event-types/",
        "events.add_eventtypedefinition",
        {"name": "smelled", "label": "Smelled"},
        201,
    ),
    (
        "patch",
        "event-types/{event_type}/",
        "events.change_eventtypedefinition",
        {"label": "Tried on"},
        200,
    ),
    ("get", "products/", "shops.view_product", None, 200),
    ("get", "products/{product}/", "shops.view_product", None, 200),
    ("post", "products/bulk/", "shops.change_product", {"products": [{"code": "A"}]}, 200),
    ("get", "orders/", "shops.view_order", None, 200),
    ("get", "orders/{order}/", "shops.view_order", None, 200),
    ("post", "orders/bulk/", "shops.change_order", {"orders": [{"number": "A"}]}, 200),
    ("put", "orders/{order}/cancellation/", "shops.change_order", None, 200),
    ("post", "events/", "events.add_event", {"events": [{"type": "bought", "customer": "1"}]}, 200),
    ("get", "routes/", "routes.view_route", None, 200),
    ("post", "routes/", "routes.add_route", {"name": "Flyer"}, 201),
    ("get", "routes/{route}/", "routes.view_route", None, 200),
    ("patch", "routes/{route}/", "routes.change_route", {"label": "Coupon"}, 200),
    ("get", "routes/{route}/counts/", "routes.view_route", None, 200),
    ("put", "routes/{route}/archive/", "routes.change_route", None, 204),
    ("delete", "routes/{route}/archive/", "routes.change_route", None, 204),
    ("get", "ad-costs/", "routes.view_adcost", None, 200),
    (
        "post",
        "ad-costs/",
        "routes.add_adcost",
        {"route": "{route}", "from_on": "2026-11-02", "amount": "500"},
        201,
    ),
    ("post", "ad-costs/bulk/", "routes.add_adcost", {"costs": [{"route": 0}]}, 200),
    ("get", "ad-costs/{ad_cost}/", "routes.view_adcost", None, 200),
    ("patch", "ad-costs/{ad_cost}/", "routes.change_adcost", {"amount": "600"}, 200),
    ("delete", "ad-costs/{ad_cost}/", "routes.delete_adcost", None, 204),
    ("get", "route-returns/", "routes.view_adcost", None, 200),
    ("get", "acquisition/", "routes.view_arrival", None, 200),
    ("get", "acquisition/compare/?a=0&b=0", "routes.view_arrival", None, 404),
    ("get", "acquisition/months/", "routes.view_arrival", None, 200),
    ("get", "acquisition/margin/", "acquisition.view_margin", None, 200),
    ("put", "acquisition/margin/", "acquisition.change_margin", {"percent": "40"}, 200),
    ("get", "statements/", "invoices.view_document", None, 200),
    ("get", "statements/{month}/", "invoices.view_document", None, 200),
    ("get", "statements/{month}/pdf/", "invoices.view_document", None, 200),
    ("get", "statements/{month}/excel/", "invoices.view_document", None, 200),
    ("get", "costs/", "billing.view_ledgerentry", None, 200),
    ("get", "costs/actuals/", "billing.view_ledgerentry", None, 200),
    ("get", "tool-fees/", "costs.view_feesettings", None, 200),
    (
        "post",
        "tool-fees/",
        "costs.add_feesettings",
        {"since": "2026-11", "name": "Musubi", "amount": "9000"},
        201,
    ),
    ("get", "arrivals/", "routes.view_arrival", None, 200),
    ("get", "arrivals/{arrival}/", "routes.view_arrival", None, 200),
    ("get", "segments/", "segments.view_segment", None, 200),
    ("post", "segments/", "segments.add_segment", {"name": "All", "tree": EVERYONE}, 201),
    ("get", "segments/{segment}/", "segments.view_segment", None, 200),
    ("patch", "segments/{segment}/", "segments.change_segment", {"name": "Everyone"}, 200),
    ("delete", "segments/{segment}/", "segments.delete_segment", None, 409),
    ("post", "segments/count/", "segments.view_segment", {"tree": EVERYONE}, 200),
    ("get", "segments/{segment}/count/", "segments.view_segment", None, 200),
    ("post", "segments/validate/", "segments.view_segment", {"tree": EVERYONE}, 200),
    ("post", "segments/plan/", "segments.view_segment", {"tree": EVERYONE}, 200),
    ("get", "segments/{segment}/plan/", "segments.view_segment", None, 200),
    ("get", "audiences/", "segments.view_audience", None, 200),
    ("get", "audiences/{audience}/", "segments.view_audience", None, 200),
    ("delete", "audiences/{audience}/", "segments.delete_audience", None, 204),
    ("get", "segments/{segment}/sample/", "friends.view_friend", None, 200),
    ("get", "segments/{segment}/friends/", "friends.export_friend", None, 200),
    ("get", "segments/{segment}/export/", "friends.export_friend", None, 200),
    ("get", "segments/{segment}/explanation/", "friends.view_friend", None, 400),
    ("get", "segments/{segment}/sizes/", "segments.view_segment", None, 200),
    ("get", "segments/{segment}/uses/", "segments.view_segment", None, 200),
    ("get", "segments/overlap/", "segments.view_segment", None, 400),
    ("get", "segments/ready/", "segments.view_segment", None, 200),
    ("get", "friend-lists/", "segments.view_friendlist", None, 200),
    ("post", "friend-lists/", "segments.add_friendlist", {"name": "New"}, 201),
    ("get", "friend-lists/{friend_list}/", "segments.view_friendlist", None, 200),
    ("patch", "friend-lists/{friend_list}/", "segments.change_friendlist", {"note": "Ours"}, 200),
    ("delete", "friend-lists/{friend_list}/", "segments.delete_friendlist", None, 204),
    ("get", "friend-lists/{friend_list}/members/", "friends.view_friend", None, 200),
    ("post", "friend-lists/{friend_list}/members/", "segments.change_friendlist", {"customers": ["1"]}, 200),
    (
        "post",
        "friend-lists/{friend_list}/members/removal/",
        "segments.change_friendlist",
        {"customers": ["1"]},
        200,
    ),
    ("get", "broadcasts/", "broadcasts.view_broadcast", None, 200),
    (
        "post",
        "broadcasts/",
        "broadcasts.add_broadcast",
        {"name": "Sale", "segment": "{segment}", "messages": TEXT},
        201,
    ),
    ("get", "broadcasts/{broadcast}/", "broadcasts.view_broadcast", None, 200),
    ("patch", "broadcasts/{broadcast}/", "broadcasts.change_broadcast", {"name": "Winter"}, 200),
    ("post", "broadcasts/{broadcast}/submission/", "broadcasts.change_broadcast", None, 200),
    ("put", "broadcasts/{broadcast}/approval/", "broadcasts.approve_broadcast", {}, 409),
    ("delete", "broadcasts/{broadcast}/approval/", "broadcasts.approve_broadcast", {}, 409),
    ("get", "broadcasts/{broadcast}/reviews/", "broadcasts.view_review", None, 200),
    ("delete", "broadcasts/{broadcast}/reviews/", "broadcasts.change_broadcast", None, 409),
    ("put", "broadcasts/{broadcast}/check/", "broadcasts.check_broadcast", {}, 409),
    ("delete", "broadcasts/{broadcast}/check/", "broadcasts.check_broadcast", {}, 409),
    ("get", "broadcasts/{broadcast}/comments/", "broadcasts.view_comment", None, 200),
    ("post", "broadcasts/{broadcast}/comments/", "broadcasts.add_comment", {"text": "Fine"}, 201),
    (
        "put",
        "broadcasts/{broadcast}/comments/{comment}/settlement/",
        "broadcasts.change_comment",
        None,
        200,
    ),
    (
        "delete",
        "broadcasts/{broadcast}/comments/{comment}/settlement/",
        "broadcasts.change_comment",
        None,
        200,
    ),
    ("get", "broadcasts/{broadcast}/versions/", "broadcasts.view_version", None, 200),
    ("get", "broadcasts/{broadcast}/changes/", "broadcasts.view_version", None, 200),
    ("get", "broadcasts/{broadcast}/tests/", "broadcasts.view_testsend", None, 200),
    ("post", "broadcasts/{broadcast}/tests/", "broadcasts.add_testsend", {"testers": [0]}, 422),
    ("get", "testers/", "broadcasts.view_tester", None, 200),
    ("post", "testers/", "broadcasts.add_tester", {"friend": 0}, 400),
    ("patch", "testers/{tester}/", "broadcasts.change_tester", {"is_on": False}, 200),
    ("delete", "testers/{tester}/", "broadcasts.delete_tester", None, 204),
    ("get", "notices/", "scenarios.view_noticesend", None, 200),
    ("get", "notices/{notice}/", "scenarios.view_noticesend", None, 200),
    ("post", "notices/", "scenarios.add_noticesend", {"phone": "090-1234-5678"}, 400),
    ("put", "notices/{notice}/settlement/", "scenarios.change_entry", {"delivered": False}, 200),
    ("get", "notice-days/", "scenarios.view_noticeday", None, 200),
    ("get", "approval-rules/", "broadcasts.view_approvalrules", None, 200),
    ("put", "approval-rules/", "broadcasts.change_approvalrules", {"second_above_people": 9}, 200),
    ("put", "broadcasts/{broadcast}/schedule/", "broadcasts.send_broadcast", {"send_at": LATER}, 409),
    ("delete", "broadcasts/{broadcast}/schedule/", "broadcasts.send_broadcast", None, 409),
    ("get", "broadcasts/{broadcast}/series/", "broadcasts.view_series", None, 404),
    ("put", "broadcasts/{broadcast}/series/", "broadcasts.send_broadcast", WEEKLY, 409),
    ("delete", "broadcasts/{broadcast}/series/", "broadcasts.send_broadcast", None, 404),
    ("get", "series/", "broadcasts.view_series", None, 200),
    ("get", "series/{series}/", "broadcasts.view_series", None, 200),
    (
        "put",
        "series/{series}/rule/",
        "broadcasts.send_broadcast",
        WEEKLY | {"from_on": "2099-01-01"},
        200,
    ),
    ("put", "series/{series}/pause/", "broadcasts.send_broadcast", None, 200),
    ("delete", "series/{series}/pause/", "broadcasts.send_broadcast", None, 409),
    ("get", "series/{series}/dates/", "broadcasts.view_series", None, 200),
    ("put", "series/{series}/dates/{series_day}/", "broadcasts.send_broadcast", {"is_skipped": True}, 200),
    ("delete", "series/{series}/dates/{series_day}/", "broadcasts.send_broadcast", None, 200),
    ("get", "calendar/", "broadcasts.view_broadcast", None, 200),
    ("get", "sending-rules/", "broadcasts.view_sendingrules", None, 200),
    ("put", "sending-rules/", "broadcasts.change_sendingrules", {"cap_count": 3}, 200),
    ("put", "broadcasts/{broadcast}/pause/", "broadcasts.send_broadcast", None, 409),
    ("delete", "broadcasts/{broadcast}/pause/", "broadcasts.send_broadcast", None, 409),
    ("put", "broadcasts/{broadcast}/cancellation/", "broadcasts.send_broadcast", None, 409),
    ("get", "broadcasts/{broadcast}/checks/", "broadcasts.view_broadcast", None, 404),  # not looked at
    ("post", "broadcasts/{broadcast}/checks/", "broadcasts.view_broadcast", None, 201),
    ("get", "broadcasts/{broadcast}/failures/", "broadcasts.view_broadcast", None, 200),
    ("get", "broadcasts/{broadcast}/failures/unknown/", "broadcasts.view_broadcast", None, 404),
    ("get", "broadcasts/{broadcast}/unsettled/", "broadcasts.view_broadcast", None, 200),
    (
        "post",
        "broadcasts/{broadcast}/unsettled/",
        "broadcasts.settle_batch",
        {"batches": [1], "arrived": True},
        409,
    ),
    ("get", "broadcasts/{broadcast}/split-test/", "broadcasts.view_broadcast", None, 404),
    ("put", "broadcasts/{broadcast}/split-test/", "broadcasts.change_broadcast", {}, 200),
    ("delete", "broadcasts/{broadcast}/split-test/", "broadcasts.change_broadcast", None, 409),
    (
        "post",
        "broadcasts/{broadcast}/split-test/decision/",
        "broadcasts.send_broadcast",
        {"letter": "A"},
        409,
    ),
    ("put", "broadcasts/{broadcast}/variants/B/", "broadcasts.change_broadcast", {"messages": TEXT}, 409),
    ("delete", "broadcasts/{broadcast}/variants/B/", "broadcasts.change_broadcast", None, 404),
    ("get", "broadcasts/{broadcast}/forecast/", "broadcasts.view_broadcast", None, 200),
    ("get", "broadcasts/{broadcast}/clicks/", "broadcasts.view_linkclick", None, 200),
    ("get", "broadcasts/{broadcast}/results/", "broadcasts.view_broadcast", None, 200),
    ("get", "broadcasts/{broadcast}/insights/", "broadcasts.view_insight", None, 200),
    ("get", "results/", "broadcasts.view_broadcast", None, 200),
    ("get", "status-board/", "broadcasts.view_broadcast", None, 200),
    ("get", "status-board/{broadcast}/", "broadcasts.view_broadcast", None, 200),
    ("get", "tap-actions/", "taps.view_tapaction", None, 200),
    ("post", "tap-actions/", "taps.add_tapaction", {"name": "Likes coffee", "answer": "Noted"}, 201),
    ("get", "tap-actions/{tap_action}/", "taps.view_tapaction", None, 200),
    ("patch", "tap-actions/{tap_action}/", "taps.change_tapaction", {"answer": "Thanks"}, 200),
    ("put", "tap-actions/{tap_action}/archive/", "taps.change_tapaction", None, 204),
    ("delete", "tap-actions/{tap_action}/archive/", "taps.change_tapaction", None, 204),
    ("get", "auto-replies/", "autoreplies.view_autoreply", None, 200),
    (
        "post",
        "auto-replies/",
        "autoreplies.add_autoreply",
        {"name": "Hours", "trigger": "keyword", "words": ["opening"], "messages": TEXT},
        201,
    ),
    ("get", "auto-replies/{auto_reply}/", "autoreplies.view_autoreply", None, 200),
    ("patch", "auto-replies/{auto_reply}/", "autoreplies.change_autoreply", {"is_on": False}, 200),
    ("delete", "auto-replies/{auto_reply}/", "autoreplies.delete_autoreply", None, 204),
    ("get", "message-templates/", "library.view_messagetemplate", None, 200),
    (
        "post",
        "message-templates/",
        "library.add_messagetemplate",
        {"name": "Autumn", "messages": TEXT},
        201,
    ),
    ("get", "message-templates/{message_template}/", "library.view_messagetemplate", None, 200),
    (
        "patch",
        "message-templates/{message_template}/",
        "library.change_messagetemplate",
        {"folder": "Sales"},
        200,
    ),
    ("delete", "message-templates/{message_template}/", "library.delete_messagetemplate", None, 204),
    ("get", "mail-settings/", "scenarios.view_mailsettings", None, 200),
    (
        "put",
        "mail-settings/",
        "scenarios.change_mailsettings",
        {"sender_name": "Apparel", "footer": "Tokyo"},
        200,
    ),
    ("get", "mail-consents/", "scenarios.view_mailconsent", None, 200),
    (
        "post",
        "mail-consents/",
        "scenarios.change_mailconsent",
        {"consents": [{"customer": "0", "agreed": True}]},
        200,
    ),
    ("get", "mails/", "scenarios.view_mailsend", None, 200),
    ("get", "webhook-secret/", "scenarios.view_webhooksecret", None, 200),
    ("post", "webhook-secret/", "scenarios.change_webhooksecret", None, 201),
    ("get", "scenario-webhooks/", "scenarios.view_errand", None, 200),
    ("get", "scenario-webhooks/{scenario_webhook}/", "scenarios.view_errand", None, 200),
    ("put", "scenario-webhooks/{scenario_webhook}/again/", "scenarios.change_errand", None, 200),
    ("get", "scenario-schema/", "scenarios.view_scenario", None, 200),
    ("post", "scenario-imports/", "scenarios.add_scenario", {"document": {"format": "other"}}, 422),
    ("post", "scenario-imports/check/", "scenarios.add_scenario", {"document": {"format": "other"}}, 422),
    ("get", "scenarios/", "scenarios.view_scenario", None, 200),
    ("post", "scenarios/", "scenarios.add_scenario", {"name": "Birthday"}, 201),
    ("get", "scenarios/{scenario}/", "scenarios.view_scenario", None, 200),
    ("patch", "scenarios/{scenario}/", "scenarios.change_scenario", {"note": "For all"}, 200),
    ("get", "scenarios/{scenario}/checks/", "scenarios.view_scenario", None, 200),
    ("get", "scenarios/{scenario}/export/", "scenarios.view_scenario", None, 200),
    ("put", "scenarios/{scenario}/publication/", "scenarios.publish_scenario", {"revision": 1}, 200),
    ("put", "scenarios/{scenario}/pause/", "scenarios.publish_scenario", None, 200),
    ("delete", "scenarios/{scenario}/pause/", "scenarios.publish_scenario", None, 409),  # it runs
    ("put", "scenarios/{scenario}/archive/", "scenarios.publish_scenario", None, 200),
    ("get", "scenarios/{scenario}/refusals/", "scenarios.view_scenario", None, 200),
    ("delete", "scenarios/{scenario}/refusals/", "scenarios.publish_scenario", None, 200),
    ("get", "scenarios/{scenario}/versions/", "scenarios.view_version", None, 200),
    ("get", "scenarios/{scenario}/changes/?since=1", "scenarios.view_version", None, 200),
    ("get", "surveys/", "surveys.view_survey", None, 200),
    ("post", "surveys/", "surveys.add_survey", {"name": "Skin"}, 201),
    ("get", "surveys/{survey}/", "surveys.view_survey", None, 200),
    ("patch", "surveys/{survey}/", "surveys.change_survey", {"purpose": "Needs"}, 200),
    ("get", "surveys/{survey}/checks/", "surveys.view_survey", None, 200),
    ("get", "surveys/{survey}/dependants/", "surveys.view_survey", None, 200),
    ("get", "surveys/{survey}/responses/", "surveys.view_response", None, 200),
    ("post", "surveys/{survey}/responses/", "surveys.change_response", {"friend": 0, "answers": []}, 400),
    ("put", "surveys/{survey}/publication/", "surveys.publish_survey", {"revision": 1}, 200),
    ("delete", "surveys/{survey}/publication/", "surveys.publish_survey", None, 200),
    ("delete", "surveys/{survey_draft}/", "surveys.delete_survey", None, 204),
    ("get", "surveys/{survey}/totals/", "surveys.view_survey", None, 200),
    (
        "get",
        "surveys/{survey}/cross/?row=question:q1&column=question:q2",
        "surveys.view_survey",
        None,
        200,
    ),
    ("get", "surveys/{survey}/words/q3/", "surveys.view_answer", None, 200),
    ("get", "surveys/{survey}/drawings/", "surveys.view_winnerdraw", None, 200),
    ("post", "surveys/{survey}/drawings/", "surveys.add_winnerdraw", {"name": "A", "winner_count": 1}, 201),
    ("put", "surveys/{drawn_survey}/drawings/{announced}/result/", "surveys.add_winnerdraw", None, 200),
    ("get", "surveys/{drawn_survey}/drawings/{winner_draw}/winners/", "surveys.view_winner", None, 200),
    ("get", "surveys/{survey}/answers/file/", "surveys.export_response", None, 200),
    ("get", "scenarios/{scenario}/results/", "scenarios.view_scenario", None, 200),
    ("get", "scenarios/{scenario}/positions/", "scenarios.view_scenario", None, 200),
    ("get", "scenarios/{scenario}/unsettled/", "scenarios.view_send", None, 200),
    (
        "post",
        "scenarios/{scenario}/unsettled/",
        "scenarios.change_entry",
        {"sends": [1], "arrived": True},
        409,  # it does not wait for anybody's word
    ),
    ("get", "scenarios/{scenario}/entries/", "scenarios.view_entry", None, 200),
    ("post", "scenarios/{scenario}/entries/", "scenarios.add_entry", {"people": [{"customer": "0"}]}, 200),
    ("get", "scenarios/{scenario}/entries/{scenario_entry}/", "scenarios.view_entry", None, 200),
    ("delete", "scenarios/{scenario}/entries/{scenario_entry}/", "scenarios.change_entry", None, 204),
    ("post", "scenarios/{scenario}/dry-runs/", "scenarios.view_entry", {"friend": "{friend}"}, 200),
    ("get", "scenarios/{scenario}/tests/", "scenarios.view_entry", None, 200),
    ("post", "scenarios/{scenario}/tests/", "broadcasts.add_testsend", {"testers": [999_999]}, 422),
    ("put", "scenarios/{scenario}/tests/{scenario_trial}/", "broadcasts.add_testsend", {}, 200),
    ("delete", "scenarios/{scenario}/tests/{scenario_trial}/", "broadcasts.add_testsend", None, 204),
    ("get", "agency-templates/", "agency_library.view_agencytemplate", None, 200),
    ("get", "agency-templates/{agency_template}/", "agency_library.view_agencytemplate", None, 200),
    ("post", "agency-templates/{agency_template}/copy/", "library.add_messagetemplate", None, 201),
    ("get", "line-coupons/", "library.view_linecoupon", None, 200),
    ("get", "line-coupons/{coupon}/", "library.view_linecoupon", None, 200),
    ("post", "line-coupons/refresh/", "library.change_linecoupon", None, 202),
    ("post", "line-coupons/", "library.change_linecoupon", {"content": {}}, 422),
    ("put", "line-coupons/{coupon}/close/", "library.change_linecoupon", None, 422),
    ("get", "media/", "library.view_mediafile", None, 200),
    ("post", "media/", "library.add_mediafile", {}, 400),  # no file
    ("get", "media/{media_file}/", "library.view_mediafile", None, 200),
    ("patch", "media/{media_file}/", "library.change_mediafile", {"is_archived": True}, 200),
    ("delete", "media/{media_file}/", "library.delete_mediafile", None, 204),
    ("get", "imports/", "imports.view_importrun", None, 200),
    ("get", "imports/kinds/", "imports.view_importrun", None, 200),
    (
        "post",
        "imports/",
        "customers.import_customer",
        {"kind": "customers", "text": "number,name\n1,Aoi\n"},
        201,
    ),
    ("get", "imports/{import_run}/", "customers.import_customer", None, 200),
    ("get", "imports/{import_run}/refused/", "customers.import_customer", None, 200),
    ("put", "imports/{import_run}/confirmation/", "customers.import_customer", None, 409),
    ("put", "imports/{import_run}/cancellation/", "customers.import_customer", None, 200),
    ("get", "channel/", "channels.view_channel", None, 200),
    ("get", "connections/", "connectors.view_connection", None, 200),
    ("get", "connections/{shop_connection}/", "connectors.view_connection", None, 200),
    ("get", "connections/{shop_connection}/deliveries/", "connectors.view_delivery", None, 200),
    ("post", "connections/{shop_connection}/replay/", "connectors.change_connection", None, 200),
    ("get", "ad-consents/", "adplatforms.view_adconsent", None, 200),
    (
        "post",
        "ad-consents/",
        "adplatforms.change_adconsent",
        {"consents": [{"customer": "0", "agreed": True}]},
        200,
    ),
    ("get", "ad-destinations/", "adplatforms.view_destination", None, 200),
    (
        "post",
        "ad-destinations/",
        "adplatforms.add_destination",
        {"name": "CDP", "kind": "webhook", "url": "https://cdp.jp/c", "points": [1], "click_ids": ["gclid"]},
        201,
    ),
    ("get", "ad-destinations/{ad_destination}/", "adplatforms.view_destination", None, 200),
    (
        "patch",
        "ad-destinations/{ad_destination}/",
        "adplatforms.change_destination",
        {"delay_hours": 48},
        200,
    ),
    ("delete", "ad-destinations/{ad_destination}/", "adplatforms.delete_destination", None, 204),
    ("put", "ad-destinations/{ad_destination}/pause/", "adplatforms.change_destination", None, 200),
    ("delete", "ad-destinations/{ad_destination}/pause/", "adplatforms.change_destination", None, 200),
    ("get", "ad-destinations/{ad_destination}/secret/", "adplatforms.change_destination", None, 200),
    ("post", "ad-destinations/{ad_destination}/secret/", "adplatforms.change_destination", None, 200),
    ("post", "ad-destinations/{ad_destination}/tests/", "adplatforms.change_destination", {}, 200),
    ("get", "ad-destinations/{ad_file_destination}/files/", "adplatforms.view_destination", None, 200),
    (
        "post",
        "ad-destinations/{ad_file_destination}/files/",
        "adplatforms.change_destination",
        {"part": "conversions"},
        422,
    ),
    (
        "get",
        "ad-destinations/{ad_file_destination}/files/{ad_conversion_file}/content/",
        "adplatforms.change_destination",
        None,
        200,
    ),
    ("get", "ad-conversions/", "adplatforms.view_handover", None, 200),
    ("get", "ad-conversions/{ad_handover}/", "adplatforms.view_handover", None, 200),
    ("get", "ad-deliveries/", "adplatforms.view_delivery", None, 200),
    ("get", "ad-deliveries/{ad_delivery}/", "adplatforms.view_delivery", None, 200),
    ("put", "ad-deliveries/{ad_delivery}/again/", "adplatforms.change_destination", None, 204),
    ("get", "ad-audiences/", "adplatforms.view_adaudience", None, 200),
    (
        "post",
        "ad-audiences/",
        "adplatforms.add_adaudience",
        {"name": "VIP", "segment": "{segment}", "form": "meta"},
        201,
    ),
    ("get", "ad-audiences/{ad_audience}/", "adplatforms.view_adaudience", None, 200),
    ("delete", "ad-audiences/{ad_audience}/", "adplatforms.delete_adaudience", None, 204),
    ("get", "ad-audiences/{ad_audience}/size/", "adplatforms.view_adaudience", None, 200),
    ("get", "ad-audiences/{ad_audience}/files/", "adplatforms.view_adaudience", None, 200),
    (
        "post",
        "ad-audiences/{ad_audience}/files/",
        "adplatforms.export_adaudience",
        {"kind": "add"},
        201,
    ),
    (
        "get",
        "ad-audiences/{ad_audience}/files/{ad_audience_file}/content/",
        "adplatforms.export_adaudience",
        None,
        200,
    ),
    ("get", "line-ad-audiences/", "adplatforms.view_adaudience", None, 200),
    (
        "post",
        "line-ad-audiences/",
        "adplatforms.add_adaudience",
        {"name": "VIP", "segment": "{segment}", "rhythm": "weekly"},
        201,
    ),
    ("get", "line-ad-audiences/{line_ad_audience}/", "adplatforms.view_adaudience", None, 200),
    (
        "patch",
        "line-ad-audiences/{line_ad_audience}/",
        "adplatforms.export_adaudience",
        {"rhythm": "daily"},
        200,
    ),
    ("delete", "line-ad-audiences/{line_ad_audience}/", "adplatforms.delete_adaudience", None, 204),
    ("get", "line-ad-audiences/{line_ad_audience}/size/", "adplatforms.view_adaudience", None, 200),
    ("get", "line-ad-audiences/{line_ad_audience}/versions/", "adplatforms.view_adaudience", None, 200),
    ("post", "line-ad-audiences/{line_ad_audience}/versions/", "adplatforms.export_adaudience", None, 201),
    ("delete", "line-ad-audiences/{line_ad_audience}/former/", "adplatforms.delete_adaudience", None, 204),
    ("get", "relays/", "relays.view_target", None, 200),
    (
        "post",
        "relays/",
        "relays.add_target",
        {"name": "CRM", "url": "https://crm.jp/line", "untested": True},
        201,
    ),
    ("get", "relays/{relay}/", "relays.view_target", None, 200),
    ("patch", "relays/{relay}/", "relays.change_target", {"name": "Other"}, 200),
    ("delete", "relays/{relay}/", "relays.delete_target", None, 204),
    ("put", "relays/{relay}/pause/", "relays.change_target", None, 200),
    ("delete", "relays/{relay}/pause/", "relays.change_target", None, 200),
    ("get", "relays/{relay}/deliveries/", "relays.view_target", None, 200),
    ("get", "webhook-events/", "channels.view_webhookevent", None, 200),
    ("get", "webhook-events/{webhook_event}/", "channels.view_webhookevent", None, 200),
    ("post", "webhook-events/{webhook_event}/replay/", "channels.change_webhookevent", None, 200),
    ("get", "reports/", "reports.view_report", None, 200),
    ("post", "reports/", "reports.add_report", {"kind": "month", "month": "2026-09"}, 201),
    ("get", "reports/{report}/", "reports.view_report", None, 200),
    ("patch", "reports/{draft_report}/", "reports.change_report", {"summary": "Good."}, 200),
    ("put", "reports/{draft_report}/comment/", "reports.change_report", {"comment": "Good."}, 200),
    ("put", "reports/{draft_report}/figures/", "reports.change_report", None, 200),
    ("put", "reports/{draft_report}/review/", "reports.change_report", None, 200),
    ("put", "reports/{reviewed_report}/release/", "reports.release_report", None, 200),
    ("get", "reports/{report}/pdf/", "reports.view_report", None, 200),
    ("get", "reports/{report}/excel/", "reports.view_report", None, 200),
    ("get", "reports/{report}/mails/", "reports.view_reportmail", None, 200),
    ("post", "reports/{report}/mails/", "reports.release_report", {"addresses": []}, 422),
    ("delete", "reports/{report}/release/", "reports.release_report", {"reason": "Wrong."}, 200),
    ("post", "reports/{report}/versions/", "reports.add_report", None, 201),
    ("delete", "reports/{draft_report}/", "reports.delete_report", None, 204),
    ("get", "report-settings/", "reports.view_reportsettings", None, 200),
    ("patch", "report-settings/", "reports.change_reportsettings", {"language": "en"}, 200),
    ("get", "figures/", "planning.view_actual", None, 200),
    ("get", "figures/count/", "planning.view_actual", None, 200),
    ("post", "figures/count/", "planning.change_kpi", {"since": YESTERDAY}, 202),
    ("get", "people/", "planning.view_kpi", None, 200),
    ("get", "kpi-proposal/", "planning.view_kpi", None, 200),
    ("get", "kpi-sets/", "agency_library.view_kpiset", None, 200),
    ("get", "kpi-sets/{kpi_set}/", "agency_library.view_kpiset", None, 200),
    ("post", "kpi-sets/", "agency_library.add_kpiset", {"name": "Shops"}, 201),
    ("post", "kpi-sets/{kpi_set}/use/", "planning.add_kpi", {}, 201),
    ("delete", "kpi-sets/{kpi_set}/", "agency_library.delete_kpiset", None, 204),
    ("get", "actuals/", "planning.view_actual", None, 200),
    ("get", "daily/", "planning.view_actual", None, 200),
    ("get", "touchpoint-plans/", "touchpoints.view_plan", None, 200),
    (
        "post",
        "touchpoint-plans/",
        "touchpoints.add_plan",
        {"name": "May", "starts_on": "2026-05-01", "ends_on": "2026-05-31"},
        201,
    ),
    ("get", "touchpoint-plans/{touch_plan}/", "touchpoints.view_plan", None, 200),
    ("patch", "touchpoint-plans/{touch_plan}/", "touchpoints.change_plan", {"name": "Other"}, 200),
    ("delete", "touchpoint-plans/{touch_plan}/", "touchpoints.delete_plan", None, 204),
    ("put", "touchpoint-plans/{touch_plan}/restore/", "touchpoints.delete_plan", None, 204),
    (
        "post",
        "touchpoint-plans/{touch_plan}/copy/",
        "touchpoints.add_plan",
        {"name": "May", "starts_on": "2026-05-01", "ends_on": "2026-05-31"},
        201,
    ),
    ("get", "touchpoint-plans/{touch_plan}/periods/", "touchpoints.view_plan", None, 200),
    ("get", "touchpoint-periods/{touch_period}/", "touchpoints.view_plan", None, 200),
    ("patch", "touchpoint-periods/{touch_period}/", "touchpoints.change_plan", {"basis_count": 5}, 200),
    ("get", "touchpoint-periods/{touch_period}/sizes/", "touchpoints.view_plan", None, 200),
    ("get", "touchpoint-periods/{touch_period}/classes/", "touchpoints.view_plan", None, 200),
    (
        "post",
        "touchpoint-periods/{touch_period}/classes/",
        "touchpoints.change_plan",
        {"name": "Linked", "tree": {"all": [{"type": "linked", "is": True}]}},
        201,
    ),
    ("get", "touchpoint-periods/{touch_period}/forecast/", "touchpoints.view_plan", None, 200),
    ("put", "touchpoint-periods/{touch_period}/start/", START, None, 200),
    ("get", "touchpoint-periods/{begun_period}/movement/", "touchpoints.view_plan", None, 200),
    (
        "post",
        "touchpoint-periods/{begun_period}/movement/segment/",
        "touchpoints.view_plan segments.add_segment",
        {"origin": "new", "into": "new"},
        201,
    ),
    ("put", "touchpoint-periods/{begun_period}/close/", "touchpoints.change_plan", None, 200),
    ("delete", "touchpoint-periods/{closed_period}/close/", "touchpoints.change_plan", None, 200),
    ("get", "touchpoint-classes/{touch_class}/", "touchpoints.view_plan", None, 200),
    ("patch", "touchpoint-classes/{touch_class}/", "touchpoints.change_plan", {"place": 2}, 200),
    ("put", "touchpoint-classes/{touch_class}/start/", START, None, 200),
    ("delete", "touchpoint-classes/{touch_class}/start/", START, None, 200),
    ("delete", "touchpoint-classes/{touch_class}/", "touchpoints.change_plan", None, 204),
    ("get", "kpis/", "planning.view_kpi", None, 200),
    ("post", "kpis/", "planning.add_kpi", {"metric": "orders"}, 201),
    ("get", "kpis/{kpi}/", "planning.view_kpi", None, 200),
    ("patch", "kpis/{kpi}/", "planning.change_kpi", {"green": 95}, 200),
    ("get", "kpis/{kpi}/targets/", "planning.view_kpi", None, 200),
    ("put", "kpis/{kpi}/targets/", "planning.change_kpi", {"month": "2026-11", "value": "9"}, 204),
    ("get", "kpis/{kpi}/readings/", "planning.view_kpi", None, 200),
    ("put", "kpis/{kpi}/readings/", "planning.change_kpi", {"day": "2026-11-02", "value": "9"}, 204),
    ("delete", "kpis/{kpi}/", "planning.delete_kpi", None, 204),
    ("put", "kpis/{kpi}/restore/", "planning.delete_kpi", None, 204),
    ("get", "campaigns/{campaign}/kpis/", "planning.view_kpi", None, 200),
    ("get", "campaigns/{campaign}/actuals/", "planning.view_actual", None, 200),
    ("get", "campaigns/{campaign}/daily/", "planning.view_actual", None, 200),
    ("get", "budgets/", "billing.view_budget", None, 200),
    ("post", "budgets/", "billing.add_budget", {"amount": "9000.00", "month": "2026-11"}, 201),
    ("get", "budgets/{budget}/", "billing.view_budget", None, 200),
    ("patch", "budgets/{budget}/", "billing.change_budget", {"stops": False}, 200),
    ("get", "budgets/{budget}/lifts/", "billing.view_budgetlift", None, 200),
    ("post", "budgets/{budget}/lifts/", "billing.add_budgetlift", {"reason": "Sale"}, 201),
    ("delete", "budgets/{budget}/", "billing.delete_budget", None, 204),
    ("get", "reserve/", "billing.view_reserve", None, 200),
    ("put", "reserve/", "billing.add_reserve", {"messages": 500}, 200),
    ("get", "conversion-points/", "attribution.view_point", None, 200),
    (
        "post",
        "conversion-points/",
        "attribution.add_point",
        {"kind": "event", "name": "Visit", "code": "visit", "event": "visited"},
        201,
    ),
    ("get", "conversion-points/{point}/", "attribution.view_point", None, 200),
    ("patch", "conversion-points/{point}/", "attribution.change_point", {"window_days": 14}, 200),
    ("put", "conversion-points/{point}/archive/", "attribution.change_point", None, 204),
    ("delete", "conversion-points/{point}/archive/", "attribution.change_point", None, 204),
    ("get", "page-tag/", "attribution.view_pagetag", None, 200),
    ("patch", "page-tag/", "attribution.change_pagetag", {"origins": ["https://shop.example"]}, 200),
    ("post", "page-tag/key/", "attribution.change_pagetag", None, 200),
    ("get", "page-tag/secret/", "attribution.change_pagetag", None, 200),
    ("post", "page-tag/secret/", "attribution.change_pagetag", None, 200),
    ("get", "credits/", "attribution.view_credit", None, 200),
    ("get", "credit-sums/", "attribution.view_credit", None, 200),
    ("get", "friend-sides/", "segments.view_segment", None, 200),
    ("get", "friend-cross/?row=linked&column=route", "friends.view_friend", None, 200),
    ("get", "funnels/", "insights.view_funnel", None, 200),
    (
        "post",
        "funnels/",
        "insights.add_funnel",
        {"name": "Buy", "steps": [{"event": "followed"}, {"event": "bought"}]},
        201,
    ),
    ("get", "funnels/{funnel}/", "insights.view_funnel", None, 200),
    ("patch", "funnels/{funnel}/", "insights.change_funnel", {"window_days": 3}, 200),
    ("get", "funnels/{funnel}/result/", "insights.view_funnel", None, 200),
    ("delete", "funnels/{funnel}/", "insights.delete_funnel", None, 204),
    ("get", "click-hours/", "broadcasts.view_linkclick", None, 200),
    ("get", "broadcasts/{broadcast}/hours/", "broadcasts.view_linkclick", None, 404),  # it has not begun
    ("get", "lift/?owner=broadcast:0", "attribution.view_credit", None, 404),
    ("get", "campaigns/", "campaigns.view_campaign", None, 200),
    ("post", "campaigns/", "campaigns.add_campaign", {"name": "Winter", "starts_on": "2026-12-01"}, 201),
    ("get", "campaigns/{campaign}/", "campaigns.view_campaign", None, 200),
    ("patch", "campaigns/{campaign}/", "campaigns.change_campaign", {"note": "Coats"}, 200),
    ("put", "campaigns/{campaign}/archive/", "campaigns.change_campaign", None, 204),
    ("delete", "campaigns/{campaign}/archive/", "campaigns.change_campaign", None, 204),
    ("get", "lotteries/", "prizes.view_lottery", None, 200),
    (
        "post",
        "lotteries/",
        "prizes.add_lottery",
        {"name": "Draw", "starts_at": LATER, "ends_at": LATEST},
        201,
    ),
    ("get", "lotteries/{lottery}/", "prizes.view_lottery", None, 200),
    ("patch", "lotteries/{lottery}/", "prizes.change_lottery", {"name": "Another"}, 200),
    ("delete", "lotteries/{lottery}/", "prizes.delete_lottery", None, 204),
    ("put", "lotteries/{lottery}/open/", "prizes.open_lottery", None, 200),
    ("put", "lotteries/{open_lottery}/close/", "prizes.open_lottery", None, 200),
    ("get", "lotteries/{open_lottery}/odds/", "prizes.view_oddstable", None, 200),
    ("get", "lotteries/{open_lottery}/dependants/", "prizes.view_lottery", None, 200),
    ("post", "lotteries/{open_lottery}/odds/", "prizes.add_oddstable", {"chances": [], "reason": "End"}, 201),
    ("get", "lotteries/{open_lottery}/draws/", "prizes.view_draw", None, 200),
    ("get", "lotteries/{open_lottery}/audit/", "prizes.view_draw", None, 200),
    ("post", "lotteries/{open_lottery}/audit/", "prizes.view_draw", None, 202),
    ("post", "lotteries/{open_lottery}/turns/", "prizes.add_right", {"friends": [1], "key": "call 7"}, 200),
    ("get", "lotteries/{open_lottery}/wins/", "prizes.view_win", None, 200),
    ("patch", "lotteries/{open_lottery}/wins/{win}/", "prizes.change_win", {"state": "sent"}, 200),
    ("get", "lotteries/{open_lottery}/wins/contacts/", "prizes.export_win", None, 200),
    ("get", "coupons/", "coupons.view_coupon", None, 200),
    ("post", "coupons/", "coupons.add_coupon", {"name": "Winter", "amount": 10}, 201),
    ("get", "coupons/{own_coupon}/", "coupons.view_coupon", None, 200),
    ("patch", "coupons/{own_coupon}/", "coupons.change_coupon", {"name": "Spring"}, 200),
    ("delete", "coupons/{own_coupon}/", "coupons.delete_coupon", None, 422),  # it runs
    ("put", "coupons/{own_coupon}/start/", "coupons.start_coupon", None, 422),
    ("put", "coupons/{own_coupon}/close/", "coupons.start_coupon", None, 200),
    ("post", "coupons/{own_coupon}/codes/", "coupons.change_coupon", {"codes": ["SHOP-9"]}, 201),
    ("post", "coupons/{own_coupon}/gifts/", "coupons.start_coupon", {}, 400),
    ("get", "coupons/{own_coupon}/results/", "coupons.view_redemption", None, 200),
    ("get", "coupons/{own_coupon}/dependants/", "coupons.view_coupon", None, 200),
    ("get", "coupons/tickets/", "coupons.view_ticket", None, 200),
    ("get", "coupons/tickets/{ticket}/", "coupons.view_ticket", None, 200),
    ("delete", "coupons/tickets/{ticket}/", "coupons.change_ticket", None, 204),
    ("get", "coupons/tickets/check/?code=SHOP-1", "coupons.redeem_coupon", None, 200),
    ("get", "coupons/redemptions/", "coupons.view_redemption", None, 200),
    ("post", "coupons/redemptions/", "coupons.redeem_coupon", {"code": "SHOP-1"}, 201),
    ("get", "coupons/redemptions/{redemption}/", "coupons.view_redemption", None, 200),
    (
        "put",
        "coupons/redemptions/{redemption}/cancel/",
        "coupons.change_redemption",
        {"reason": "Wrong customer"},
        200,
    ),
    ("get", "referral-programmes/", "referrals.view_programme", None, 200),
    ("post", "referral-programmes/", "referrals.add_programme", {"name": "Friends"}, 201),
    ("get", "referral-programmes/{referral_programme}/", "referrals.view_programme", None, 200),
    (
        "patch",
        "referral-programmes/{referral_programme}/",
        "referrals.change_programme",
        {"intro": "Hello"},
        200,
    ),
    ("get", "referral-programmes/{referral_programme}/checks/", "referrals.view_programme", None, 200),
    ("get", "referral-programmes/{referral_programme}/dependants/", "referrals.view_programme", None, 200),
    ("get", "referral-programmes/{referral_programme}/figures/", "referrals.view_programme", None, 200),
    (
        "put",
        "referral-programmes/{referral_programme}/publication/",
        "referrals.publish_programme",
        {"revision": 1},
        200,
    ),
    (
        "put",
        "referral-programmes/{referral_programme}/link/",
        "referrals.change_programme",
        {"friend": 0},
        400,
    ),
    ("put", "referral-programmes/{referral_programme}/pause/", "referrals.publish_programme", None, 200),
    ("delete", "referral-programmes/{referral_programme}/pause/", "referrals.publish_programme", None, 409),
    ("put", "referral-programmes/{referral_programme}/end/", "referrals.publish_programme", None, 200),
    ("delete", "referral-programmes/{referral_programme}/end/", "referrals.publish_programme", None, 409),
    (
        "put",
        "referral-programmes/{referral_programme}/rewards/again/",
        "referrals.decide_referral",
        None,
        202,
    ),
    ("delete", "referral-programmes/{referral_draft}/", "referrals.delete_programme", None, 204),
    ("get", "referral-participants/", "referrals.view_participant", None, 200),
    ("get", "referral-participants/{referral_part}/", "referrals.view_participant", None, 200),
    ("get", "referrals/", "referrals.view_referral", None, 200),
    ("get", "referrals/{referral}/", "referrals.view_referral", None, 200),
    ("put", "referrals/{referral}/confirmation/", "referrals.decide_referral", {}, 200),
    ("put", "referrals/{referral}/refusal/", "referrals.decide_referral", {"note": "Twice"}, 200),
    ("get", "point-campaigns/", "prizes.view_pointcampaign", None, 200),
    (
        "post",
        "point-campaigns/",
        "prizes.add_pointcampaign",
        {"name": "100 points", "points": 100, "starts_at": LATER, "ends_at": LATEST},
        201,
    ),
    ("get", "point-campaigns/{points}/", "prizes.view_pointcampaign", None, 200),
    ("patch", "point-campaigns/{points}/", "prizes.change_pointcampaign", {"points": 50}, 200),
    ("delete", "point-campaigns/{points}/", "prizes.delete_pointcampaign", None, 204),
    ("put", "point-campaigns/{points}/open/", "prizes.open_pointcampaign", None, 200),
    ("put", "point-campaigns/{open_points}/close/", "prizes.open_pointcampaign", None, 200),
    ("get", "point-campaigns/{open_points}/dependants/", "prizes.view_pointcampaign", None, 200),
    ("get", "point-campaigns/{open_points}/entries/", "prizes.view_pointentry", None, 200),
    ("post", "point-campaigns/{open_points}/entries/", "prizes.add_pointentry", {"friends": [1]}, 200),
    ("get", "point-campaigns/{closed_points}/lists/", "prizes.view_deliverylist", None, 200),
    ("post", "point-campaigns/{closed_points}/lists/", "prizes.add_deliverylist", None, 202),
    ("get", "point-campaigns/{closed_points}/lists/1/rows/", "prizes.view_deliveryrow", None, 200),
    ("put", "point-campaigns/{closed_points}/lists/1/approval/", "prizes.approve_deliverylist", None, 200),
    ("get", "point-campaigns/{closed_points}/lists/1/deliveries/", "prizes.export_deliverylist", None, 200),
    ("put", "point-campaigns/{closed_points}/lists/1/deliveries/", "prizes.change_deliveryrow", {}, 400),
    ("get", "campaigns/{campaign}/members/", "campaigns.view_campaign", None, 200),
    ("put", "campaigns/{campaign}/members/broadcast:{broadcast}/", "campaigns.change_campaign", None, 204),
    (
        "delete",
        "campaigns/{campaign}/members/broadcast:{broadcast}/",
        "campaigns.change_campaign",
        None,
        204,
    ),
    ("get", "quota/", "billing.view_ledgerentry", None, 200),
    ("get", "quota/days/", "billing.view_ledgerentry", None, 200),
    ("get", "plan/", "billing.view_subscription", None, 200),
    ("put", "plan/", "billing.add_subscription", {"plan": "standard"}, 200),
    ("delete", "plan/coming/", "billing.add_subscription", None, 409),
    ("get", "price-tables/", "billing.view_pricetable", None, 200),
    ("get", "ledger/", "billing.view_ledgerentry", None, 200),
    ("get", "ledger/months/2026-11/", "billing.view_ledgerentry", None, 200),
    ("get", "ledger/owners/", "billing.view_ledgerentry", None, 400),  # it wants a month
    (
        "post",
        "ledger/adjustments/",
        "billing.adjust_ledgerentry",
        {"month": "2026-10", "messages": 3, "reason": "LINE counted three more"},
        201,
    ),
    ("get", "forecast/", "billing.view_ledgerentry", None, 200),
    ("get", "advice/", "billing.view_ledgerentry", None, 200),
]
# Drafts are the agency's: a key has these rights only where they are named.
DRAFTS = [
    *(f"reports.{act}_report" for act in ("add", "change", "delete", "release")),
    "reports.view_reportmail",
]


@pytest.fixture
def things(tenant) -> dict[str, object]:
    """One of each, by the word that stands for it in the table."""
    friend, customer = make_friend("aoi"), make_customer("1")
    make_customer("2")
    segment = segments.create_segment("Everyone", EVERYONE)
    arrival = make_arrival(friend)
    broadcast = broadcasts.create_broadcast(name="Sale", segment=segment, messages=TEXT, by=None)
    return {
        "friend": friend.pk,
        "audience": make_audience().pk,
        "conversation": make_conversation(friend).pk,
        "tag": make_tag("VIP").pk,
        "field": make_field("Shop", key="shop").pk,
        "customer": customer.number,
        "event_type": make_event_type("tried_on").name,
        "product": make_product("tea").pk,
        "order": make_order("1001").pk,
        "customer_field": make_customer_field("Rank").pk,
        "link": make_link(friend, customer).pk,
        "link_conflict": make_link_conflict(friend).pk,
        "link_session": make_link_session(customer),
        "sign_in": make_sign_in(make_friend("ren")).pk,
        "entry_point": invitations.create_entry_point("mail", name="Mail").code,
        "route": arrival.route_id,
        "arrival": arrival.pk,
        "ad_cost": make_ad_cost(arrival.route).pk,
        "segment": segment.pk,
        "friend_list": make_list(friends=[friend]).pk,
        "broadcast": broadcast.pk,
        "series": (daily := make_series()).pk,
        "series_day": f"{daily.starts_on:%Y-%m-%d}",
        "comment": comments.say(broadcast, "Fine", by=None).pk,
        "tester": testers.add(friend, by=None).pk,
        "notice": make_notice().pk,
        "channel": give_channel(tenant).pk,
        "auto_reply": make_auto_reply("parking").pk,
        "tap_action": make_tap_action().pk,
        "budget": make_budget(tenant, 6_000).pk,
        "campaign": make_campaign().pk,
        "kpi": make_kpi("", name="Visitors").pk,
        "kpi_set": make_kpi_set().pk,
        "point": make_conversion_point().pk,
        "page_tag": page_tag.set_up(origins=["https://shop.example"], by=None).key,
        "relay": make_relay().pk,
        "shop_connection": make_cart().pk,
        "webhook_event": make_webhook_event().pk,
        "import_run": make_import().pk,
        "media_file": make_media_file().pk,
        "message_template": make_template().pk,
        "agency_template": make_agency_template().pk,
        "coupon": make_coupon().coupon_id,
        "funnel": make_funnel().pk,
        **make_ad_rows(),
        **make_scenario_rows(friend),
        **make_coupon_rows(friend, segment),
        **make_prize_rows(friend),
        **make_survey_rows(friend),
        **make_result_rows(friend),
        **make_touchpoint_rows(),
        **make_referral_rows(friend),
        **make_report_rows(),
        **make_documents(tenant),
    }


def filled(body: dict | None, things: dict[str, object]) -> dict | None:
    return body and {
        name: things[value[1:-1]] if value in ("{segment}", "{route}", "{friend}") else value
        for name, value in body.items()
    }


def ask(caller: Caller, things: dict[str, object], row: tuple) -> HttpResponse:
    """The answer to what a row asks. It leaves no trace, so that the next row meets the same."""
    method, path, _scope, body, _status = row
    with tenant_context(connection.tenant), transaction.atomic():
        answer = caller.ask(method.upper(), path.format(**things), filled(body, things))
        transaction.set_rollback(True)
    return answer


def test_a_key_with_the_scope_may(call, things):
    answers = [(row, ask(call(*row[2].split()), things, row)) for row in TABLE]

    assert not [(row, answer.content) for row, answer in answers if answer.status_code != row[4]]


def test_where_several_scopes_are_needed_one_of_them_is_not_enough(call, things):
    asked = [(row, scope) for row in TABLE if " " in row[2] for scope in row[2].split()]

    statuses = [ask(call(scope), things, row).status_code for row, scope in asked]

    assert statuses == [403] * len(asked)
    assert len(asked) >= 8


def test_a_key_without_the_scope_may_not(call, things):
    unable = call("accounts.view_due")

    answers = [(ask(unable, things, row), row[2].split()[0]) for row in TABLE]

    assert [(answer.status_code, answer.json()) for answer, _scope in answers] == [
        (403, {"code": "permission_denied", "detail": f"This needs the permission “{scope}”."})
        for _answer, scope in answers
    ]


def test_a_key_of_another_client_finds_nothing(things, other_tenant):
    foreign = caller(make_key(other_tenant, *EVERYTHING), "apparel")

    answers = [(row, ask(foreign, things, row)) for row in TABLE]

    assert not [(row, answer.content) for row, answer in answers if not is_not_found(answer)]


def test_without_a_key_nobody_may(call, things):
    nobody = call()
    nobody.defaults.pop("HTTP_AUTHORIZATION")

    answers = [ask(nobody, things, row) for row in TABLE]

    told = {(each.status_code, each.headers["WWW-Authenticate"], each.json()["code"]) for each in answers}
    assert told == {(401, "Bearer", "not_authenticated")}


def test_what_belongs_to_another_client_is_not_found(things, other_tenant):
    """What the agency offers, all its clients have."""
    shared = ("{agency_template}", "{kpi_set}")
    own = [row for row in TABLE if "{" in row[1] and not any(each in row[1] for each in shared)]
    foreign = caller(make_key(other_tenant, *EVERYTHING, *DRAFTS), "cosmetics")

    answers = [(row, ask(foreign, things, row)) for row in own]

    assert not [(row, answer.content) for row, answer in answers if answer.status_code != 404]


def is_not_found(answer: HttpResponse) -> bool:
    return answer.status_code == 404 and answer.json()["code"] == "not_found"


def test_the_document_tells_the_status_that_is_answered(document):
    untold = [
        row for row in TABLE if str(row[4]) not in document["paths"][_documented(row[1])][row[0]]["responses"]
    ]

    assert not untold


def test_every_operation_of_the_document_stands_in_the_table(document):
    documented = {(method, path) for path, methods in document["paths"].items() for method in methods}

    assert documented == {(row[0], _documented(row[1])) for row in TABLE}


def _documented(path: str) -> str:
    """The path as the document writes it."""
    tag = "{tag_id}" if path.startswith("friends/") else "{id}"
    month = path.partition("?")[0].replace("2026-11", "{month}")
    month = month.replace("/variants/B/", "/variants/{letter}/")
    month = month.replace("/words/q3/", "/words/{question}/")
    month = month.replace("/failures/unknown/", "/failures/{cause}/")
    month = month.replace("/lists/1/", "/lists/{number}/")
    month = month.replace("/members/broadcast:{broadcast}/", "/members/{owner}/")
    names = {
        "customer": "{number}",
        "event_type": "{name}",
        "link_session": "{state}",
        "entry_point": "{code}",
        "comment": "{comment}",
        "coupon": "{coupon_id}",
        "series_day": "{day}",
        "scenario_entry": "{entry}",
        "scenario_trial": "{entry}",
        "win": "{win}",
        "announced": "{number}",
        "winner_draw": "{number}",
        "ad_conversion_file": "{file}",
        "ad_audience_file": "{file}",
    }
    names |= {each: f"{{{each}}}" for each in ("month", "letter", "number", "cause", "owner", "question")}
    return "/" + month.format_map(Words(names, tag=tag, conversation="{friend}"))


class Words(dict):
    """What the document writes for a word of the table: {id}, unless it has a name of its own."""

    def __missing__(self, word: str) -> str:
        return "{id}"
