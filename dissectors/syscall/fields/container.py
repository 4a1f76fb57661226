"""Fields of the container the process ran in: what its cgroups and the recorder's metadata say; for stages ③–⑤."""

from __future__ import annotations

from thresher.capture.model import Argument, Field, FieldType, Sql, Version

_MOUNT_PARTS = ("source", "dest", "mode", "rdwr", "propagation")
_IS_MOUNT = (
    "CASE WHEN regexp_full_match(:argument, '[0-9]+') THEN i - 1 = TRY_CAST(:argument AS BIGINT) "
    "ELSE split_part(x, ':', {}) GLOB :argument END"
)
_START = (
    "(SELECT nullif(max(greatest(p.pidns_start_ns, 0)), 0) FROM processes p WHERE p.container_id = r.container_id "
    "AND r.container_id <> 'host')"
)
_INIT_EXIT = (
    "EXISTS (SELECT 1 FROM processes p JOIN process_ends x USING (proc_id) WHERE p.container_id = r.container_id "
    "AND p.vpid = 1 AND p.is_main AND x.reason = 1)"
)
_LISTED = "EXISTS (SELECT 1 FROM processes p WHERE p.container_id = r.container_id AND p.origin IN (1, 4))"


def _known(name: str, type_: FieldType, title: str, description: str, expression: str, example: str) -> Field:
    return Field(name, type_, title, description, Version("containers", expression), example=example)


def _text(name: str, title: str, description: str, expression: str, example: str) -> Field:
    return _known(name, FieldType.STRING, title, description, expression, example)


def _flag(name: str, title: str, description: str, expression: str) -> Field:
    return _known(name, FieldType.BOOL, title, description, expression, f"{name} == true")


def _mount(part: str, title: str, key: int) -> Field:
    """``key`` is the part that a path given as the argument is compared with."""
    chosen = f"list_filter(r.mounts, LAMBDA x, i : {_IS_MOUNT.format(key)})[1]"
    whole = part == ""
    what = "The mount" if whole else f"The part '{part}' of the mount"
    value = chosen if whole else f"split_part({chosen}, ':', {_MOUNT_PARTS.index(part) + 1})"
    name = "container.mount" + ("" if whole else f".{part}")
    by = "source" if key == 1 else "destination"
    return Field(
        name,
        FieldType.STRING,
        title,
        f"{what} of the container that is named by its number from 0 or by its {by}, which may be a glob.",
        Version("containers", f"nullif({value}, '')"),
        argument=Argument.NAME,
        argument_required=True,
        example=f'{name}[0] != ""',
    )


CONTAINER_FIELDS: tuple[Field, ...] = (
    Field(
        "container.id",
        FieldType.STRING,
        "Container",
        "First 12 digits of the container's id, from the cgroups of the process; 'host' outside a container.",
        Version("processes", "container_id"),
        example='container.id != "host"',
    ),
    _text(
        "container.full_id",
        "Container (full id)",
        "Whole id of the container.",
        "full_id",
        'container.full_id startswith "697956520d89"',
    ),
    _text(
        "container.name",
        "Container name",
        "Name of the container; 'host' outside one.",
        "name",
        'container.name == "shop-web"',
    ),
    _text(
        "container.type",
        "Container type",
        "Engine that runs the container: docker, podman, containerd, cri-o, lxc and others; 'host' outside one.",
        "type",
        'container.type == "docker"',
    ),
    _text("container.image", "Image", "Name of the container's image.", "image", 'container.image == "nginx:latest"'),
    _text(
        "container.image.id",
        "Image id",
        "Id of the container's image.",
        "image_id",
        'container.image.id startswith "f68d6e55"',
    ),
    _text(
        "container.image.repository",
        "Image repository",
        "Name of the container's image without its tag.",
        "image_repository",
        'container.image.repository == "nginx"',
    ),
    _text(
        "container.image.tag",
        "Image tag",
        "Tag of the container's image.",
        "image_tag",
        'container.image.tag == "latest"',
    ),
    _text(
        "container.image.digest",
        "Image digest",
        "Digest of the container's image in its registry.",
        "image_digest",
        'container.image.digest startswith "sha256:96fb"',
    ),
    _flag(
        "container.privileged", "Privileged", "Whether the container runs with all rights on the machine.", "privileged"
    ),
    _flag("container.host_pid", "Host's PIDs", "Whether the container shares the machine's pid namespace.", "host_pid"),
    _flag(
        "container.host_network",
        "Host's network",
        "Whether the container shares the machine's network.",
        "host_network",
    ),
    _flag("container.host_ipc", "Host's IPC", "Whether the container shares the machine's IPC namespace.", "host_ipc"),
    _text(
        "container.ip",
        "Container address",
        "First address of the container, as its engine told it.",
        "ip",
        'container.ip == "172.17.0.2"',
    ),
    _text(
        "container.cni.json",
        "CNI result",
        "What the network plugin answered for the container's pod, as JSON.",
        "cni",
        'container.cni.json contains "10.244."',
    ),
    _text(
        "container.labels",
        "Labels",
        "Labels of the container as key:value, joined with commas.",
        "nullif(array_to_string(r.labels, ','), '')",
        'container.labels contains "maintainer:"',
    ),
    Field(
        "container.label",
        FieldType.STRING,
        "Label",
        "Value of one label of the container, as in container.label[maintainer].",
        Version(
            "containers",
            "substr(list_filter(r.labels, LAMBDA x : starts_with(x, :argument || ':'))[1], length(:argument) + 2)",
        ),
        argument=Argument.NAME,
        argument_required=True,
        example='container.label.maintainer contains "NGINX"',
    ),
    _text(
        "container.mounts",
        "Mounts",
        "Mounts of the container as source:dest:mode:rdwr:propagation, joined with spaces.",
        "nullif(array_to_string(r.mounts, ' '), '')",
        'container.mounts contains "/var/run/docker.sock"',
    ),
    _mount("", "Mount", 1),
    _mount("source", "Mount source", 2),
    _mount("dest", "Mount destination", 1),
    _mount("mode", "Mount mode", 1),
    _mount("rdwr", "Mount is writable", 1),
    _mount("propagation", "Mount propagation", 1),
    Field(
        "container.env",
        FieldType.STRING,
        "Container's environment",
        "Environment that the container was made with, as NAME=value.",
        Version("containers", "nullif(r.env, [])"),
        is_list=True,
        example='container.env contains "MYSQL_ROOT_PASSWORD="',
    ),
    Field(
        "container.healthcheck",
        FieldType.STRING,
        "Health check",
        "Command that the container's engine runs to see whether it is well.",
        Version("containers", "healthcheck"),
        example='container.healthcheck contains "curl"',
    ),
    Field(
        "container.liveness_probe",
        FieldType.STRING,
        "Liveness probe",
        "Command that Kubernetes runs to see whether the container lives.",
        Version("containers", "liveness_probe"),
        example='container.liveness_probe contains "curl"',
    ),
    Field(
        "container.readiness_probe",
        FieldType.STRING,
        "Readiness probe",
        "Command that Kubernetes runs to see whether the container is ready.",
        Version("containers", "readiness_probe"),
        example='container.readiness_probe contains "curl"',
    ),
    _known(
        "container.start_ts",
        FieldType.TIME,
        "Container began",
        "When the pid namespace of the container began, in UTC.",
        _START,
        'container.start_ts > "2026-11-23 07:00:00"',
    ),
    Field(
        "container.duration",
        FieldType.DURATION,
        "Container's age",
        "Time from the beginning of the container's pid namespace to the event, in nanoseconds.",
        Sql(
            "e.time_ns - (SELECT nullif(max(greatest(q.pidns_start_ns, 0)), 0) FROM processes p JOIN processes q "
            "ON q.container_id = p.container_id WHERE p.proc_id = e.proc_id AND p.container_id <> 'host')"
        ),
        example="container.duration < 10s",
    ),
    _known(
        "container.first_seen",
        FieldType.TIME,
        "Container first seen",
        "Time of the first event of the capture that happened in the container, in UTC.",
        "(SELECT x.time_ns FROM events x WHERE x.num = r.first_num)",
        'container.first_seen > "2026-11-23 07:00:00"',
    ),
    _known(
        "container.last_seen",
        FieldType.TIME,
        "Container last seen",
        "Time of the last event of the capture that happened in the container, in UTC.",
        "(SELECT x.time_ns FROM events x WHERE x.num = r.last_num)",
        'container.last_seen < "2026-11-23 08:00:00"',
    ),
    _flag(
        "container.is_new",
        "Container is new",
        "Whether no process of the container was there when the capture began; absent on the host.",
        f"CASE WHEN r.container_id <> 'host' THEN NOT {_LISTED} END",
    ),
    _flag(
        "container.has_ended",
        "Container has ended",
        "Whether the container's first process, 1 in its pid namespace, exited within the capture; absent on the host.",
        f"CASE WHEN r.container_id <> 'host' THEN {_INIT_EXIT} END",
    ),
)
