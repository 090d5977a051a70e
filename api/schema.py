"""The OpenAPI document: what is true of all endpoints is added here, so that features need not repeat it."""

import re
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.utils.translation import get_language
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object, get_doc
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from api.authentication import SCHEME
from api.endpoint import Endpoint
from api.idempotency import HEADER
from api.permissions import needed_for
from segments import tree

if TYPE_CHECKING:
    from api.views import SchemaView

TEXTS = {"type": "array", "items": {"type": "string"}}
ERROR = {
    "type": "object",
    "description": "What every refused request gets.",
    "required": ["code", "detail"],
    "properties": {
        "code": {"type": "string", "description": "Stable, for programs.", "examples": ["needs_approval"]},
        "detail": {"type": "string", "description": "For people; in the language of Accept-Language."},
        "fields": {
            "type": "object",
            "description": "With code `invalid`: texts by place in the request, such as `3.at`.",
            "additionalProperties": TEXTS,
        },
        "problems": {
            "type": "array",
            "description": "Faults inside of `messages` or `tree`, with the path of each.",
            "items": {
                "type": "object",
                "required": ["path", "text"],
                "properties": {"path": {"type": "string"}, "text": {"type": "string"}},
            },
        },
    },
}
READ_REFUSALS = {
    "400": "The request cannot be read; `fields` says where.",
    "401": "No key, or one that is not valid.",
    "403": "The key lacks the scope, or the person the role.",
    "404": "It does not exist, or not for this key.",
    "429": "Too many requests; wait for Retry-After seconds.",
}
WRITE_REFUSALS = READ_REFUSALS | {
    "409": "Not possible in the present state; `code` says why.",
    "422": "Readable, but it cannot be done; `code` and `problems` say why.",
}
TREE = "SegmentTree"


TITLES = {
    "list": "List {many}",
    "retrieve": "Read one {one}",
    "create": "Add one {one}",
    "partial_update": "Change one {one}",
    "destroy": "Delete one {one}",
}
SENTENCE_END = re.compile(r"(?<=\.)\s+")


class Schema(AutoSchema):
    def get_summary(self) -> str:
        """The first sentence of the action's docstring, or what it does to the model."""
        first = self._own_words()[0].rstrip(".")
        meta = self._endpoint.queryset.model._meta
        return first or TITLES[self._endpoint.action].format(
            one=meta.verbose_name, many=meta.verbose_name_plural
        )

    def get_description(self) -> str:  # type: ignore[override]  # as AutoSchema itself overrides it
        """What the summary has not said, and the scopes that a key needs."""
        rest = self._own_words()[1:]
        about = rest[0] if rest else get_doc(type(self.view)) if self._endpoint.action == "list" else ""
        needed = needed_for(self._endpoint, self.method)
        scopes = ", ".join(f"`{name}`" for name in needed)
        return f"{about}\n\nScope{'s' if len(needed) > 1 else ''}: {scopes}".strip()

    def _own_words(self) -> list[str]:
        """The first sentence of the action's docstring, and what follows it if anything does."""
        return SENTENCE_END.split(get_doc(getattr(self.view, self._endpoint.action)), maxsplit=1)

    def get_override_parameters(self) -> list:
        if self.method == "POST":
            text = "Repeating a request with the same key within 24 hours has no second effect."
            return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=text)]
        filters = getattr(self.view, "filter_serializer", None)
        return [filters] if filters and self._endpoint.action == "list" else []

    @property
    def _endpoint(self) -> Endpoint:
        return cast("Endpoint", self.view)


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict:
        return build_bearer_security_scheme_object(header_name="Authorization", token_prefix=SCHEME)


class AgencyKeyScheme(KeyScheme):
    target_class = "api.agency.authentication.AgencyKeyAuthentication"
    name = "agencyKey"


class MemberScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.MemberAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class Generator(SchemaGenerator):
    """Draws up each document once per process, which takes seconds: only its address depends on who asks."""

    drawn_up: ClassVar[dict[type, dict]] = {}  # by view

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict:
        if request is None or self.api_version or get_language() != "en":  # nobody's, or one that few ask for
            return super().get_schema(request=request, public=public)
        kind = type(request.parser_context["view"])
        if kind not in self.drawn_up:
            self.drawn_up[kind] = super().get_schema(request=request, public=public)
        return self.drawn_up[kind] | {"servers": _servers(request)}


def complete(result: dict, generator: object, request: Request | None, public: bool) -> dict:
    """Adds the introduction, the address, and the refusals of every operation.

    Without a request, as in `manage.py check`, it is nobody's document and has no address.
    """
    schemas = result["components"].setdefault("schemas", {})
    schemas["Error"] = ERROR
    if request:
        view = cast("SchemaView", request.parser_context["view"])
        result["info"]["description"] = view.introduction.read_text()
        result["servers"] = _servers(request)
    if request is None or view.names_segments:
        schemas[TREE] = _tree()
    result["components"]["responses"] = {code: _refusal(text) for code, text in WRITE_REFUSALS.items()}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for code in READ_REFUSALS if method == "get" else WRITE_REFUSALS:
                operation["responses"][code] = {"$ref": f"#/components/responses/{code}"}
    return result


def _servers(request: Request) -> list[dict]:
    return [{"url": request.build_absolute_uri(request.path).removesuffix("/schema/")}]


def _refusal(text: str) -> dict:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": text, "content": content}


def _tree() -> dict:
    """The JSON Schema of trees, with its references turned to this document."""
    return _referring(tree.schema()["$defs"]["node"]) | {
        "description": "Conditions that choose friends: `all`, `any`, `not`, or a condition with its `type`."
    }


def _referring(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: f"#/components/schemas/{TREE}" if name == "$ref" else _referring(inner)
            for name, inner in schema.items()
        }
    return [_referring(inner) for inner in schema] if isinstance(schema, list) else schema
