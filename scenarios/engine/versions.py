"""Published versions as the engine reads them: what says the same is parsed once in a process."""

from functools import lru_cache

import orjson

from scenarios.flow import program as programs
from scenarios.flow import reading
from scenarios.flow.program import Program
from scenarios.models import Version


def program(version_id: int) -> Program:
    """The steps of a version, and what follows each."""
    return of(Version.objects.only("flow").get(pk=version_id))


def of(version: Version) -> Program:
    return _parsed(orjson.dumps(version.flow))


@lru_cache(maxsize=500)
def _parsed(flow: bytes) -> Program:
    return programs.of(reading.parse(orjson.loads(flow)))
