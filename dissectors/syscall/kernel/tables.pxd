cimport cython
from .columns cimport *

@cython.final
cdef class Grid:
    cdef readonly long long width
    cdef readonly long long room
    cdef readonly long long used
    cdef long long free
    cdef long long[:, ::1] cells
    cdef int grow(self) except -1 with gil
    cdef Py_ssize_t add(self) except -1 nogil
    @cython.locals(row=cython.longlong)
    cdef Py_ssize_t take(self) except -1 nogil
    cdef int give(self, long long row) except -1 nogil
    cdef int copy(self, long long source, long long target, long long width) except -1 nogil
    cdef int clear(self) except -1 nogil

@cython.final
cdef class HashMap:
    cdef long long seed
    cdef long long room
    cdef readonly long long used
    cdef long long[::1] keys
    cdef long long[::1] values
    cdef Py_ssize_t slot_of(self, long long key) except -1 nogil
    cdef Py_ssize_t get(self, long long key) except? -1 nogil
    cdef int put(self, long long key, long long value) except -1 nogil
    cdef int remove(self, long long key) except -1 nogil
    cdef int grow(self) except -1 with gil
    cdef int clear(self) except -1 nogil

@cython.final
cdef class Arena:
    cdef long long room
    cdef readonly long long used
    cdef unsigned char[::1] data
    cdef int grow(self, long long wanted) except -1 with gil
    cdef Py_ssize_t reserve(self, long long count) except -1 nogil
    @cython.locals(byte=cython.longlong)
    cdef int put(self, long long byte) except -1 nogil
    cdef Py_ssize_t copy_in(self, const unsigned char[::1] source, long long start, long long count) except -1 nogil
    cdef Py_ssize_t copy_own(self, long long start, long long count) except -1 nogil
    cpdef bytes gather(self, Grid rows, long long column, long long first, long long last, int[::1] offsets)
    cdef Py_ssize_t gather_into(self, Grid rows, long long column, long long first, long long last, int[::1] offsets, unsigned char[::1] made) except -1
