cimport cython
from .columns cimport *
from .descriptors cimport Descriptors
from .tables cimport Grid
from .threads cimport Threads

@cython.final
cdef class Probes:
    cdef Threads threads
    cdef Descriptors fds
    cdef readonly Grid values
    cdef readonly long long what
    cdef long long argument
    cdef int note(self, long long row) except -1 nogil
    cdef int add(self, long long answer) except -1 nogil
    @cython.locals(version=cython.longlong, found=cython.longlong, table=cython.longlong)
    cdef Py_ssize_t value(self, long long row) except? -1 nogil
    @cython.locals(found=cython.longlong, link=cython.longlong, version=cython.longlong, bit=cython.longlong)
    cdef Py_ssize_t kinds(self, long long table) except? -1 nogil
    @cython.locals(group=cython.longlong, main=cython.longlong, count=cython.longlong)
    cdef Py_ssize_t thread_count(self, long long row) except? -1 nogil
    @cython.locals(found=cython.longlong, step=cython.longlong, depth=cython.longlong)
    cdef Py_ssize_t oldest_shell(self, long long row) except? -1 nogil
    @cython.locals(end=cython.longlong)
    cdef int is_shell(self, long long row) except -1 nogil
    @cython.locals(column=cython.longlong, wanted=cython.longlong, found=cython.longlong, step=cython.longlong, depth=cython.longlong)
    cdef Py_ssize_t session(self, long long row) except? -1 nogil
