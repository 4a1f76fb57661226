"""What belongs to an event of CloudTrail (stage ②)."""

from __future__ import annotations

from thresher.capture.conversations import Conversation

CONVERSATIONS = (
    Conversation("key", "Access key", "ct.user.accesskeyid == {ct.user.accesskeyid}"),
    Conversation("chain", "Access key and derived", "ct.chain.keys == {ct.user.accesskeyid}"),
    Conversation("identity", "Identity", "ct.user.arn == {ct.user.arn}"),
    Conversation("address", "Source address", "ct.srcip == {ct.srcip}"),
)
