"""What the filters that a command is given are read in (stage ⑤): the user's macros, the dialect, the source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from thresher.capture.cli import options

if TYPE_CHECKING:
    from thresher.capture.filter.surroundings import Surroundings
    from thresher.capture.registry import Catalogue


def users() -> Surroundings:
    """What the user's filters are read in; says what of the configuration file is left out."""
    from thresher.capture.cli.opening import tell_of_configuration
    from thresher.capture.filter import saved

    found = saved.current()
    tell_of_configuration(found)
    return replace(found.around(), dialect=options.chosen_dialect())


def catalogues() -> list[Catalogue]:
    """The fields of each installed source, system calls first."""
    from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
    from thresher.capture.registry import Catalogue

    return [Catalogue(dissector(name)) for name in sorted(plugin_names(DISSECTORS), reverse=True)]


def understanding(text: str, around: Surroundings) -> Catalogue:
    """The fields of the first source that understands the filter; those of the first one where none does."""
    from thresher.capture.filter import validate

    known = catalogues()
    return next((each for each in known if validate(text, each, around=around) is None), known[0])
