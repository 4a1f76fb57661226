cimport cython
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .folders cimport Folders
from .memory cimport Memory
from .tables cimport Arena
from .threads cimport Threads

cdef long long AT_EMPTY_PATH

@cython.final
cdef class Programs:
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef Folders folders
    cdef Memory memory
    cdef Arena arena
    @cython.locals(known=cython.bint)
    cdef int executed(self, long long row) except -1 nogil
    cdef int revive(self, long long row) except -1 nogil
    @cython.locals(start=cython.longlong, size=cython.longlong)
    cdef int note_executable(self, long long row) except -1 nogil
    @cython.locals(dirfd=cython.longlong, version=cython.longlong, name=cython.longlong)
    cdef Py_ssize_t path_of_enter(self, long long row) except -1 nogil
    cdef Py_ssize_t without_deleted(self, long long start, long long size) except -1 nogil
    cdef int note_attributes(self, long long row) except -1 nogil
    @cython.locals(link=cython.longlong, other=cython.longlong)
    cdef int alone(self, long long row) except -1 nogil
