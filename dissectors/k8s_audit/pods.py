"""Fields of a pod that a Kubernetes audit event asks for, and of each kind of its containers, as data (stage ②)."""

from __future__ import annotations

from thresher.capture.model import Argument, Field
from thresher.dissectors.json_declaring import expression, listing, member, text

_SPEC = "requestObject.spec"
_CONTEXT = f"{_SPEC}.securityContext"
_VOLUMES = f"json_extract(e.raw, '$.{_SPEC}.volumes[*]')"
_PATHS = f"list_filter(json_extract_string(e.raw, '$.{_SPEC}.volumes[*].hostPath.path'), LAMBDA p : p IS NOT NULL)"
_KINDS = (
    f"nullif(flatten(list_transform({_VOLUMES}, LAMBDA v : list_filter(json_keys(v), LAMBDA k : k <> 'name'))), [])"
)
_REPOSITORY = "regexp_replace(regexp_replace({image}, '@.*$', ''), ':[^/]*$', '')"
_FIRST_IMAGE = text(f"{_SPEC}.containers[0].image")
_PRIVILEGED = f"""CASE WHEN e.target_resource = 'pods' AND json_exists(e.raw, '$.{_SPEC}') THEN
 CASE WHEN list_contains(list_concat(json_extract_string(e.raw, '$.{_SPEC}.containers[*].securityContext.privileged'),
 json_extract_string(e.raw, '$.{_SPEC}.initContainers[*].securityContext.privileged'),
 json_extract_string(e.raw, '$.{_SPEC}.ephemeralContainers[*].securityContext.privileged')), 'true')
 THEN 'true' ELSE 'false' END END"""
_HAS_PATH = f"""CASE WHEN len({_PATHS}) > 0 THEN
 (CASE WHEN ends_with(:argument, '*') THEN len(list_filter({_PATHS}, LAMBDA p : starts_with(p, :argument[:-2]))) > 0
 ELSE list_contains({_PATHS}, :argument) END)::VARCHAR END"""

POD: tuple[Field, ...] = (
    member("ka.req.pod.host_ipc", f"{_SPEC}.hostIPC", "Host IPC", "'true' where the pod shares the host's IPC."),
    member("ka.req.pod.host_network", f"{_SPEC}.hostNetwork", "Host network", "'true' where it shares the network."),
    member("ka.req.pod.host_pid", f"{_SPEC}.hostPID", "Host PID", "'true' where it sees the host's processes."),
    member("ka.req.pod.run_as_user", f"{_CONTEXT}.runAsUser", "Run as user", "User id that the pod runs as."),
    member("ka.req.pod.run_as_group", f"{_CONTEXT}.runAsGroup", "Run as group", "Group id that the pod runs as."),
    member("ka.req.pod.fs_group", f"{_CONTEXT}.fsGroup", "Volume group", "Group id that owns the pod's volumes."),
    listing(
        "ka.req.pod.supplemental_groups",
        f"{_CONTEXT}.supplementalGroups",
        "More groups",
        "Further group ids of the pod.",
        is_indexed=False,
    ),
    listing(
        "ka.req.pod.volumes.hostpath",
        f"{_SPEC}.volumes[*].hostPath.path",
        "Host paths",
        "Paths of the host that volumes mount.",
        'ka.req.pod.volumes.hostpath startswith "/var/run"',
    ),
    listing(
        "ka.req.pod.volumes.flexvolume_driver",
        f"{_SPEC}.volumes[*].flexVolume.driver",
        "Flex drivers",
        "Drivers of the pod's flex volumes.",
    ),
    expression(
        "ka.req.pod.volumes.volume_type",
        _KINDS,
        "Volume types",
        "Kinds of the pod's volumes: hostPath, secret, emptyDir and so on.",
        is_list=True,
        argument=Argument.INDEX,
    ),
    expression(
        "ka.req.volume.hostpath",
        _HAS_PATH,
        "Has host path",
        "'true' where a volume mounts this path of the host, or where it ends with * one that begins so.",
        argument=Argument.NAME,
        deprecated="ka.req.pod.volumes.hostpath",
    ),
    expression(
        "ka.req.container.image",
        _FIRST_IMAGE,
        "First image",
        "Image of the first container.",
        deprecated="ka.req.pod.containers.image",
    ),
    expression(
        "ka.req.container.image.repository",
        _REPOSITORY.format(image=_FIRST_IMAGE),
        "First repository",
        "Image of the first container without tag and digest.",
        deprecated="ka.req.pod.containers.image.repository",
    ),
    member(
        "ka.req.container.host_network",
        f"{_SPEC}.hostNetwork",
        "Host network",
        "'true' where the pod shares the host's network.",
        deprecated="ka.req.pod.host_network",
    ),
    expression(
        "ka.req.container.privileged",
        _PRIVILEGED,
        "Privileged",
        "'true' where any container of the pod is privileged.",
        deprecated="ka.req.pod.containers.privileged",
    ),
)

_MEMBERS: tuple[tuple[str, str, str, str], ...] = (
    ("args", "args", "arguments", "Arguments of the pod's {kind}."),
    ("command", "command", "command", "Commands of the pod's {kind}."),
    ("name", "name", "names", "Names of the pod's {kind}."),
    ("image", "image", "images", "Images of the pod's {kind}."),
    ("host_port", "ports.hostPort", "host ports", "Ports of the host that the pod's {kind} take."),
    ("privileged", "securityContext.privileged", "privileged", "'true' for privileged ones among the pod's {kind}."),
    (
        "allow_privilege_escalation",
        "securityContext.allowPrivilegeEscalation",
        "escalation",
        "Whether the pod's {kind} may gain privileges, 'true' or 'false'.",
    ),
    (
        "read_only_fs",
        "securityContext.readOnlyRootFilesystem",
        "read-only",
        "Whether the root file system of the pod's {kind} is read-only, 'true' or 'false'.",
    ),
    ("run_as_user", "securityContext.runAsUser", "users", "User ids that the pod's {kind} ask for."),
    ("run_as_group", "securityContext.runAsGroup", "groups", "Group ids that the pod's {kind} ask for."),
    ("proc_mount", "securityContext.procMount", "proc mounts", "How /proc is mounted in the pod's {kind}."),
    (
        "add_capabilities",
        "securityContext.capabilities.add",
        "capabilities",
        "Capabilities added to the pod's {kind}.",
    ),
)
"""Name below the kind, path below a container, title, description."""

_WORDS = {
    "containers": ("Container", "containers"),
    "initContainers": ("Init", "init containers"),
    "ephemeralContainers": ("Ephemeral", "ephemeral containers"),
}
"""Kind to the beginning of titles, and what descriptions call it."""


def containers(kind: str) -> tuple[Field, ...]:
    """The fields of one kind of containers; an index picks one container."""
    title, words = _WORDS[kind]
    every = f"json_extract(e.raw, '$.{_SPEC}.{kind}[*]')"
    image = _REPOSITORY.format(image="json_extract_string(c, '$.image')")
    made = [
        listing(f"ka.req.pod.{kind}.{name}", f"{_SPEC}.{kind}[*].{path}", f"{title} {word}", text_.format(kind=words))
        for name, path, word, text_ in _MEMBERS
        if not (kind == "ephemeralContainers" and name == "host_port")
    ]
    made.append(
        expression(
            f"ka.req.pod.{kind}.image.repository",
            f"nullif(list_transform({every}, LAMBDA c : {image}), [])",
            f"{title} repositories",
            f"Images of the pod's {words} without tag and digest.",
            is_list=True,
            argument=Argument.INDEX,
        )
    )
    for name, path, word in (("eff_run_as_user", "runAsUser", "users"), ("eff_run_as_group", "runAsGroup", "groups")):
        own = f"json_extract_string(c, '$.securityContext.{path}')"
        effective = f"coalesce({own}, {text(f'{_CONTEXT}.{path}')}, '0')"
        made.append(
            expression(
                f"ka.req.pod.{kind}.{name}",
                f"nullif(list_transform({every}, LAMBDA c : {effective}), [])",
                f"{title} effective {word}",
                f"Ids of {word} that the pod's {words} run as: their own, else the pod's, else 0.",
                is_list=True,
                argument=Argument.INDEX,
            )
        )
    return tuple(made)
