cimport cython
from .addresses cimport is_mapped, mapped
from .columns cimport *
from .descriptors cimport Descriptors
from .names cimport Names
from .sockets cimport Sockets
from .streams cimport Streams
from .tables cimport Arena, Grid, HashMap
from .threads cimport Threads

@cython.final
cdef class Lists:
    cdef Threads threads
    cdef Descriptors fds
    cdef Sockets sockets
    cdef Names names
    cdef Arena arena
    cdef Streams streams
    cdef Grid ports
    cdef HashMap listed
    cdef long long row
    cdef int reset(self) except -1 with gil
    cdef int settle(self) except -1 nogil
    @cython.locals(link=cython.longlong)
    cdef int settle_sockets(self, long long table) except -1 nogil
    cdef int is_listening(self, long long port) except -1 nogil
    @cython.locals(at=cython.longlong)
    cdef int add_process(self, const long long[::1] numbers, const unsigned char[::1] texts, const long long[::1] sizes, long long offset) except -1
    @cython.locals(kind=cython.longlong)
    cdef int add_descriptor(self, const long long[::1] numbers, const unsigned char[::1] name, long long offset) except -1
    @cython.locals(kind=cython.longlong, ino=cython.longlong, is_socket=cython.bint, is_pipe=cython.bint, key=cython.longlong, first=cython.longlong)
    cdef int recognize(self, long long version) except -1 nogil
    cdef int put_ends(self, long long version, long long kind, const long long[::1] numbers) except -1
