"""What each role may do, in Django's permission names; the same for pages, admin and API.

A role in a client holds in that client; a role in an agency holds in its console and in all its clients.
"""

from collections.abc import Iterable

from accounts import current

LOOK = frozenset(
    {
        "friends.view_friend",
        "friends.view_tag",
        "friends.view_friendfield",
        "friends.view_audienceday",
        "friends.view_demographics",
        "customers.view_customer",
        "customers.view_customerfield",
        "linking.view_link",
        "linking.view_linkconflict",
        "linking.view_linkduty",
        "invitations.view_entrypoint",
        "invitations.view_invitation",
        "invitations.view_dayofviews",
        "invitations.view_linkday",
        "cards.view_cardsettings",
        "events.view_event",
        "events.view_eventtypedefinition",
        "shops.view_order",
        "shops.view_product",
        "segments.view_segment",
        "segments.view_rfmsettings",
        "segments.view_friendlist",
        "segments.view_audience",
        "campaigns.view_campaign",
        "campaigns.view_assignment",
        "planning.view_kpi",
        "planning.view_target",
        "planning.view_reading",
        "planning.view_actual",
        "touchpoints.view_plan",
        "touchpoints.view_period",
        "touchpoints.view_touchclass",
        "touchpoints.view_admission",
        "routes.view_route",
        "routes.view_folder",
        "routes.view_visit",
        "routes.view_arrival",
        "autoreplies.view_autoreply",
        "library.view_folder",
        "library.view_mediafile",
        "taps.view_tapaction",
        "broadcasts.view_broadcast",
        "broadcasts.view_batch",
        "broadcasts.view_platformsend",
        "broadcasts.view_trackedlink",
        "broadcasts.view_linkclick",
        "broadcasts.view_series",
        "broadcasts.view_seriesdate",
        "broadcasts.view_sendingrules",
        "broadcasts.view_insight",
        "broadcasts.view_outcome",
        "broadcasts.view_review",
        "broadcasts.view_turn",
        "broadcasts.view_version",
        "broadcasts.view_comment",
        "broadcasts.view_tester",
        "broadcasts.view_testsend",
        "scenarios.view_scenario",
        "scenarios.view_version",
        "scenarios.view_entry",
        "scenarios.view_passage",
        "scenarios.view_send",
        "scenarios.view_stepinsight",
        "scenarios.view_mailsend",
        "scenarios.view_mailconsent",
        "scenarios.view_mailsettings",
        "scenarios.view_noticesend",
        "scenarios.view_noticeday",
        "prizes.view_lottery",
        "prizes.view_prize",
        "prizes.view_oddstable",
        "prizes.view_player",
        "prizes.view_right",
        "prizes.view_draw",
        "prizes.view_win",
        "prizes.view_pointcampaign",
        "prizes.view_pointentry",
        "prizes.view_deliverylist",
        "adplatforms.view_adconsent",
        "prizes.view_deliveryrow",
        "attribution.view_point",
        "attribution.view_pointversion",
        "attribution.view_pagetag",
        "attribution.view_credit",
        "insights.view_funnel",
        "referrals.view_programme",
        "referrals.view_ruleset",
        "referrals.view_participant",
        "referrals.view_referral",
        "referrals.view_grant",
        "surveys.view_survey",
        "surveys.view_surveyversion",
        "surveys.view_response",
        "surveys.view_answer",
        "surveys.view_winnerdraw",
        "surveys.view_winner",
        "agency_library.view_agencytemplate",
        "agency_library.view_kpiset",
        "library.view_messagetemplate",
        "library.view_linecoupon",
        "coupons.view_coupon",
        "coupons.view_ticket",
        "coupons.view_code",
        "coupons.view_redemption",
        "coupons.view_gift",
    }
)
COST = frozenset(
    {
        "billing.view_ledgerentry",
        "billing.view_pricetable",
        "billing.view_quotareading",
        "billing.view_daycount",
        "billing.view_subscription",
        "billing.view_budget",
        "billing.view_budgetalert",
        "billing.view_budgetlift",
        "billing.view_reserve",
        "billing.view_noticeprice",
        "invoices.view_document",
        "routes.view_adcost",
        "acquisition.view_margin",
        "costs.view_feesettings",
    }
)
# LINE's cost whatever the client's contract shows: for the agency's people.
NET = frozenset({"contracts.view_net", "contracts.view_contract", "billing.view_clientpricetable"})
# All clients of an agency side by side.
COMPARE = frozenset({"agency_figures.view_clientfigure"})
BILL = frozenset(
    {
        "billing.add_subscription",
        "billing.change_subscription",
        "billing.add_clientpricetable",
        "billing.change_clientpricetable",
        "billing.add_noticeprice",
        "billing.adjust_ledgerentry",
        "contracts.add_contract",
        "contracts.change_contract",
        "invoices.add_document",
        "invoices.change_document",
        "invoices.delete_document",
        "invoices.issue_document",
        "invoices.view_issuer",
        "invoices.view_numberseries",
        "invoices.add_issuer",
        "invoices.change_issuer",
        "invoices.view_recipient",
        "invoices.add_recipient",
        "invoices.change_recipient",
    }
)
BUDGET = frozenset(
    {
        "billing.add_budget",
        "billing.change_budget",
        "billing.delete_budget",
        "billing.add_budgetlift",
        "billing.add_reserve",
        "costs.add_feesettings",
    }
)
WRITE = frozenset(
    {
        "friends.change_friend",
        "friends.add_tag",
        "friends.change_tag",
        "friends.add_friendfield",
        "friends.change_friendfield",
        "customers.add_customer",
        "customers.change_customer",
        "customers.add_customerfield",
        "customers.change_customerfield",
        "invitations.add_entrypoint",
        "invitations.change_entrypoint",
        "events.add_event",
        "events.add_eventtypedefinition",
        "events.change_eventtypedefinition",
        "shops.change_order",
        "shops.change_product",
        "segments.add_segment",
        "segments.change_segment",
        "segments.change_rfmsettings",
        "segments.add_friendlist",
        "segments.change_friendlist",
        "routes.add_route",
        "routes.change_route",
        "campaigns.add_campaign",
        "campaigns.change_campaign",
        "attribution.add_point",
        "attribution.change_point",
        "insights.add_funnel",
        "insights.change_funnel",
        "insights.delete_funnel",
        "attribution.change_pagetag",
        "planning.add_kpi",
        "planning.change_kpi",
        "planning.delete_kpi",
        "touchpoints.add_plan",
        "touchpoints.change_plan",
        "touchpoints.delete_plan",
        "taps.add_tapaction",
        "taps.change_tapaction",
        "autoreplies.add_autoreply",
        "autoreplies.change_autoreply",
        "autoreplies.delete_autoreply",
        "autoreplies.change_openinghours",
        "library.add_mediafile",
        "library.change_mediafile",
        "broadcasts.add_broadcast",
        "broadcasts.change_broadcast",
        "broadcasts.add_comment",
        "broadcasts.change_comment",
        "broadcasts.add_tester",
        "broadcasts.change_tester",
        "broadcasts.delete_tester",
        "broadcasts.add_testsend",
        "scenarios.add_scenario",
        "scenarios.change_scenario",
        "prizes.add_lottery",
        "prizes.change_lottery",
        "prizes.add_pointcampaign",
        "prizes.change_pointcampaign",
        "scenarios.change_mailconsent",
        "adplatforms.change_adconsent",
        "referrals.add_programme",
        "referrals.change_programme",
        "surveys.add_survey",
        "surveys.change_survey",
        "library.add_messagetemplate",
        "library.change_messagetemplate",
        "library.change_linecoupon",
        "coupons.add_coupon",
        "coupons.change_coupon",
    }
)
SEND = frozenset(
    {
        "broadcasts.send_broadcast",
        "scenarios.publish_scenario",
        "prizes.open_lottery",
        "prizes.add_oddstable",
        "prizes.add_right",
        "prizes.change_win",
        "prizes.open_pointcampaign",
        "prizes.add_pointentry",
        "prizes.add_deliverylist",
        "prizes.change_deliveryrow",
        "referrals.publish_programme",
        "referrals.decide_referral",
        "surveys.publish_survey",
        "surveys.add_winnerdraw",
        "surveys.change_response",
        "scenarios.add_entry",
        "scenarios.add_noticesend",
        "scenarios.change_entry",
        "coupons.start_coupon",
        "coupons.redeem_coupon",
    }
)
SPEND = frozenset(
    {"routes.add_adcost", "routes.change_adcost", "routes.delete_adcost", "acquisition.change_margin"}
)
# Reports tell cost and revenue: they are for who may see both. Drafts are the agency's alone.
READ_REPORTS = frozenset({"reports.view_report"})
READ_DRAFTS = READ_REPORTS | {"reports.view_draft", "reports.view_reportsettings", "reports.view_reportmail"}
REPORT = READ_DRAFTS | {
    "reports.add_report",
    "reports.change_report",
    "reports.delete_report",
    "reports.release_report",
    "reports.change_reportsettings",
}
# Chats are a matter of their own: who writes broadcasts need not read what friends write.
READ_CHATS = frozenset(
    {"chats.view_conversation", "chats.view_message", "chats.view_sending", "chats.view_savedreply"}
)
CHAT = READ_CHATS | {
    "chats.change_conversation",
    "chats.reply_conversation",
    "chats.add_savedreply",
    "chats.change_savedreply",
    "chats.delete_savedreply",
}
APPROVE = frozenset({"broadcasts.approve_broadcast"})
SPEAK = frozenset({"broadcasts.add_comment", "broadcasts.change_comment"})
MANAGE = frozenset(
    {
        "friends.add_friend",
        "friends.import_friend",
        "friends.export_friend",
        "friends.delete_tag",
        "friends.view_friendimport",
        "imports.view_importrun",
        "imports.view_savedcolumns",
        "friends.view_followerlisting",
        "customers.view_contact",
        "customers.import_customer",
        "customers.export_customer",
        "customers.merge_customer",
        "customers.erase_customer",
        "customers.view_customeralias",
        "customers.change_customersettings",
        "events.view_eventsettings",
        "events.change_eventsettings",
        "events.view_refusal",
        "shops.view_customertotals",
        "shops.view_productchange",
        "shops.view_shopsettings",
        "shops.change_shopsettings",
        "linking.change_link",
        "linking.view_linksettings",
        "linking.change_linksettings",
        "cards.change_cardsettings",
        "linking.add_link",
        "linking.delete_link",
        "linking.change_linkconflict",
        "segments.delete_segment",
        "segments.delete_friendlist",
        "segments.change_audience",
        "segments.delete_audience",
        "library.delete_mediafile",
        "broadcasts.delete_broadcast",
        "scenarios.delete_scenario",
        "prizes.delete_lottery",
        "prizes.export_win",
        "prizes.delete_pointcampaign",
        "prizes.approve_deliverylist",
        "prizes.export_deliverylist",
        "referrals.delete_programme",
        "referrals.export_referral",
        "surveys.delete_survey",
        "surveys.export_response",
        "surveys.import_response",
        "scenarios.view_errand",
        "scenarios.change_errand",
        "scenarios.view_webhooksecret",
        "scenarios.change_webhooksecret",
        "scenarios.change_mailsettings",
        "library.delete_messagetemplate",
        "coupons.delete_coupon",
        "coupons.change_ticket",
        "coupons.change_redemption",
        "agency_library.add_agencytemplate",
        "agency_library.change_agencytemplate",
        "agency_library.delete_agencytemplate",
        "agency_library.add_kpiset",
        "agency_library.change_kpiset",
        "agency_library.delete_kpiset",
        "agency_library.view_agencybranding",
        "agency_library.change_agencybranding",
        "broadcasts.check_broadcast",
        "broadcasts.view_approvalrules",
        "broadcasts.change_approvalrules",
        "broadcasts.view_approvalmail",
        "broadcasts.settle_batch",
        "broadcasts.view_linkdefaults",
        "broadcasts.change_linkdefaults",
        "broadcasts.change_sendingrules",
        "chats.view_preference",
        "chats.change_preference",
        "channels.view_channel",
        "channels.add_channel",
        "channels.change_channel",
        "channels.view_channelcheck",
        "channels.view_inboxbody",
        "channels.view_webhookevent",
        "channels.change_webhookevent",
        "connectors.view_connection",
        "connectors.add_connection",
        "connectors.change_connection",
        "connectors.delete_connection",
        "connectors.view_delivery",
        "connectors.view_body",
        "connectors.view_topic",
        "connectors.view_externalid",
        "relays.view_target",
        "relays.add_target",
        "relays.change_target",
        "relays.delete_target",
        "relays.view_delivery",
        "adplatforms.view_destination",
        "adplatforms.add_destination",
        "adplatforms.change_destination",
        "adplatforms.delete_destination",
        "adplatforms.view_handover",
        "adplatforms.view_delivery",
        "adplatforms.view_conversionfile",
        "adplatforms.view_adaudience",
        "adplatforms.add_adaudience",
        "adplatforms.delete_adaudience",
        "adplatforms.export_adaudience",
        "adplatforms.view_adaudiencefile",
        "accounts.view_activity",
        "accounts.view_tenant",
        "accounts.change_tenant",
        "accounts.view_company",
        "accounts.add_company",
        "accounts.change_company",
        "accounts.view_membership",
        "accounts.add_membership",
        "accounts.change_membership",
        "accounts.delete_membership",
        "accounts.view_apikey",
        "accounts.add_apikey",
        "accounts.change_apikey",
        "accounts.view_user",
        "accounts.view_due",
    }
)
OWN = frozenset(
    {
        "accounts.view_agency",
        "accounts.change_agency",
        "accounts.add_tenant",
        "accounts.change_user",
        "accounts.view_agencykey",
        "accounts.add_agencykey",
        "accounts.change_agencykey",
    }
)
OPERATE = frozenset(
    {
        "accounts.view_agency",
        "accounts.add_agency",
        "accounts.change_agency",
        "accounts.view_tenant",
        "accounts.add_tenant",
        "accounts.view_user",
        "accounts.add_user",
        "accounts.change_user",
        "accounts.view_membership",
        "accounts.add_membership",
        "accounts.change_membership",
        "accounts.delete_membership",
        "billing.view_plan",
        "billing.add_plan",
        "billing.change_plan",
        "billing.view_pricetable",
        "billing.add_pricetable",
        "billing.change_pricetable",
    }
)
ROLES: dict[str, frozenset[str]] = {
    "owner": CHAT
    | LOOK
    | COST
    | NET
    | COMPARE
    | BILL
    | BUDGET
    | WRITE
    | SEND
    | SPEND
    | MANAGE
    | REPORT
    | OWN,
    "account_manager": CHAT
    | LOOK
    | COST
    | NET
    | COMPARE
    | BUDGET
    | WRITE
    | SEND
    | SPEND
    | MANAGE
    | REPORT
    | {"accounts.view_agency", "accounts.add_tenant"},
    "creator": READ_CHATS | LOOK | COMPARE | WRITE | {"accounts.view_agency"},
    "analyst": READ_CHATS | LOOK | COST | READ_DRAFTS | NET | COMPARE | {"accounts.view_agency"},
    "finance": COST | NET | BILL | BUDGET | {"accounts.view_agency"},
    "approver": LOOK | COST | READ_REPORTS | APPROVE | SPEAK,
    "marketer": CHAT | LOOK | COST | READ_REPORTS | WRITE | SEND | SPEND,
    "viewer": READ_CHATS | LOOK | COST | READ_REPORTS,
}
ALL = frozenset().union(*ROLES.values())
# What a program may do only if its key names it: “*” makes it neither the client's approver nor the agency.
NAMED = (
    APPROVE
    | {"contracts.view_net", "billing.adjust_ledgerentry", "billing.add_subscription"}
    | (REPORT - READ_REPORTS)
)


def of(user) -> frozenset[str]:
    """All permissions of the user in the present tenant, or outside of any. One query, then remembered."""
    if not user.is_authenticated:
        return frozenset()
    kept = user.__dict__.setdefault("_permissions_by_schema", {})
    schema = current.schema()
    if schema not in kept:
        kept[schema] = _collect(user)
    return kept[schema]


def _collect(user) -> frozenset[str]:
    tenant = current.tenant_or_none()
    memberships = user.memberships.all()
    if tenant:
        held = [m.role for m in memberships if m.tenant_id == tenant.pk]
        held += [m.role for m in memberships if m.tenant_id is None and m.agency_id == tenant.agency_id]
        return frozenset().union(*(ROLES[role] for role in held))
    held = [m.role for m in memberships if m.tenant_id is None]
    return frozenset().union(OPERATE if user.is_operator else (), *(ROLES[role] for role in held))


def roles_with(permission: str) -> list[str]:
    """Roles that grant the permission."""
    return [role for role, granted in ROLES.items() if permission in granted]


def may_grant(user, role: str, agency, tenant) -> bool:
    """Whether the user may give (or take) this role: it must allow no more than what they have there."""
    if user.is_operator:
        return True
    held = [m for m in user.memberships.all() if m.agency_id == agency.pk]
    there = [m.role for m in held if m.tenant_id is None or (tenant and m.tenant_id == tenant.pk)]
    return ROLES[role] - APPROVE <= frozenset().union(*(ROLES[each] for each in there))


def may_name(user, scopes: Iterable[str], tenant) -> bool:
    """Whether the user may give a key of this client these scopes: it must be allowed no more than they are.

    Approving is the exception, as with roles: whoever makes keys lets a program of the client approve.
    """
    if user.is_operator:
        return True
    held = [m for m in user.memberships.all() if m.agency_id == tenant.agency_id]
    there = [m.role for m in held if m.tenant_id in (None, tenant.pk)]
    return set(scopes) - APPROVE - {"*"} <= frozenset().union(*(ROLES[each] for each in there))


def is_granted(user, permission: str) -> bool:
    return permission in of(user)


def has_any(user, app_label: str) -> bool:
    return any(permission.startswith(f"{app_label}.") for permission in of(user))
