"""Folders, walked in the order of their names, without hidden files."""

from __future__ import annotations

import os
from collections.abc import Iterator

from checker.readers.document import Unreadable

EMPTY = "There is no text in this folder."
NO_FILE = "It is no file that can be read, or a link that leads nowhere."


def files_below(folder: str) -> Iterator[str | Unreadable]:
    """The path of every file below a folder, and each folder and other thing that cannot be read.

    A link that leads back to a folder above is not followed.
    """
    return _walk(folder, ())


def _walk(folder: str, above: tuple[tuple[int, int], ...]) -> Iterator[str | Unreadable]:
    try:
        status = os.stat(folder)  # noqa: PTH116
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            return
        with os.scandir(folder) as entries:
            names = sorted((entry.name, entry.is_dir(), entry.is_file()) for entry in entries)
    except OSError as error:
        yield Unreadable(folder, f"{error.strerror or type(error).__name__}.")
        return
    for name, is_folder, is_file in names:
        path = os.path.join(folder, name)  # noqa: PTH118
        if name.startswith("."):
            continue
        if is_folder:
            yield from _walk(path, (*above, identity))
        elif is_file:
            yield path
        else:
            yield Unreadable(path, NO_FILE)
