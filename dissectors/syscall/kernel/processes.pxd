cimport cython
from .call cimport Call
from .columns cimport *
from .descriptors cimport Descriptors
from .folders cimport Folders
from .tables cimport Arena
from .threads cimport Threads

cdef long long LONGEST_NS

cdef Py_ssize_t exit_key(long long tid, long long ptid) except -1 nogil

@cython.final
cdef class Processes:
    cdef Call call
    cdef Threads threads
    cdef Descriptors fds
    cdef Folders folders
    cdef Arena arena
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
    cdef int drop_leftover(self, long long tid) except -1 nogil
    @cython.locals(known=cython.bint)
    cdef int executed(self, long long row) except -1 nogil
    cdef int revive(self, long long row) except -1 nogil
    @cython.locals(start=cython.longlong, size=cython.longlong)
    cdef int note_executable(self, long long row) except -1 nogil
    cdef Py_ssize_t without_deleted(self, long long start, long long size) except -1 nogil
    cdef int note_attributes(self, long long row) except -1 nogil
    cdef int note_memory(self, long long row) except -1 nogil
    cdef int scheduled(self, long long row) except -1 nogil
    @cython.locals(link=cython.longlong, other=cython.longlong)
    cdef int alone(self, long long row) except -1 nogil
    cdef int exiting(self, long long row) except -1 nogil
    cdef int exited(self, long long tid, long long time) except -1 nogil
