"""Names of well-known ports (IANA's registry); data for the fields of connections, stages ③–⑤."""

from __future__ import annotations

SERVICES = {
    7: "echo", 9: "discard", 13: "daytime", 20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 37: "time",
    43: "whois", 49: "tacacs", 53: "domain", 67: "bootps", 68: "bootpc", 69: "tftp", 70: "gopher", 79: "finger",
    80: "http", 88: "kerberos", 110: "pop3", 111: "sunrpc", 113: "auth", 119: "nntp", 123: "ntp", 137: "netbios-ns",
    138: "netbios-dgm", 139: "netbios-ssn", 143: "imap2", 161: "snmp", 162: "snmp-trap", 177: "xdmcp", 179: "bgp",
    194: "irc", 319: "ptp-event", 320: "ptp-general", 389: "ldap", 443: "https", 445: "microsoft-ds", 464: "kpasswd",
    465: "submissions", 500: "isakmp", 514: "shell", 515: "printer", 554: "rtsp", 587: "submission", 631: "ipp",
    636: "ldaps", 646: "ldp", 853: "domain-s", 873: "rsync", 989: "ftps-data", 990: "ftps", 993: "imaps", 995: "pop3s",
    1080: "socks", 1194: "openvpn", 1433: "ms-sql-s", 1434: "ms-sql-m", 1524: "ingreslock", 1812: "radius",
    1813: "radius-acct", 2049: "nfs", 2086: "gnunet", 2379: "etcd-client", 2380: "etcd-server", 3128: "squid",
    3260: "iscsi-target", 3306: "mysql", 3389: "ms-wbt-server", 3690: "svn", 4369: "epmd", 4500: "ipsec-nat-t",
    4789: "vxlan", 5060: "sip", 5061: "sip-tls", 5222: "xmpp-client", 5269: "xmpp-server", 5353: "mdns",
    5432: "postgresql", 5666: "nrpe", 5671: "amqps", 5672: "amqp", 5900: "vnc", 6000: "x11", 6379: "redis",
    6443: "sun-sr-https", 6514: "syslog-tls", 6667: "ircd", 8080: "http-alt", 8140: "puppet", 8443: "https-alt",
    9092: "kafka", 9100: "jetdirect", 9418: "git", 10050: "zabbix-agent", 10051: "zabbix-trapper", 11211: "memcached",
    11371: "hkp", 27017: "mongodb",
}  # fmt: skip


def service(port: str) -> str:
    """SQL for the name of the service at a port, the number as text where it has none."""
    pairs = ", ".join(f"{number}: '{name}'" for number, name in SERVICES.items())
    return f"coalesce(MAP {{{pairs}}}[({port})::INTEGER], ({port})::VARCHAR)"
