"""Takes the lists of a capture into the kernel, and remembers the names of users; stage ②."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from thresher.capture.model import (
    DescriptorEntry,
    Group,
    Interface,
    Machine,
    Metadata,
    ProcessEntry,
    Recorder,
    User,
)
from thresher.dissectors.syscall.accounts import Accounts, place_of
from thresher.dissectors.syscall.clock import clock_text
from thresher.dissectors.syscall.kernel import columns as c
from thresher.dissectors.syscall.known_containers import KnownContainers
from thresher.dissectors.syscall.params import Block, value_of
from thresher.dissectors.syscall.recorders import NEVER_TOLD

V4_PREFIX = bytes(10) + b"\xff\xff"
UNSET = 0xFFFFFFFF
LATEST_NS = 1 << 62
"""No machine started later; a block that says so is damaged."""


class InitialState:
    """What the lists of a capture say, on its way into the kernel.

    Attributes:
        users, groups: names of accounts by number.
        new_users, new_groups, new_interfaces, new_machines: rows for the store, since they were last taken.
        local: packed addresses of the machine, 16 bytes each.
        facts: what is known of the machine.
        recorder: what wrote the section, where it is one that lists no processes before its events.
    """

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self.users = Accounts()
        self.groups = Accounts()
        self.new_users: list[tuple[object, ...]] = []
        self.new_groups: list[tuple[object, ...]] = []
        self.new_interfaces: list[tuple[object, ...]] = []
        self.new_machines: list[tuple[object, ...]] = []
        self.local: set[bytes] = set()
        self.facts: dict[str, str] = {}
        self.recorder = ""
        self.containers = KnownContainers()
        self._orphans = 0
        self._begins = (0, 0)
        self._notes = 0

    def new_section(self, row: int) -> None:
        """A section header in mid-file: what comes, from this event on, was recorded elsewhere."""
        self._begins = (self._kernel.next_version(), row)
        self._notes = 0
        self.users.clear(self._begins[0])
        self.groups.clear(self._begins[0])
        self.local.clear()
        self.recorder = ""

    def add(self, records: Sequence[Metadata], offset: int, row: int) -> None:
        """Take in the records of the block at ``offset``; ``row`` is the event to come."""
        for record in records:
            if isinstance(record, ProcessEntry):
                self._add_process(record, offset)
            elif isinstance(record, DescriptorEntry):
                self._add_descriptor(record, offset)
            elif isinstance(record, User):
                self._add_user(record, "", row)
            elif isinstance(record, Group):
                self._add_group(record, "", row)
            elif isinstance(record, Interface):
                self._add_interface(record)
            elif isinstance(record, Recorder):
                self._note_recorder(record)
            else:
                self._add_machine(record, row)

    def noted_event(self, block: Block, row: int) -> None:
        """An account or group that was added or removed while recording, or metadata of a container.

        What the recorder tells ahead of all calls holds for the process list as well. A removed account keeps its name
        for what came before.

        Raises:
            ValueError: the metadata cannot be read.
        """
        self._notes += 1
        if block.kind is not None and block.kind.name in ("container", "asyncevent"):
            self.containers.take_event(block)
            return
        kind = block.kind
        if kind is None:
            return
        values = {
            param.name: value_of(param.type, block.data[start:end])
            for param, (start, end) in zip(kind.params, block.spans, strict=False)
        }
        name, place = str(values.get("name") or ""), place_of(str(values.get("container_id") or ""))
        uid, gid = _int(values, "uid"), _int(values, "gid")
        if kind.name == "useradded":
            home, shell = str(values.get("home") or ""), str(values.get("shell") or "")
            self._add_user(User(uid, gid, name, home, shell), place, row)
        elif kind.name == "groupadded":
            self._add_group(Group(gid, name), place, row)
        elif kind.name == "userdeleted":
            self.users.put(self._version(row), place, uid, None)
            self.new_users.append((uid, None, None, None, None, place, row))
        elif kind.name == "groupdeleted":
            self.groups.put(self._version(row), place, gid, None)
            self.new_groups.append((gid, None, place, row))

    def _version(self, row: int) -> int:
        """From which version of a thread on it holds: of all of the section, where no call came before."""
        first, began = self._begins
        return first if row - began <= self._notes else self._kernel.next_version()

    def _add_user(self, user: User, place: str, row: int) -> None:
        self.users.put(self._version(row), place, user.uid, user.name)
        self.new_users.append((user.uid, user.gid, user.name, user.home, user.shell, place, row))

    def _add_group(self, group: Group, place: str, row: int) -> None:
        self.groups.put(self._version(row), place, group.gid, group.name)
        self.new_groups.append((group.gid, group.name, place, row))

    def _note_recorder(self, recorder: Recorder) -> None:
        if recorder.name in NEVER_TOLD:
            self.recorder = recorder.name
            self.facts["recorder"] = recorder.name

    def _add_machine(self, machine: Machine, row: int) -> None:
        self.new_machines.append((machine.hostname, row))
        known = self.facts.get("hostname", "")
        if machine.hostname not in known.split(", "):
            self.facts["hostname"] = f"{known}, {machine.hostname}" if known else machine.hostname
        self.facts["cpus"] = str(machine.cpus)
        self.facts["memory_bytes"] = str(machine.memory_bytes)
        self._kernel.threads.boot_ns = min(machine.boot_time_ns, LATEST_NS)
        if machine.boot_time_ns:
            self.facts["booted"] = clock_text(machine.boot_time_ns)

    def _add_interface(self, interface: Interface) -> None:
        self.local.add(packed(interface.address))
        if self.recorder:  # a text shows addresses in use: no list of interfaces to complete others from
            return
        is_v6 = len(interface.address) == 16
        high, low = halves(interface.address)
        mask_high, mask_low = halves(interface.netmask)
        if not is_v6:
            mask_low = int.from_bytes(interface.netmask, "big")
        self._kernel.sockets.add_interface(high, low, mask_high, mask_low, int(is_v6))
        self.new_interfaces.append((interface.name, text(interface.address), text(interface.netmask)))

    def _add_process(self, entry: ProcessEntry, offset: int) -> None:
        numbers = array("q", [0] * c.T_COMM + _behind(entry))
        for place, value in _process_numbers(entry).items():
            numbers[place] = signed(value)
        joined = [
            entry.comm,
            entry.exe,
            without_deleted(entry.exepath),
            entry.args.removesuffix(b"\0"),
            entry.cwd,
            entry.root,
            entry.cgroups.rstrip(b"\0").replace(b"\0", b" "),
            entry.env.removesuffix(b"\0"),
        ]
        sizes = array("q", map(len, joined))
        self._kernel.add_process(numbers, memoryview(b"".join(joined)), sizes, offset)

    def _add_descriptor(self, entry: DescriptorEntry, offset: int) -> None:
        source, target = halves(entry.source_address), halves(entry.target_address)
        numbers = array(
            "q",
            map(
                signed,
                (
                    entry.tid,
                    entry.fd,
                    entry.ino,
                    entry.kind,
                    *source,
                    entry.source_port,
                    *target,
                    entry.target_port,
                    max(entry.l4proto - 1, 0),
                    entry.source_pointer,
                    entry.target_pointer,
                    entry.open_flags,
                    entry.device,
                    bool(self.recorder),
                ),
            ),
        )
        if not self._kernel.add_descriptor(numbers, memoryview(entry.name), offset):
            self._orphans += 1
            self.facts["descriptors_without_process"] = str(self._orphans)


def _process_numbers(entry: ProcessEntry) -> dict[int, int]:
    flags = (
        int(entry.exe_writable) | entry.exe_upper_layer << 1 | entry.exe_from_memfd << 2 | entry.exe_lower_layer << 3
    )
    is_known = entry.pid >= 0
    return {
        c.T_TID: entry.tid,
        c.T_PID: entry.pid,
        c.T_PPID: entry.ptid,
        c.T_VTID: entry.vtid if entry.vtid >= 0 else entry.tid,
        c.T_VPID: entry.vpid if entry.vpid >= 0 else entry.pid,
        c.T_SID: entry.sid,
        c.T_VPGID: entry.vpgid,
        c.T_PGID: entry.pgid,
        c.T_TTY: entry.tty,
        c.T_UID: entry.uid,
        c.T_GID: entry.gid,
        c.T_LOGINUID: entry.loginuid if is_known else -1,
        c.T_FLAGS: entry.flags | c.CL_ACTIVE,
        c.T_FDLIMIT: entry.fdlimit,
        c.T_CAPINH: entry.cap_inheritable,
        c.T_CAPPERM: entry.cap_permitted,
        c.T_CAPEFF: entry.cap_effective,
        c.T_EXEINO: entry.exe_ino,
        c.T_EXECTIME: entry.exe_ctime_ns,
        c.T_EXEMTIME: entry.exe_mtime_ns,
        c.T_EXEFLAGS: flags,
    }


def _behind(entry: ProcessEntry) -> list[int]:
    """The numbers behind those: parent, arguments, start of the pid namespace, memory and page faults."""
    arguments = entry.args.count(b"\0") + (entry.args[-1:] not in (b"", b"\0"))
    memory = (entry.vm_size, entry.vm_rss, entry.vm_swap, entry.pfmajor, entry.pfminor)
    return list(map(signed, (entry.ptid, arguments, entry.pidns_start_ns, *memory)))


def _int(values: dict[str, Any], name: str) -> int:
    value = values.get(name)
    return value if isinstance(value, int) and 0 <= value <= UNSET else UNSET


def signed(value: int) -> int:
    """The same 64 bits as a signed number."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def packed(address: bytes) -> bytes:
    """An address in 16 bytes, IPv4 mapped."""
    return V4_PREFIX + address if len(address) == 4 else address.rjust(16, b"\0")


def halves(address: bytes) -> tuple[int, int]:
    """Both halves of an address, as signed numbers of the same bits; zeros where there is none."""
    whole = packed(address) if address else bytes(16)
    return signed(int.from_bytes(whole[:8], "big")), signed(int.from_bytes(whole[8:], "big"))


def text(address: bytes) -> str:
    """An address as people write it."""
    from ipaddress import ip_address

    return str(ip_address(address)) if len(address) in (4, 16) else address.hex()


def without_deleted(path: bytes) -> bytes:
    """A path without what the kernel puts behind a removed file's name."""
    return path.removesuffix(b" (deleted)")
