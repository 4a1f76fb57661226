"""How tables name a CloudTrail record's members: Athena and Firehose in lower case, the console in words (stage ①)."""

from __future__ import annotations

MEMBERS: tuple[str, ...] = (
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
    "userAgent", "errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData",
    "requestID", "eventID", "readOnly", "resources", "eventType", "apiVersion", "managementEvent",
    "recipientAccountId", "sharedEventID", "vpcEndpointId", "vpcEndpointAccountId", "eventCategory",
    "serviceEventDetails", "insightDetails", "addendum", "sessionCredentialFromConsole", "edgeDeviceDetails",
    "tlsDetails", "eventContext",
)  # fmt: skip
"""Members of a record (AWS, CloudTrail record contents, versions 1.0 to 1.11)."""

INNER: tuple[str, ...] = (
    "type", "principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy", "identityProvider",
    "credentialId", "onBehalfOf", "userId", "identityStoreArn", "inScopeOf", "issuerType", "credentialsIssuedTo",
    "sourceArn", "sourceAccount", "sessionContext", "sessionIssuer", "attributes", "creationDate",
    "mfaAuthenticated", "webIdFederationData", "federatedProvider", "sourceIdentity", "ec2RoleDelivery",
    "assumedRoot", "tlsVersion", "cipherSuite", "clientProvidedHostHeader", "keyExchange", "reason",
    "updatedFields", "originalRequestID", "originalEventID", "requestContext", "tagContext",
)  # fmt: skip
"""Members of what is inside: the caller, the session, the TLS details, a resource, an addendum."""

CONSOLE = {
    "username": "userIdentity.userName",
    "awsaccesskey": "userIdentity.accessKeyId",
    "sourceipaddress": "sourceIPAddress",
    "readonly": "readOnly",
}
"""Columns of the console's event history that are members of members, by name without spaces and dashes."""

TEXTS = frozenset({"eventjson", "eventrecord", "cloudtrailevent", "raw", "rawevent", "message"})
"""Columns that hold the whole record as JSON, by name without spaces, dashes and underscores."""

_MEMBER_OF = {**{name.lower(): name for name in MEMBERS}, **CONSOLE}
_SPELLED = {name.lower(): name for name in (*INNER, *MEMBERS)}
_RESOURCE = {"arn": "ARN", "accountid": "accountId", "type": "type", "arnprefix": "ARNPrefix"}


def plain(column: str) -> str:
    """A column's name in lower case, without what separates words."""
    return "".join(letter for letter in column.lower() if letter.isalnum())


def member(column: str) -> str:
    """The dotted path in a record that a column stands for, empty for others."""
    return _MEMBER_OF.get(plain(column), "")


def spelled(name: str, inside: str) -> str:
    """A member of the member ``inside`` as CloudTrail spells it."""
    if inside == "resources":
        return _RESOURCE.get(name.lower(), name)
    return _SPELLED.get(name.lower(), name) if name.islower() else name
