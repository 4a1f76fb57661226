"""The user's configuration file: names for networks, databases of addresses; the ground under stages ②–⑤.

    # ~/.config/thresher/config.toml
    [networks]
    office = ["198.51.100.0/24", "2001:db8:7::/48"]
    "NAT eu-central-1" = ["203.0.113.9"]

    [addresses]
    databases = ["~/GeoLite2-City.mmdb", "~/GeoLite2-ASN.mmdb"]

A table that this version does not know is an error, so that a misspelt one is not taken for absent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from thresher.capture.errors import UsageError

FILE = "config.toml"
TABLES = ("networks", "addresses")
MAX_BYTES = 4 << 20
"""Nobody writes more by hand."""

Range = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Network:
    """A label and the address ranges it stands for."""

    label: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """What the configuration file says; empty where there is none.

    Attributes:
        path: where the file is or would be.
        networks: labels of networks in the order of the file; an address takes its narrowest range's.
        address_databases: MaxMind databases that tell country and operator of addresses.
    """

    path: Path
    networks: tuple[Network, ...] = ()
    address_databases: tuple[Path, ...] = ()


def path() -> Path:
    """Where the file is looked for: in the user's configuration folder (``XDG_CONFIG_HOME``)."""
    import platformdirs

    return platformdirs.user_config_path("thresher") / FILE


@cache
def load(file: Path) -> Config:
    """The configuration in ``file``, read once; empty where there is no such file.

    Raises:
        UsageError: it cannot be read, is no TOML, or says something this version does not know; names the place.
    """
    try:
        with file.open("rb") as opened:
            text = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Config(file)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    if len(text) > MAX_BYTES:
        raise UsageError(f"{file}: is larger than {MAX_BYTES:,} bytes")
    try:
        tables = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: is no TOML: {error}") from error
    return _parsed(file, tables)


def current() -> Config:
    """The user's configuration; raises as ``load`` does."""
    return load(path())


def _parsed(file: Path, tables: Mapping[str, Any]) -> Config:
    for name, table in tables.items():
        if name not in TABLES:
            raise UsageError(f"{file}: [{name}] is not known; there are {', '.join(f'[{each}]' for each in TABLES)}")
        if not isinstance(table, dict):
            raise UsageError(f"{file}: '{name}' is a table and is written [{name}]")
    return Config(
        file,
        _networks(file, tables.get("networks", {})),
        _databases(file, tables.get("addresses", {})),
    )


def _networks(file: Path, table: Mapping[str, Any]) -> tuple[Network, ...]:
    return tuple(
        Network(label, tuple(_range(file, label, text) for text in _texts(file, f"networks.{label}", value)))
        for label, value in table.items()
    )


def _range(file: Path, label: str, text: str) -> Range:
    try:
        return ip_network(text)
    except ValueError as error:
        raise UsageError(f"{file}: networks.{label}: {error}") from error


def _databases(file: Path, table: Mapping[str, Any]) -> tuple[Path, ...]:
    unknown = table.keys() - {"databases"}
    if unknown:
        raise UsageError(f"{file}: addresses.{min(unknown)} is not known; there is addresses.databases")
    return tuple(Path(text).expanduser() for text in _texts(file, "addresses.databases", table.get("databases", [])))


def _texts(file: Path, place: str, value: object) -> list[str]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise UsageError(f'{file}: {place} is a list of texts, as in ["198.51.100.0/24"]')
