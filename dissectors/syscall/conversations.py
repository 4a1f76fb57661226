"""What belongs to an event of a system call capture (stage ②)."""

from __future__ import annotations

from thresher.capture.conversations import Conversation

CONVERSATIONS = (
    Conversation("thread", "Thread", "thread.tid == {thread.tid}"),
    Conversation("process", "Process", "proc.pid == {proc.pid}"),
    Conversation(
        "descendants",
        "Process and descendants",
        "proc.pid == {proc.pid} or proc.apid == {proc.pid}",
    ),
    Conversation("stream", "Stream", "fd.stream == {fd.stream}"),
    Conversation(
        "socket",
        "Socket",
        "fd.cip == {fd.cip} and fd.cport == {fd.cport} and fd.sip == {fd.sip} and fd.sport == {fd.sport}",
    ),
    Conversation("file", "Name of the descriptor", "fd.name == {fd.name}"),
    Conversation("container", "Container", "container.id == {container.id}"),
    Conversation("identity", "User", "user.uid == {user.uid}"),
    Conversation("login", "Login user", "user.loginuid == {user.loginuid}"),
)
"""Numbers of threads and processes are the machine's: once it has given one again, both that had it are shown."""
