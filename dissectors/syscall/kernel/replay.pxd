cimport cython
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .names cimport Names
from .processes cimport Processes
from .sockets cimport Sockets, is_mapped, mapped
from .tables cimport Arena, Grid
from .threads cimport Threads

cdef int event_shape(long long kind) except? -1 nogil
cdef Py_ssize_t longest(long long kind) except -1 nogil

@cython.final
cdef class Replay:
    cdef long long[:, ::1] info
    cdef long long types
    cdef readonly Arena arena
    cdef Arena saved
    cdef Names names
    cdef readonly Descriptors fds
    cdef readonly Threads threads
    cdef readonly Sockets sockets
    cdef Call call
    cdef Processes processes
    cdef Grid ports
    cdef readonly Grid late
    cdef readonly Grid bad_events
    cdef long long[:, ::1] out
    cdef long long room, rows, first, blocks, base
    cdef const unsigned char[::1] data
    cdef long long stop, unsettled, settled, leaving, leaving_time, closing_table, closing_fd
    cdef long long event_bytes, unknown_bytes, drops, fd, version, size
    @cython.locals(low=cython.longlong, high=cython.longlong)
    cdef Py_ssize_t u16(self, long long at) noexcept nogil
    @cython.locals(a=cython.longlong, b=cython.longlong, d=cython.longlong, e=cython.longlong)
    cdef Py_ssize_t u32(self, long long at) noexcept nogil
    @cython.locals(low=cython.longlong, high=cython.longlong)
    cdef Py_ssize_t i64(self, long long at) noexcept nogil
    @cython.locals(stopped=cython.longlong)
    cpdef Py_ssize_t walk(self, const unsigned char[::1] data, long long start, long long base, long long most) except -1
    cdef Py_ssize_t walk_blocks(self, long long at, long long end, long long most) except -1 nogil
    @cython.locals(header=cython.longlong, block_flags=cython.longlong, fixed=cython.longlong)
    cdef int event(self, long long at, long long length, long long shape) except -1 nogil
    cdef int place(self, long long header, long long fixed, long long size, long long kind) except -1 nogil
    cdef int note_bad(self, long long at) except -1 nogil
    cdef int late_removals(self) except -1 nogil
    cdef int renumber(self) except -1 nogil
    @cython.locals(row=cython.longlong)
    cdef int replay(self, long long length, long long flags, long long cpu, long long kind) except -1 nogil
    cdef int pair(self, long long row, long long kind) except -1 nogil
    cdef int load_enter(self, long long row, long long held) except -1 nogil
    cdef int enter(self, long long row, long long length, long long cpu, long long kind) except -1 nogil
    @cython.locals(header=cython.longlong, room=cython.longlong)
    cdef int save_enter(self, long long row) except -1 nogil
    @cython.locals(found=cython.longlong)
    cdef int look_at_descriptor(self, long long row, long long kind) except -1 nogil
    @cython.locals(version=cython.longlong, started=cython.longlong)
    cdef int emit(self, long long length, long long flags, long long cpu, long long row) except -1 nogil
    cdef int emit_unfinished_here(self, long long length, long long cpu) except -1 nogil
    cdef int flush_unfinished(self) except -1 nogil
    @cython.locals(flags=cython.longlong)
    cdef int emit_unfinished(self, long long kept) except -1 nogil
    cdef int enlarge(self) except -1 with gil
    @cython.locals(row=cython.longlong)
    cdef Py_ssize_t handle(self, long long row, long long kind, long long what) except? -1 nogil
    cdef int changed_descriptor(self, long long row, long long kind, long long what) except -1 nogil
    cdef int changed_more(self, long long row, long long kind, long long what) except -1 nogil
    cdef int changed_rest(self, long long row, long long what) except -1 nogil
    cdef int limited_other(self) except -1 nogil
    cdef int show(self, long long fd, long long version) except -1 nogil
    @cython.locals(flags=cython.longlong, at=cython.longlong, size=cython.longlong, dirfd=cython.longlong, what=cython.longlong, start=cython.longlong)
    cdef int opened(self, long long row, long long kind) except -1 nogil
    cdef int made_socket(self, long long row) except -1 nogil
    cdef int bound(self, long long row) except -1 nogil
    @cython.locals(aimed=cython.longlong, repeated=cython.longlong)
    cdef int connected(self, long long row) except -1 nogil
    cdef int accepted(self, long long row) except -1 nogil
    @cython.locals(entry=cython.longlong, is_tcp=cython.bint, source=cython.longlong)
    cdef int transferred(self, long long row, long long what) except -1 nogil
    @cython.locals(readable=cython.longlong)
    cdef Py_ssize_t guessed_socket(self, long long row, long long source) except? -1 nogil
    @cython.locals(version=cython.longlong, fd=cython.longlong)
    cdef int made_pair(self, long long row, long long what) except -1 nogil
    cdef int duplicated(self, long long row) except -1 nogil
    cdef int controlled(self, long long row) except -1 nogil
    cdef int made_other(self, long long row, long long kind, long long what) except -1 nogil
    cdef int name_pidfd(self, long long version, long long pid) except -1 nogil
    cdef int fetched(self, long long row) except -1 nogil
    cdef int settle(self) except -1 nogil
    @cython.locals(link=cython.longlong)
    cdef int settle_sockets(self, long long table) except -1 nogil
    cdef int is_listening(self, long long port) except -1 nogil
    cpdef new_section(self)
    cdef int flush_pending(self) except -1 nogil
    @cython.locals(at=cython.longlong)
    cpdef int add_process(self, const long long[::1] numbers, const unsigned char[::1] texts, const long long[::1] sizes, long long offset) except -1
    @cython.locals(kind=cython.longlong)
    cpdef int add_descriptor(self, const long long[::1] numbers, const unsigned char[::1] name, long long offset) except -1
    cdef int put_ends(self, long long version, long long kind, const long long[::1] numbers) except -1
    cpdef Py_ssize_t resync(self, const unsigned char[::1] data, long long start, int final) except? -1
    @cython.locals(chained=cython.longlong)
    cdef Py_ssize_t find_blocks(self, long long at, long long end, int final) except? -1 nogil
    @cython.locals(count=cython.longlong)
    cdef Py_ssize_t chain(self, long long at, long long end) except? -1 nogil
    cpdef taken(self)
    cpdef before_taking(self)
    cpdef at_end(self)
    cpdef end_versions(self)
