cimport cython
from .columns cimport *
from .tables cimport Arena

cdef long long SLASH, DOT

cdef class Names:
    cdef Arena arena
    @cython.locals(byte=cython.longlong, bare=cython.bint, fresh=cython.bint)
    cdef long long join(self, long long base, long long base_size, const unsigned char[::1] data, long long at, long long size) except -1 nogil
    cdef int is_dot(self, const unsigned char[::1] data, long long at, long long end, long long dots) except -1 nogil
    cdef int climb(self, long long start) except -1 nogil
    @cython.locals(scale=cython.longlong)
    cdef long long decimal(self, long long value) except -1 nogil
    @cython.locals(shift=cython.longlong, digit=cython.longlong)
    cdef long long hexadecimal(self, long long value, long long most) except -1 nogil
    cdef long long ipv4(self, long long address) except -1 nogil
    @cython.locals(half=cython.longlong)
    cdef long long word(self, long long high, long long low, long long index) except -1 nogil
    @cython.locals(best=cython.longlong, best_size=cython.longlong, index=cython.longlong, size=cython.longlong)
    cdef long long ipv6(self, long long high, long long low) except -1 nogil
    cdef long long embedded(self, long long low, long long zeros) except -1 nogil
    cdef long long address(self, long long kind, long long high, long long low) except -1 nogil
    cdef long long endpoint(self, long long kind, long long high, long long low, long long port) except -1 nogil
    cdef int arrow(self) except -1 nogil
    cdef long long unknown(self) except -1 nogil
    cdef long long unix_pair(self, long long source, long long target, const unsigned char[::1] data, long long at, long long size) except -1 nogil
