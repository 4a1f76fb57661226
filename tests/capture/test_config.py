"""The configuration file: what it says, and how it says what is wrong with it."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from thresher.capture import config
from thresher.capture.errors import UsageError


def loaded(folder: Path, text: str) -> config.Config:
    file = folder / config.FILE
    file.write_text(text)
    return config.load(file)


def test_no_file_is_an_empty_configuration(tmp_path: Path):
    assert config.load(tmp_path / config.FILE) == config.Config(tmp_path / config.FILE)


def test_it_is_looked_for_in_the_users_configuration_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config.path() == tmp_path / "thresher" / "config.toml"


def test_networks_have_labels_and_ranges(tmp_path: Path):
    found = loaded(tmp_path, '[networks]\noffice = ["198.51.100.0/24", "2001:db8::/32"]\n"NAT eu" = ["203.0.113.9"]\n')
    assert [network.label for network in found.networks] == ["office", "NAT eu"]
    assert found.networks[0].ranges == (ip_network("198.51.100.0/24"), ip_network("2001:db8::/32"))


def test_databases_may_lie_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    found = loaded(tmp_path, '[addresses]\ndatabases = ["~/asn.mmdb"]\n')
    assert found.address_databases == (Path("/home/somebody/asn.mmdb"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[networks\n", "is no TOML"),
        ("[netwrks]\n", r"\[netwrks\] is not known; there are \[networks\]"),
        ("networks = 3\n", r"'networks' is a table and is written \[networks\]"),
        ('[networks]\noffice = "198.51.100.0/24"\n', "networks.office is a list of texts"),
        ('[networks]\noffice = ["198.51.100.7/24"]\n', "networks.office: 198.51.100.7/24 has host bits set"),
        ("[addresses]\ndatabase = []\n", "addresses.database is not known"),
        ("[memory]\nlimits = '1GB'\n", "memory.limits is not known"),
        ("[memory]\nlimit = 3\n", "memory.limit is a size with its unit"),
        ("[memory]\nlimit = 'much'\n", "memory.limit is a size with its unit"),
        ("[memory]\nlimit = '20MB'\n", "memory.limit is at least 64MiB"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str):
    with pytest.raises(UsageError, match=rf"config.toml(:\d+)?: {said}"):
        loaded(tmp_path, text)


@pytest.mark.parametrize(("text", "size"), [("2GB", 2_000_000_000), ("512MiB", 512 << 20), ("1.5 GiB", 3 << 29)])
def test_a_size_has_a_unit(tmp_path: Path, text: str, size: int):
    assert loaded(tmp_path, f'[memory]\nlimit = "{text}"\n').memory_limit == size


def test_the_memory_limit_is_told_where_something_else_is_wrong(tmp_path: Path):
    file = tmp_path / config.FILE
    file.write_text('[netwrks]\n[memory]\nlimit = "1GB"\n')
    assert config.memory_limit(file) == 1_000_000_000
