"""How log lines look: time, level, logger, event, and the ids that were given with it."""

import logging

_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class Formatter(logging.Formatter):
    """`2026-11-21 12:00:00,000 INFO broadcasts batch.sent batch=31`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        extra = {name: value for name, value in record.__dict__.items() if name not in _OWN}
        ids = "".join(f" {name}={value}" for name, value in extra.items() if name not in DJANGO)
        return super().formatMessage(record) + ids


DJANGO = frozenset({"request", "response", "server_time", "sql", "params", "duration", "alias", "data"})
