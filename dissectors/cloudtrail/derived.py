"""CloudTrail fields that are no single member of the record, as SQL over the event row ``e`` (stage ②)."""

from __future__ import annotations

from collections.abc import Iterable

from thresher.dissectors.cloudtrail.apis import ADMINISTRATIVE_NAMES, ADMINISTRATIVE_SERVICES, TACTICS


def _named(column: str) -> str:
    """A column's text; an empty one names nobody and counts as absent."""
    return f"nullif(e.{column}, '')"


# string_split instead of split_part, which DuckDB 2.0 cannot compare where a column is all NULL
_OWN = _named("user_name")
_LAST_OF_USER_ARN = "CASE WHEN contains(e.user_arn, ':user/') THEN nullif(string_split(e.user_arn, '/')[-1], '') END"
USER = f"""coalesce(CASE e.user_type
 WHEN 'Root' THEN coalesce({_OWN}, 'Root')
 WHEN 'AWSService' THEN {_named("invoked_by")}
 WHEN 'AWSAccount' THEN coalesce({_named("account_id")}, 'AWSAccount')
 WHEN 'AssumedRole' THEN coalesce({_named("issuer_name")}, nullif(string_split(e.user_arn, '/')[2], ''))
 WHEN 'Role' THEN coalesce({_named("issuer_name")}, nullif(string_split(e.user_arn, '/')[2], ''))
 WHEN 'FederatedUser' THEN
  coalesce(nullif(string_split(e.user_arn, 'federated-user/')[2], ''), {_OWN}, 'FederatedUser')
 WHEN 'IdentityCenterUser' THEN coalesce({_OWN}, {_named("sign_in_name")}, {_named("on_behalf_of")})
END, {_OWN}, {_named("invoked_by")}, {_named("issuer_name")}, {_LAST_OF_USER_ARN}, {_named("sign_in_name")},
 nullif(string_split(e.principal_id, ':')[-1], ''))"""
"""Roles go by the role's name, people by their own; only what the record says, in the order of how telling it is."""

_LAST_OF_ARN = "CASE WHEN contains(e.user_arn, '/') THEN nullif(string_split(e.user_arn, '/')[-1], '') END"
_LAST_OF_PRINCIPAL = (
    "CASE WHEN contains(e.principal_id, ':') THEN nullif(string_split(e.principal_id, ':')[-1], '') END"
)
SESSION_NAME = f"""CASE WHEN e.user_type IN ('AssumedRole', 'FederatedUser')
 THEN coalesce({_LAST_OF_ARN}, {_LAST_OF_PRINCIPAL}) END"""
ORIGINAL_USER = f"""CASE WHEN e.user_type = 'AssumedRole'
 THEN coalesce({_LAST_OF_ARN}, {_LAST_OF_PRINCIPAL}) ELSE e.user_name END"""

ACCOUNT = "coalesce(e.account_id, e.recipient_account_id, e.aggregated_account)"
SHORT_SOURCE = "string_split(e.event_source, '.amazonaws.com')[1]"
_KINDS = ("Management", "Data", "NetworkActivity", "Aggregated")
# a list instead of CASE, which DuckDB 2.0 cannot compare where all categories lead to NULL
MANAGEMENT_EVENT = f"""coalesce(e.management_event,
 ['true', 'false', 'false', 'false'][list_position({list(_KINDS)}, e.event_category)])"""
MFA = """CASE WHEN e.mfa_session = 'true' OR e.mfa_sign_in = 'Yes' THEN true
 WHEN e.mfa_session = 'false' OR e.mfa_sign_in = 'No' THEN false END"""
ISSUED_KEY = "coalesce(e.issued_session_key, e.issued_user_key)"
WHERE = "nullif(concat_ws('/', coalesce(e.recipient_account_id, e.account_id, e.aggregated_account), e.region), '')"

_VERSION = r"""CASE json_type(e.raw, '$.eventVersion')
 WHEN 'VARCHAR' THEN json_extract_string(e.raw, '$.eventVersion')
 ELSE regexp_extract(e.raw, '"eventVersion"\s*:\s*(\d+\.\d+)', 1) END"""
"""As written: the number 1.10 would come as 1.1."""
VERSION_MINOR = f"try_cast(string_split({_VERSION}, '.')[2] AS UINTEGER)"
VERSION_MAJOR = f"try_cast(string_split({_VERSION}, '.')[1] AS UINTEGER)"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


_ERROR = f"coalesce({_named('error_code')}, {_named('response_error')})"
_REFUSED = """'Failure' IN (e.console_login, e.switch_role, e.check_mfa, e.user_authentication,
  e.credential_verification)
 OR (e.event_type = 'AwsConsoleSignIn' AND e.error_message <> '')"""
"""Sign-ins tell a failure in their response, in the details of a service's event, or only by a message."""
_DENIED = (
    "accessdenied|unauthorized|notauthorized|forbidden|authfailure|failed authentication|mfarequired"
    "|invalidclienttokenid|unrecognizedclient|invalidaccesskeyid|signaturedoesnotmatch|expiredtoken|optinrequired"
    "|invalididentitytoken|missingauthenticationtoken|incompletesignature|requestexpired|allaccessdisabled"
)
_THROTTLED = "throttl|toomanyrequests|requestlimitexceeded|slowdown|throughputexceeded|rateexceeded"
_NOT_FOUND = "notfound|nosuch|doesnotexist|nonexistent|notexist"
OUTCOME = f"""CASE
 WHEN e.event_category IN ('Insight', 'Aggregated') THEN NULL
 WHEN {_ERROR} IS NULL THEN CASE WHEN {_REFUSED} THEN 'denied' WHEN e.error_message <> '' THEN 'error' ELSE 'ok' END
 WHEN regexp_matches(lower({_ERROR}), '{_DENIED}') THEN 'denied'
 WHEN regexp_matches(lower({_ERROR}), '{_THROTTLED}') THEN 'throttled'
 WHEN regexp_matches(lower({_ERROR}), '{_NOT_FOUND}') THEN 'not-found'
 ELSE 'error'
END"""

CALL = f"{SHORT_SOURCE} || ':' || e.event_name"
_READS = "^(Get|List|Describe|Head|Lookup|Search|Query|Scan|Select|BatchGet|View|Check|Test|Validate|Simulate|Filter)"
ACCESS = f"""CASE WHEN coalesce(e.read_only = 'true', regexp_matches(e.event_name, '{_READS}')) THEN 'read'
 WHEN e.event_name IS NULL THEN NULL
 WHEN {SHORT_SOURCE} IN ({_listed(ADMINISTRATIVE_SERVICES)})
 OR regexp_matches(e.event_name, '{"|".join(ADMINISTRATIVE_NAMES)}') THEN 'administrative'
 ELSE 'write' END"""
TACTIC = f"""nullif(list_filter([{
    ", ".join(
        f"CASE WHEN {CALL} IN ({_listed(sorted(calls))}) THEN '{tactic}' END" for tactic, calls in TACTICS.items()
    )
}], lambda tactic: tactic IS NOT NULL), []::VARCHAR[])"""

URI = "'s3://' || e.bucket || '/' || e.object_key"
BYTES = """CASE WHEN e.bytes_in IS NOT NULL OR e.bytes_out IS NOT NULL
 THEN try_cast(coalesce(e.bytes_in, 0)::HUGEINT + coalesce(e.bytes_out, 0)::HUGEINT AS UBIGINT) END"""


def count_of(*names: str, negated: bool = False) -> str:
    """1 for calls of these names, 0 for others; the other way round if negated."""
    listed = ", ".join(f"'{name}'" for name in names)
    return f"CASE WHEN e.event_name {'NOT IN' if negated else 'IN'} ({listed}) THEN 1 ELSE 0 END"


_INSTANCE_TAGS = """flatten(list_transform(list_filter(
 json_extract(e.raw, '$.requestParameters.tagSpecificationSet.items[*]'),
 lambda item: json_extract_string(item, '$.resourceType') = 'instance'),
 lambda item: json_extract(item, '$.tags[*]')))"""
INSTANCE_NAME = f"""json_extract_string(list_extract(list_filter({_INSTANCE_TAGS},
 lambda tag: json_extract_string(tag, '$.key') = 'Name'), 1), '$.value')"""


def _texts(*paths: str) -> str:
    """The values of several paths as a list, reading the record once."""
    listed = ", ".join(f"'$.{path}'" for path in paths)
    return f"json_extract_string(e.raw, [{listed}])"


def _present(listed: str) -> str:
    """A list without its NULLs; NULL where nothing is left."""
    return f"nullif(list_filter({listed}, lambda item: item IS NOT NULL), []::VARCHAR[])"


_REQUESTED_IMAGES = _texts(
    "requestParameters.imageId",
    "requestParameters.DescribeFastLaunchImagesRequest.ImageId.content",
    "requestParameters.launchSpecification.imageId",
)
_STARTED_IMAGES = "json_extract_string(e.raw, '$.responseElements.instancesSet.items[*].imageId')"
IMAGE_IDS = f"coalesce({_present(_STARTED_IMAGES)}, {_present(_REQUESTED_IMAGES)})"
IMAGE_ID = f"list_extract({IMAGE_IDS}, 1)"

RESOURCE_ARNS = _present("json_extract_string(e.raw, '$.resources[*].ARN')")

OBJECT_PATHS: tuple[str, ...] = (
    "requestParameters.roleArn",
    "requestParameters.userName",
    "requestParameters.roleName",
    "requestParameters.groupName",
    "requestParameters.policyArn",
    "requestParameters.secretId",
    "requestParameters.functionName",
    "requestParameters.instanceId",
    "requestParameters.instancesSet.items[0].instanceId",
    "requestParameters.groupId",
    "requestParameters.keyId",
    "requestParameters.tableName",
    "requestParameters.queueUrl",
    "requestParameters.topicArn",
    "requestParameters.dBInstanceIdentifier",
    "requestParameters.snapshotId",
    "requestParameters.volumeId",
    "requestParameters.detectorId",
    "requestParameters.repositoryName",
    "requestParameters.logGroupName",
    "requestParameters.stackName",
    "requestParameters.trailName",
    "requestParameters.trailNameList[0]",
    "requestParameters.resourceArn",
    "requestParameters.name",
    "resources[0].ARN",
)
"""Where a request names what it is about, most telling first."""

_INSIGHT = """concat_ws(' ', json_extract_string(e.raw, '$.insightDetails.insightType'),
 json_extract_string(e.raw, '$.insightDetails.state'), json_extract_string(e.raw, '$.insightDetails.eventSource'),
 json_extract_string(e.raw, '$.insightDetails.eventName'), json_extract_string(e.raw, '$.insightDetails.errorCode'))"""
AGGREGATED_NAMES = _present("json_extract_string(e.raw, '$.summary.primaryDimension.statistics[*].name')")
_SHOWN = 3
_COUNTED = f"""list_transform(json_extract(e.raw, '$.summary.primaryDimension.statistics[*]')[:{_SHOWN}],
 lambda one: concat_ws(' × ', json_extract_string(one, '$.value'), json_extract_string(one, '$.name')))"""
_AGGREGATED = f"""concat_ws(' ', json_extract_string(e.raw, '$.summary.primaryDimension.dimension'),
 list_aggregate({_COUNTED}, 'string_agg', ', '))"""
_SUMMARY = f"""CASE e.event_category WHEN 'Insight' THEN {_INSIGHT} WHEN 'Aggregated' THEN {_AGGREGATED} END"""
"""What the records say that are no calls."""

_NAMED = f"list_extract({_present(_texts(*OBJECT_PATHS))}, 1)"
RESOURCE = f"coalesce({URI}, 's3://' || e.bucket, {_SUMMARY}, {_NAMED})"

INFO = f"""coalesce({_SUMMARY}, concat_ws(' ', {USER}, 'via ' || e.src_ip,
 CASE WHEN ({OUTCOME}) <> 'ok' THEN '!' ELSE '' END || CASE e.read_only WHEN 'true' THEN '←' ELSE '→' END,
 e.event_name, {_ERROR}, {RESOURCE}, CASE WHEN {BYTES} > 0 THEN ({BYTES})::VARCHAR || ' bytes' END))"""
