"""What was said over sockets: HTTP, DNS and TLS in the bytes that calls read and wrote; part of stage ②."""
