cimport cython
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .probes cimport Probes
from .tables cimport Grid
from .threads cimport Threads

@cython.final
cdef class Rows:
    cdef long long[:, ::1] out
    cdef long long room
    cdef readonly long long count, first
    cdef readonly Grid late
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef readonly Probes probes
    @cython.locals(version=cython.longlong, started=cython.longlong)
    cdef int emit(self, long long length, long long flags, long long cpu, long long row) except -1 nogil
    cdef int flush_unfinished(self) except -1 nogil
    @cython.locals(flags=cython.longlong)
    cdef int emit_unfinished(self, long long kept) except -1 nogil
    cdef int enlarge(self) except -1 with gil
    cdef int renumber(self) except -1 nogil
