cimport cython
from .columns cimport *
from .params cimport Params

@cython.locals(total=cython.longlong)
cdef Py_ssize_t be32(const unsigned char[::1] data, long long at) except -1 nogil
@cython.locals(high=cython.longlong)
cdef Py_ssize_t be64(const unsigned char[::1] data, long long at) except? -1 nogil
cdef int is_mapped(long long high, long long low) except -1 nogil
cdef Py_ssize_t mapped(long long low) except? -1 nogil

@cython.final
cdef class Addresses:
    cdef long long family, shi, slo, sport, dhi, dlo, dport, source, target, path, path_size
    cdef int read_address(self, Params params, long long index) except -1 nogil
    cdef int read_tuple(self, Params params, long long index) except -1 nogil
    cdef Py_ssize_t until_nul(self, const unsigned char[::1] data, long long at, long long size) except -1 nogil
