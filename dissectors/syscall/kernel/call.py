"""The system call at hand: its exit block, the enter block that began it, and parameters by meaning; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .params import Params
from .tables import Arena

if not cython.compiled:
    from .columns import *


class Call:
    """One event as the handlers see it.

    ``layout[type, meaning]`` is the index of a parameter in an event type, -1 where the type lacks it. A parameter
    that the exit block lacks is taken from the enter block.
    """

    def __init__(self, layout: memoryview, arena: Arena) -> None:
        self.layout = layout
        self.arena = arena
        self.exit = Params()
        self.enter = Params()
        self.type = 0
        self.entered = -1
        self.time = 0
        self.num = 0
        self.offset = 0
        self.tid = 0
        self.result = NONE
        self.fd = NONE
        self.version = -1
        self.moved = NONE
        self.block = 0
        self.base = 0
        self.index = 0
        self.at = 0
        self.size = 0
        self.items = 0

    def locate(self, meaning: int) -> int:
        """1 where the exit block has the parameter, 2 where only the enter block does, 0 where neither; sets index."""
        index = self.layout[self.type, meaning]
        if index >= 0 and self.exit.has(index):
            self.index = index
            return 1
        return self.locate_enter(meaning)

    def locate_enter(self, meaning: int) -> int:
        """2 where the enter block has the parameter, else 0."""
        if self.entered < 0:
            return 0
        index = self.layout[self.entered, meaning]
        if index >= 0 and self.enter.has(index):
            self.index = index
            return 2
        return 0

    def number(self, meaning: int, absent: int) -> int:
        """The parameter as an integer, ``absent`` where there is none."""
        source = self.locate(meaning)
        if source == 0:
            return absent
        return self.exit.number(self.index) if source == 1 else self.enter.number(self.index)

    def enter_number(self, meaning: int, absent: int) -> int:
        """The enter block's parameter as an integer."""
        return self.enter.number(self.index) if self.locate_enter(meaning) else absent

    def keep(self, source: int) -> int:
        """Copy the located text, up to its first NUL, into the arena; sets at and size."""
        if source == 1:
            self.size = self.exit.text_size(self.index)
            self.at = self.arena.copy_in(self.exit.data, self.exit.at[self.index], self.size)
        elif source == 2:
            self.size = self.enter.text_size(self.index)
            self.at = self.arena.copy_in(self.enter.data, self.enter.at[self.index], self.size)
        else:
            self.size = 0
            self.at = self.arena.used
        return source

    def text(self, meaning: int) -> int:
        """``keep`` of a parameter; 0 where it is absent, and then at and size say an empty text."""
        return self.keep(self.locate(meaning))

    def listed(self, meaning: int) -> int:
        """Copy a list of NUL-ended texts into the arena, with NULs between them; 0 where it is absent.

        ``items`` is how many there are.
        """
        self.items = 0
        source = self.locate(meaning)
        if source != 1:
            return self.keep(source)
        size = self.exit.size[self.index]
        at = self.exit.at[self.index]
        for step in range(size):
            if self.exit.data[at + step] == 0:
                self.items = self.items + 1
        if self.exit.data[at + size - 1] == 0:
            size = size - 1
        else:
            self.items = self.items + 1
        self.at = self.arena.copy_in(self.exit.data, at, size)
        self.size = size
        return 1

    def joined(self, meaning: int) -> int:
        """The same as one text with spaces between."""
        source = self.listed(meaning)
        if source == 1:
            for step in range(self.size):
                if self.arena.data[self.at + step] == 0:
                    self.arena.data[self.at + step] = 32
        return source

    def show(self, fd: int, version: int) -> int:
        """Name the descriptor that the event is shown with, and the version it stands for."""
        self.fd = fd
        self.version = version
        return 0
