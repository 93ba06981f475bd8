"""The report about a text that could not be checked: incomplete, never clear."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from checker.model import IndexStamp, Report, Submitted, Tool, Verdict


def unchecked(id: str, sentence: str) -> Report:
    """A report that says only why there is none."""
    said = f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".")
    return Report(
        id,
        Verdict.INCOMPLETE,
        (said,),
        Submitted(0, 0, 0.0),
        (),
        (),
        (),
        IndexStamp("", 0),
        Tool("wirecheck", tool_version()),
        unjudged=(said,),
    )


def tool_version() -> str:
    """The version that is installed, "" where none is."""
    try:
        return version("wirecheck")
    except PackageNotFoundError:
        return ""
