"""Fields of what a thread used of its processor, from the recorder's samples; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.evidence import Gathered
from thresher.capture.model import Field, FieldType

PASS = "processor samples"
"""The group of fields that is made in one pass."""


def _share(suffix: str, title: str, what: str) -> Field:
    name = f"thread.cpu{suffix}"
    return Field(
        name,
        FieldType.UINT,
        title,
        f"Percent of one processor that the thread used{what} since its sample before; of procinfo events only.",
        Gathered(PASS),
        example=f"{name} > 50",
    )


PROCESSOR_FIELDS: tuple[Field, ...] = (
    _share("", "CPU", ""),
    _share(".user", "CPU, own code", " for its own code"),
    _share(".system", "CPU, kernel", " in the kernel"),
)
