"""The ordinary traffic of the cloud sample: the shop, its people, its pipelines and AWS itself, 06:30 to 08:00 UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from thresher.samples.cloud.intrusion import EXPORTS, LEAKED_KEY, NEW_KEY, NEW_USER
from thresher.samples.cloud.record import (
    DATA,
    GLOBAL,
    HOME,
    SHOP,
    Caller,
    Log,
    Record,
    bucket_host,
    clock,
    service,
    stamp,
    user,
)

BEGIN, END = clock(6, 30), clock(8, 0)
GATEWAY = "198.51.100.20"
OFFICE = "198.51.100.7"
RUNNER = "198.51.100.140"
WATCHER = "198.51.100.88"
JAVA = "aws-sdk-java/2.38.2 md/io#sync md/http#Apache ua/2.1 os/Linux#6.18.0 lang/java#21.0.9 exec-env/EC2"
CLI = "aws-cli/2.31.5 md/awscrt#0.27.6 ua/2.1 os/linux#6.18.0 md/arch#x86_64 lang/python#3.13.7"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
TERRAFORM = "APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io) terraform-provider-aws/6.20.0"
MEDIA, ORDERS, BACKUPS = (f"shop-{part}-{SHOP}" for part in ("media", "orders", "backups"))
FROM_CONSOLE = {"sessionCredentialFromConsole": "true"}
CONSOLE_CALLS = (
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeInstanceStatus"),
    ("ec2", "DescribeVolumes"),
    ("ec2", "DescribeTags"),
    ("ec2", "DescribeAddresses"),
    ("monitoring", "DescribeAlarms"),
    ("elasticloadbalancing", "DescribeLoadBalancers"),
    ("rds", "DescribeDBInstances"),
    ("autoscaling", "DescribeAutoScalingGroups"),
    ("health", "DescribeEventAggregates"),
)
PLANNED_CALLS = (
    ("s3", "GetBucketPolicy", "NoSuchBucketPolicy"),
    ("s3", "GetBucketCors", "NoSuchCORSConfiguration"),
    ("s3", "GetBucketVersioning", ""),
    ("iam", "GetRole", ""),
    ("iam", "ListRolePolicies", ""),
    ("ec2", "DescribeVpcs", ""),
    ("ec2", "DescribeRouteTables", ""),
    ("kms", "DescribeKey", ""),
)
"""Service, call, and the error of those that find nothing now and then."""
THINGS = ("mug", "shirt", "cap", "poster", "sticker", "notebook", "pen", "bag")


def traffic(log: Log) -> None:
    """Everything that has nothing to do with the intrusion, the answer to it included."""
    shop(log)
    backups(log)
    aws_itself(log)
    pipelines(log)
    people(log)
    watcher(log)
    planner(log)
    reports(log)
    answer(log)


def every(log: Log, seconds: float, begin: datetime = BEGIN, end: datetime = END) -> Iterator[datetime]:
    """Times about so many seconds apart."""
    moment = begin + timedelta(seconds=seconds * log.random.random())
    while moment < end:
        yield moment
        moment += timedelta(seconds=seconds * (0.4 + 1.2 * log.random.random()))


def shop(log: Log) -> None:
    """The shop on its instance: pictures, orders, secrets, with the instance's role."""
    ec2 = service("ec2.amazonaws.com")
    app = log.assume(clock(6, 12), ec2, "shop-app", "i-0a1b2c3d4e5f60718", hours=6)
    app = Caller(_delivered(app.identity), GATEWAY, JAVA)
    for moment in every(log, 6.5):
        picture = f"img/{log.pick(THINGS)}-{log.number(100, 999)}.webp"
        log.object(moment, app, "GetObject", MEDIA, picture, log.number(8_000, 240_000))
    for moment in every(log, 14):
        order = f"orders/2026/11/23/{log.number(100000, 999999)}.json"
        log.object(moment, app, "PutObject", ORDERS, order, log.number(400, 3_000))
    for moment in every(log, 300):
        log.call(moment, app, "secretsmanager", "GetSecretValue", {"secretId": "shop/payment-api"})
        log.call(moment, app, "ssm", "GetParameters", {"names": ["/shop/flags"], "withDecryption": True})
    for moment in every(log, 420):
        missing = f"img/{log.pick(THINGS)}-old.webp"
        why = "The specified key does not exist."
        log.object(moment, app, "GetObject", MEDIA, missing, 0, "NoSuchKey", why)


def _delivered(identity: Record) -> Record:
    context = identity["sessionContext"] | {"ec2RoleDelivery": "2.0"}
    return identity | {"sessionContext": context}


def backups(log: Log) -> None:
    """What the leaked key is for: a backup every ten minutes from the shop's own address."""
    backup = user("shop-backup", LEAKED_KEY, GATEWAY, CLI)
    for step in range(8):
        moment = BEGIN + timedelta(minutes=10 * step, seconds=7)
        dump = f"db/shop-{moment:%Y-%m-%dT%H%M}.sql.gz"
        log.object(moment, backup, "PutObject", BACKUPS, dump, log.number(48_000_000, 48_500_000))
        log.object(moment, backup, "PutObject", BACKUPS, "etc/shop-host.tar.gz", log.number(1_200_000, 1_210_000))


def aws_itself(log: Log) -> None:
    """Services that assume their roles, write logs and look around for the account's owner."""
    for host, role in (
        ("config.amazonaws.com", "AWSServiceRoleForConfig"),
        ("rds.amazonaws.com", "AWSServiceRoleForRDS"),
    ):
        for moment in every(log, 600):
            path = f"aws-service-role/{host}/{role}"
            session = log.assume(moment, service(host), path, role[7:])
            session = Caller(session.identity | {"invokedBy": host}, host, host)
            for region in (HOME, "eu-west-1", GLOBAL, "us-west-2"):
                for name in ("DescribeInstances", "DescribeVolumes", "DescribeSecurityGroups", "DescribeSubnets"):
                    log.call(moment + timedelta(seconds=log.number(1, 9)), session, "ec2", name, {}, region=region)
    trail = service("cloudtrail.amazonaws.com")
    for moment in every(log, 45):
        context = {"aws:cloudtrail:arn": f"arn:aws:cloudtrail:{HOME}:{SHOP}:trail/shop-trail"}
        request = {"encryptionContext": context, "keySpec": "AES_256"}
        log.call(moment, trail, "kms", "GenerateDataKey", request, more={"sharedEventID": log.uuid()})
    for moment in every(log, 900):
        detail = {"keyId": "0e5d0ab6-097e-49d8-99ef-747ce3e5f8f4", "rotationType": "AUTOMATIC"}
        owner = Caller({"accountId": SHOP, "invokedBy": "kms.amazonaws.com"}, "kms.amazonaws.com", "kms.amazonaws.com")
        more = {"eventType": "AwsServiceEvent", "serviceEventDetails": detail}
        log.call(moment, owner, "kms", "RotateKey", more=more)


def pipelines(log: Log) -> None:
    """Three deployments by a CI runner that trades its web identity for a role."""
    for begin in (clock(6, 41), clock(7, 8), clock(7, 44)):
        identity = {
            "type": "WebIdentityUser",
            "principalId": "token.actions.example.com:sts.amazonaws.com:repo:shop/web:ref:refs/heads/main",
            "userName": "repo:shop/web:ref:refs/heads/main",
            "identityProvider": f"arn:aws:iam::{SHOP}:oidc-provider/token.actions.example.com",
        }
        runner = Caller(identity, RUNNER, CLI)
        run = f"run-{log.number(7000, 7999)}"
        ci = log.assume(begin, runner, "ci-deploy", run, name="AssumeRoleWithWebIdentity")
        moment = begin + timedelta(seconds=6)
        log.call(moment, ci, "ecr", "GetAuthorizationToken")
        for layer in range(6):
            moment += timedelta(seconds=log.number(2, 9))
            log.call(moment, ci, "ecr", "InitiateLayerUpload", {"repositoryName": "shop/web"}, {"uploadId": log.uuid()})
            log.call(moment, ci, "ecr", "CompleteLayerUpload", {"repositoryName": "shop/web", "layer": layer})
        log.call(moment, ci, "ecr", "PutImage", {"repositoryName": "shop/web", "imageTag": f"v{log.number(310, 399)}"})
        for _ in range(12):
            moment += timedelta(seconds=10)
            log.call(moment, ci, "ecs", "DescribeServices", {"cluster": "shop", "services": ["web"]})
        task = {"cluster": "shop", "service": "web", "taskDefinition": f"web:{log.number(80, 99)}"}
        log.call(begin + timedelta(seconds=70), ci, "ecs", "UpdateService", task, {"service": {"status": "ACTIVE"}})


def people(log: Log) -> None:
    """Alice through single sign-on, Bob with a password and a second factor, and somebody's typing error."""
    saml = Caller(
        {"type": "SAMLUser", "principalId": "EXAMPLE:alice@shop.example", "userName": "alice@shop.example"},
        OFFICE,
        BROWSER,
    )
    role = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1a2b3c"
    alice = log.assume(
        clock(6, 52), saml, role, "alice@shop.example", hours=8, name="AssumeRoleWithSAML", region=GLOBAL
    )
    alice = Caller(alice.identity, OFFICE, BROWSER, extra=FROM_CONSOLE)
    console_page(log, alice, clock(6, 53), 40)
    console_page(log, alice, clock(7, 40), 30)
    bob = user("bob", log.key(), OFFICE, BROWSER)
    sign_in(log, bob, clock(7, 1, 12), "Failure")
    sign_in(log, bob, clock(7, 1, 31), "Success")
    attributes = {"attributes": {"creationDate": stamp(clock(7, 1, 31)), "mfaAuthenticated": "true"}}
    bob = Caller(bob.identity | {"sessionContext": attributes}, OFFICE, BROWSER, extra=FROM_CONSOLE)
    console_page(log, bob, clock(7, 2), 30)


def sign_in(log: Log, person: Caller, moment: datetime, result: str) -> None:
    """A sign-in to the console, with a second factor where it works."""
    identity = {key: value for key, value in person.identity.items() if key != "accessKeyId"}
    more = {
        "eventType": "AwsConsoleSignIn",
        "readOnly": False,
        "additionalEventData": {"LoginTo": "https://console.aws.amazon.com/", "MobileVersion": "No", "MFAUsed": "Yes"},
    }
    if result == "Failure":
        more["errorMessage"] = "Failed authentication"
    caller = Caller(identity, person.source, person.agent)
    log.call(moment, caller, "signin", "ConsoleLogin", None, {"ConsoleLogin": result}, more=more)


def console_page(log: Log, person: Caller, begin: datetime, count: int) -> None:
    """A console page asks for dozens of lists at once."""
    for number in range(count):
        api, name = log.pick(CONSOLE_CALLS)
        log.call(begin + timedelta(seconds=number // 6), person, api, name, {"maxResults": 100})


def watcher(log: Log) -> None:
    """A monitoring service from another account asks every minute, and is throttled now and then."""
    outside = Caller(
        {"type": "AWSAccount", "principalId": "AROAWATCHEREXAMPLE:poll", "accountId": "555566667777"}, WATCHER, JAVA
    )
    for begin in (BEGIN, clock(7, 15)):
        role = log.assume(begin, outside, "watch-readonly", "poll")
        for moment in every(log, 21, begin, begin + timedelta(minutes=45)):
            api, name = log.pick(
                (("monitoring", "GetMetricData"), ("ec2", "DescribeInstances"), ("rds", "DescribeDBInstances"))
            )
            throttled = log.random.random() < 0.06
            error, message = ("ThrottlingException", "Rate exceeded") if throttled else ("", "")
            log.call(moment, role, api, name, {}, error=error, message=message)


def planner(log: Log) -> None:
    """Terraform compares what is with what should be: hundreds of reads in four minutes."""
    ci = user("terraform", log.key("AKIA"), RUNNER, TERRAFORM)
    for number in range(300):
        bucket = log.pick((MEDIA, ORDERS, BACKUPS))
        api, name, missing = log.pick(PLANNED_CALLS)
        request: Record = {}
        if api == "s3":
            request = {"bucketName": bucket, "Host": bucket_host(bucket)}
        elif api == "iam":
            request = {"roleName": "shop-app"}
        error, message = (missing, "It does not exist") if missing and log.random.random() < 0.4 else ("", "")
        region = GLOBAL if api == "iam" else HOME
        log.call(clock(7, 25, number * 0.8), ci, api, name, request, region=region, error=error, message=message)


def reports(log: Log) -> None:
    """The data account works as well: a nightly report that runs late."""
    glue = service("glue.amazonaws.com", DATA)
    role = log.assume(clock(6, 35), glue, "report", "nightly", account=DATA, hours=4)
    for moment in every(log, 9, clock(6, 36), clock(7, 55)):
        part = f"raw/{log.number(1, 400):05}.parquet"
        log.object(moment, role, "GetObject", "customer-events-444455556666", part, log.number(1_000_000, 9_000_000))
    for moment in every(log, 200, clock(6, 50)):
        part = f"2026/11/part-{log.number(0, 7):04}.parquet"
        log.object(moment, role, "PutObject", EXPORTS, part, log.number(30_000_000, 62_000_000))


def answer(log: Log) -> None:
    """Alice finds the new user and the leaked key at 07:47; sessions that are already out are not touched."""
    alice = next(
        event.record["userIdentity"]
        for event in log.events
        if event.record["userIdentity"].get("arn", "").endswith("/alice@shop.example")
    )
    hand = Caller(alice, OFFICE, CLI)
    keys = {"userName": "shop-backup", "accessKeyId": LEAKED_KEY, "status": "Inactive"}
    log.call(clock(7, 46, 50), hand, "iam", "ListAccessKeys", {"userName": "shop-backup"}, region=GLOBAL)
    log.call(clock(7, 47, 12), hand, "iam", "UpdateAccessKey", keys, region=GLOBAL)
    created = {"userName": NEW_USER, "accessKeyId": NEW_KEY}
    log.call(clock(7, 48, 3), hand, "iam", "DeleteAccessKey", created, region=GLOBAL)
    error, message = "DeleteConflictException", "Cannot delete entity, must detach all policies first."
    asked = {"userName": NEW_USER}
    log.call(clock(7, 48, 20), hand, "iam", "DeleteUser", asked, region=GLOBAL, error=error, message=message)
    trail = f"arn:aws:cloudtrail:{HOME}:{SHOP}:trail/shop-trail"
    log.call(clock(7, 49, 5), hand, "cloudtrail", "StartLogging", {"name": trail})
