cimport cython
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .memory cimport Memory
from .threads cimport Threads

cdef long long LONGEST_NS

cdef Py_ssize_t exit_key(long long tid, long long ptid) except -1 nogil

@cython.final
cdef class Processes:
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef Memory memory
    cdef Py_ssize_t cloned(self, long long row, int is_vfork) except? -1 nogil
    @cython.locals(known=cython.bint, child=cython.longlong)
    cdef Py_ssize_t cloned_in_caller(self, int is_vfork) except? -1 nogil
    @cython.locals(leads=cython.int, child=cython.longlong)
    cdef Py_ssize_t cloned_in_child(self, long long row) except? -1 nogil
    cdef int from_relative(self, long long child, int leads) except -1 nogil
    cdef int introduce(self, long long caller) except -1 nogil
    cdef int describe(self, long long child) except -1 nogil
    @cython.locals(since_boot=cython.longlong)
    cdef Py_ssize_t namespace_start(self, long long child) except? -1 nogil
    cdef int inherit(self, long long source, long long child, int leads) except -1 nogil
    cdef int lend(self, long long child, long long relative) except -1 nogil
    cdef int has_exited(self, long long tid, long long ptid) except -1 nogil
    cdef int is_fresh(self, long long cloned) except -1 nogil
    cdef int drop_leftover(self, long long tid) except -1 nogil
    cdef int exiting(self, long long row) except -1 nogil
    cdef int exited(self, long long tid, long long time) except -1 nogil
