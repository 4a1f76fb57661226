cimport cython
from .columns cimport *
from .descriptors cimport Descriptors
from .families cimport Families
from .tables cimport Arena, Grid, HashMap

cdef long long M_WIDTH

@cython.final
cdef class Threads:
    cdef Arena arena
    cdef Descriptors fds
    cdef Grid rows
    cdef HashMap map
    cdef Grid groups
    cdef HashMap group_map
    cdef HashMap exited
    cdef readonly Grid versions
    cdef readonly Grid parents
    cdef readonly Grid ends
    cdef Grid unfinished
    cdef Grid dirty
    cdef readonly Grid environments
    cdef readonly Grid memory
    cdef public long long base, boot_ns
    cdef long long num, offset
    cdef Families families
    cdef Py_ssize_t find(self, long long tid) except? -1 nogil
    @cython.locals(row=cython.longlong)
    cdef Py_ssize_t get(self, long long tid) except? -1 nogil
    cdef Py_ssize_t create(self, long long tid, long long origin) except? -1 nogil
    @cython.locals(kept=cython.longlong)
    cdef int keep_environment(self, long long row, long long at, long long size) except -1 nogil
    @cython.locals(told=cython.longlong)
    cdef int tell_memory(self, long long row) except -1 nogil
    cdef Py_ssize_t owner(self, long long row) except? -1 nogil
    cdef Py_ssize_t table(self, long long row) except? -1 nogil
    cdef Py_ssize_t own_table(self, long long row) except? -1 nogil
    @cython.locals(group=cython.longlong)
    cdef int link(self, long long row) except -1 nogil
    cdef int remove(self, long long tid) except -1 nogil
    @cython.locals(reaper=cython.longlong, link=cython.longlong, child=cython.longlong)
    cdef int hand_over(self, long long row) except -1 nogil
    @cython.locals(link=cython.longlong, child=cython.longlong)
    cdef int forget(self, long long row) except -1 nogil
    cdef int abandon(self, long long row) except -1 nogil
    cdef int reset(self) except -1 with gil
    cdef int touch(self, long long row, long long origin) except -1 nogil
    @cython.locals(link=cython.longlong)
    cdef int touch_group(self, long long row) except -1 nogil
    cdef int commit(self) except -1 nogil
    @cython.locals(ppid=cython.longlong)
    cdef int make_version(self, long long row) except -1 nogil
    cdef int end_version(self, long long row, long long reason) except -1 nogil
    cdef int end_all(self) except -1 nogil
    cdef int end_parentage(self, long long row, long long until) except -1 nogil
    cdef int keep_parent(self, long long tid, long long version, long long parent, long long num) except -1 nogil
    cdef int refresh(self, long long row) except -1 nogil
    @cython.locals(main=cython.longlong)
    cdef Py_ssize_t parent_of(self, long long row) except? -1 nogil
    cdef int flush_parentage(self, long long first) except -1 nogil
    cdef int flush_line(self, long long row) except -1 nogil
