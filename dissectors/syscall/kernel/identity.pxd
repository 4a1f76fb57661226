cimport cython
from .call cimport Call
from .columns cimport *
from .threads cimport Threads

@cython.final
cdef class Identity:
    cdef Call call
    cdef Threads threads
    cdef int changed_user(self, long long row) except -1 nogil
    cdef int changed_group(self, long long row) except -1 nogil
    cdef int new_session(self, long long row) except -1 nogil
    cdef int set_shown(self, long long row, long long column, long long value) except -1 nogil
    cdef int set_capabilities(self, long long row) except -1 nogil
    cdef int new_namespace(self, long long row) except -1 nogil
    cdef int set_reaper(self, long long row) except -1 nogil
    cdef int set_limit(self, long long row, long long value) except -1 nogil
