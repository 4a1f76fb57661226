"""What CloudTrail's records tell of their own completeness: accounts, regions, categories, trails stopped (stage ②)."""

from __future__ import annotations

from thresher.capture.scope import Scope
from thresher.dissectors.cloudtrail import derived

_MINUTE = 60 * 10**9
_SWITCHES = (
    "StopLogging",
    "StartLogging",
    "CreateTrail",
    "UpdateTrail",
    "DeleteTrail",
    "PutEventSelectors",
    "PutInsightSelectors",
    "PutResourcePolicy",
    "StopEventDataStoreIngestion",
    "StartEventDataStoreIngestion",
    "DeleteEventDataStore",
    "UpdateEventDataStore",
    "RegisterOrganizationDelegatedAdmin",
    "DeregisterOrganizationDelegatedAdmin",
)

SCOPE = Scope(
    parts=(("account", "coalesce(e.recipient_account_id, e.account_id, e.aggregated_account)"), ("region", "e.region")),
    kinds=("category", "e.event_category"),
    switches=f"e.event_source = 'cloudtrail.amazonaws.com' AND e.event_name IN ({', '.join(map(repr, _SWITCHES))})",
    what="e.event_name",
    target=f"coalesce(json_extract_string(e.raw, '$.requestParameters.name'), {derived.RESOURCE})",
    actor=derived.USER,
    succeeded=f"({derived.OUTCOME}) = 'ok'",
    delivered=r"_CloudTrail(?:-Insight|-NetworkActivity|-Aggregated)?_[a-z0-9-]+_(\d{8}T\d{4})Z_",
    delivered_form="%Y%m%dT%H%M",
    delay_ns=15 * _MINUTE,
    silence_ns=60 * _MINUTE,
)
"""AWS: deliveries come about every five minutes, on average within five minutes of the call, and usually within 15."""
