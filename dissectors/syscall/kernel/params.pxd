cimport cython
from .columns cimport *
from .loads cimport load16, load32, load64

cdef long long MOST

@cython.final
cdef class Params:
    cdef const unsigned char[::1] data
    cdef readonly long long count
    cdef long long[::1] at
    cdef long long[::1] size
    cdef Py_ssize_t u16(self, long long at) noexcept nogil
    cdef Py_ssize_t u32(self, long long at) noexcept nogil
    cdef Py_ssize_t i64(self, long long at) noexcept nogil
    cdef int point(self, const unsigned char[::1] data) except -1 nogil
    @cython.locals(at=cython.longlong, length=cython.longlong)
    cdef Py_ssize_t find(self, long long lengths, long long end, long long count, int wide, long long wanted) except? -1 nogil
    @cython.locals(at=cython.longlong, total=cython.longlong)
    cdef Py_ssize_t infer(self, long long lengths, long long end, long long wanted) except? -1 nogil
    cdef int has(self, long long index) except -1 nogil
    cdef Py_ssize_t number(self, long long index) except? -1 nogil
    cdef Py_ssize_t text_size(self, long long index) except -1 nogil
    cdef int is_na(self, long long index) except -1 nogil
