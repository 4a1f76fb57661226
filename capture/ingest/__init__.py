"""Opens stores: stages ①②③ in one loop of two threads, or the finished index where there is one."""

from thresher.capture.ingest.opening import open_store
from thresher.capture.ingest.remote import located

__all__ = ["located", "open_store"]
