"""The filter that follows an event's credential (stage ⑤)."""

from __future__ import annotations

from pathlib import Path

from tests.builders.cloudtrail_case import Opened
from tests.builders.cloudtrail_chains import used_key
from tests.builders.cloudtrail_walk import issued_key
from thresher.capture.case.chaining import chain_of

SAMPLE = Path(__file__).parents[3] / "samples" / "cloud" / "AWSLogs"


def test_it_names_the_credential_used_else_the_one_handed_out_else_nothing():
    logs = Opened(SAMPLE)
    kinds = {(used_key(record) is None, issued_key(record) is None) for record in logs.records[:400]}
    assert {(False, True), (True, False)} <= kinds
    for position, record in enumerate(logs.records[:400]):
        key = used_key(record) or issued_key(record)
        assert chain_of(logs.case, position) == (key and ("ct.chain.keys", key))
