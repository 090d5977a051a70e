"""LINE's OpenAPI files as a judge of what went over the wire."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from functools import cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import yaml
from openapi_schema_validator import OAS30Validator

from line.client import Endpoints

SPECS = Path(__file__).resolve().parents[3] / "shared" / "line-openapi"
SCHEMAS = "#/components/schemas/"
ON_PAGES = "on_pages.yml"  # in none of LINE's files; beside this one
APIS = (
    "messaging-api.yml",
    "insight.yml",
    "manage-audience.yml",
    "channel-access-token.yml",
    "liff.yml",
    ON_PAGES,
)
ELSEWHERE = ("module.yml", "module-attach.yml", "shop.yml")
ON_PAGES_ONLY = {"stepMessage", "pnpNoticeMessage"}  # of message/delivery: LINE's page has more than its file
METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True)
class Exchange:
    """One request with its answer. `host` is which of LINE's hosts it was sent to, api or data."""

    host: str
    method: str
    path: str
    request_headers: dict
    request: bytes
    status: int
    headers: dict
    answer: bytes


@dataclass(frozen=True)
class Recorded:
    """What passed between a client and the simulator."""

    endpoints: Endpoints
    exchanges: list[Exchange]

    def faults(self) -> list[str]:
        return [fault for exchange in self.exchanges for fault in faults(exchange)]

    def operations(self) -> set[str]:
        return {operation_of(exchange)[1]["operationId"] for exchange in self.exchanges}


@contextmanager
def recorder(target: str) -> Iterator[Recorded]:
    """Servers in front of `target` that note what passes, one for each of LINE's two API hosts."""
    exchanges: list[Exchange] = []
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Recorder) for _ in range(2)]
    for server, host in zip(servers, ("api", "data"), strict=True):
        server.target, server.exchanges, server.host = target.removeprefix("http://"), exchanges, host
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    api, data = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    try:
        yield Recorded(Endpoints(api=api, data=data, access=api), exchanges)
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _Recorder(BaseHTTPRequestHandler):
    """Hands every request on to `server.target` and notes the exchange."""

    protocol_version = "HTTP/1.1"

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(self.server.target)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        facts = (self.server.host, self.command, self.path, dict(self.headers), body)
        self.server.exchanges.append(Exchange(*facts, answer.status, dict(answer.headers), content))
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Quiet."""


for _method in METHODS:
    setattr(_Recorder, f"do_{_method.upper()}", _Recorder._pass_on)


def faults(exchange: Exchange) -> list[str]:
    """Where a request or its answer is not as LINE's files describe it."""
    spec, operation = operation_of(exchange)
    found = [
        *_host_faults(operation, exchange),
        *_query_faults(spec, operation, exchange),
        *_request_faults(spec, operation, exchange),
        *_answer_faults(spec, operation, exchange),
    ]
    path = urlsplit(exchange.path).path
    return [f"{exchange.method} {path} {exchange.status}: {fault}" for fault in found]


def answer_faults(exchange: Exchange) -> list[str]:
    """Likewise for the answer alone, where the request was meant to be wrong."""
    return _answer_faults(*operation_of(exchange), exchange)


def webhook_faults(body: bytes) -> list[str]:
    """Where a webhook body is not as LINE's file describes it."""
    return _faults(_spec("webhook.yml"), {"$ref": f"{SCHEMAS}CallbackRequest"}, orjson.loads(body))


def operations(*files: str) -> dict[tuple[str, str], str]:
    """Method and path pattern of everything in the files that describe an API, with its operation's name."""
    return {
        key: operation["operationId"]
        for name in files or APIS
        for key, operation in _operations(name).items()
    }


def operation_of(exchange: Exchange) -> tuple[dict, dict]:
    """The file, and the operation in it. Fixed paths go before those with names in them."""
    path = urlsplit(exchange.path).path
    found = [
        (pattern.count("["), name, operation)
        for name in APIS
        for (method, pattern), operation in _operations(name).items()
        if method == exchange.method and re.fullmatch(pattern, path)
    ]
    assert found, f"LINE has no {exchange.method} {path}"
    _, name, operation = min(found, key=lambda each: each[0])
    return _spec(name), operation


def _host_faults(operation: dict, exchange: Exchange) -> list[str]:
    servers = [server["url"] for server in operation.get("servers", [])]
    host = "data" if "https://api-data.line.me" in servers else "api"
    return [] if exchange.host == host else [f"sent to the {exchange.host} host"]


def _query_faults(spec: dict, operation: dict, exchange: Exchange) -> list[str]:
    described = {each["name"]: each for each in operation.get("parameters", []) if each["in"] == "query"}
    given = {name: values[0] for name, values in parse_qs(urlsplit(exchange.path).query).items()}
    found = [f"no parameter {name} is described" for name in given.keys() - described.keys()]
    for name, parameter in described.items():
        if name in given:
            found += _faults(spec, parameter["schema"], _typed(given[name], parameter["schema"]))
        elif parameter.get("required"):
            found.append(f"parameter {name} is missing")
    return found


def _typed(value: str, schema: dict) -> Any:
    """What a parameter's text stands for."""
    match schema.get("type"):
        case "integer":
            return int(value)
        case "boolean":
            return value == "true"
        case "array":
            return value.split(",")
    return value


def _request_faults(spec: dict, operation: dict, exchange: Exchange) -> list[str]:
    kinds = operation.get("requestBody", {}).get("content", {})
    if not kinds:
        return []
    media_type = exchange.request_headers["Content-Type"].partition(";")[0]
    if media_type not in kinds and "*/*" not in kinds:
        return [f"the body is {media_type}"]
    content = _body_of(exchange, media_type)
    return _faults(spec, kinds.get(media_type, kinds.get("*/*"))["schema"], content)


def _body_of(exchange: Exchange, media_type: str) -> Any:
    match media_type:
        case "application/json":
            return orjson.loads(exchange.request or b"{}")
        case "application/x-www-form-urlencoded":
            return {name: values[0] for name, values in parse_qs(exchange.request.decode()).items()}
        case "multipart/form-data":
            return {
                part.get_param("name", header="content-disposition"): _field(part)
                for part in _parts(exchange)
            }
    return exchange.request.decode("latin-1")


def _parts(exchange: Exchange) -> list[Message]:
    head = f"Content-Type: {exchange.request_headers['Content-Type']}\r\n\r\n".encode()
    return message_from_bytes(head + exchange.request).get_payload()


def _field(part: Message) -> Any:
    """Numbers are numbers in a form too, where a file describes them so."""
    text = part.get_payload(decode=True).decode()
    return int(text) if text.isdecimal() else text


def _answer_faults(spec: dict, operation: dict, exchange: Exchange) -> list[str]:
    """A success must be one that the file knows; every refusal has LINE's error body."""
    described = operation["responses"].get(str(exchange.status))
    if described is None and exchange.status < 400:
        return [f"status {exchange.status} is not described"]
    kinds = (described or {}).get("content")
    if kinds is None and exchange.status >= 400:
        kinds = {"application/json": {"schema": {"$ref": f"{SCHEMAS}ErrorResponse"}}}
    if not kinds or "*/*" in kinds:
        return []
    return _faults(spec, kinds["application/json"].get("schema", {}), orjson.loads(exchange.answer))


@cache
def _operations(name: str) -> dict[tuple[str, str], dict]:
    """Parameters and servers that a path gives to all of its methods are the operation's too."""
    return {
        (method.upper(), re.sub(r"{\w+}", "[^/]+", path)): {
            **operation,
            "parameters": [*shared.get("parameters", []), *operation.get("parameters", [])],
            "servers": operation.get("servers", shared.get("servers", [])),
        }
        for path, shared in _spec(name)["paths"].items()
        for method, operation in shared.items()
        if method in METHODS
    }


def _faults(spec: dict, schema: dict, value: object) -> list[str]:
    validator = OAS30Validator({**schema, "components": spec["components"]})
    wrong = [f"{error.json_path} {error.message}"[:300] for error in validator.iter_errors(value)]
    return wrong or [f"{path} is not described" for path in _undescribed(spec, schema, value, "$")]


def _undescribed(spec: dict, schema: dict, value: object, path: str) -> Iterator[str]:
    """Fields that no file knows: a schema lets them pass, and a misspelt one would never be noticed."""
    parts = list(_parts_of(spec, schema, value))
    if isinstance(value, list):
        for part, (index, item) in product(parts, enumerate(value)):
            yield from _undescribed(spec, part.get("items", {}), item, f"{path}[{index}]")
    if isinstance(value, dict) and not any(part.get("additionalProperties") for part in parts):
        known = {name: inner for part in parts for name, inner in part.get("properties", {}).items()}
        yield from (f"{path}.{name}" for name in value.keys() - known.keys() - ON_PAGES_ONLY if known)
        for name in value.keys() & known.keys():
            yield from _undescribed(spec, known[name], value[name], f"{path}.{name}")


def _parts_of(spec: dict, schema: dict, value: object) -> Iterator[dict]:
    """The schema, with those it refers to and consists of; of alternatives those that fit."""
    if reference := schema.get("$ref"):
        yield from _parts_of(spec, spec["components"]["schemas"][reference.removeprefix(SCHEMAS)], value)
    yield schema
    for each in schema.get("allOf", []):
        yield from _parts_of(spec, each, value)
    for each in schema.get("anyOf", []) + schema.get("oneOf", []):
        if OAS30Validator({**each, "components": spec["components"]}).is_valid(value):
            yield from _parts_of(spec, each, value)


@cache
def _spec(name: str) -> dict:
    """The file, with every reference to a base type turned into one to any of its kinds."""
    folder = Path(__file__).parent if name == ON_PAGES else SPECS
    spec = yaml.load((folder / name).read_text(), yaml.CSafeLoader)
    schemas = spec.get("components", {}).get("schemas", {})
    schemas.setdefault("ErrorResponse", _error_response())
    spec["components"] = spec.get("components", {}) | {"schemas": schemas}
    bases = {base: schema for base, schema in schemas.items() if "mapping" in schema.get("discriminator", {})}
    spec = _with_kinds(spec, set(bases), in_all_of=False)
    for base, schema in bases.items():
        spec["components"]["schemas"][f"Any{base}"] = _any_kind(schema["discriminator"])
    return spec


def _error_response() -> dict:
    """LINE's error body, where a file does not say."""
    detail = {"type": "object", "properties": {"message": {"type": "string"}, "property": {"type": "string"}}}
    details = {"type": "array", "items": detail}
    properties = {"message": {"type": "string"}, "details": details}
    return {"type": "object", "required": ["message"], "properties": properties}


def _any_kind(discriminator: dict) -> dict:
    """JSON Schema does not follow a discriminator by itself."""
    field = discriminator["propertyName"]
    return {
        "anyOf": [
            {"allOf": [{"required": [field], "properties": {field: {"enum": [kind]}}}, {"$ref": reference}]}
            for kind, reference in discriminator["mapping"].items()
        ]
    }


def _with_kinds(node: object, bases: set[str], *, in_all_of: bool) -> object:
    if isinstance(node, list):
        return [_with_kinds(item, bases, in_all_of=in_all_of) for item in node]
    if not isinstance(node, dict):
        return node
    base = str(node.get("$ref")).removeprefix(SCHEMAS)
    if base in bases and not in_all_of:
        return {"$ref": f"{SCHEMAS}Any{base}"}
    return {
        key: value if key == "discriminator" else _with_kinds(value, bases, in_all_of=key == "allOf")
        for key, value in node.items()
    }
