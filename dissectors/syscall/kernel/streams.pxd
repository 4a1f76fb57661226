cimport cython
from .columns cimport *
from .descriptors cimport Descriptors
from .tables cimport Grid, HashMap

cdef long long E_OPEN, E_ROLE, E_FIRST, E_WIDTH

@cython.final
cdef class Streams:
    cdef Descriptors fds
    cdef HashMap waiting
    cdef Grid ends
    cdef HashMap roots
    cdef readonly Grid joined
    cdef int reset(self) except -1 with gil
    cdef int pair(self, long long one, long long other) except -1 nogil
    cdef int attach(self, long long open_file, long long stream) except -1 nogil
    @cython.locals(end=cython.longlong, mark=cython.longlong, other=cython.longlong)
    cdef int met(self, long long version) except -1 nogil
    @cython.locals(kind=cython.longlong, source=cython.longlong, target=cython.longlong)
    cdef int read_ends(self, long long version, long long end) except -1 nogil
    @cython.locals(high=cython.longlong, low=cython.longlong, value=cython.longlong, column=cython.longlong)
    cdef Py_ssize_t mark_of(self, long long end) except -1 nogil
    cdef int is_other_end(self, long long one, long long other) except -1 nogil
