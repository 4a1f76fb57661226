cdef extern from *:
    """
    static inline long long thresher_load16(const unsigned char *p) {
        return (long long)((unsigned long long)p[0] | (unsigned long long)p[1] << 8);
    }
    static inline long long thresher_load32(const unsigned char *p) {
        return (long long)((unsigned long long)p[0] | (unsigned long long)p[1] << 8 | (unsigned long long)p[2] << 16
            | (unsigned long long)p[3] << 24);
    }
    static inline long long thresher_load64(const unsigned char *p) {
        return (long long)((unsigned long long)p[0] | (unsigned long long)p[1] << 8 | (unsigned long long)p[2] << 16
            | (unsigned long long)p[3] << 24 | (unsigned long long)p[4] << 32 | (unsigned long long)p[5] << 40
            | (unsigned long long)p[6] << 48 | (unsigned long long)p[7] << 56);
    }
    #define THRESHER_LOAD16(view, at) thresher_load16((const unsigned char *)(view).data + (at))
    #define THRESHER_LOAD32(view, at) thresher_load32((const unsigned char *)(view).data + (at))
    #define THRESHER_LOAD64(view, at) thresher_load64((const unsigned char *)(view).data + (at))
    """
    long long load16 "THRESHER_LOAD16" (const unsigned char[::1] data, long long at) noexcept nogil
    long long load32 "THRESHER_LOAD32" (const unsigned char[::1] data, long long at) noexcept nogil
    long long load64 "THRESHER_LOAD64" (const unsigned char[::1] data, long long at) noexcept nogil
