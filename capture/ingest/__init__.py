"""Opens stores: stages ①②③ in one loop of two threads, or the finished index where there is one."""

from thresher.capture.ingest.opening import open_store

__all__ = ["open_store"]
