"""The user's configuration file: names for networks, databases of addresses, filters; the ground under stages ②–⑤.

    # ~/.config/thresher/config.toml
    [networks]
    office = ["198.51.100.0/24", "2001:db8:7::/48"]
    "NAT eu-central-1" = ["203.0.113.9"]

    [addresses]
    databases = ["~/GeoLite2-City.mmdb", "~/GeoLite2-ASN.mmdb"]

    [memory]
    limit = "2GB"

    [filters]
    "failed opens" = "evt.type in (open, openat) and evt.failed"

    [macros]
    of = "proc.name == $1 or proc.aname == $1"

    [[buttons]]
    label = "Network // Connects"
    filter = "evt.type == connect"
    comment = "Who called whom"

    [[colours]]
    name = "Shells"
    filter = "proc.name in (bash, sh)"
    foreground = "#000000"
    background = "#dd6e5e"

The last four are read by ``filter/saved.py``, where what is wrong with one does not stop the others.
A table that this version does not know is an error, so that a misspelt one is not taken for absent.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple

from thresher.capture import toml_text
from thresher.capture.errors import UsageError

FILE = "config.toml"
TABLES = ("networks", "addresses", "memory", "filters", "macros", "buttons", "colours")
LISTS = ("buttons", "colours")
"""Those written ``[[name]]``, as often as there are entries."""
MAX_BYTES = 4 << 20
"""Nobody writes more by hand."""

UNITS = {
    f"{prefix}{unit}": size**power
    for power, prefix in enumerate("KMGT", 1)
    for unit, size in (("B", 1000), ("iB", 1024))
}
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*([KMGT]i?B)")
LEAST_MEMORY = 64 << 20
"""With less the database cannot write an index."""

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
        memory_limit: bytes that a database may hold in memory; None where the file does not say.
    """

    path: Path
    networks: tuple[Network, ...] = ()
    address_databases: tuple[Path, ...] = ()
    memory_limit: int | None = None


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
    text = written(file)
    return understood(Place(file, text), parsed(file, text))


def written(file: Path) -> str:
    """The text of the file; '' where there is none.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"{file}: is larger than {MAX_BYTES:,} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is no TOML: {error}") from error


def parsed(file: Path, text: str) -> dict[str, Any]:
    """The tables of the text of the file.

    Raises:
        UsageError: it is no TOML, with line and column.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: is no TOML: {error}") from error


class Place(NamedTuple):
    """The file with its text, in which lines are found."""

    file: Path
    text: str

    def error(self, said: str, table: str, name: str = "", nth: int = 0) -> UsageError:
        """What is wrong with a key or, without a name, with a table."""
        line = toml_text.line_of(self.text, table, name, nth) or toml_text.line_of(self.text, table, "", nth)
        return UsageError(f"{self.file}:{line}: {said}" if line else f"{self.file}: {said}")


def current() -> Config:
    """The user's configuration; raises as ``load`` does."""
    return load(path())


def understood(place: Place, tables: Mapping[str, Any]) -> Config:
    """What the tables of a file say of networks and addresses.

    Raises:
        UsageError: they say something this version does not know; names the place.
    """
    for name, table in tables.items():
        if name not in TABLES:
            known = ", ".join(f"[{each}]" for each in TABLES)
            raise place.error(f"[{name}] is not known; there are {known}", name)
        if not isinstance(table, dict) and name not in LISTS:
            raise place.error(f"'{name}' is a table and is written [{name}]", "", name)
    return Config(
        place.file,
        _networks(place, tables.get("networks", {})),
        _databases(place, tables.get("addresses", {})),
        _memory(place, tables.get("memory", {})),
    )


@cache
def memory_limit(file: Path) -> int | None:
    """``Config.memory_limit`` of a file of which nothing else has to be right, so that captures open all the same.

    Raises:
        UsageError: the limit is none.
    """
    try:
        place = Place(file, written(file))
        table = parsed(file, place.text).get("memory", {})
    except UsageError:
        return None
    return _memory(place, table) if isinstance(table, dict) else None


def _networks(place: Place, table: Mapping[str, Any]) -> tuple[Network, ...]:
    return tuple(
        Network(label, tuple(_range(place, label, text) for text in _texts(place, "networks", label, value)))
        for label, value in table.items()
    )


def _range(place: Place, label: str, text: str) -> Range:
    try:
        return ip_network(text)
    except ValueError as error:
        raise place.error(f"networks.{label}: {error}", "networks", label) from error


def _databases(place: Place, table: Mapping[str, Any]) -> tuple[Path, ...]:
    unknown = table.keys() - {"databases"}
    if unknown:
        name = min(unknown)
        raise place.error(f"addresses.{name} is not known; there is addresses.databases", "addresses", name)
    texts = _texts(place, "addresses", "databases", table.get("databases", []))
    return tuple(Path(text).expanduser() for text in texts)


def _memory(place: Place, table: Mapping[str, Any]) -> int | None:
    unknown = table.keys() - {"limit"}
    if unknown:
        name = min(unknown)
        raise place.error(f"memory.{name} is not known; there is memory.limit", "memory", name)
    if "limit" not in table:
        return None
    found = _SIZE.fullmatch(table["limit"].strip()) if isinstance(table["limit"], str) else None
    if found is None:
        raise place.error('memory.limit is a size with its unit, as in "2GB" or "512MiB"', "memory", "limit")
    size = int(float(found[1]) * UNITS[found[2]])
    if size < LEAST_MEMORY:
        raise place.error(f"memory.limit is at least {LEAST_MEMORY >> 20}MiB", "memory", "limit")
    return size


def _texts(place: Place, table: str, name: str, value: object) -> list[str]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise place.error(f'{table}.{name} is a list of texts, as in ["198.51.100.0/24"]', table, name)
