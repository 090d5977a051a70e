"""What a friend's page and an invitation show."""

from channels.models import Channel
from referrals import holding, joining
from referrals import rules as ruling
from referrals.joining import PAGE
from referrals.models import Grant, Participant, Programme, Referral
from referrals.rules import Rules
from routes import words

State = Referral.State
SHOWN = 50


def own(part: Participant, token: str) -> dict[str, object]:
    """Counts alone: who came is not told to who invited them."""
    programme = part.programme
    rules = _rules(programme)
    counts = counts_of(part)
    grants = Grant.objects.filter(friend=part.friend_id, programme=programme).order_by("-pk")
    return {
        "programme": programme,
        "token": token,
        "link": joining.link_of(part),
        "kind": PAGE,
        "counts": counts,
        "tiers": [
            (at, prize, counts["counted"] >= at, holding.is_gone(part, at, prize, rules))
            for at, prize in rules.tiers
        ],
        "grants": grants[:SHOWN],
        "rules": rules,
        "sentences": ruling.says_of(rules),
        "left": holding.left(programme.pk, rules) if rules.prizes else None,
        "message": joining.message_of(programme, joining.link_of(part)),
    }


def invitation(part: Participant, channel: Channel) -> dict[str, object]:
    programme = part.programme
    rules = _rules(programme)
    return {
        "programme": programme,
        "code": part.code,
        "account": words.account_name(channel),
        "picture": channel.picture_url,
        "gift": rules.invited.words if rules.invited else "",
        "is_gone": bool(rules.invited) and holding.left(programme.pk, rules) == 0,
        "sentences": ruling.says_to_invited(rules),
    }


def closed(part: Participant, channel: Channel) -> dict[str, object]:
    return {
        "programme": part.programme,
        "account": words.account_name(channel),
        "picture": channel.picture_url,
        "address": words.account_address(channel),
    }


def counts_of(part: Participant) -> dict[str, int]:
    """Friends who came by the link: all, those that count, and those that may still."""
    rows = Referral.objects.credited().filter(participant=part, followed_at__isnull=False)
    states = list(rows.values_list("state", flat=True))
    waiting = sum(state in (State.WAITING, State.REVIEW) for state in states)
    return {"invited": len(states), "counted": states.count(State.COUNTED), "waiting": waiting}


def _rules(programme: Programme) -> Rules:
    return ruling.read(programme.version.rules if programme.version else programme.rules)
