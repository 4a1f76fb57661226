cimport cython
from .runs cimport alike, copied, plain_end

cdef long long MOST_DEPTH
cdef long long SLOTS
cdef long long _FIRST
cdef long long _NEXT
cdef long long _BEHIND
cdef long long _LIST
cdef long long _START
cdef long long _SIZE
cdef long long _COLUMN
cdef long long _NODE
cdef long long _OTHER
cdef long long _DIGITS
cdef long long _FEW_DIGITS
cdef long long _MOST_DIGITS

cdef Py_ssize_t slot(long long size, long long first, long long last) noexcept nogil

@cython.final
cdef class Scanner:
    cdef const unsigned char[::1] keys
    cdef const unsigned char[::1] data
    cdef const long long[:, ::1] entries
    cdef const long long[:, ::1] slots
    cdef long long[::1] seen
    cdef long long[::1] stack
    cdef int[:, ::1] starts
    cdef int[:, ::1] lengths
    cdef long long serial
    cdef long long has_escape
    cdef long long is_plain
    @cython.locals(count=cython.longlong, row=cython.longlong, at=cython.longlong, end=cython.longlong)
    cdef int all(self, const long long[::1] begins, const long long[::1] sizes, unsigned char[::1] sure) except -1
    @cython.locals(depth=cython.longlong, node=cython.longlong, state=cython.longlong, byte=cython.longlong, entry=cython.longlong, stop=cython.longlong, inner=cython.longlong)
    cdef int record(self, long long row, long long at, long long end) except -1 nogil
    @cython.locals(column=cython.longlong, quote=cython.longlong)
    cdef int kept(self, long long entry, long long row, long long at, long long stop) except -1 nogil
    cdef Py_ssize_t space(self, long long at, long long end) except? -1 nogil
    @cython.locals(size=cython.longlong, entry=cython.longlong)
    cdef Py_ssize_t wanted(self, long long node, long long at, long long end) except? -9 nogil
    cdef int is_key(self, long long start, long long at, long long size) except -1 nogil
    @cython.locals(stop=cython.longlong)
    cdef Py_ssize_t value_end(self, long long at, long long end, long long byte) except? -1 nogil
    @cython.locals(size=cython.longlong)
    cdef Py_ssize_t literal_end(self, long long at, long long end, long long one, long long two, long long three, long long four) except? -1 nogil
    cdef Py_ssize_t text_end(self, long long at, long long end) except? -1 nogil
    @cython.locals(byte=cython.longlong, first=cython.longlong, index=cython.longlong)
    cdef Py_ssize_t escape_end(self, long long at, long long end) except? -1 nogil
    @cython.locals(begin=cython.longlong, first=cython.longlong, most=cython.longlong, fraction=cython.longlong)
    cdef Py_ssize_t number_end(self, long long at, long long end) except? -1 nogil
    cdef Py_ssize_t digits_end(self, long long at, long long end) except? -1 nogil

@cython.locals(count=cython.longlong, row=cython.longlong, size=cython.longlong, start=cython.longlong, to=cython.longlong)
cdef int gather_all(const unsigned char[::1] data, const int[::1] starts, const int[::1] lengths, const int[::1] bounds, unsigned char[::1] out) except -1
