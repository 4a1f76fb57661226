cimport cython
from .call cimport Call
from .columns cimport *
from .files cimport Files
from .framing cimport event_shape
from .rows cimport Rows
from .tables cimport Arena
from .threads cimport Threads

@cython.final
cdef class Enters:
    cdef long long[:, ::1] info
    cdef Call call
    cdef Threads threads
    cdef Files files
    cdef Rows rows
    cdef Arena saved
    cdef int pair(self, long long row, long long kind) except -1 nogil
    cdef int load(self, long long row, long long held) except -1 nogil
    cdef int keep(self, long long row, long long length, long long cpu, long long kind, long long flags) except -1 nogil
    cdef int name_call(self, long long kind) except -1 nogil
    @cython.locals(header=cython.longlong, room=cython.longlong)
    cdef int save(self, long long row) except -1 nogil
