"""How the service is configured: one TOML file, and environment variables that win over it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path

from fingerprints.errors import WirecheckError
from fingerprints.stores import SERVERS

VARIABLE = "WIRECHECK_SETTINGS"
"""The environment variable that names the file."""
FILE = "wirecheck-server.toml"
"""The file that is read when it lies in the working directory and the environment names none."""
PREFIX = "WIRECHECK_SERVER_"
"""`WIRECHECK_SERVER_PORT=8080` wins over `port` in the file; lists are divided by commas."""
INDEX_VARIABLE = "WIRECHECK_INDEX"
POLICY_VARIABLE = "WIRECHECK_POLICY"
KEY_FILE_VARIABLE = "WIRECHECK_KEY_FILE"
DEFAULT_TENANT = "default"
TENANT = re.compile(r"[a-z0-9-]{1,40}")
ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,253}")
WEBHOOK_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,253}")


class SettingsProblem(WirecheckError):
    """The configuration cannot be used; the text says which line of it, and what to write."""


def data_home(env: Mapping[str, str]) -> Path:
    """Where Wirecheck keeps things, after the XDG base directories; the command line's place too."""
    named = env.get("XDG_DATA_HOME", "")
    base = Path(named) if named.startswith("/") else Path.home() / ".local" / "share"
    return base / "wirecheck"


def _cores() -> int:
    """Processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service runs with. Raises SettingsProblem when the values do not go together.

    `index` is a path, or the address of a PostgreSQL database. None puts the default tenant's index into its folder
    under `data`; `read_settings` fills in the command line's place.
    """

    data: Path = field(default_factory=lambda: data_home(os.environ) / "server")
    host: str = "127.0.0.1"
    port: int = 8631
    index: Path | str | None = None
    policy: Path | None = None
    keys_required: bool = False
    workers: int = field(default_factory=_cores)
    waiting: int = 16
    seconds: float = 20.0
    memory_mb: int = 1024
    body_mb: int = 16
    slow_seconds: float = 10.0
    cors: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()
    root_path: str = ""
    tenants: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.keys_required and not is_loopback(self.host):
            raise SettingsProblem(
                f"host {self.host!r} can be reached from other machines, so keys_required must be true; "
                'make a key with `wirecheck keys create`, or listen on "127.0.0.1" only.'
            )
        if not self.keys_required and self.tenants:
            raise SettingsProblem("tenants are told apart by their keys, so keys_required must be true.")

    @property
    def keys_file(self) -> Path:
        """Where the keys are kept; the secret that they are hashed with lies beside it."""
        return self.data / "keys.db"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`. A name other than localhost may lead anywhere."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


# What a value may be: each reads what TOML or a variable gives, or raises ValueError with what it must be.
Reader = Callable[[object, Path], object]


def _whole(least: int, most: int) -> Reader:
    def read(value: object, base: Path) -> int:
        must = f"must be a whole number from {least} to {most}"
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(must)
        return value

    return read


def _duration(least: float, most: float) -> Reader:
    def read(value: object, base: Path) -> float:
        must = f"must be a number of seconds from {least:g} to {most:g}"
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
            value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(must)
        return float(value)

    return read


def _path(value: object, base: Path) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("must be the path of a file or folder")
    return base / Path(value).expanduser()


def _index(value: object, base: Path) -> Path | str:
    if isinstance(value, str) and value.startswith(SERVERS):
        return value
    return _path(value, base)


def _yes_or_no(value: object, base: Path) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "1", "yes", "false", "0", "no"):
        return value.lower() in ("true", "1", "yes")
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004
    return value


def _matching(pattern: str, must: str) -> Reader:
    def read(value: object, base: Path) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(must)
        return value

    return read


def _several(pattern: re.Pattern[str], must: str) -> Reader:
    def read(value: object, base: Path) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(one, str) and pattern.fullmatch(one) for one in value):
            raise ValueError(must)
        return tuple(dict.fromkeys(value))

    return read


READERS: dict[str, Reader] = {
    "data": _path,
    "host": _matching(r"[A-Za-z0-9.:\[\]-]{1,253}", "must be an address or a host name"),
    "port": _whole(0, 65535),
    "index": _index,
    "policy": _path,
    "keys_required": _yes_or_no,
    "workers": _whole(1, 256),
    "waiting": _whole(0, 10_000),
    "seconds": _duration(0.1, 600),
    "memory_mb": _whole(256, 65_536),
    "body_mb": _whole(1, 1024),
    "slow_seconds": _duration(1, 600),
    "cors": _several(ORIGIN, 'must be a list of origins such as "https://cms.example.org", without a path'),
    "webhooks": _several(WEBHOOK_HOST, 'must be a list of host names such as "hooks.example.org"'),
    "root_path": _matching(r"(/[A-Za-z0-9._~-]{1,100}){0,10}", 'must begin with "/" and not end with it'),
    "tenants": _several(TENANT, "must be a list of names of small letters, digits and hyphens, at most 40 characters"),
}
assert READERS.keys() == {one.name for one in fields(Settings)}  # noqa: S101


def read_settings(path: Path | None, env: Mapping[str, str]) -> Settings:
    """The configuration: the file `path`, else as the environment names it, else ./wirecheck-server.toml if there.

    Paths in the file count from the file's folder. Keys are required by default
    where other machines can reach the service, and not on loopback. Raises
    SettingsProblem, naming file and line.
    """
    file = path or (Path(env[VARIABLE]) if env.get(VARIABLE) else None)
    if file is None and Path(FILE).is_file():
        file = Path(FILE)
    found = _from_file(file) if file else {}
    where = {name: said for name, (_, said) in found.items()}
    values = {name: value for name, (value, _) in found.items()}
    for name, value in _from_environment(env).items():
        values[name], where[name] = value, PREFIX + name.upper()
    values.setdefault("data", data_home(env) / "server")
    values.setdefault("index", _index(env.get(INDEX_VARIABLE) or str(data_home(env) / "index"), Path.cwd()))
    if env.get(POLICY_VARIABLE):
        values.setdefault("policy", Path(env[POLICY_VARIABLE]).absolute())
    values.setdefault("keys_required", bool(values.get("tenants")) or not is_loopback(str(values.get("host", "::1"))))
    if env.get(KEY_FILE_VARIABLE) and values.get("tenants"):
        raise SettingsProblem(
            f"{KEY_FILE_VARIABLE} names one key file for every index, but each tenant has its own; unset it."
        )
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except SettingsProblem as problem:
        blamed = next((where[name] for name in ("keys_required", "host") if name in where), "")
        raise SettingsProblem(f"{blamed}: {problem}" if blamed else str(problem)) from None


def _from_file(file: Path) -> dict[str, tuple[object, str]]:
    """Each value of the file, and `file:line` where it stands."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise SettingsProblem(f"{file}: the configuration cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SettingsProblem(f"{file}: the configuration is not UTF-8; save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f"{file}:{line.group(1)}" if line else f"{file}"
        raise SettingsProblem(f"{place}: this is not TOML ({error}).") from None
    found = {}
    for name, value in table.items():
        place = f"{file}:{_line(text, name)}"
        found[name] = _read(name, value, file.absolute().parent, place), place
    return found


def _line(text: str, name: str) -> int:
    """The line on which a name is set, counted from 1; the first line when it cannot be told."""
    wanted = re.compile(rf"""[ \t]*\[{{0,2}}[ \t]*["']?{re.escape(name)}["']?[ \t]*[].=]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if wanted.match(line)), 1)


def _from_environment(env: Mapping[str, str]) -> dict[str, object]:
    """Each value that the environment gives. An empty variable counts as not set."""
    found = {}
    for variable, value in sorted(env.items()):
        if variable.startswith(PREFIX) and value:
            name = variable.removeprefix(PREFIX).lower()
            found[name] = _read(name, value, Path.cwd(), variable)
    return found


def _read(name: str, value: object, base: Path, place: str) -> object:
    if name not in READERS:
        raise SettingsProblem(f"{place}: there is no setting {name!r}; there are: {', '.join(READERS)}.")
    try:
        return READERS[name](value, base)
    except ValueError as error:
        raise SettingsProblem(f"{place}: {name} {error}, not {_short(value)}.") from None


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
