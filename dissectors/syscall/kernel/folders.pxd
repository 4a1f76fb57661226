cimport cython
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .names cimport Names
from .tables cimport Arena
from .threads cimport Threads

@cython.final
cdef class Folders:
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef Names names
    cdef Arena arena
    @cython.locals(base=cython.longlong, base_size=cython.longlong)
    cdef Py_ssize_t resolve(self, long long row, long long dirfd) except -1 nogil
    @cython.locals(start=cython.longlong)
    cdef Py_ssize_t folder_of(self, long long version) except -1 nogil
    cdef int enter_folder(self, long long row, long long at, long long size) except -1 nogil
    cdef int changed_folder(self, long long row) except -1 nogil
    cdef int changed_folder_by_fd(self, long long row, long long version) except -1 nogil
    cdef int changed_root(self, long long row) except -1 nogil
