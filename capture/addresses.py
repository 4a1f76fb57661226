"""What the user's own files say of an address: the label of its network, its country, city and operator (stage ②)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thresher.capture.errors import UsageError

if TYPE_CHECKING:
    from thresher.capture.config import Config

Address = IPv4Address | IPv6Address
Fact = str | int | None

PATHS: dict[str, tuple[tuple[str | int, ...], ...]] = {
    "country": (("country", "iso_code"), ("registered_country", "iso_code"), ("country_code",)),
    "city": (("city", "names", "en"), ("city", "name")),
    "asn": (("autonomous_system_number",), ("asn",)),
    "org": (("autonomous_system_organization",), ("as_name",), ("name",)),
}
"""Where the databases in use keep a fact: MaxMind's own, then those that others write in its format."""
MAX_TEXT = 200
"""A name longer than this is cut; databases are files from outside too."""


def is_known(fact: str, config: Config) -> bool:
    """Whether the configuration names something that could tell the fact at all."""
    return bool(config.networks) if fact == "network" else bool(config.address_databases)


def identity(fact: str, config: Config) -> str:
    """Changes whenever the answers could: with the labels, or with a database's path, size or time."""
    if fact == "network":
        return hashlib.sha256(repr(config.networks).encode()).hexdigest()
    states = [(str(path), stat.st_size, stat.st_mtime_ns) for path in config.address_databases if (stat := _stat(path))]
    return hashlib.sha256(repr(states).encode()).hexdigest()


def facts(fact: str, texts: Sequence[str], config: Config) -> list[Fact]:
    """The fact of each text, None where it is no address or nothing is known of it.

    Raises:
        UsageError: nothing in the configuration tells it, or a database cannot be read; says what to do.
    """
    if not is_known(fact, config):
        table = "[networks]" if fact == "network" else "[addresses] databases"
        raise UsageError(f"nothing tells the {fact} of addresses; name it under {table} in {config.path}")
    tell = _labels(config) if fact == "network" else _databases(fact, config.address_databases)
    return [tell(address) if (address := parsed(text)) is not None else None for text in texts]


def parsed(text: str) -> Address | None:
    """The address that a text spells; one of IPv4 mapped into IPv6 as IPv4."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _labels(config: Config) -> Callable[[Address], Fact]:
    ranges = [(each, network.label) for network in config.networks for each in network.ranges]
    ranges.sort(key=lambda pair: -pair[0].prefixlen)

    def label(address: Address) -> Fact:
        return next((name for each, name in ranges if each.version == address.version and address in each), None)

    return label


def _databases(fact: str, paths: Sequence[Path]) -> Callable[[Address], Fact]:
    readers = [_opened(path) for path in paths]

    def look_up(address: Address) -> Fact:
        for reader in readers:
            if address.version == 6 and reader.metadata().ip_version == 4:
                continue
            found = _at(reader.get(address), PATHS[fact])
            if found is not None:
                return found
        return None

    return look_up


def _opened(path: Path) -> Any:
    try:
        import maxminddb
    except ImportError as error:
        raise UsageError(f"{path}: reading it needs maxminddb; pip install 'thresher[geo]'") from error
    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise UsageError(f"{path}: is no MaxMind database that can be read: {error}") from error


def _at(record: Any, paths: Sequence[tuple[str | int, ...]]) -> Fact:
    for path in paths:
        value = record
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value:
            return value[:MAX_TEXT]
    return None


def _stat(path: Path) -> Any:
    try:
        return path.stat()
    except OSError:
        return None
