from friends.models.field import FieldValue, FriendField
from friends.models.friend import Friend, FriendQuerySet, FriendTag, Tag
from friends.models.imports import FriendImport, ImportFault, ImportRow
from friends.models.insight import AudienceDay, Demographics
from friends.models.listing import FollowerListing
from friends.models.reply import Reply

__all__ = [
    "AudienceDay",
    "Demographics",
    "FieldValue",
    "FollowerListing",
    "Friend",
    "FriendField",
    "FriendImport",
    "FriendQuerySet",
    "FriendTag",
    "ImportFault",
    "ImportRow",
    "Reply",
    "Tag",
]
