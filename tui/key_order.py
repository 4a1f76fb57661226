"""Hands keys on one after the other (stage ⑤): the next one when what the last one does is done."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from textual import events
from textual.app import App

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

TRIPS = 3
"""Ways up to the application that are waited for: the key's, what its action sends, and what that sends in turn."""


class KeysInOrder(App[None]):
    """An application in which keys that come in a burst, as over a slow line, mean what they mean one by one.

    Textual hands each key to the widget that has the focus when the key comes, while what the key before it does,
    such as moving the focus, happens only after that key has gone up through all widgets.
    """

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._is_handing_on = False

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pasted text wait for their turn."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            await self._hand_on()
        else:
            await super().on_event(event)

    async def _hand_on(self) -> None:
        while self._typed and not self._is_handing_on:
            event = self._typed.popleft()
            target = self.focused or self.screen
            await super().on_event(event)
            # a letter that is only written down does nothing that the next key would have to wait for
            if isinstance(event, events.Paste) or not target.check_consume_key(event.key, event.character):
                self._is_handing_on = True
                self._follow(target, target, TRIPS)

    def _follow(self, node: MessagePump, target: MessagePump, trips: int) -> None:
        """Go on when this node is through with what it was sent so far; at once where it is gone."""
        if not node.call_later(self._passed, node, target, trips):
            self.call_later(self._passed, self, self, trips)

    async def _passed(self, node: MessagePump, target: MessagePump, trips: int) -> None:
        if node is not self:
            self._follow(node._parent or self, target, trips)
        elif trips > 1:
            self._follow(target, target, trips - 1)
        else:
            self._is_handing_on = False
            await self._hand_on()
