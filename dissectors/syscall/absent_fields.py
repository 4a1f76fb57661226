"""Fields that other tools on system calls have and a capture file cannot tell, with the reason; data of stage ②."""

from __future__ import annotations

_KUBERNETES = "libsinsp asked a live cluster for it; --metadata FILE adds what kubectl says of pods, as in k8s.pod.name"
_POD = "libsinsp's plugin k8smeta asks a live cluster for it; k8s.{} is what the capture or --metadata FILE tells"
_CHECK = "which program started a check is not recorded; compare proc.cmdline with container.{}"
_DOCKER = "docker's own events stopped being recorded in 2017; where they are there, {} holds it"
_SPAN = "libsinsp made it from tracers; write evt.type == tracer, with evt.arg.id, evt.arg.tags and evt.arg.args"
_MESOS = "libsinsp asked a live Mesos cluster for it; container.labels holds what the containers were started with"
_ANOMALY = "Falco's plugin counts it while it runs; 'thresher sql' counts over a whole capture"
_KERNEL_EVENTS = (
    "it belongs to the plugin krsi, whose events need that plugin to be read; evt.plugininfo shows them raw"
)

ABSENT: dict[str, str] = {
    "evt.around": "a number of ms around a time is a range; write evt.time in {a..b}, or around(FILTER, 5ms)",
    "evt.pluginname": "a capture holds the number of a plugin and not its name; write evt.rawarg.plugin_id",
    "evt.infra.docker.name": _DOCKER.format("evt.arg.name"),
    "evt.infra.docker.container": _DOCKER.format("evt.arg.scope"),
    "util.cnt": "it counts what is printed; evt.num numbers the events of the capture",
    "proc.is_container_healthcheck": _CHECK.format("healthcheck"),
    "proc.is_container_liveness_probe": _CHECK.format("liveness_probe"),
    "proc.is_container_readiness_probe": _CHECK.format("readiness_probe"),
    "k8s.ns.id": _KUBERNETES,
    "k8s.ns.label": _KUBERNETES,
    "k8s.ns.labels": _KUBERNETES,
    **{f"k8s.{kind}": _KUBERNETES for kind in ("rc", "rs", "svc", "deployment")},
    **{f"k8smeta.pod.{what}": _POD.format(f"pod.{what}") for what in ("name", "uid", "label", "labels", "ip")},
    "k8smeta.ns.name": _POD.format("ns.name"),
    "k8smeta": _KUBERNETES,
    "span": _SPAN,
    "evtin": _SPAN,
    "mesos": _MESOS,
    "marathon": _MESOS,
    "anomaly": _ANOMALY,
    "krsi": _KERNEL_EVENTS,
}
"""Why, and what to write instead, by the name of a field or by what the names of several begin with."""
