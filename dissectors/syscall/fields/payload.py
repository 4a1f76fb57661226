"""Fields of what was said over sockets, named as in Wireshark; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.evidence import Gathered
from thresher.capture.model import Field, FieldType

PASS = "payload"
"""The pass over the capture that makes them."""

_PLACE = Gathered(PASS)


def _field(name: str, type_: FieldType, title: str, description: str, example: str, is_list: bool = False) -> Field:
    return Field(name, type_, title, description, _PLACE, is_list=is_list, example=example)


def _text(name: str, title: str, description: str, example: str, is_list: bool = False) -> Field:
    return _field(name, FieldType.STRING, title, description, example, is_list)


_HTTP = (
    _field("http.request", FieldType.BOOL, "Request", "True where an HTTP request begins.", "http.request == true"),
    _text("http.request.method", "Method", "Method of an HTTP request.", 'http.request.method == "POST"'),
    _text(
        "http.request.uri",
        "URI",
        "Target of an HTTP request as it was sent, usually path and query; ends in '…' where the capture cuts it.",
        'http.request.uri contains "/debug"',
    ),
    _text("http.request.version", "Version", "Version of an HTTP request.", 'http.request.version == "HTTP/1.0"'),
    _field("http.response", FieldType.BOOL, "Response", "True where an HTTP response begins.", "http.response == true"),
    _field(
        "http.response.code", FieldType.UINT, "Status", "Status code of an HTTP response.", "http.response.code >= 500"
    ),
    _text(
        "http.response.phrase",
        "Phrase",
        "Words behind the status code; end in '…' where the capture cuts them.",
        'http.response.phrase contains "Gateway"',
    ),
    _text("http.response.version", "Version", "Version of an HTTP response.", 'http.response.version == "HTTP/1.0"'),
)

_HEADER_LINES = (
    ("http.host", "Host", "the host that was asked for", 'http.host == "example.com"'),
    ("http.user_agent", "User agent", "the program that asks", 'http.user_agent contains "curl"'),
    ("http.content_type", "Content type", "what kind of data follows", 'http.content_type contains "json"'),
    ("http.transfer_encoding", "Transfer encoding", "how the body is sent", 'http.transfer_encoding == "chunked"'),
    ("http.server", "Server", "the program that answers", 'http.server contains "nginx"'),
    ("http.location", "Location", "where the client is sent", 'http.location contains "login"'),
    ("http.referer", "Referer", "the page that led there", 'http.referer contains "example"'),
    ("http.authorization", "Authorization", "credentials, as sent", "http.authorization exists"),
    ("http.cookie", "Cookie", "the cookies that the client sends", 'http.cookie contains "session"'),
    ("http.x_forwarded_for", "Forwarded for", "the address a proxy acts for", 'http.x_forwarded_for == "10.0.0.1"'),
)

_HEADERS = (
    *(
        _text(name, title, f"Header line of HTTP: {what}; ends in '…' where the capture cuts it.", example)
        for name, title, what, example in _HEADER_LINES
    ),
    _text(
        "http.set_cookie",
        "Set cookie",
        "Cookies that an HTTP response sets, one a header line; the last ends in '…' where the capture cuts it.",
        'http.set_cookie contains "session"',
        is_list=True,
    ),
    _field(
        "http.content_length",
        FieldType.UINT,
        "Content length",
        "Header line of HTTP: bytes of the body, as announced; absent where the capture cuts the number.",
        "http.content_length > 1000000",
    ),
    _text(
        "http.malformed",
        "Malformed",
        "What is wrong in the head of an HTTP message, in words: impossible header lines, contradicting lengths, "
        "a missing host.",
        'http.malformed contains "header"',
        is_list=True,
    ),
    _field(
        "http.truncated",
        FieldType.BOOL,
        "Truncated",
        "True where the capture holds only the beginning of the head of an HTTP message, so that header lines may be "
        "missing and the last is cut.",
        "http.truncated == true",
    ),
)

_DNS = (
    _field("dns.id", FieldType.UINT, "ID", "Number that joins a DNS query and its response.", "dns.id == 4711"),
    _field(
        "dns.flags.response",
        FieldType.BOOL,
        "Response",
        "Whether a DNS message is a response; false for queries.",
        "dns.flags.response == true",
    ),
    _field(
        "dns.flags.rcode",
        FieldType.UINT,
        "Result",
        "Result of a DNS response: 0 found, 2 server failure, 3 no such name, 5 refused.",
        "dns.flags.rcode == 3",
    ),
    _field(
        "dns.flags.truncated",
        FieldType.BOOL,
        "Shortened",
        "Whether the server itself shortened a DNS response; what the capture cuts is in dns.truncated.",
        "dns.flags.truncated == true",
    ),
    _text(
        "dns.qry.name",
        "Name",
        "Name that a DNS message asks for; ends in '…' where the capture cuts it.",
        'dns.qry.name contains "example"',
    ),
    _field(
        "dns.qry.type",
        FieldType.UINT,
        "Type",
        "Type that a DNS message asks for, by number: 1 A, 5 CNAME, 12 PTR, 15 MX, 16 TXT, 28 AAAA.",
        "dns.qry.type == 16",
    ),
    _field(
        "dns.count.answers",
        FieldType.UINT,
        "Answers",
        "Answers that a DNS response announces; the capture may hold fewer.",
        "dns.count.answers == 0",
    ),
    _field("dns.a", FieldType.IP, "A", "IPv4 addresses in a DNS response.", "dns.a == 10.0.0.1", is_list=True),
    _field("dns.aaaa", FieldType.IP, "AAAA", "IPv6 addresses in a DNS response.", "dns.aaaa == ::1", is_list=True),
    _text("dns.cname", "CNAME", "Names that the name asked for stands for.", 'dns.cname contains "cdn"', is_list=True),
    _text("dns.ns", "NS", "Name servers in a DNS response.", 'dns.ns contains "example"', is_list=True),
    _text("dns.mx", "MX", "Mail servers in a DNS response.", 'dns.mx contains "mail"', is_list=True),
    _text("dns.txt", "TXT", "Texts in a DNS response.", 'dns.txt contains "v=spf1"', is_list=True),
    _text(
        "dns.srv.target", "SRV", "Hosts of a service in a DNS response.", 'dns.srv.target contains "etcd"', is_list=True
    ),
    _text(
        "dns.ptr.domain_name",
        "PTR",
        "Names of an address in a DNS response.",
        'dns.ptr.domain_name contains "example"',
        is_list=True,
    ),
    _text(
        "dns.malformed",
        "Malformed",
        "What is wrong in the answers of a DNS message, in words.",
        "dns.malformed exists",
        is_list=True,
    ),
    _field(
        "dns.truncated",
        FieldType.BOOL,
        "Truncated",
        "True where the capture holds only the beginning of a DNS message, so that answers may be missing.",
        "dns.truncated == true",
    ),
)

_TLS = (
    _field(
        "tls.record.version",
        FieldType.UINT,
        "Record version",
        "Version of the record layer.",
        "tls.record.version == 769",
    ),
    _field(
        "tls.handshake.type",
        FieldType.UINT,
        "Handshake",
        "Types of the TLS handshake messages: 1 client hello, 2 server hello, 11 certificate, 16 key exchange.",
        "tls.handshake.type == 1",
        is_list=True,
    ),
    _field(
        "tls.handshake.version",
        FieldType.UINT,
        "Version",
        "Version in a TLS hello, 771 for 1.2; 1.3 says 771 as well.",
        "tls.handshake.version < 771",
    ),
    _field(
        "tls.handshake.ciphersuite",
        FieldType.UINT,
        "Cipher suite",
        "Cipher suite that a TLS server chose, by number.",
        "tls.handshake.ciphersuite == 4865",
    ),
    _text(
        "tls.handshake.extensions_server_name",
        "Server name",
        "Host that a TLS client asks for; ends in '…' where the capture cuts it.",
        'tls.handshake.extensions_server_name contains "example"',
    ),
    _text(
        "tls.handshake.extensions_alpn_str",
        "ALPN",
        "Protocols that a TLS client offers or a server chose.",
        'tls.handshake.extensions_alpn_str contains "h2"',
        is_list=True,
    ),
    _field(
        "tls.truncated",
        FieldType.BOOL,
        "Truncated",
        "True where the capture holds only the beginning of a TLS handshake record.",
        "tls.truncated == true",
    ),
)

_NAMES = tuple(
    _text(
        f"fd.{side}.name",
        f"{title} name",
        f"Name of the {title.lower()} address of the connection: what the last DNS answer before the event asked for, "
        "read by the same process or, where it read none, by any.",
        f'fd.{side}.name contains "example"',
    )
    for side, title in (("cip", "Client"), ("sip", "Server"), ("lip", "Local"), ("rip", "Remote"))
)

PAYLOAD_FIELDS: tuple[Field, ...] = (*_HTTP, *_HEADERS, *_DNS, *_TLS, *_NAMES)

LISTS = frozenset(field.name for field in PAYLOAD_FIELDS if field.is_list)
