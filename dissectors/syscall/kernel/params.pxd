cimport cython
from .columns cimport *

cdef long long MOST

cdef long long u16(const unsigned char[::1] data, long long at) except -1 nogil
@cython.locals(a=cython.longlong, b=cython.longlong, d=cython.longlong, e=cython.longlong)
cdef long long u32(const unsigned char[::1] data, long long at) except -1 nogil
cdef long long i64(const unsigned char[::1] data, long long at) except? -7 nogil

cdef class Params:
    cdef const unsigned char[::1] data
    cdef readonly long long count
    cdef long long[::1] at
    cdef long long[::1] size
    cdef int point(self, const unsigned char[::1] data) except -1 nogil
    @cython.locals(at=cython.longlong, length=cython.longlong)
    cdef long long find(self, long long lengths, long long end, long long count, int wide, long long wanted) except -2 nogil
    @cython.locals(at=cython.longlong, total=cython.longlong)
    cdef long long infer(self, long long lengths, long long end, long long wanted) except -2 nogil
    cdef int has(self, long long index) except -1 nogil
    cdef long long number(self, long long index) except? -7 nogil
    cdef long long text_size(self, long long index) except -1 nogil
    cdef int is_na(self, long long index) except -1 nogil
