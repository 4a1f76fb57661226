cimport cython
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .folders cimport Folders
from .names cimport Names
from .streams cimport Streams
from .tables cimport Arena
from .threads cimport Threads

cdef long long SOL_SOCKET, SCM_RIGHTS, MAX_RECEIVED

@cython.final
cdef class Files:
    cdef long long[:, ::1] info
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef Names names
    cdef Folders folders
    cdef Streams streams
    cdef Arena arena
    @cython.locals(found=cython.longlong)
    cdef int look(self, long long row, long long kind) except -1 nogil
    @cython.locals(flags=cython.longlong, at=cython.longlong, size=cython.longlong, dirfd=cython.longlong, what=cython.longlong, start=cython.longlong, version=cython.longlong)
    cdef int opened(self, long long row, long long kind) except -1 nogil
    @cython.locals(version=cython.longlong, fd=cython.longlong)
    cdef int made_pair(self, long long row, long long what) except -1 nogil
    cdef int duplicated(self, long long row) except -1 nogil
    cdef int controlled(self, long long row) except -1 nogil
    cdef int made_other(self, long long row, long long kind, long long what) except -1 nogil
    cdef int name_pidfd(self, long long version, long long pid) except -1 nogil
    cdef int fetched(self, long long row) except -1 nogil
    @cython.locals(at=cython.longlong, end=cython.longlong, length=cython.longlong)
    cdef int received(self, long long row) except -1 nogil
    cdef int sent(self, long long row, long long fd) except -1 nogil
