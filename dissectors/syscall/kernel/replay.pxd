cimport cython
from .addresses cimport Addresses
from .call cimport Call
from .columns cimport *
from .connections cimport Connections
from .descriptors cimport Descriptors
from .effects cimport Effects
from .enters cimport Enters
from .files cimport Files
from .folders cimport Folders
from .framing cimport Framing, event_shape, longest
from .identity cimport Identity
from .lists cimport Lists
from .loads cimport load16, load32, load64
from .names cimport Names
from .memory cimport Memory
from .processes cimport Processes
from .programs cimport Programs
from .rows cimport Rows
from .sockets cimport Sockets
from .streams cimport Streams
from .tables cimport Arena, Grid
from .threads cimport Threads

@cython.final
cdef class Replay:
    cdef long long[:, ::1] info
    cdef long long types
    cdef readonly Arena arena
    cdef readonly Descriptors fds
    cdef readonly Threads threads
    cdef readonly Sockets sockets
    cdef readonly Rows rows
    cdef readonly Streams streams
    cdef Call call
    cdef Lists lists
    cdef Processes processes
    cdef Files files
    cdef Effects effects
    cdef Enters enters
    cdef Framing framing
    cdef readonly Grid bad_events
    cdef const unsigned char[::1] data
    cdef long long stop, unsettled, event_bytes, unknown_bytes
    cdef Py_ssize_t u16(self, long long at) noexcept nogil
    cdef Py_ssize_t u32(self, long long at) noexcept nogil
    cdef Py_ssize_t i64(self, long long at) noexcept nogil
    @cython.locals(stopped=cython.longlong)
    cpdef Py_ssize_t walk(self, const unsigned char[::1] data, long long start, long long base, long long most) except -1
    cdef Py_ssize_t walk_blocks(self, long long at, long long end, long long most) except -1 nogil
    @cython.locals(header=cython.longlong, block_flags=cython.longlong, fixed=cython.longlong)
    cdef int event(self, long long at, long long length, long long shape) except -1 nogil
    cdef int place(self, long long header, long long fixed, long long size, long long kind) except -1 nogil
    cdef int note_bad(self, long long at) except -1 nogil
    cdef int late_removals(self) except -1 nogil
    @cython.locals(row=cython.longlong)
    cdef int replay(self, long long length, long long flags, long long cpu, long long kind) except -1 nogil
    cdef int begin(self) except -1 nogil
    cpdef new_section(self)
    cpdef int add_process(self, const long long[::1] numbers, const unsigned char[::1] texts, const long long[::1] sizes, long long offset) except -1
    cpdef int add_descriptor(self, const long long[::1] numbers, const unsigned char[::1] name, long long offset) except -1
    cpdef Py_ssize_t resync(self, const unsigned char[::1] data, long long start, int final) except? -1
    cdef int flush_pending(self) except -1 nogil
    cpdef taken(self)
    cpdef before_taking(self)
    cpdef at_end(self)
    cpdef end_versions(self)
