"""Tenants: newsrooms that share a service and nothing else. Each has its own folder, index, key file and reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.settings import DEFAULT_TENANT, TENANT, Settings
from fingerprints.errors import WirecheckError

FOLDER_MODE = 0o700


class UnknownTenant(WirecheckError):
    """No such tenant is configured."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """One newsroom's places. The secret of the index lies beside it, in `<index>.key`.

    `index` is a path, or the address of a PostgreSQL database: several servers may share one.
    `policy` is the policy that holds when a request names none, None when there is
    none; `policies` is the folder of those that a request may name, as NAME.toml.
    """

    name: str
    folder: Path
    index: Path | str
    policy: Path | None

    @property
    def kept(self) -> Path:
        """The folder of reports that were asked to be kept."""
        return self.folder / "kept"

    @property
    def audits(self) -> Path:
        """The folder of audits, running and done."""
        return self.folder / "audits"

    @property
    def policies(self) -> Path:
        """The folder of named policies."""
        return self.folder / "policies"

    def make(self) -> None:
        """Make the folders that are missing, closed to other users. Raises OSError."""
        for folder in (self.folder.parent, self.folder, self.kept, self.audits):
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


class Tenants:
    """The tenants that the configuration names, and the default one, which is always there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known = {name: self._tenant(name) for name in (DEFAULT_TENANT, *settings.tenants)}

    @property
    def names(self) -> tuple[str, ...]:
        """Every tenant's name, the default one first."""
        return tuple(self._known)

    def get(self, name: str) -> Tenant:
        """The tenant of that name. Raises UnknownTenant; a name is never made into a path before it is known."""
        try:
            return self._known[name]
        except KeyError:
            raise UnknownTenant(
                f"There is no tenant {name[:40]!r}; name it under `tenants` in the configuration first."
                if TENANT.fullmatch(name)
                else "A tenant's name has small letters, digits and hyphens, at most 40 characters."
            ) from None

    def _tenant(self, name: str) -> Tenant:
        folder = self._settings.data.absolute() / "tenants" / name
        index = folder / "index"
        if name == DEFAULT_TENANT:
            return Tenant(name, folder, self._settings.index or index, self._settings.policy)
        # one newsroom's contracts are not another's: a tenant has its own policy or none
        policy = folder / "policy.toml"
        return Tenant(name, folder, index, policy if policy.is_file() else None)
