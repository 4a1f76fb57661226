cimport cython
from .columns cimport *
from .tables cimport Arena

cdef long long SLASH, DOT

@cython.final
cdef class Names:
    cdef Arena arena
    @cython.locals(byte=cython.longlong, bare=cython.bint, fresh=cython.bint)
    cdef Py_ssize_t join(self, long long base, long long base_size, const unsigned char[::1] data, long long at, long long size) except -1 nogil
    cdef int is_dot(self, const unsigned char[::1] data, long long at, long long end, long long dots) except -1 nogil
    cdef int climb(self, long long start) except -1 nogil
    @cython.locals(scale=cython.longlong)
    cdef Py_ssize_t decimal(self, long long value) except -1 nogil
    @cython.locals(shift=cython.longlong, digit=cython.longlong)
    cdef Py_ssize_t hexadecimal(self, long long value, long long most) except -1 nogil
    cdef Py_ssize_t ipv4(self, long long address) except -1 nogil
    @cython.locals(half=cython.longlong)
    cdef Py_ssize_t word(self, long long high, long long low, long long index) except -1 nogil
    @cython.locals(best=cython.longlong, best_size=cython.longlong, index=cython.longlong, size=cython.longlong)
    cdef Py_ssize_t ipv6(self, long long high, long long low) except -1 nogil
    cdef Py_ssize_t embedded(self, long long low, long long zeros) except -1 nogil
    cdef Py_ssize_t address(self, long long kind, long long high, long long low) except -1 nogil
    cdef Py_ssize_t endpoint(self, long long kind, long long high, long long low, long long port) except -1 nogil
    cdef int arrow(self) except -1 nogil
    cdef Py_ssize_t unknown(self) except -1 nogil
    cdef Py_ssize_t unix_pair(self, long long source, long long target, const unsigned char[::1] data, long long at, long long size) except -1 nogil
