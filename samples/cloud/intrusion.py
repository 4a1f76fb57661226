"""The intrusion of the cloud sample: what the stolen key of the shop's host was used for."""

from __future__ import annotations

from datetime import datetime, timedelta

from thresher.samples.cloud.record import DATA, GLOBAL, HOME, SHOP, Caller, Log, american, clock, user

LEAKED_KEY = "AKIAIOSFODNN7EXAMPLE"
NEW_USER, NEW_KEY = "svc-metrics", "AKIAI44QH8DHBEXAMPLE"
FIRST_ADDRESS = "203.0.113.66"
SECOND_ADDRESS = "198.51.100.201"
EXPORTS = f"customer-exports-{DATA}"
KALI = "aws-cli/2.31.5 md/awscrt#0.27.6 ua/2.1 os/linux#6.16.8-kali md/arch#x86_64 lang/python#3.13.7"
BOTO = "Boto3/1.40.55 md/Botocore#1.40.55 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.3"
PAGE = "{} is not authorized to perform: {} because {}"
NOBODY = "no identity-based policy allows the {} action"
SCP = "an explicit deny in a service control policy"


def denied(log: Log, moment: datetime, caller: Caller, service: str, name: str, region: str = GLOBAL) -> None:
    """A call that the caller may not make."""
    if service == "ec2":
        message = "You are not authorized to perform this operation. User: " + caller.identity["arn"]
        log.call(moment, caller, service, name, region=region, error="Client.UnauthorizedOperation", message=message)
        return
    action = f"{service}:{name}"
    message = PAGE.format(f"User: {caller.identity['arn']}", action, NOBODY.format(action))
    log.call(moment, caller, service, name, region=region, error="AccessDenied", message=message)


def intrusion(log: Log) -> None:
    """Everything from the first use of the key to the last call of the sessions it led to."""
    stolen = user("shop-backup", LEAKED_KEY, FIRST_ADDRESS, KALI)
    look_around(log, stolen)
    read_backups(log, stolen)
    deploy = climb(log, stolen)
    admin = settle(log, deploy)
    data = cross(log, admin)
    blind(log, admin)
    secrets(log, admin)
    snapshots(log, admin)
    exfiltrate(log, data)
    come_back(log, data)


def look_around(log: Log, stolen: Caller) -> None:
    """07:12:37, two minutes after the host read the key: who am I, and what may I do?"""
    log.call(clock(7, 12, 37), stolen, "sts", "GetCallerIdentity", region=GLOBAL)
    moment = clock(7, 12, 44)
    log.call(moment, stolen, "iam", "GetUser", region=GLOBAL)
    log.call(moment + timedelta(seconds=2), stolen, "iam", "ListAccessKeys", region=GLOBAL)
    for step, name in enumerate(
        ("ListUsers", "ListRoles", "ListGroups", "ListPolicies", "GetAccountAuthorizationDetails", "GetAccountSummary")
    ):
        denied(log, moment + timedelta(seconds=3 + step // 3), stolen, "iam", name)
    for region_step, region in enumerate((HOME, "eu-west-1", GLOBAL, "us-west-2")):
        begin = moment + timedelta(seconds=8 + 3 * region_step)
        for step, name in enumerate(
            ("DescribeInstances", "DescribeSnapshots", "DescribeSecurityGroups", "DescribeVpcs")
        ):
            denied(log, begin + timedelta(seconds=step // 2), stolen, "ec2", name, region)
        for step, (service, name) in enumerate(
            (("secretsmanager", "ListSecrets"), ("lambda", "ListFunctions20150331"), ("rds", "DescribeDBInstances"))
        ):
            denied(log, begin + timedelta(seconds=1 + step // 2), stolen, service, name, region)
    log.call(clock(7, 13, 9), stolen, "s3", "ListBuckets", {"Host": "s3.amazonaws.com"}, region=GLOBAL)
    log.call(
        clock(7, 13, 14), stolen, "cloudtrail", "DescribeTrails", {"trailNameList": [], "includeShadowTrails": True}
    )


def read_backups(log: Log, stolen: Caller) -> None:
    """The user may read the bucket it writes backups to; a state file in it names a role."""
    bucket = f"shop-backups-{SHOP}"
    log.objects(clock(7, 13, 31), stolen, bucket)
    for second, key, size in (
        (52, "db/shop-2026-11-23T0600.sql.gz", 48_377_120),
        (58, "etc/shop-host.tar.gz", 1_209_334),
        (63, "terraform/prod.tfstate", 318_442),
    ):
        log.object(clock(7, 13, second), stolen, "GetObject", bucket, key, size)


def climb(log: Log, stolen: Caller) -> Caller:
    """A deploy role that trusts the whole account, found by trying three names."""
    for second, role in ((6, "admin"), (9, "OrganizationAccountAccessRole")):
        arn = f"arn:aws:iam::{SHOP}:role/{role}"
        message = f"User: {stolen.identity['arn']} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        log.call(clock(7, 15, second), stolen, "sts", "AssumeRole", {"roleArn": arn, "roleSessionName": "backup-sync"},
                 error="AccessDenied", message=message)  # fmt: skip
    deploy = log.assume(clock(7, 15, 12), stolen, "shop-deploy", "backup-sync")
    log.call(clock(7, 15, 19), deploy, "sts", "GetCallerIdentity", region=GLOBAL)
    log.call(clock(7, 15, 24), deploy, "iam", "ListUsers", {"maxItems": 1000}, region=GLOBAL)
    log.call(clock(7, 15, 26), deploy, "iam", "ListRoles", {"maxItems": 1000}, region=GLOBAL)
    return deploy


def settle(log: Log, deploy: Caller) -> Caller:
    """A user with an innocent name, an administrator's policy and a key of its own; with it, a session of admin."""
    asked = {"userName": NEW_USER}
    metrics = user(NEW_USER, NEW_KEY, FIRST_ADDRESS, KALI)
    made = asked | {"path": "/", "userId": metrics.identity["principalId"], "arn": metrics.identity["arn"]}
    made["createDate"] = american(clock(7, 16, 2))
    log.call(clock(7, 16, 2), deploy, "iam", "CreateUser", asked, {"user": made}, region=GLOBAL)
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    log.call(clock(7, 16, 9), deploy, "iam", "AttachUserPolicy", asked | {"policyArn": policy}, region=GLOBAL)
    issued = asked | {"status": "Active", "accessKeyId": NEW_KEY, "createDate": american(clock(7, 16, 15))}
    log.call(clock(7, 16, 15), deploy, "iam", "CreateAccessKey", asked, {"accessKey": issued}, region=GLOBAL)
    log.call(clock(7, 17, 1), metrics, "sts", "GetCallerIdentity", region=GLOBAL)
    return log.assume(clock(7, 17, 20), metrics, "admin", "metrics")


def cross(log: Log, admin: Caller) -> Caller:
    """From the shop's account into the one that holds customer exports: a third session in the chain."""
    log.call(clock(7, 17, 48), admin, "organizations", "ListAccounts", region=GLOBAL,
             error="AccessDeniedException", message="You don't have permissions to access this resource.")  # fmt: skip
    data = log.assume(clock(7, 18, 5), admin, "data-reader", "metrics", account=DATA)
    log.call(clock(7, 18, 11), data, "sts", "GetCallerIdentity", region=GLOBAL)
    log.call(clock(7, 18, 20), data, "s3", "ListBuckets", {"Host": "s3.amazonaws.com"}, region=GLOBAL)
    return data


def blind(log: Log, admin: Caller) -> None:
    """The account's own trail is stopped; the organisation's, which wrote these files, cannot be."""
    organisation = f"arn:aws:cloudtrail:{HOME}:999988887777:trail/org-trail"
    log.call(clock(7, 19, 2), admin, "cloudtrail", "StopLogging", {"name": organisation}, error="AccessDenied",
             message=PAGE.format(f"User: {admin.identity['arn']}", "cloudtrail:StopLogging", SCP))  # fmt: skip
    own = f"arn:aws:cloudtrail:{HOME}:{SHOP}:trail/shop-trail"
    log.call(clock(7, 19, 11), admin, "cloudtrail", "StopLogging", {"name": own})
    log.call(clock(7, 19, 30), admin, "guardduty", "ListDetectors", {"maxResults": "50"})
    log.call(clock(7, 19, 37), admin, "guardduty", "DeleteDetector", {"detectorId": "12abc34d567e8fa901bc2d34e56789f0"},
             error="AccessDenied", message=PAGE.format("User", "guardduty:DeleteDetector", SCP))  # fmt: skip


def secrets(log: Log, admin: Caller) -> None:
    """All secrets of the shop, each decrypted on the way."""
    log.call(clock(7, 20, 4), admin, "secretsmanager", "ListSecrets", {"maxResults": 100})
    for step, name in enumerate(("shop/db", "shop/payment-api", "shop/session-signing", "ci/registry", "shop/smtp")):
        moment = clock(7, 20, 12 + 4 * step)
        arn = f"arn:aws:secretsmanager:{HOME}:{SHOP}:secret:{name}-EXAMPL"
        read = {"additionalEventData": {"ARN": arn}}
        log.call(moment, admin, "secretsmanager", "GetSecretValue", {"secretId": name}, more=read)
        context = {"encryptionContext": {"SecretARN": arn}, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}
        log.call(moment, admin.moved("secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com"), "kms", "Decrypt",
                 context)  # fmt: skip


def snapshots(log: Log, admin: Caller) -> None:
    """The database's volume is copied and shared with an account that belongs to nobody here."""
    for step, region in enumerate((HOME, "eu-west-1", GLOBAL, "us-west-2")):
        for name in ("DescribeInstances", "DescribeVolumes"):
            log.call(clock(7, 21, 10 + step), admin, "ec2", name, {"maxResults": 1000}, region=region)
    snapshot = "snap-0f1e2d3c4b5a69788"
    log.call(clock(7, 22, 3), admin, "ec2", "CreateSnapshot", {"volumeId": "vol-0a1b2c3d4e5f60718"},
             {"snapshotId": snapshot, "volumeId": "vol-0a1b2c3d4e5f60718", "status": "pending"})  # fmt: skip
    added = {"add": {"items": [{"userId": "777788889999"}]}}
    log.call(clock(7, 23, 41), admin, "ec2", "ModifySnapshotAttribute",
             {"snapshotId": snapshot, "createVolumePermission": added, "attributeType": "CREATE_VOLUME_PERMISSION"},
             {"_return": True})  # fmt: skip


def exfiltrate(log: Log, data: Caller) -> None:
    """Customer exports of a year, until S3 slows the reader down."""
    bucket = EXPORTS
    log.objects(clock(7, 24, 2), data, bucket)
    reader = data.moved(FIRST_ADDRESS, BOTO)
    for number in range(96):
        moment = clock(7, 24, 20 + number * 3.9)
        key = f"2026/{number // 8 % 12 + 1:02}/part-{number % 8:04}.parquet"
        if number % 17 == 16:
            log.object(
                moment, reader, "GetObject", bucket, key, 0, error="SlowDown", why="Please reduce your request rate."
            )
        log.object(moment, reader, "GetObject", bucket, key, log.number(30_000_000, 62_000_000))


def come_back(log: Log, data: Caller) -> None:
    """From a second address: the new key tries for machines, and after the keys are gone a session still works."""
    metrics = user(NEW_USER, NEW_KEY, SECOND_ADDRESS, BOTO)
    log.call(clock(7, 33, 8), metrics, "sts", "GetCallerIdentity", region="us-west-2")
    wanted = {"instanceType": "p5.48xlarge", "minCount": 8, "maxCount": 8, "imageId": "ami-0c0ffee0c0ffee000"}
    for second in (21, 34):
        log.call(clock(7, 33, second), metrics, "ec2", "RunInstances", wanted, region="us-west-2",
                 error="Client.UnauthorizedOperation",
                 message="You are not authorized to perform this operation with " + SCP)  # fmt: skip
    late = data.moved(SECOND_ADDRESS, BOTO)
    for step in range(9):
        log.object(clock(7, 51, 4 + 7 * step), late, "GetObject", EXPORTS,
                   f"2025/12/part-{step:04}.parquet", log.number(30_000_000, 62_000_000))  # fmt: skip
