"""Links and the tries to make them; what is to be decided and done about them; how a client wants it."""

from linking.models.attempt import LinkAttempt, LinkAttemptQuerySet, hashed
from linking.models.conflict import LinkConflict
from linking.models.duty import LinkDuty
from linking.models.grant import LoginGrant, access_token_place, refresh_token_place
from linking.models.link import ENTRY_LENGTH, Link, LinkQuerySet
from linking.models.mailed_code import MailedCode, code_place
from linking.models.settings import LinkSettings

__all__ = [
    "ENTRY_LENGTH",
    "Link",
    "LinkAttempt",
    "LinkAttemptQuerySet",
    "LinkConflict",
    "LinkDuty",
    "LinkQuerySet",
    "LinkSettings",
    "LoginGrant",
    "MailedCode",
    "access_token_place",
    "code_place",
    "hashed",
    "refresh_token_place",
]
