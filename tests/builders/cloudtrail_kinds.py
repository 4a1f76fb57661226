"""CloudTrail records of the kinds that recorded sets lack: each kind of identity, category and version (stage ①)."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]
A, B = "111122223333", "444455556666"
CALLER: Record = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE",
    "arn": f"arn:aws:iam::{A}:user/alice",
    "accountId": A,
    "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "userName": "alice",
}


def _record(**members: Any) -> Record:
    """A management event of today with some members changed; None takes one away."""
    record = {
        "eventVersion": "1.10",
        "userIdentity": CALLER,
        "eventTime": "2026-11-23T07:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "ListUsers",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.5",
        "userAgent": "aws-cli/2",
        "requestParameters": None,
        "responseElements": None,
        "requestID": "r-1",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": A,
        "eventCategory": "Management",
        **members,
    }
    nulls = ("requestParameters", "responseElements")
    return {name: value for name, value in record.items() if value is not None or name in nulls}


def _session(role: str, name: str, **members: Any) -> Record:
    issuer = {"type": "Role", "principalId": "AROAX", "arn": f"arn:aws:iam::{A}:role/{role}", "userName": role}
    attributes = {"mfaAuthenticated": "false", "creationDate": "2026-11-23T06:50:00Z"}
    return {
        "type": "AssumedRole",
        "principalId": f"AROAX:{name}",
        "arn": f"arn:aws:sts::{A}:assumed-role/{role}/{name}",
        "accountId": A,
        "sessionContext": {"sessionIssuer": issuer, "webIdFederationData": {}, "attributes": attributes},
        **members,
    }


def _sign_in(**members: Any) -> Record:
    return _record(
        eventSource="signin.amazonaws.com",
        eventName="ConsoleLogin",
        eventType="AwsConsoleSignIn",
        readOnly=False,
        **members,
    )


def _hand_out(name: str, key: str, expiration: str, **members: Any) -> Record:
    credentials = {"accessKeyId": key, "sessionToken": "t", "expiration": expiration}
    return _record(
        eventSource="sts.amazonaws.com", eventName=name, responseElements={"credentials": credentials}, **members
    )


SIGN_INS: dict[str, Record] = {
    "a wrong password": _sign_in(
        userIdentity={"type": "IAMUser", "principalId": "AIDA", "accountId": A, "accessKeyId": "",
                      "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        errorMessage="Failed authentication",
        responseElements={"ConsoleLogin": "Failure"},
        additionalEventData={"LoginTo": "https://console.aws.amazon.com", "MobileVersion": "No", "MFAUsed": "No"},
    ),
    "root with a second factor": _sign_in(
        userIdentity={"type": "Root", "principalId": A, "arn": f"arn:aws:iam::{A}:root", "accountId": A,
                      "accessKeyId": ""},
        responseElements={"ConsoleLogin": "Success"},
        additionalEventData={"MFAUsed": "Yes"},
    ),
    "through an identity provider": _sign_in(
        userIdentity=_session("AWSReservedSSO_Admin_ab", "bob@shop.example", accessKeyId="ASIAX"),
        responseElements={"ConsoleLogin": "Success"},
        additionalEventData={"MFAUsed": "No", "SamlProviderArn": f"arn:aws:iam::{A}:saml-provider/AWSSSO_x"},
    ),
    "a role that cannot be switched to": _record(
        eventSource="signin.amazonaws.com", eventName="SwitchRole", eventType="AwsConsoleSignIn", readOnly=False,
        errorMessage="Invalid information in one or more fields", responseElements={"SwitchRole": "Failure"},
    ),
    "a password of Identity Center": _record(
        eventSource="signin.amazonaws.com", eventName="CredentialVerification", eventType="AwsServiceEvent",
        readOnly=False, userIdentity={"type": "Unknown", "principalId": A, "accessKeyId": "", "userName": ""},
        serviceEventDetails={"CredentialVerification": "Failure"},
        additionalEventData={"AuthWorkflowID": "w", "UserName": "eve", "CredentialType": "PASSWORD"},
    ),
}  # fmt: skip

IDENTITIES: dict[str, Record] = {
    "SAML": _hand_out(
        "AssumeRoleWithSAML", "ASIAARJ5L3TF7EXAMPLE", "Nov 23, 2026 8:07:00 AM",
        userIdentity={"type": "SAMLUser", "principalId": "ID:bob", "userName": "bob", "identityProvider": "idp"},
        requestParameters={"roleSessionName": "bob", "roleArn": f"arn:aws:iam::{A}:role/Saml", "durationSeconds": 3600},
        resources=[
            {"ARN": f"arn:aws:iam::{A}:role/Saml", "accountId": A, "type": "AWS::IAM::Role"},
            {"ARN": f"arn:aws:iam::{A}:saml-provider/idp", "accountId": A, "type": "AWS::IAM::SAMLProvider"},
        ],
    ),
    "web identity": _hand_out(
        "AssumeRoleWithWebIdentity", "ASIAZQKLFEM6GEXAMPLE", "Nov 23, 2026, 8:07:00 AM",
        userIdentity={"type": "WebIdentityUser", "principalId": "oidc:sts.amazonaws.com:repo:o/r:ref:refs/heads/main",
                      "userName": "repo:o/r:ref:refs/heads/main", "identityProvider": f"arn:aws:iam::{A}:oidc"},
        requestParameters={"roleArn": f"arn:aws:iam::{A}:role/ci", "roleSessionName": "GitHubActions"},
    ),
    "federated user": _record(
        userIdentity={"type": "FederatedUser", "principalId": f"{A}:fed", "arn": f"arn:aws:sts::{A}:federated-user/fed",
                      "accountId": A, "accessKeyId": "ASIAFED", "sessionContext": {"sessionIssuer": CALLER}},
    ),
    "Identity Center": _record(
        eventSource="sso.amazonaws.com", eventName="ListApplications",
        userIdentity={"type": "IdentityCenterUser", "accountId": A, "credentialId": "EXAMPLEVHULjJdTUdPJf",
                      "onBehalfOf": {"userId": "544894e8-80c1-707f", "identityStoreArn": "arn:aws:identitystore::1:d"}},
    ),
    "root's new key": _record(
        eventName="CreateAccessKey", readOnly=False,
        userIdentity={"type": "Root", "principalId": A, "arn": f"arn:aws:iam::{A}:root", "accountId": A,
                      "accessKeyId": "ASIAROOT", "sessionContext": {"attributes": {"mfaAuthenticated": "true"}}},
        responseElements={"accessKey": {"accessKeyId": "AKIAI44QH8DHBEXAMPLE", "status": "Active"}},
    ),
    "root of a member account": _hand_out(
        "AssumeRoot", "ASIAV2", "2026-11-23T07:15:00Z", requestParameters={"targetPrincipal": f"arn:aws:iam::{B}:root"},
    ),
    "a service": _hand_out(
        "AssumeRole", "ASIAUXY76", "Nov 23, 2026, 1:07:00 PM", sharedEventID="s-1",
        sourceIPAddress="ec2.amazonaws.com", userIdentity={"type": "AWSService", "invokedBy": "ec2.amazonaws.com"},
        requestParameters={"roleArn": f"arn:aws:iam::{A}:role/web", "roleSessionName": "i-0123456789abcdef0"},
    ),
    "a service's own role": _record(
        eventSource="ec2.amazonaws.com", eventName="DescribeInstances", sourceIPAddress="autoscaling.amazonaws.com",
        userIdentity=_session("AWSServiceRoleForAutoScaling", "AutoScaling", invokedBy="autoscaling.amazonaws.com"),
    ),
    "an instance's role": _record(
        userIdentity=_session("web", "i-0123456789abcdef0", accessKeyId="ASIAUXY76") | {
            "inScopeOf": {"issuerType": "AWS::EC2", "credentialsIssuedTo": f"arn:aws:ec2:us-east-1:{A}:instance/i-0"},
        },
    ),
    "another account": _record(
        eventSource="sts.amazonaws.com", eventName="AssumeRole", sharedEventID="s-2", errorCode="AccessDenied",
        errorMessage="not authorized", userIdentity={"type": "AWSAccount", "principalId": "AIDA:x", "accountId": B},
        requestParameters={"roleArn": f"arn:aws:iam::{A}:role/x", "roleSessionName": "s"},
    ),
    "nobody": _record(
        eventSource="s3.amazonaws.com", eventName="GetObject", eventCategory="Data", managementEvent=False,
        userIdentity={"type": "AWSAccount", "principalId": "", "accountId": "anonymous"},
        requestParameters={"bucketName": "b", "Host": "b.s3.amazonaws.com", "key": "a/b c.txt"},
        additionalEventData={"bytesTransferredIn": 0.0, "bytesTransferredOut": 1234.0},
        resources=[{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/a/b c.txt"}, {"ARN": "arn:aws:s3:::b"}],
    ),
    "none at all": _record(
        eventSource="kms.amazonaws.com", eventName="RotateKey", eventType="AwsServiceEvent", userIdentity=None,
        sourceIPAddress="AWS Internal", readOnly=False, serviceEventDetails={"keyId": "k"},
    ),
    "in China": _record(
        eventSource="s3.amazonaws.com.cn", eventName="ListBuckets", awsRegion="cn-north-1",
        userIdentity=_session("reader", "li") | {"arn": f"arn:aws-cn:sts::{A}:assumed-role/reader/li"},
    ),
    "Directory": _record(userIdentity={"type": "Directory", "principalId": "d-1", "userName": "dora"}),
}  # fmt: skip

CATEGORIES: dict[str, Record] = {
    "network activity": _record(
        eventCategory="NetworkActivity", eventType="AwsVpceEvents", eventSource="kms.amazonaws.com",
        eventName="ListKeys", managementEvent=False, vpcEndpointId="vpce-1", vpcEndpointAccountId=A,
        errorCode="VpceAccessDenied", errorMessage="denied by the endpoint's policy", sourceIPAddress="10.0.0.5",
        readOnly=None,
    ),
    "an insight": {
        "eventVersion": "1.09", "eventTime": "2026-11-23T07:20:00Z", "awsRegion": "us-east-1", "eventID": "i-1",
        "eventType": "AwsCloudTrailInsight", "recipientAccountId": A, "sharedEventID": "i-s",
        "eventCategory": "Insight",
        "insightDetails": {
            "state": "Start", "eventSource": "iam.amazonaws.com", "eventName": "DeleteUser",
            "insightType": "ApiErrorRateInsight", "errorCode": "AccessDenied",
            "insightContext": {"statistics": {"baseline": {"average": 0.0017857143}, "insight": {"average": 4}}},
        },
    },
    "an aggregated event": {
        "eventVersion": "1.0", "accountId": B, "eventId": "62759c1a", "eventCategory": "Aggregated",
        "eventType": "AwsAggregatedEvent", "awsRegion": "us-west-2", "eventSource": "s3.amazonaws.com",
        "timeWindow": {"windowStart": "2026-11-23T07:20:00Z", "windowEnd": "2026-11-23T07:25:00Z",
                       "windowSize": "PT5M"},
        "summary": {
            "primaryDimension": {
                "dimension": "eventName", "aggregationType": "Count",
                "statistics": [{"name": name, "value": 90 - at} for at, name in enumerate(
                    ("GetObject", "PutObject", "HeadObject", "DeleteObject"))],
            },
            "details": [{"dimension": "resourceARN", "statistics": [{"name": "arn:aws:s3:::b", "value": 354}]}],
        },
    },
    "a correction": _record(
        addendum={"reason": "UPDATED_DATA", "updatedFields": "responseElements", "originalRequestID": "r-0",
                  "originalEventID": "e-0"},
    ),
    "delivered late": _record(addendum={"reason": "DELIVERY_DELAY"}),
}  # fmt: skip

VERSIONS: dict[str, Record] = {
    "1.0": {
        "eventVersion": "1.0", "userIdentity": CALLER, "eventTime": "2014-03-06T21:22:54Z",
        "eventSource": "ec2.amazonaws.com", "eventName": "StartInstances", "awsRegion": "us-east-2",
        "sourceIPAddress": "205.251.233.176", "userAgent": "ec2-api-tools 1.6.12.2",
        "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-ebeaf9e2"}]}},
    },
    "1.11": _record(
        eventVersion="1.11",
        eventContext={"requestContext": {"aws:MultiFactorAuthPresent": "true"},
                      "tagContext": {"principalTags": {"team": "x"}}},
        tlsDetails={"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "keyExchange": "X25519MLKEM768",
                    "clientProvidedHostHeader": "iam.amazonaws.com"},
        sessionCredentialFromConsole="true",
    ),
    "IPv6": _record(sourceIPAddress="2001:db8::1"),
    "AWS Internal/2": _record(sourceIPAddress="AWS Internal/2", userAgent="[AWS Internal]"),
    "an error that is a number": _record(errorCode=404),
    "members of other types": _record(
        userIdentity=None, requestParameters={"bucketName": {"a": 1}, "key": ["x"]}, resources="none",
        responseElements=[1, 2], additionalEventData="text",
    ),
}  # fmt: skip

KINDS: dict[str, Record] = {**SIGN_INS, **IDENTITIES, **CATEGORIES, **VERSIONS}
