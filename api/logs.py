"""What the service logs: sentences on standard error, one line each, never a text or a part of one."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any

from checker.reports.show import one_line

# an access log would hold ids of texts, and whatever a client puts into a query
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "api.logs.Plain", "fmt": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"wirecheck": {"level": "INFO"}, "uvicorn": {"level": "WARNING"}},
}


class Plain(logging.Formatter):
    """One inert line a record. Of an exception the kind and the place: its message may repeat what was in hand."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage().strip()
        record.asctime = self.formatTime(record, self.datefmt)
        line = self.formatMessage(record)
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            line += f" ({kind.__name__}{_place(trace)})"
        return one_line(line)


def _place(trace: TracebackType | None) -> str:
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f" in {trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}" if trace else ""
