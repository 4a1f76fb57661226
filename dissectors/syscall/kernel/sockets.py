"""What bind, connect, accept, send and receive say about a socket: its ends, its role, its name; stage ②."""

from __future__ import annotations

from . import cython_stub as cython
from .addresses import Addresses
from .descriptors import Descriptors
from .names import Names
from .tables import Arena, Grid

if not cython.compiled:
    from .addresses import is_mapped, mapped
    from .columns import *


class Sockets:
    """Edits socket versions by the addresses read last."""

    def __init__(self, descriptors: Descriptors, names: Names, arena: Arena, seen: Addresses) -> None:
        self.fds = descriptors
        self.names = names
        self.arena = arena
        self.seen = seen
        self.interfaces = Grid(5)

    def add_interface(self, high: int, low: int, mask_high: int, mask_low: int, is_v6: int) -> None:
        """An address of the machine, for sockets that were bound to any."""
        row = self.interfaces.add()
        for column, value in enumerate((high, low, mask_high, mask_low, is_v6)):
            self.put_interface(row, column, value)

    def put_interface(self, row: int, column: int, value: int) -> int:
        """Set one number of an interface."""
        self.interfaces.cells[row, column] = value
        return 0

    def opened(self, version: int, domain: int, kind: int, protocol: int) -> int:
        """What socket() says: descriptor kind and protocol."""
        cells = self.fds.versions.cells
        if domain == 1:
            cells[version, F_TYPE] = D_UNIX
        elif domain == 2 or domain == 10:
            cells[version, F_TYPE] = D_IPV4 if domain == 2 else D_IPV6
            cells[version, F_L4] = self.protocol(kind, protocol)
            low = V4 if domain == 2 else 0
            cells[version, F_CLO] = low
            cells[version, F_SLO] = low
        elif domain == 16:
            cells[version, F_TYPE] = D_NETLINK
        return 0

    def protocol(self, kind: int, protocol: int) -> int:
        """1 tcp, 2 udp, 3 icmp, 4 raw, 0 for others."""
        raw = kind == 3
        if protocol == 6:
            return 4 if raw else 1
        if protocol == 17:
            return 4 if raw else 2
        if protocol == 0:
            low = kind & 255
            if low == 1:
                return 1
            return 2 if low == 2 else 0
        if protocol == 1:
            return 4 if raw else 3
        return 4 if protocol == 255 else 0

    def bound(self, version: int, data: memoryview) -> int:
        """What bind() says of the address read last."""
        cells = self.fds.versions.cells
        if self.seen.family == 1:
            self.fds.set_name(version, self.arena.copy_in(data, self.seen.path, self.seen.path_size))
            return 0
        kind = D_IPV4SERVER
        if self.seen.family == 10:
            if is_mapped(self.seen.dhi, self.seen.dlo) and self.seen.dport > 0:
                self.seen.dlo = mapped(self.seen.dlo)
            else:
                kind = D_IPV6SERVER
        if self.seen.dport > 0:
            cells[version, F_TYPE] = kind
            cells[version, F_CHI] = 0
            cells[version, F_CLO] = 0
            cells[version, F_CPORT] = 0
            cells[version, F_SHI] = self.seen.dhi
            cells[version, F_SLO] = self.seen.dlo
            cells[version, F_SPORT] = self.seen.dport
            cells[version, F_ROLE] = 2
        self.fds.set_name(version, self.names.endpoint(kind, self.seen.dhi, self.seen.dlo, self.seen.dport))
        return 0

    def connected(self, version: int, data: memoryview) -> int:
        """What connect() says of the tuple read last."""
        cells = self.fds.versions.cells
        if self.seen.family == 1:
            if cells[version, F_TYPE] == D_UNIX:
                self.pair(version, data)
                if cells[version, F_ROLE] == 0:
                    cells[version, F_ROLE] = 1
            return 0
        self.become(version)
        changed = self.set_ends(version)
        if changed and cells[version, F_ROLE] == 2 and cells[version, F_L4] == 2:
            self.swap(version)
        self.rename(version)
        if cells[version, F_ROLE] == 0:
            cells[version, F_ROLE] = 1
        return 0

    def aimed(self, version: int) -> int:
        """What a connect() without a tuple says: only the address read last, where the socket is to go."""
        cells = self.fds.versions.cells
        if self.seen.family == 1:
            return 0
        if self.seen.family == 10 and not is_mapped(self.seen.dhi, self.seen.dlo):
            cells[version, F_TYPE] = D_IPV6
        else:
            cells[version, F_TYPE] = D_IPV4
            self.seen.dhi = 0
            self.seen.dlo = mapped(self.seen.dlo)
        cells[version, F_SHI] = self.seen.dhi
        cells[version, F_SLO] = self.seen.dlo
        cells[version, F_SPORT] = self.seen.dport
        return 0

    def accepted(self, version: int, data: memoryview) -> int:
        """What accept() says of the tuple read last."""
        cells = self.fds.versions.cells
        cells[version, F_ROLE] = 2
        if self.seen.family == 1:
            cells[version, F_TYPE] = D_UNIX
            self.pair(version, data)
            return 0
        self.become(version)
        cells[version, F_L4] = 1
        self.set_ends(version)
        self.rename(version)
        return 0

    def pair(self, version: int, data: memoryview) -> int:
        """Both kernel addresses and the path of a unix connection."""
        cells = self.fds.versions.cells
        cells[version, F_USRC] = self.seen.source
        cells[version, F_UDST] = self.seen.target
        self.fds.set_name(
            version, self.names.unix_pair(self.seen.source, self.seen.target, data, self.seen.path, self.seen.path_size)
        )
        return 0

    def become(self, version: int) -> int:
        """Turn the version into an IPv4 or IPv6 socket by the tuple read last; mapped ends count as IPv4."""
        cells = self.fds.versions.cells
        kind = D_IPV6
        if self.seen.family == 2:
            kind = D_IPV4
        elif is_mapped(self.seen.shi, self.seen.slo) and is_mapped(self.seen.dhi, self.seen.dlo):
            kind = D_IPV4
            self.seen.slo = mapped(self.seen.slo)
            self.seen.dlo = mapped(self.seen.dlo)
        held = cells[version, F_TYPE]
        if held == kind:
            return 0
        if held == D_IPV4SERVER or held == D_IPV6SERVER:
            cells[version, F_SPORT] = 0
        empty = V4 if kind == D_IPV4 else 0
        for column in range(F_CHI, F_SLO + 1):
            cells[version, column] = 0
        cells[version, F_CLO] = empty
        cells[version, F_SLO] = empty
        cells[version, F_TYPE] = kind
        return 0

    def same_ends(self, version: int) -> int:
        """Whether the tuple read last is the one the version has, in either direction."""
        cells = self.fds.versions.cells
        if (
            cells[version, F_CHI] == self.seen.shi
            and cells[version, F_CLO] == self.seen.slo
            and cells[version, F_CPORT] == self.seen.sport
            and cells[version, F_SHI] == self.seen.dhi
            and cells[version, F_SLO] == self.seen.dlo
            and cells[version, F_SPORT] == self.seen.dport
        ):
            return 1
        if (
            cells[version, F_CHI] == self.seen.dhi
            and cells[version, F_CLO] == self.seen.dlo
            and cells[version, F_CPORT] == self.seen.dport
            and cells[version, F_SHI] == self.seen.shi
            and cells[version, F_SLO] == self.seen.slo
            and cells[version, F_SPORT] == self.seen.sport
        ):
            return 1
        return 0

    def set_ends(self, version: int) -> int:
        """Take over the tuple read last; 1 where it changes anything."""
        cells = self.fds.versions.cells
        if self.same_ends(version):
            return 0
        cells[version, F_CHI] = self.seen.shi
        cells[version, F_CLO] = self.seen.slo
        cells[version, F_CPORT] = self.seen.sport
        cells[version, F_SHI] = self.seen.dhi
        cells[version, F_SLO] = self.seen.dlo
        cells[version, F_SPORT] = self.seen.dport
        return 1

    def swap(self, version: int) -> int:
        """Exchange client and server."""
        cells = self.fds.versions.cells
        for step in range(2):
            held = cells[version, F_CHI + step]
            cells[version, F_CHI + step] = cells[version, F_SHI + step]
            cells[version, F_SHI + step] = held
        held = cells[version, F_CPORT]
        cells[version, F_CPORT] = cells[version, F_SPORT]
        cells[version, F_SPORT] = held
        return 0

    def transferred(self, entry: int, settled: int, data: memoryview, reads: int) -> int:
        """What a send or receive with a tuple says, of a socket that is not TCP or has no name yet."""
        version = self.fds.entries.cells[entry, N_VERSION]
        kind = self.fds.versions.cells[version, F_TYPE]
        if self.seen.family == 1:
            version = self.fds.edit(entry, settled)
            self.fds.versions.cells[version, F_TYPE] = D_UNIX
            self.pair(version, data)
            return 0
        if self.is_known(version, kind):
            return 0
        version = self.fds.edit(entry, settled)
        self.become(version)
        self.set_ends(version)
        if self.fds.versions.cells[version, F_L4] == 0:
            self.fds.versions.cells[version, F_L4] = 2
        self.fill_wildcards(version)
        if self.fds.versions.cells[version, F_ROLE] == 0:
            self.fds.versions.cells[version, F_ROLE] = 2 if reads else 1
        if self.fds.versions.cells[version, F_ROLE] == (1 if reads else 2):
            self.swap(version)
        self.rename(version)
        return 0

    def is_known(self, version: int, kind: int) -> int:
        """Whether the tuple read last brings nothing new."""
        if (
            self.seen.family == 10
            and is_mapped(self.seen.shi, self.seen.slo)
            and is_mapped(self.seen.dhi, self.seen.dlo)
        ):
            self.seen.shi = 0
            self.seen.dhi = 0
            self.seen.slo = mapped(self.seen.slo)
            self.seen.dlo = mapped(self.seen.dlo)
            self.seen.family = 2
        if kind != (D_IPV4 if self.seen.family == 2 else D_IPV6):
            return 0
        return self.same_ends(version)

    def fill_wildcards(self, version: int) -> int:
        """Put the machine's own address where a socket was bound to any (libsinsp, ifinfo.cpp)."""
        cells = self.fds.versions.cells
        is_v6 = 0 if cells[version, F_TYPE] == D_IPV4 else 1
        empty = 0 if is_v6 else V4
        client_open = cells[version, F_CHI] == 0 and cells[version, F_CLO] == empty
        server_open = cells[version, F_SHI] == 0 and cells[version, F_SLO] == empty
        if not client_open and not server_open:
            return 0
        known = F_SHI if client_open else F_CHI
        open_end = F_CHI if client_open else F_SHI
        row = self.nearest(cells[version, known], cells[version, known + 1], is_v6)
        if row < 0:
            return 0
        if (
            self.interfaces.cells[row, 0] == cells[version, known]
            and self.interfaces.cells[row, 1] == cells[version, known + 1]
            and cells[version, F_CPORT] == cells[version, F_SPORT]
        ):
            return 0
        cells[version, open_end] = self.interfaces.cells[row, 0]
        cells[version, open_end + 1] = self.interfaces.cells[row, 1]
        return 0

    def nearest(self, high: int, low: int, is_v6: int) -> int:
        """The interface that would reach an address: the address itself, its network, then any but loopback."""
        table = self.interfaces.cells
        for row in range(self.interfaces.used):
            if table[row, 4] == is_v6 and table[row, 0] == high and table[row, 1] == low:
                return row
        for row in range(self.interfaces.used):
            if (
                table[row, 4] == is_v6
                and (table[row, 0] & table[row, 2]) == (high & table[row, 2])
                and (table[row, 1] & table[row, 3]) == (low & table[row, 3])
            ):
                return row
        for row in range(self.interfaces.used):
            loopback = LOOPBACK6 if is_v6 else LOOPBACK4
            if table[row, 4] == is_v6 and (table[row, 0] != 0 or table[row, 1] != loopback):
                return row
        return -1

    def rename(self, version: int) -> int:
        """Name an internet socket after its ends."""
        cells = self.fds.versions.cells
        kind = cells[version, F_TYPE]
        protocol = cells[version, F_L4]
        start = self.arena.used
        if protocol == 1 or protocol == 2:
            self.names.endpoint(kind, cells[version, F_CHI], cells[version, F_CLO], cells[version, F_CPORT])
            self.names.arrow()
            self.names.endpoint(kind, cells[version, F_SHI], cells[version, F_SLO], cells[version, F_SPORT])
        elif protocol == 3 or (protocol == 4 and kind == D_IPV4):
            self.names.address(kind, cells[version, F_CHI], cells[version, F_CLO])
            self.names.arrow()
            self.names.address(kind, cells[version, F_SHI], cells[version, F_SLO])
        else:
            self.names.unknown()
        self.fds.set_name(version, start)
        return 0

    def rename_server(self, version: int) -> int:
        """Name a listening socket after its address."""
        cells = self.fds.versions.cells
        start = self.names.endpoint(
            cells[version, F_TYPE], cells[version, F_SHI], cells[version, F_SLO], cells[version, F_SPORT]
        )
        self.fds.set_name(version, start)
        return 0
