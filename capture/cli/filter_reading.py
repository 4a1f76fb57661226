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

    tell_of_configuration()
    return replace(saved.current().around(), dialect=options.chosen_dialect())


def understanding(text: str, around: Surroundings) -> Catalogue:
    """The fields of the first source that understands the filter; those of the first one where none does."""
    from thresher.capture.discovery import DISSECTORS, dissector, plugin_names
    from thresher.capture.filter import validate
    from thresher.capture.registry import Catalogue

    known = [Catalogue(dissector(name)) for name in sorted(plugin_names(DISSECTORS), reverse=True)]
    return next((each for each in known if validate(text, each, around=around) is None), known[0])
