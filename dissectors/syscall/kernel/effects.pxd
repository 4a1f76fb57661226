cimport cython
from .call cimport Call
from .columns cimport *
from .connections cimport Connections
from .descriptors cimport Descriptors
from .files cimport Files
from .folders cimport Folders
from .identity cimport Identity
from .memory cimport Memory
from .processes cimport Processes
from .programs cimport Programs
from .threads cimport Threads

@cython.final
cdef class Effects:
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef Folders folders
    cdef Processes processes
    cdef Programs programs
    cdef Memory memory
    cdef Files files
    cdef Connections connections
    cdef Identity identity
    cdef long long closing_table, closing_fd, leaving, leaving_ns, noted, drops
    @cython.locals(row=cython.longlong)
    cdef Py_ssize_t handle(self, long long row, long long kind, long long what) except? -1 nogil
    cdef int changed_descriptor(self, long long row, long long kind, long long what) except -1 nogil
    cdef int changed_more(self, long long row, long long kind, long long what) except -1 nogil
    cdef int changed_rest(self, long long row, long long what) except -1 nogil
    cdef int limited_other(self) except -1 nogil
