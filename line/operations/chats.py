from line.calls import Calls


class Chats(Calls):
    """What a friend sees of us in the chat besides messages."""

    async def mark_as_read(self, token: str) -> None:
        """Show “read” beside all up to the message whose `markAsReadToken` this is.

        Source: https://developers.line.biz/en/reference/messaging-api/#mark-as-read
        """
        await self._post("/v2/bot/chat/markAsRead", {"markAsReadToken": token})

    async def show_loading(self, user_id: str, seconds: int = 20) -> None:
        """Show moving dots until our next message, for 5 to 60 seconds in steps of 5, while the chat is open.

        Source: https://developers.line.biz/en/reference/messaging-api/#display-a-loading-indicator
        """
        await self._post("/v2/bot/chat/loading/start", {"chatId": user_id, "loadingSeconds": seconds})
