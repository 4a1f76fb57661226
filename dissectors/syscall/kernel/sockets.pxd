cimport cython
from .addresses cimport Addresses, is_mapped, mapped
from .columns cimport *
from .descriptors cimport Descriptors
from .names cimport Names
from .tables cimport Arena, Grid


@cython.final
cdef class Sockets:
    cdef Descriptors fds
    cdef Names names
    cdef Arena arena
    cdef readonly Grid interfaces
    cdef Addresses seen
    cdef int put_interface(self, long long row, long long column, long long value) except -1
    cdef int opened(self, long long version, long long domain, long long kind, long long protocol) except -1 nogil
    @cython.locals(raw=cython.bint)
    cdef int protocol(self, long long kind, long long protocol) except -1 nogil
    @cython.locals(kind=cython.longlong)
    cdef int bound(self, long long version, const unsigned char[::1] data) except -1 nogil
    @cython.locals(changed=cython.bint)
    cdef int connected(self, long long version, const unsigned char[::1] data) except -1 nogil
    cdef int aimed(self, long long version) except -1 nogil
    cdef int accepted(self, long long version, const unsigned char[::1] data) except -1 nogil
    cdef int pair(self, long long version, const unsigned char[::1] data) except -1 nogil
    @cython.locals(kind=cython.longlong, empty=cython.longlong)
    cdef int become(self, long long version) except -1 nogil
    cdef int same_ends(self, long long version) except -1 nogil
    cdef int set_ends(self, long long version) except -1 nogil
    @cython.locals(held=cython.longlong)
    cdef int swap(self, long long version) except -1 nogil
    @cython.locals(version=cython.longlong, kind=cython.longlong)
    cdef int transferred(self, long long entry, long long settled, const unsigned char[::1] data, int reads) except -1 nogil
    cdef int is_known(self, long long version, long long kind) except -1 nogil
    @cython.locals(empty=cython.longlong, client_open=cython.bint, server_open=cython.bint, known=cython.longlong, open_end=cython.longlong, is_v6=cython.longlong)
    cdef int fill_wildcards(self, long long version) except -1 nogil
    @cython.locals(loopback=cython.longlong)
    cdef Py_ssize_t nearest(self, long long high, long long low, long long is_v6) except? -1 nogil
    cdef int rename(self, long long version) except -1 nogil
    cdef int rename_server(self, long long version) except -1 nogil
