cimport cython
from .columns cimport *
from .tables cimport Arena, Grid, HashMap

@cython.final
cdef class Descriptors:
    cdef Arena arena
    cdef HashMap map
    cdef Grid entries
    cdef Grid heads
    cdef readonly Grid versions
    cdef long long num, offset, settled, opens
    cdef int reset(self) except -1 with gil
    cdef Py_ssize_t new_table(self) except -1 nogil
    cdef Py_ssize_t find(self, long long table, long long fd) except? -1 nogil
    cdef Py_ssize_t version_of(self, long long table, long long fd) except? -1 nogil
    cdef Py_ssize_t put(self, long long table, long long fd, long long version, long long cloexec) except? -1 nogil
    cdef int drop(self, long long entry) except -1 nogil
    cdef int remove(self, long long table, long long fd) except -1 nogil
    @cython.locals(link=cython.longlong, following=cython.longlong, entry=cython.longlong)
    cdef int free_table(self, long long table) except -1 nogil
    @cython.locals(link=cython.longlong, following=cython.longlong, entry=cython.longlong)
    cdef int copy_table(self, long long source, long long target) except -1 nogil
    @cython.locals(link=cython.longlong, following=cython.longlong, entry=cython.longlong)
    cdef int drop_cloexec(self, long long table) except -1 nogil
    @cython.locals(link=cython.longlong, following=cython.longlong, entry=cython.longlong)
    cdef int close_range(self, long long table, long long first, long long last, long long only_mark) except -1 nogil
    cdef Py_ssize_t create(self, long long kind, long long fd, long long origin) except -1 nogil
    cdef Py_ssize_t create_unopened(self) except -1 nogil
    cdef Py_ssize_t edit(self, long long entry, long long settled) except -1 nogil
    @cython.locals(version=cython.longlong, origin=cython.longlong, offset=cython.longlong)
    cdef Py_ssize_t restate(self, long long entry, long long state) except -1 nogil
    cdef int set_name(self, long long version, long long start) except -1 nogil
