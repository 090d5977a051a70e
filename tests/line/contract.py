"""LINE's OpenAPI files as a judge of what went over the wire."""

import re
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import orjson
import yaml
from openapi_schema_validator import OAS30Validator

SPECS = Path(__file__).resolve().parents[3] / "shared" / "line-openapi"
SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class Exchange:
    """One request with its answer."""

    method: str
    path: str
    request_headers: dict
    request: bytes
    status: int
    headers: dict
    answer: bytes


class Recorder(BaseHTTPRequestHandler):
    """Hands every request on to `server.target` and notes the exchange in `server.exchanges`."""

    protocol_version = "HTTP/1.1"

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(self.server.target)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        facts = (self.command, self.path, dict(self.headers), body)
        self.server.exchanges.append(Exchange(*facts, answer.status, dict(answer.headers), content))
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        self._pass_on()

    def do_POST(self):
        self._pass_on()

    def do_PUT(self):
        self._pass_on()

    def log_message(self, *args):
        """Quiet."""


def faults(exchange: Exchange) -> list[str]:
    """Where a request or its answer is not as LINE's files describe it."""
    path = urlsplit(exchange.path).path
    spec, operation = _operation(exchange.method, path)
    found = []
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]
        found += _request_faults(spec, content, exchange)
    answer = operation["responses"].get(str(exchange.status), {}).get("content")
    error = {"application/json": {"schema": {"$ref": f"{SCHEMAS}ErrorResponse"}}}
    schema = (
        (answer or (error if exchange.status >= 400 else {})).get("application/json", {}).get("schema", {})
    )
    found += _faults(spec, schema, orjson.loads(exchange.answer))
    return [f"{exchange.method} {path} {exchange.status}: {fault}" for fault in found]


def webhook_faults(body: bytes) -> list[str]:
    """Where a webhook body is not as LINE's file describes it."""
    return _faults(_spec("webhook.yml"), {"$ref": f"{SCHEMAS}CallbackRequest"}, orjson.loads(body))


def operations() -> dict[tuple[str, str], str]:
    """Method and path pattern of everything in the files that describe an API."""
    return {key: name for name in _APIS for key in _operations(name)}


def _request_faults(spec: dict, content: dict, exchange: Exchange) -> list[str]:
    if "application/json" in content:
        return _faults(spec, content["application/json"]["schema"], orjson.loads(exchange.request or b"{}"))
    form = {name: values[0] for name, values in parse_qs(exchange.request.decode()).items()}
    return _faults(spec, content["application/x-www-form-urlencoded"]["schema"], form)


_APIS = ("messaging-api.yml", "insight.yml", "manage-audience.yml", "channel-access-token.yml", "liff.yml")


def _operation(method: str, path: str) -> tuple[dict, dict]:
    for name in _APIS:
        for (known, pattern), operation in _operations(name).items():
            if known == method and re.fullmatch(pattern, path):
                return _spec(name), operation
    raise AssertionError(f"LINE has no {method} {path}")


@cache
def _operations(name: str) -> dict[tuple[str, str], dict]:
    return {
        (method.upper(), re.sub(r"{\w+}", "[^/]+", path)): operation
        for path, methods in _spec(name)["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "delete")
    }


def _faults(spec: dict, schema: dict, value: object) -> list[str]:
    validator = OAS30Validator({**schema, "components": spec["components"]})
    return [f"{error.json_path} {error.message}"[:300] for error in validator.iter_errors(value)]


@cache
def _spec(name: str) -> dict:
    """The file, with every reference to a base type turned into one to any of its kinds."""
    spec = yaml.load((SPECS / name).read_text(), yaml.CSafeLoader)
    schemas = spec["components"]["schemas"]
    bases = {base: schema for base, schema in schemas.items() if "mapping" in schema.get("discriminator", {})}
    spec = _with_kinds(spec, set(bases), in_all_of=False)
    for base, schema in bases.items():
        spec["components"]["schemas"][f"Any{base}"] = _any_kind(schema["discriminator"])
    return spec


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
