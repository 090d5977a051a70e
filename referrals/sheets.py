"""Invitations and inviters as tables for files."""

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from referrals import results
from referrals.models import Programme, Referral

MOST = 100_000  # rows of a file


def of(programme: Programme) -> list[Sheet]:
    """Who invited whom with reasons, who invites, each day."""
    return [_referrals(programme), _inviters(programme), _days(programme)]


def _referrals(programme: Programme) -> Sheet:
    header = [
        *(
            _("Number"),
            _("Friend number of the inviter"),
            _("Inviter"),
            _("Friend number"),
            _("Invited friend"),
        ),
        *(_("Signed in"), _("Friend since"), _("State"), _("Reason"), _("Has done it"), _("Counted at")),
        *(
            _("Rewards given"),
            _("Cost (yen)"),
            _("Decision"),
            _("Reason given"),
            _("Undone after the reward"),
        ),
    ]
    rows = Referral.objects.filter(programme=programme).select_related("friend", "participant__friend")
    found = list(rows.prefetch_related("grants")[:MOST])
    return Sheet("referrals", _("Invitations"), header, [_row(each) for each in found])


def _row(row: Referral) -> list[Cell]:
    given = [each for each in row.grants.all() if each.given_at]
    inviter = row.participant.friend
    return [
        *(row.pk, inviter.pk, inviter.display_name, row.friend_id, row.friend.display_name),
        *(row.at, row.followed_at, str(row.get_state_display())),
        *(str(row.get_reason_display()) if row.reason else "", row.acted_at, row.counted_at),
        *(" / ".join(each.words for each in given), sum(each.cost_yen for each in given)),
        *(str(row.get_decision_display()) if row.decision else "", row.note),
        str(row.get_undone_display()) if row.undone else "",
    ]


def _inviters(programme: Programme) -> Sheet:
    header = [
        *(_("Friend number"), _("Inviter"), _("Takes part since"), _("Shared"), _("Links opened")),
        *(_("Friends who came"), _("Count"), _("Waiting"), _("Cost (yen)")),
    ]
    parts = list(results.inviters(programme)[:MOST])
    costs = results.cost_of(parts)
    rows: list[list[Cell]] = [
        [
            *(each.friend_id, each.friend.display_name, each.joined_at, each.shared_count, each.opened_count),
            *(each.invited, each.counted, each.waiting, costs.get(each.pk, 0)),  # type: ignore[attr-defined]
        ]
        for each in parts
    ]
    return Sheet("inviters", _("Inviters"), header, rows)


def _days(programme: Programme) -> Sheet:
    header = [_("Date"), _("New friends"), _("Count")]
    rows: list[list[Cell]] = [
        [f"{day.day:%Y-%m-%d}", day.followed, day.counted] for day in results.by_day(programme)
    ]
    return Sheet("days", _("By day"), header, rows)
