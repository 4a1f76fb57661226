cdef extern from *:
    """
    #include <string.h>
    static inline long long thresher_plain_end(const unsigned char *p, long long at, long long end) {
        const unsigned long long ones = 0x0101010101010101ULL, highest = 0x8080808080808080ULL;
        while (end - at >= 8) {
            unsigned long long word, quotes, backslashes, found;
            memcpy(&word, p + at, 8);
            quotes = word ^ (ones * 0x22);
            backslashes = word ^ (ones * 0x5C);
            found = ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes) | ((word - ones * 0x20) & ~word);
    #if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            if (found & highest) return at + (__builtin_ctzll(found & highest) >> 3);
    #else
            if (found & highest) break;
    #endif
            at += 8;
        }
        while (at < end && p[at] != 0x22 && p[at] != 0x5C && p[at] >= 0x20) at++;
        return at;
    }
    static inline int thresher_copied(const unsigned char *p, long long at, unsigned char *out, long long to, long long count) {
        memcpy(out + to, p + at, (size_t)count);
        return 0;
    }
    static inline int thresher_alike(const unsigned char *p, long long at, const unsigned char *q, long long there, long long count) {
        return memcmp(p + at, q + there, (size_t)count) == 0;
    }
    #define THRESHER_ALIKE(one, at, other, there, count) \
        thresher_alike((const unsigned char *)(one).data, (at), (const unsigned char *)(other).data, (there), (count))
    #define THRESHER_PLAIN_END(view, at, end) thresher_plain_end((const unsigned char *)(view).data, (at), (end))
    #define THRESHER_COPIED(view, at, out, to, count) \
        thresher_copied((const unsigned char *)(view).data, (at), (unsigned char *)(out).data, (to), (count))
    """
    long long plain_end "THRESHER_PLAIN_END" (const unsigned char[::1] data, long long at, long long end) noexcept nogil
    int copied "THRESHER_COPIED" (const unsigned char[::1] data, long long at, unsigned char[::1] out, long long to, long long count) noexcept nogil
    int alike "THRESHER_ALIKE" (const unsigned char[::1] one, long long at, const unsigned char[::1] other, long long there, long long count) noexcept nogil
