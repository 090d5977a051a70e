from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

import orjson

from line.calls import Calls

UPLOAD = "/v2/bot/audienceGroup/upload"
UPLOAD_SECONDS = 30  # what LINE asks its callers to wait
FILE_SECONDS = 120


@dataclass(frozen=True)
class AudienceGroups:
    """A page of audiences, newest first. `total` counts all pages."""

    audience_groups: list[dict]
    has_next_page: bool
    total: int


class Audiences(Calls):
    """LINE's own lists of people, to narrowcast to: up to 1,000, for up to 180 days; 60 calls a minute each.

    Nobody can be taken out of one. Adding is done by jobs, at most 10 at once for one audience (then
    RateLimited); wait for `jobStatus` FINISHED before sending. Faults are named in `details`
    (AUDIENCE_GROUP_NOT_FOUND, …).
    Source: https://developers.line.biz/en/reference/messaging-api/#manage-audience-group
    """

    async def create_audience_group(self, description: str, user_ids: Iterable[str] = ()) -> dict:
        """A new audience of up to 10,000 friends: `audienceGroupId`, `expireTimestamp`, ….

        One malformed id and all are refused. Repeating it makes a second audience.
        """
        content = {"description": description, "audiences": _listed(user_ids)}
        return (await self._upload("POST", content)).body

    async def add_audience_to_audience_group(
        self, audience_group_id: int, user_ids: Iterable[str], *, upload_description: str = ""
    ) -> None:
        """Add up to 10,000 friends; who is in it already stays. `upload_description` names the job."""
        content = {"audienceGroupId": audience_group_id, "audiences": _listed(user_ids)}
        await self._upload("PUT", content | _description(upload_description))

    async def create_audience_for_uploading_user_ids(self, description: str, user_ids: Iterable[str]) -> dict:
        """As `create_audience_group`, for up to 1,500,000 friends, as a file to LINE's data host."""
        return (await self._upload_file("POST", user_ids, {"description": description})).body

    async def add_user_ids_to_audience(
        self, audience_group_id: int, user_ids: Iterable[str], *, upload_description: str = ""
    ) -> None:
        """As `add_audience_to_audience_group`, for up to 1,500,000 friends."""
        fields = {"audienceGroupId": str(audience_group_id)} | _description(upload_description)
        await self._upload_file("PUT", user_ids, fields)

    async def create_click_based_audience_group(
        self, description: str, request_id: str, *, click_url: str | None = None
    ) -> dict:
        """Who followed a link, or this link, of a broadcast or narrowcast at most 60 days old.

        It is made in the background, and needs 50 people.
        """
        content = {"description": description, "requestId": request_id}
        clicked = {"clickUrl": click_url} if click_url else {}
        return await self._post("/v2/bot/audienceGroup/click", content | clicked)

    async def create_imp_based_audience_group(self, description: str, request_id: str) -> dict:
        """Likewise who saw it."""
        content = {"description": description, "requestId": request_id}
        return await self._post("/v2/bot/audienceGroup/imp", content)

    async def update_audience_group_description(self, audience_group_id: int, description: str) -> None:
        """Rename it: 1 to 120 characters."""
        path = f"/v2/bot/audienceGroup/{audience_group_id}/updateDescription"
        await self._put(path, {"description": description})

    async def delete_audience_group(self, audience_group_id: int) -> None:
        """For good."""
        await self._delete(f"/v2/bot/audienceGroup/{audience_group_id}")

    async def get_audience_data(self, audience_group_id: int) -> dict:
        """`audienceGroup` with its `status` and `audienceCount`, and its last 50 `jobs`.

        Raises Rejected (400) when there is none.
        """
        return await self._get(f"/v2/bot/audienceGroup/{audience_group_id}")

    async def get_audience_groups(
        self, page: int = 1, *, size: int = 40, description: str = "", status: str = ""
    ) -> AudienceGroups:
        """Up to 40 a page, from page 1. `description` is part of a name, `status` READY, IN_PROGRESS, …."""
        return await self._list("/v2/bot/audienceGroup/list", page, size, description, status)

    async def get_shared_audience_data(self, audience_group_id: int) -> dict:
        """An audience shared in the Business Manager, with its `owner`."""
        return await self._get(f"/v2/bot/audienceGroup/shared/{audience_group_id}")

    async def get_shared_audience_groups(
        self, page: int = 1, *, size: int = 40, description: str = "", status: str = ""
    ) -> AudienceGroups:
        """Audiences shared in the Business Manager, as `get_audience_groups`."""
        return await self._list("/v2/bot/audienceGroup/shared/list", page, size, description, status)

    async def _list(self, path: str, page: int, size: int, description: str, status: str) -> AudienceGroups:
        wanted = {"page": str(page), "size": str(size), "description": description, "status": status}
        answer = await self._get(path, **{name: value for name, value in wanted.items() if value})
        return AudienceGroups(answer["audienceGroups"], answer["hasNextPage"], answer["totalCount"])

    async def _upload(self, method: str, content: dict):
        return await self._call(method, UPLOAD, body=orjson.dumps(content), seconds=UPLOAD_SECONDS)

    async def _upload_file(self, method: str, user_ids: Iterable[str], fields: dict[str, str]):
        boundary = uuid4().hex
        return await self._call(
            method,
            f"{UPLOAD}/byFile",
            host=self.endpoints.data,
            body=_form(boundary, fields, "\n".join(user_ids)),
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
            seconds=FILE_SECONDS,
        )


def _listed(user_ids: Iterable[str]) -> list[dict]:
    return [{"id": user_id} for user_id in user_ids]


def _description(words: str) -> dict[str, str]:
    return {"uploadDescription": words} if words else {}


def _form(boundary: str, fields: dict[str, str], user_ids: str) -> bytes:
    """As bytes, so that the same can be sent again."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    parts.append(
        'Content-Disposition: form-data; name="file"; filename="user_ids.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n{user_ids}"
    )
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"{body}--{boundary}--\r\n".encode()
