"""All fields of system call events, one file a class; read by stages ③–⑤ through the dissector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thresher.capture.generic_fields import TIME_FIELDS
from thresher.dissectors.syscall.fields.arguments import ARGUMENT_FIELDS
from thresher.dissectors.syscall.fields.container import CONTAINER_FIELDS
from thresher.dissectors.syscall.fields.evt import EVENT_FIELDS
from thresher.dissectors.syscall.fields.evt_kind import EVENT_KIND_FIELDS
from thresher.dissectors.syscall.fields.evt_time import EVENT_TIME_FIELDS
from thresher.dissectors.syscall.fields.fd import DESCRIPTOR_FIELDS
from thresher.dissectors.syscall.fields.fd_kind import KIND_FIELDS
from thresher.dissectors.syscall.fields.fdlist import DESCRIPTOR_LIST_FIELDS
from thresher.dissectors.syscall.fields.memory import MEMORY_FIELDS
from thresher.dissectors.syscall.fields.path import PATH_FIELDS
from thresher.dissectors.syscall.fields.payload import PAYLOAD_FIELDS
from thresher.dissectors.syscall.fields.pod import POD_FIELDS
from thresher.dissectors.syscall.fields.proc import PROCESS_FIELDS
from thresher.dissectors.syscall.fields.proc_executable import EXECUTABLE_FIELDS
from thresher.dissectors.syscall.fields.proc_state import STATE_FIELDS
from thresher.dissectors.syscall.fields.processor import PROCESSOR_FIELDS
from thresher.dissectors.syscall.fields.stream import STREAM_FIELDS
from thresher.dissectors.syscall.fields.syslog import SYSLOG_FIELDS
from thresher.dissectors.syscall.fields.thread import THREAD_FIELDS
from thresher.dissectors.syscall.fields.user import USER_FIELDS

if TYPE_CHECKING:
    from thresher.capture.model import Field

FIELDS: tuple[Field, ...] = (
    *TIME_FIELDS,
    *EVENT_FIELDS,
    *EVENT_TIME_FIELDS,
    *EVENT_KIND_FIELDS,
    *ARGUMENT_FIELDS,
    *PROCESS_FIELDS,
    *EXECUTABLE_FIELDS,
    *STATE_FIELDS,
    *THREAD_FIELDS,
    *MEMORY_FIELDS,
    *PROCESSOR_FIELDS,
    *USER_FIELDS,
    *DESCRIPTOR_FIELDS,
    *KIND_FIELDS,
    *DESCRIPTOR_LIST_FIELDS,
    *PATH_FIELDS,
    *SYSLOG_FIELDS,
    *STREAM_FIELDS,
    *CONTAINER_FIELDS,
    *PAYLOAD_FIELDS,
    *POD_FIELDS,
)
