"""The builder over HTTP among ten million friends, whose conditions are known: the warm figure alone.

Fewer events per friend than in the smaller data, since a remembered condition does not know of them.
"""

import json
import sys

from benchmarks.segments_data import Size, client
from benchmarks.segments_http import SLUG, open_desk, warm_rows
from benchmarks.segments_questions import WHOLE
from benchmarks.webhooks import serving

SIZE = Size(friends=10_000_000, events=2_000_000, tags=4)


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with client(SLUG, SIZE) as tenant, serving("config.asgi:application") as port:
        from segments import services

        desk = open_desk(port, tenant, services.count(WHOLE.tree).total)
        return warm_rows(desk.builder, f"{SIZE.friends:,}", None)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
