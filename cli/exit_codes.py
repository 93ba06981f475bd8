"""What the command's exit code says, and the one place where errors become codes and sentences."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import typer

from fingerprints.errors import WirecheckError

Parameters = ParamSpec("Parameters")
DEBUG = "WIRECHECK_DEBUG"


class ExitCode(IntEnum):
    """0 clear, 1 flagged, 2 wrong use or failure, 3 could not be fully checked."""

    CLEAR = 0
    FLAGGED = 1
    FAILED = 2
    INCOMPLETE = 3


class Failure(WirecheckError):
    """What was asked cannot be done; the text is one sentence for the user."""


def say(sentence: str) -> None:
    """A sentence on standard error, inert."""
    from checker.reports.show import one_line

    with contextlib.suppress(OSError):  # nobody listens
        sys.stderr.write(one_line(sentence).encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stderr.flush()


def guarded(command: Callable[Parameters, ExitCode | None]) -> Callable[Parameters, None]:
    """A command that ends with its exit code, and with a sentence where something went wrong.

    No traceback is ever shown: it could hold text of a draft. WIRECHECK_DEBUG=1 asks for one.
    """

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            code = command(*args, **kwargs) or ExitCode.CLEAR
            sys.stdout.flush()
        except BrokenPipeError:
            code = _closed()
        except KeyboardInterrupt:
            say("Stopped.")
            code = ExitCode.FAILED
        except (WirecheckError, OSError, MemoryError, RecursionError) as error:
            say(f"Error: {_sentence(error)}")
            code = ExitCode.FAILED if _can_write() else _closed()
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if os.environ.get(DEBUG):
                raise
            say(f"Error: {_unexpected(error)}")
            code = ExitCode.FAILED
        raise typer.Exit(int(code))

    return run


def _can_write() -> bool:
    """Whether what is left to be written can be."""
    try:
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _closed() -> ExitCode:
    """Nobody takes our output any more: be quiet, also when Python flushes at its end."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
    return ExitCode.FAILED


def _sentence(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "There is not enough memory for this."
    if isinstance(error, OSError):
        if error.errno == errno.EPIPE:
            return "The output was closed."
        return f"{error.strerror or type(error).__name__}: {error.filename or 'standard input or output'}"
    return str(error) or type(error).__name__


def _unexpected(error: Exception) -> str:
    """Where it happened, without what was in hand there."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = ""
    if trace:
        name = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119
        where = f" in {name}, line {trace.tb_lineno}"
    return f"Wirecheck failed ({type(error).__name__}{where}). Please report this; {DEBUG}=1 shows more."
