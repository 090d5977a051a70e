from typing import BinaryIO

from line.calls import Calls, segment


class Content(Calls):
    """Pictures, films, sounds and files that friends send. LINE keeps them for a while it does not name."""

    async def get_content(self, message_id: str, into: BinaryIO, *, most_bytes: int) -> str | None:
        """Write what a friend sent into a file; its media type, or None while LINE still prepares it (202).

        Raises TooLarge beyond `most_bytes`, having read no further; Rejected when it is gone.
        Source: https://developers.line.biz/en/reference/messaging-api/#get-content
        """
        return await self._download(_path(message_id), into, most_bytes)

    async def get_content_preview(self, message_id: str, into: BinaryIO, *, most_bytes: int) -> str | None:
        """Likewise the small picture of an image or a film."""
        return await self._download(_path(message_id) + "/preview", into, most_bytes)

    async def get_transcoding_status(self, message_id: str) -> str:
        """Whether a film or a sound can be fetched: `processing`, `succeeded` or `failed`."""
        path = _path(message_id) + "/transcoding"
        return (await self._get(path, host=self.endpoints.data))["status"]


def _path(message_id: str) -> str:
    return f"/v2/bot/message/{segment(message_id)}/content"
