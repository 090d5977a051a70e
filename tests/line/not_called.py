"""What LINE offers and we do not call, each with its reason; `docs/line.md` tells it to readers."""

_OTHER_TOKENS = "stateless tokens need no other: unlimited, and they leave another tool's token alone"
_GROUPS = "Musubi speaks with one person at a time; groups and rooms are ignored"
_MODULES = "only for participants of the LINE Marketplace"
_MEMBERSHIP = "paid memberships are sold in LINE's manager, and are not part of Musubi yet"

NOT_CALLED = {
    "issueChannelTokenByJWT": _OTHER_TOKENS,
    "verifyChannelTokenByJWT": _OTHER_TOKENS,
    "getsAllValidChannelAccessTokenKeyIds": _OTHER_TOKENS,
    "revokeChannelTokenByJWT": _OTHER_TOKENS,
    "issueChannelToken": _OTHER_TOKENS,
    "verifyChannelToken": _OTHER_TOKENS,
    "revokeChannelToken": _OTHER_TOKENS,
    "getGroupMemberProfile": _GROUPS,
    "getRoomMemberProfile": _GROUPS,
    "getGroupMembersIds": _GROUPS,
    "getRoomMembersIds": _GROUPS,
    "leaveGroup": _GROUPS,
    "leaveRoom": _GROUPS,
    "getGroupSummary": _GROUPS,
    "getGroupMemberCount": _GROUPS,
    "getRoomMemberCount": _GROUPS,
    "markMessagesAsRead": "for who applied until October 2026; markMessagesAsReadByToken is for everyone",
    "getMembershipSubscription": _MEMBERSHIP,
    "getMembershipList": _MEMBERSHIP,
    "getJoinedMembershipUsers": _MEMBERSHIP,
    "getModules": _MODULES,
    "detachModule": _MODULES,
    "acquireChatControl": _MODULES,
    "releaseChatControl": _MODULES,
    "attachModule": _MODULES,
    "missionStickerV3": "for sponsors of sticker campaigns",
}
