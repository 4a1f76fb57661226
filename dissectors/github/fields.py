"""The fields of a GitHub webhook message under the names of Falco's plugin github, as data (stage ②)."""

from __future__ import annotations

from thresher.capture.generic_fields import TIME_FIELDS, delivery, event_type
from thresher.capture.model import Column, Field
from thresher.dissectors.json_declaring import expression, member, placed, text, tree

STORED: tuple[tuple[str, str, str], ...] = (
    ("kind", "VARCHAR", "webhook_type"),
    ("action", "VARCHAR", "action"),
    ("sender", "VARCHAR", "sender.login"),
    ("repository", "VARCHAR", "repository.html_url"),
    ("organization", "VARCHAR", "organization.login"),
)
"""Column, DuckDB type, path: what is filtered on most."""

_URL = "e.repository"
_MATCHES = "json_extract(e.raw, '$.files[*].matches[*]')"
_MINERS = "json_extract(e.raw, '$.workflow_miner_detections.matches[*]')"
_MINER_TYPES = "json_extract_string(e.raw, '$.workflow_miner_detections.matches[*].type')"
_FILES = """list_filter(json_extract(e.raw, '$.files[*]'),
 LAMBDA f : len(json_extract(f, '$.matches[*]')) > 0)"""
_SECRET_FILES = (
    f"flatten(list_transform({_FILES}, LAMBDA f : list_transform(json_extract(f, '$.matches[*]'), "
    "LAMBDA m : json_extract_string(f, '$.name'))))"
)
_SECRET_LINES = f"list_transform({_MATCHES}, LAMBDA m : json_extract_string(m, '$.line'))"
_LINKS = (
    f"flatten(list_transform({_FILES}, LAMBDA f : list_transform(json_extract(f, '$.matches[*]'), LAMBDA m : "
    f"concat({_URL}, '/blob/', {text('head_commit.id')}, '/', json_extract_string(f, '$.name'), '#L', "
    "json_extract_string(m, '$.line')))))"
)


def _joined(values: str) -> str:
    return f"nullif(array_to_string({values}, ','), '')"


def _commits(key: str) -> str:
    return _joined(f"json_extract_string(e.raw, '$.commits[*].{key}[*]')")


MESSAGE: tuple[Field, ...] = (
    member("github.type", "webhook_type", "Type", "Kind of message: push, star, repository, workflow_run and so on."),
    member("github.action", "action", "Action", "What was done, within the kind.", 'github.action == "deleted"'),
    member("github.user", "sender.login", "User", "Who caused the message."),
    member("github.org", "organization.login", "Organisation", "Organisation of the repository."),
)

REPOSITORY: tuple[Field, ...] = (
    member(
        "github.repo", "repository.html_url", "Repository", "Address of the repository.", deprecated="github.repo.url"
    ),
    member("github.repo.url", "repository.html_url", "Repository URL", "Address of the repository."),
    expression(
        "github.repo.name",
        f"regexp_replace({_URL}, '^https://[^/]+/', '')",
        "Repository name",
        "Owner and name of the repository.",
    ),
    member("github.repo.description", "repository.description", "About", "What the repository says of itself."),
    member("github.owner", "repository.owner.login", "Owner", "Who owns the repository."),
    expression(
        "github.repo.public",
        f"CASE {text('repository.private')} WHEN 'false' THEN 'true' WHEN 'true' THEN 'false' END",
        "Public",
        "'true' where everybody can read the repository.",
        'github.repo.public == "true"',
    ),
    member("github.collaborator.name", "member.login", "Collaborator", "Who was added or removed."),
    member("github.collaborator.role", "changes.permission.to", "Role", "What a collaborator may do from now on."),
    member("github.webhook.id", "hook.id", "Webhook ID", "Identifier of a new webhook."),
    member("github.webhook.type", "hook.type", "Webhook type", "What a new webhook watches."),
)

CONTENT: tuple[Field, ...] = (
    expression("github.commit.added", _commits("added"), "Added", "Files that a push added, with commas between."),
    expression("github.commit.modified", _commits("modified"), "Modified", "Files that a push changed."),
    expression("github.commit.removed", _commits("removed"), "Removed", "Files that a push removed."),
    expression(
        "github.diff.has_secrets",
        f"CASE WHEN e.kind = 'push' THEN (len({_MATCHES}) > 0)::VARCHAR END",
        "Has secrets",
        "'true' where the collector found secrets in what was pushed, 'false' for other pushes.",
        'github.diff.has_secrets == "true"',
    ),
    expression(
        "github.diff.committed_secrets.desc",
        _joined(f"list_transform({_MATCHES}, LAMBDA m : json_extract_string(m, '$.desc'))"),
        "Secrets",
        "What kinds of secrets were pushed.",
    ),
    expression("github.diff.committed_secrets.files", _joined(_SECRET_FILES), "Secret files", "Files they are in."),
    expression("github.diff.committed_secrets.lines", _joined(_SECRET_LINES), "Secret lines", "Lines they are on."),
    expression("github.diff.committed_secrets.links", _joined(_LINKS), "Secret links", "Where they can be seen."),
    expression(
        "github.workflow.has_miners",
        f"CASE WHEN e.kind = 'workflow_run' THEN (len({_MINERS}) > 0)::VARCHAR END",
        "Has miners",
        "'true' where the collector found a coin miner in the workflow, 'false' for other runs.",
    ),
    expression("github.workflow.miners.type", _joined(_MINER_TYPES), "Miners", "What kinds of miners."),
    member("github.workflow.filename", "workflow.path", "Workflow", "File that defines the workflow."),
)

DELIVERY = delivery("github")

FIELDS: tuple[Field, ...] = placed(
    (
        *TIME_FIELDS,
        *DELIVERY,
        event_type(Column("kind")),
        *MESSAGE,
        *REPOSITORY,
        *CONTENT,
        tree("github.json", "", "Member", "Any path in the message.", 'github.json.ref contains "main"'),
    ),
    STORED,
)
