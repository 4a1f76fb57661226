"""Fields of the container the process ran in; data for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Field, FieldType, Version

CONTAINER_FIELDS: tuple[Field, ...] = (
    Field(
        "container.id",
        FieldType.STRING,
        "Container",
        "First 12 digits of the container's id, from the cgroups of the process; 'host' outside a container.",
        Version("processes", "container_id"),
        example='container.id != "host"',
    ),
)
