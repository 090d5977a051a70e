"""Referral programmes, who takes part, who invited whom, and what was given for it."""

from referrals.models.grant import Grant
from referrals.models.invitation import Opening, Participant, Referral, ReferralQuerySet
from referrals.models.programme import Programme, ProgrammeQuerySet, RuleSet

__all__ = [
    "Grant",
    "Opening",
    "Participant",
    "Programme",
    "ProgrammeQuerySet",
    "Referral",
    "ReferralQuerySet",
    "RuleSet",
]
