"""Fields of the thread that made the event; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Column, Field, FieldType

THREAD_FIELDS: tuple[Field, ...] = (
    Field(
        "thread.tid",
        FieldType.INT,
        "TID",
        "Thread id; that of a process's first thread equals its process id.",
        Column("tid"),
        example="thread.tid == 4711",
    ),
)
