"""Which argument of a call is which parameter of its event; data of stage ①.

A word a call: the parameters in the order of the call's arguments, ``-`` for arguments that the event lacks.
Descriptions of the calls: section 2 of the Linux manual; names of the parameters: event_table.json.
"""

from __future__ import annotations

_TABLE = """
access name mode
accept4 fd - - flags
bind fd addr
bpf cmd
brk addr
capset - -
chdir path
chmod filename mode
chown path uid gid
chroot path
close fd
close_range first last flags
connect fd addr
copy_file_range fdin offin fdout offout len
creat name mode
delete_module name flags
dup oldfd
dup2 oldfd newfd
dup3 oldfd newfd flags
epoll_create size
epoll_create1 flags
epoll_wait - - maxevents
eventfd initval
eventfd2 initval flags
fchdir fd
fchmod fd mode
fchmodat dirfd filename mode
fchown fd uid gid
fchownat dirfd pathname uid gid flags
fcntl fd cmd arg
finit_module fd uargs flags
flock fd operation
fsconfig fd cmd key value_charbuf aux
fstat fd
futex addr op val
getcwd path
getdents fd
getdents64 fd
getsockopt fd level optname - optlen
init_module - length uargs
inotify_init1 flags
io_uring_enter fd to_submit min_complete flags
io_uring_register fd opcode arg nr_args
io_uring_setup entries
ioctl fd request argument
keyctl operation
kill pid sig
lchown path uid gid
link oldpath newpath
linkat olddir oldpath newdir newpath flags
listen fd backlog
llseek fd - - - whence
lseek fd offset whence
lstat path
memfd_create name flags
mkdir path mode
mkdirat dirfd path mode
mknod path mode
mknodat dirfd path mode
mlock addr len
mlock2 addr len flags
mlockall flags
mmap addr length prot flags fd offset
mmap2 addr length prot flags fd pgoffset
mount dev dir type flags
mprotect addr length prot
munlock addr len
munmap addr length
nanosleep interval
newfstatat dirfd path - flags
open name flags mode
open_by_handle_at mountfd - flags
openat dirfd name flags mode
pidfd_getfd pid_fd target_fd flags
pidfd_open pid flags
poll - - timeout
prctl option arg2_int
pread fd data size pos
preadv fd iov - pos
prlimit pid resource
process_vm_readv pid
process_vm_writev pid
ptrace request pid
pwrite fd data size pos
pwritev fd iov - pos
quotactl cmd special id
read fd data size
readv fd iov
recv fd data size
recvfrom fd data size
recvmsg fd message
rename oldpath newpath
renameat olddirfd oldpath newdirfd newpath
renameat2 olddirfd oldpath newdirfd newpath flags
rmdir path
seccomp op flags
semget key nsems semflg
send fd data size
sendfile out_fd in_fd - size
sendmsg fd message
sendto fd data size - addr
setgid gid
setns fd nstype
setpgid pid pgid
setregid rgid egid
setresgid rgid egid sgid
setresuid ruid euid suid
setreuid ruid euid
setrlimit resource
setsockopt fd level optname - optlen
setuid uid
shutdown fd how
signalfd fd
signalfd4 fd - - flags
socket domain type proto
socketpair domain type proto
splice fd_in - fd_out - size flags
stat path
symlink target linkpath
symlinkat target linkdirfd linkpath
tgkill pid tid sig
timerfd_create clockid flags
tkill tid sig
umount name
umount2 name flags
unlink path
unlinkat dirfd name flags
unshare flags
userfaultfd flags
write fd data size
writev fd iov
"""

ARGUMENTS: dict[str, tuple[str, ...]] = {
    words[0]: tuple(words[1:]) for line in _TABLE.split("\n") if (words := line.split())
}

_MAKERS = """
open openat openat2 creat open_by_handle_at socket accept accept4 dup dup2 dup3 epoll_create epoll_create1 eventfd
eventfd2 signalfd signalfd4 timerfd_create inotify_init inotify_init1 memfd_create pidfd_open pidfd_getfd bpf
userfaultfd io_uring_setup
"""
DESCRIPTOR_MAKERS = frozenset(_MAKERS.split())
"""Calls whose event tells of the descriptor that they return."""

FORKS = frozenset({"clone", "clone3", "fork", "vfork"})
EXECS = frozenset({"execve", "execveat"})
