"""Bodies as they come in."""

import re
from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class StrictJSONParser(JSONParser):
    """JSON that can also be kept: no NUL characters, no lone surrogates, no NaN, not nested beyond reason."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping | None = None
    ) -> Any:
        body = stream.read()
        if NUL.search(body):
            raise ParseError(_("The body contains a NUL character, which cannot be stored."))
        try:
            value = orjson.loads(body)
            orjson.dumps(value)  # refuses what is nested too deeply to be written again
        except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
            raise ParseError(_("The body is not JSON: %(reason)s") % {"reason": error}) from error
        return value
