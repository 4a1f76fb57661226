cimport cython
from .call cimport Call
from .columns cimport *
from .threads cimport Threads

@cython.final
cdef class Memory:
    cdef Call call
    cdef Threads threads
    @cython.locals(changed=cython.bint, value=cython.longlong)
    cdef int told(self, long long row) except -1 nogil
    cdef int scheduled(self, long long row) except -1 nogil
