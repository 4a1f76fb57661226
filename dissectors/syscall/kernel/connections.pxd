cimport cython
from .addresses cimport Addresses
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .sockets cimport Sockets
from .streams cimport Streams
from .threads cimport Threads

cdef long long EINTR, EISCONN, EALREADY, EINPROGRESS, SOL_SOCKET, SO_ERROR

@cython.final
cdef class Connections:
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef Sockets sockets
    cdef Streams streams
    cdef Addresses seen
    cdef int made_socket(self, long long row) except -1 nogil
    cdef int bound(self, long long row) except -1 nogil
    @cython.locals(aimed=cython.longlong, repeated=cython.longlong, state=cython.longlong)
    cdef int connected(self, long long row) except -1 nogil
    cdef int failed(self, long long entry) except -1 nogil
    @cython.locals(error=cython.longlong)
    cdef int asked(self, long long row) except -1 nogil
    cdef int accepted(self, long long row) except -1 nogil
    @cython.locals(entry=cython.longlong, is_tcp=cython.bint, source=cython.longlong, version=cython.longlong, kind=cython.longlong)
    cdef int transferred(self, long long row, long long what) except -1 nogil
    @cython.locals(entry=cython.longlong)
    cdef int answered(self, long long row) except -1 nogil
    @cython.locals(readable=cython.longlong)
    cdef Py_ssize_t guessed_socket(self, long long row, long long source) except? -1 nogil
