"""Says which thresher, which kernel and which DuckDB this is (stage ⑤)."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
from thresher.capture.errors import PluginError


def version_line() -> str:
    """``thresher X.Y (kernel: compiled|interpreted; duckdb X.Y.Z)``."""
    return f"thresher {_version('thresher')} (kernel: {kernel()}; duckdb {_version('duckdb')})"


def kernel() -> str:
    """Which builds of the dissectors run, each once; ``none`` where no dissector has several."""
    found: list[str] = []
    for name in plugin_names(DISSECTORS):
        try:
            found.append(dissector(name).implementation())
        except PluginError as error:
            found.append(f"{error}")
    return ", ".join(dict.fromkeys(build for build in found if build)) or "none"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
