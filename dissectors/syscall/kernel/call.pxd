cimport cython
from .columns cimport *
from .params cimport Params
from .tables cimport Arena

@cython.final
cdef class Call:
    cdef long long[:, ::1] layout
    cdef Arena arena
    cdef Params exit
    cdef Params enter
    cdef long long type, entered, time, num, offset, tid, result, fd, version, moved, block, base, index, at, size, items
    cdef int locate(self, long long meaning) except -1 nogil
    cdef int locate_enter(self, long long meaning) except -1 nogil
    cdef Py_ssize_t number(self, long long meaning, long long absent) except? -1 nogil
    cdef Py_ssize_t enter_number(self, long long meaning, long long absent) except? -1 nogil
    cdef int keep(self, int source) except -1 nogil
    cdef int text(self, long long meaning) except -1 nogil
    @cython.locals(size=cython.longlong, at=cython.longlong)
    cdef int listed(self, long long meaning) except -1 nogil
    cdef int joined(self, long long meaning) except -1 nogil
    cdef int show(self, long long fd, long long version) except -1 nogil
