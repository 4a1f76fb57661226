"""What an access key tells by itself, and how keys beget keys, as SQL over the event row ``e`` (stage ②)."""

from __future__ import annotations

from thresher.capture.credentials import Credentials
from thresher.dissectors.cloudtrail import derived
from thresher.dissectors.cloudtrail.apis import UNDOINGS

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ACCOUNTS = 10**12


def account_of(key: str) -> str:
    """SQL for the account that an access key belongs to; NULL where the key does not say.

    Behind the four letters of its kind a key is base32; bits 1 to 40 of it are the account. Bit 0 is set where that is
    so: keys from before 2019 have it clear and hold no account (observed; AWS documents the call that tells it,
    sts:GetAccessKeyInfo, not the spelling).
    """
    digits = f"list_transform(range(5, 14), lambda i: strpos('{_BASE32}', {key}[i]) - 1)"
    account = f"((list_reduce({digits}, lambda a, b: a * 32 + b)) >> 4) & {(1 << 40) - 1}"
    return f"""CASE WHEN regexp_full_match({key}, '(AKIA|ASIA)[Q-Z2-7][A-Z2-7]{{15}}')
 THEN (CASE WHEN {account} < {_ACCOUNTS} THEN lpad(({account})::VARCHAR, 12, '0') END) END"""


KEY = "nullif(e.access_key_id, '')"
KEY_ACCOUNT = account_of("e.access_key_id")
KEY_KIND = """CASE
 WHEN e.from_console = 'true' OR e.event_type IN ('AwsConsoleAction', 'AwsConsoleSignIn') THEN 'console'
 WHEN starts_with(e.access_key_id, 'AKIA') THEN 'long-term'
 WHEN starts_with(e.access_key_id, 'ASIA') THEN 'temporary' END"""
ISSUED_KEY_ACCOUNT = account_of(f"({derived.ISSUED_KEY})")

_EXPIRATION = "json_extract_string(e.raw, '$.responseElements.credentials.expiration')"
_EXPIRES = f"replace(replace({_EXPIRATION}, chr(8239), ' '), '+00:00', 'Z')"
_SPELLINGS = (
    "['%b %-d, %Y, %-I:%M:%S %p', '%b %-d, %Y %-I:%M:%S %p', '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%S.%nZ', "
    "'%a %b %d %H:%M:%S UTC %Y']"
)
EXPIRES_NS = f"""CASE WHEN e.issued_session_key IS NOT NULL THEN coalesce(
 epoch_ns(try_strptime({_EXPIRES}, {_SPELLINGS})),
 CASE WHEN regexp_full_match({_EXPIRATION}, '[0-9]{{10}}([.][0-9]+)?')
  THEN ({_EXPIRATION}::DECIMAL(28, 9) * 1000000000)::BIGINT
  WHEN regexp_full_match({_EXPIRATION}, '[0-9]{{13}}') THEN {_EXPIRATION}::BIGINT * 1000000 END) END"""
"""Records spell it 'Jul 10, 2023, 12:09:47 PM', those before 2021 without the second comma, newer ones in ISO 8601,
some services in seconds or milliseconds since 1970; all are UTC."""

CREDENTIALS = Credentials(
    used=KEY,
    issued=derived.ISSUED_KEY,
    shared="nullif(e.shared_event_id, '')",
    expires_ns=EXPIRES_NS,
    principal="coalesce(e.user_arn, e.principal_id, e.invoked_by, e.src_ip)",
    actor=derived.USER,
    names=("e.issuer_arn", "e.principal_id", "string_split(e.principal_id, ':')[1]", "e.source_identity"),
    session="CASE WHEN e.event_name = 'GetSigninToken' THEN e.principal_id END",
    signed_in="CASE WHEN e.from_console = 'true' THEN e.principal_id END",
    call=derived.CALL,
    resource=derived.RESOURCE,
    access=derived.ACCESS,
    succeeded=f"({derived.OUTCOME}) = 'ok'",
    revokes="""CASE WHEN e.event_name = 'DeleteAccessKey' OR (e.event_name = 'UpdateAccessKey'
 AND json_extract_string(e.raw, '$.requestParameters.status') = 'Inactive') THEN e.requested_key END""",
    restores="""CASE WHEN e.event_name = 'UpdateAccessKey'
 AND json_extract_string(e.raw, '$.requestParameters.status') = 'Active' THEN e.requested_key END""",
    lasts="starts_with(key, 'AKIA')",
    fields=("ct.user.accesskeyid", "ct.issuedkey"),
    chain="ct.chain.keys",
    undoings=UNDOINGS,
)
