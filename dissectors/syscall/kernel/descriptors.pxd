cimport cython
from .columns cimport *
from .tables cimport Arena, Grid, HashMap

cdef class Descriptors:
    cdef Arena arena
    cdef HashMap map
    cdef Grid entries
    cdef Grid heads
    cdef readonly Grid versions
    cdef long long num, offset
    cdef int reset(self) except -1 with gil
    cdef long long new_table(self) except -1 nogil
    cdef long long find(self, long long table, long long fd) except -2 nogil
    cdef long long version_of(self, long long table, long long fd) except -2 nogil
    cdef long long put(self, long long table, long long fd, long long version, long long cloexec) except -2 nogil
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
    cdef long long create(self, long long kind, long long fd, long long origin) except -1 nogil
    cdef long long edit(self, long long entry, long long settled) except -1 nogil
    cdef int set_name(self, long long version, long long start) except -1 nogil
