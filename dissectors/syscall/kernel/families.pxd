cimport cython
from .columns cimport *
from .tables cimport Grid, HashMap

@cython.final
cdef class Families:
    cdef Grid rows
    cdef Grid groups
    cdef HashMap group_map
    cdef long long epoch
    cdef int is_main(self, long long row) except -1 nogil
    cdef Py_ssize_t leader(self, long long row) except? -1 nogil
    cdef int join(self, long long group, long long row) except -1 nogil
    cdef int part(self, long long row) except -1 nogil
    cdef int adopt(self, long long parent, long long child) except -1 nogil
    cdef int orphan(self, long long child) except -1 nogil
    cdef int bury(self, long long row) except -1 nogil
    @cython.locals(found=cython.longlong, parent=cython.longlong)
    cdef Py_ssize_t find_reaper(self, long long row) except? -1 nogil
    @cython.locals(link=cython.longlong)
    cdef Py_ssize_t living(self, long long group, long long but) except? -1 nogil
    cdef int in_namespace(self, long long row) except -1 nogil
