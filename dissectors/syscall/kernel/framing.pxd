cimport cython
from .columns cimport *
from .params cimport Params

cdef int event_shape(long long kind) except? -1 nogil
cdef Py_ssize_t longest(long long kind) except -1 nogil

@cython.final
cdef class Framing:
    cdef Params window
    cdef Py_ssize_t resync(self, const unsigned char[::1] data, long long start, int final) except? -1
    @cython.locals(chained=cython.longlong)
    cdef Py_ssize_t find_blocks(self, long long at, long long end, int final) except? -1 nogil
    @cython.locals(count=cython.longlong)
    cdef Py_ssize_t chain(self, long long at, long long end, int final) except? -1 nogil
