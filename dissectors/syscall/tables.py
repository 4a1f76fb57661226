"""The tables of a syscall store beside the common head, as data; stage ② fills them, stage ③ makes them."""

from __future__ import annotations

from thresher.capture.model import ColumnSpec, Relation


def _columns(text: str) -> tuple[ColumnSpec, ...]:
    rows = (line.split(None, 2) for line in text.strip().splitlines())
    return tuple(ColumnSpec(name, type_, description) for name, type_, description in rows)


EVENT_COLUMNS = _columns("""
cpu SMALLINT Number of the processor it was recorded on.
tid BIGINT Thread that made the call.
proc_id UINTEGER Row of processes: the thread as it was at this event.
fd_id UINTEGER Row of fds: the descriptor as it was after this event.
fd BIGINT Descriptor number the event is about, also where it is invalid.
res BIGINT Result of the call; negative is an errno.
latency_ns BIGINT Exit time minus enter time, where the capture has both.
size UINTEGER Bytes of data moved, as returned by the call.
enter_offset UBIGINT Where the block of the enter event starts.
enter_length UINTEGER How long that block is.
""")

PROCESSES = Relation(
    "processes",
    "proc_id",
    "e.proc_id",
    _columns("""
proc_id UINTEGER Ordinal of the version.
from_num UINTEGER First event row it holds for.
origin UTINYINT 0 event, 1 process list, 2 descriptor list, 3 clone, 4 guess after a gap, 5 metadata.
origin_offset UBIGINT Block that proves it.
tid BIGINT Thread id.
pid BIGINT Process id, -1 where the thread is unknown.
ppid BIGINT Parent's id.
vtid BIGINT Thread id in its own pid namespace.
vpid BIGINT Process id in its own pid namespace.
sid BIGINT Session id.
vpgid BIGINT Process group id in its own pid namespace.
pgid BIGINT Process group id.
tty BIGINT Controlling terminal, 0 for none.
uid BIGINT User id.
gid BIGINT Group id.
loginuid BIGINT Audit login user id, -1 where unset.
user_name VARCHAR Name of uid.
group_name VARCHAR Name of gid.
loginuser_name VARCHAR Name of loginuid.
name VARCHAR Short command name.
exe VARCHAR First argument as started.
exepath VARCHAR Path of the executable.
args VARCHAR Arguments behind the first, joined with spaces.
arg_count UINTEGER How many they are.
arguments VARCHAR[] The arguments one by one, where splitting args at spaces would not give them; else NULL.
environment_id UINTEGER Row of environments, NULL where the recorder kept none.
cwd VARCHAR Current folder.
root VARCHAR Root folder.
cgroups VARCHAR Cgroups, joined with spaces.
container_id VARCHAR First 12 digits of the container's id, 'host' outside one.
flags BIGINT Clone and thread flags.
fdlimit BIGINT Soft limit of open descriptors.
clone_ns BIGINT When the thread was made.
exec_ns BIGINT When it last executed a program.
pidns_start_ns BIGINT When its pid namespace began: at boot, for that of the machine.
cap_inheritable UBIGINT Capability set.
cap_permitted UBIGINT Capability set.
cap_effective UBIGINT Capability set.
exe_ino BIGINT Inode of the executable.
exe_ctime_ns BIGINT Its change time.
exe_mtime_ns BIGINT Its modification time.
exe_flags BIGINT 1 writable, 2 upper layer, 4 from memfd, 8 lower layer.
is_main BOOLEAN Whether the thread leads its process.
"""),
    "Versions of threads.",
)

FDS = Relation(
    "fds",
    "fd_id",
    "e.fd_id",
    _columns("""
fd_id UINTEGER Ordinal of the version.
from_num UINTEGER First event row it holds for.
origin UTINYINT 0 event, 1 process list, 2 descriptor list, 3 clone, 4 guess after a gap, 5 metadata.
origin_offset UBIGINT Block that proves it.
fd BIGINT Descriptor number.
type_id UTINYINT Row of fd_types.
name VARCHAR Path, or addresses.
name_raw VARCHAR Path as the program gave it.
cip_hi UBIGINT Client address.
cip_lo UBIGINT Client address.
sip_hi UBIGINT Server address.
sip_lo UBIGINT Server address.
cport USMALLINT Client port.
sport USMALLINT Server port.
l4proto UTINYINT 0 none, 1 tcp, 2 udp, 3 icmp, 4 raw.
role UTINYINT 0 none, 1 client, 2 server.
open_flags BIGINT Flags it was opened with, in scap's bits; 32768 upper and 65536 lower layer of an overlay.
ino BIGINT Inode.
dev BIGINT Device.
client_is_local BOOLEAN Whether the client's address belongs to this machine.
open_id UINTEGER Number of the open file, the same for all its copies; NULL for a path that was not opened.
connection UTINYINT Of a socket: 0 not connected, 1 connected, 2 pending, 3 failed.
"""),
    "Versions of descriptors.",
)

FD_TYPES = Relation(
    "fd_types",
    "type_id",
    "(SELECT f.type_id FROM fds f WHERE f.fd_id = e.fd_id)",
    _columns("""
type_id UTINYINT Code.
name VARCHAR Word.
letter VARCHAR One letter.
"""),
    "Kinds of descriptors.",
)

EVENT_TYPES = Relation(
    "event_types",
    "type_id",
    "e.type_id",
    _columns("""
type_id INTEGER Code in the capture; 65536 + call code for generic calls.
name VARCHAR Name of the call or event.
category VARCHAR Kind of operation; io where it depends on the descriptor.
direction VARCHAR > or <.
flags INTEGER Bits of TypeFlag.
"""),
    "Event types that can occur.",
)

ERRORS = Relation(
    "errors",
    "res",
    "CASE WHEN e.res IS NOT NULL THEN least(e.res, 0) END",
    _columns("""
res BIGINT Zero or a negative errno.
name VARCHAR Name, SUCCESS for zero.
"""),
    "Names of results.",
)

PROCESS_ENDS = Relation(
    "process_ends",
    "proc_id",
    "",
    _columns("""
proc_id UINTEGER Row of processes.
to_num UINTEGER First event row it no longer holds for.
reason UTINYINT 0 next version, 1 exit, 2 end of capture.
"""),
    "Where versions of threads end.",
)

PARENTAGE = Relation(
    "parentage",
    "proc_id",
    "",
    _columns("""
proc_id UINTEGER Row of processes.
from_num UINTEGER First event row it holds for.
to_num UINTEGER First event row it no longer holds for.
parent_proc_id UINTEGER Row of processes of the parent.
"""),
    "Which version of which parent a version had, and when.",
)

ENVIRONMENTS = Relation(
    "environments",
    "environment_id",
    "(SELECT p.environment_id FROM processes p WHERE p.proc_id = e.proc_id)",
    _columns("""
environment_id UINTEGER Ordinal.
variables VARCHAR[] NAME=value, as the program was given them.
"""),
    "Environments of programs, as they were started.",
)

MEMORY = Relation(
    "memory",
    "tid",
    "",
    _columns("""
from_num UINTEGER First event row it holds for, until the next row of the thread.
tid BIGINT Thread.
vm_size UBIGINT Virtual memory, in KiB.
vm_rss UBIGINT Resident memory, in KiB.
vm_swap UBIGINT Swapped memory, in KiB.
pf_major UBIGINT Page faults that read from disk, since the thread began.
pf_minor UBIGINT Other page faults.
"""),
    "Memory of threads, a row wherever an event or the process list says something new.",
)

STREAMS = Relation(
    "streams",
    "open_id",
    "(SELECT f.open_id FROM fds f WHERE f.fd_id = e.fd_id)",
    _columns("""
open_id UINTEGER Number of an open file.
stream UINTEGER Number of the open file it is the other end of, which names the stream of both.
"""),
    "Open files that are the second end of a connection, pipe or socket pair; all others are streams of their own.",
)

USERS = Relation(
    "users",
    "uid",
    "",
    _columns("""
uid BIGINT User id.
gid BIGINT Primary group.
name VARCHAR Account name; NULL, with all that follows but the place, from where the account was removed.
home VARCHAR Home folder.
shell VARCHAR Login shell.
container_id VARCHAR Container where the account exists, '' for the machine.
from_num UINTEGER First event row it is known at.
"""),
    "Accounts.",
)

GROUPS = Relation(
    "groups",
    "gid",
    "",
    _columns("""
gid BIGINT Group id.
name VARCHAR Group name, NULL from where the group was removed.
container_id VARCHAR Container where the group exists, '' for the machine.
from_num UINTEGER First event row it is known at.
"""),
    "Groups.",
)

CONTAINERS = Relation(
    "containers",
    "container_id",
    "(SELECT p.container_id FROM processes p WHERE p.proc_id = e.proc_id)",
    _columns("""
container_id VARCHAR Id as shown, 'host' for the machine itself.
full_id VARCHAR Whole id.
type VARCHAR Engine that runs it.
name VARCHAR Its name.
image VARCHAR Name of its image.
image_id VARCHAR Id of its image.
image_repository VARCHAR Name of its image without a tag.
image_tag VARCHAR Tag of its image.
image_digest VARCHAR Digest of its image in the registry.
privileged BOOLEAN Whether it runs privileged.
host_pid BOOLEAN Whether it shares the machine's pid namespace.
host_network BOOLEAN Whether it shares the machine's network.
host_ipc BOOLEAN Whether it shares the machine's IPC namespace.
ip VARCHAR Its first address.
cni VARCHAR What the network plugin answered, JSON.
labels VARCHAR[] Labels as key:value.
mounts VARCHAR[] Mounts as source:dest:mode:rdwr:propagation.
env VARCHAR[] Environment it was made with, as NAME=value.
healthcheck VARCHAR Command of its health check.
liveness_probe VARCHAR Command of its liveness probe.
readiness_probe VARCHAR Command of its readiness probe.
created_ns BIGINT When it was made, in nanoseconds since 1970.
pod_name VARCHAR Name of its pod.
pod_namespace VARCHAR Namespace of its pod.
pod_uid VARCHAR Uid of its pod.
pod_sandbox_id VARCHAR Whole id of its pod's sandbox.
pod_labels VARCHAR[] Labels of its pod as key:value.
is_pod_sandbox BOOLEAN Whether it is the sandbox of a pod.
first_num UINTEGER First event row at which a process is known to be in it.
last_num UINTEGER Last event row from which on a process is known to be in it.
supplied VARCHAR[] Which file given with --metadata says which column, as column=path; none in the index itself.
"""),
    "Containers, each with all that the capture ever says of it.",
)

INTERFACES = Relation(
    "interfaces",
    "name",
    "",
    _columns("""
name VARCHAR Interface.
address VARCHAR Its address.
netmask VARCHAR Its netmask.
"""),
    "Network interfaces of the machine.",
)

MACHINES = Relation(
    "machines",
    "from_num",
    "",
    _columns("""
hostname VARCHAR Name of the machine that recorded.
from_num UINTEGER First event of its part of the capture.
"""),
    "Machines that recorded, one for each part of a capture.",
)

RELATIONS = (
    MACHINES,
    PROCESSES,
    FDS,
    FD_TYPES,
    EVENT_TYPES,
    ERRORS,
    PROCESS_ENDS,
    PARENTAGE,
    ENVIRONMENTS,
    MEMORY,
    STREAMS,
    USERS,
    GROUPS,
    CONTAINERS,
    INTERFACES,
)
