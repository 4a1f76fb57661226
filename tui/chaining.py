"""The way from an event to all that was done with or through its credential (stage ⑤)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.tui.following import FollowingScreen

if TYPE_CHECKING:
    from thresher.tui.filtering import Filterer


class ChainingScreen(FollowingScreen):
    """A screen of events, from each of which its stream or its credential can be followed."""

    _filterer: Filterer

    def action_filter_chain(self) -> None:
        """Show only what was done with the credential of the event under the cursor, or through it."""
        from thresher.capture.case.chaining import chain_of

        position = self._listing.position_at(self._list.cursor)
        if self._case is not None and position is not None:
            field, credential = chain_of(self._case, position) or ("", None)
            self._filterer.narrow(field, credential, "==")
