"""Decides between the finished index, a new one in the cache and one that is not kept (stage ③)."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING

import duckdb

from thresher.capture.contract import BlockDissector, BlockReader
from thresher.capture.discovery import dissector as dissector_named
from thresher.capture.errors import PluginError, UnreadableError, UsageError
from thresher.capture.ingest.archived import reader_of
from thresher.capture.inputs.locate import InputSet
from thresher.capture.inputs.spool import Bytes, FileBytes, MissingBytes, Spool
from thresher.capture.inputs.streams import MAX_INFLATE, InputFile, open_stream
from thresher.capture.store import database, entries, schema
from thresher.capture.store.facts import from_meta
from thresher.capture.store.loading import Loading
from thresher.capture.store.store import Store
from thresher.capture.translation import TranslatingReader

if TYPE_CHECKING:
    from thresher.capture.contract import Dissector
    from thresher.capture.ingest.sources import Source
    from thresher.capture.store.entries import Entry, Manifest

BYTES_PER_EVENT = {False: 64, True: 8}
"""At least so many on disk, plain and compressed: for a guess at how many events a file holds."""
EVENTS_IN_MEMORY = 500_000
TRIES = 40
PAUSE_SECONDS = 0.05


def open_store(
    inputs: InputSet, *, cache: bool = True, background: bool = True, max_inflate: int = MAX_INFLATE
) -> Store:
    """Open an input set, from the cache or by reading it.

    Args:
        inputs: from ``locate.locate``.
        cache: keep the index for the next time; without it nothing about the capture stays on disk.
        background: return at once and load in threads; otherwise return when everything is in.
        max_inflate: bytes that one compressed file may inflate to.

    Raises:
        UnreadableError: nothing readable is there.
        ChangedError: a file changed between being found and being opened.
        ThresherError: with ``background`` off, what ended the ingest.
    """
    if any(file.is_missing for file in inputs.files):
        return _remembered(inputs)
    if cache and not any(file.is_live for file in inputs.files):
        return _cached(inputs, background, max_inflate)
    return _begin(inputs, None, background, max_inflate)


def _cached(inputs: InputSet, background: bool, max_inflate: int) -> Store:
    """The finished entry, waiting for whoever makes it now, or a new one."""
    key = entries.key_of(inputs)
    for _ in range(TRIES):
        entry = entries.entry(key)
        try:
            store = _shared(inputs, entry) or _built(inputs, entry, background, max_inflate)
        except BaseException:
            entry.close()
            raise
        if store is not None:
            return store
        entry.close()
        time.sleep(PAUSE_SECONDS)
    # somebody reads an entry of this key that is of no use to us: leave it alone
    return _begin(inputs, None, background, max_inflate)


def _shared(inputs: InputSet, entry: Entry) -> Store | None:
    """The complete entry, after waiting until nobody builds it."""
    if entry.lock is None:
        return None
    entry.lock.share()
    return _reopened(inputs, entry)


def _built(inputs: InputSet, entry: Entry, background: bool, max_inflate: int) -> Store | None:
    """A new entry, or None where somebody else was faster."""
    if entry.lock is None or not entry.lock.try_take():
        return None
    if (found := _reopened(inputs, entry)) is not None:
        entry.lock.share()
        return found
    entry.clear()
    return _begin(inputs, entry, background, max_inflate)


def _reopened(inputs: InputSet, entry: Entry) -> Store | None:
    """A store on a complete entry; None where it is not complete, damaged or made by other code."""
    manifest = entry.manifest()
    if manifest is None:
        return None
    try:
        source = dissector_named(manifest.dissector)
        if schema.digest(source) != manifest.digest:
            return None
        connection = database.connect(entry.index, read_only=True, temp_folder=entry.folder)
        facts = from_meta(connection, inputs.spec)
    except (duckdb.Error, UsageError, PluginError, KeyError, ValueError, TypeError):
        return None
    files = facts.files
    if len(files) == 1 == len(inputs.files):
        files = (dataclasses.replace(files[0], path=inputs.files[0].path),)
    skipped = tuple(dict.fromkeys((*facts.skipped, *inputs.skipped)))
    facts = dataclasses.replace(facts, from_cache=True, files=files, skipped=skipped)
    store = Store(inputs, source, connection, Loading.finished(inputs.size, facts.rows), entry, facts)
    try:
        store.set_bytes(_bytes_of(inputs.files[0], entry, source))
    except BaseException:
        store.close()
        raise
    entry.used()
    return store


def _bytes_of(file: InputFile, entry: Entry, source: Dissector) -> Bytes:
    """Where the raw bytes of a finished entry are."""
    if not isinstance(source, BlockDissector):
        return MissingBytes(file.path, "is not needed: the store keeps the text itself")
    if entry.spool.exists():
        return Spool(entry.spool)
    if file.is_missing:
        return MissingBytes(file.path, "is gone")
    return FileBytes(file)


def _remembered(inputs: InputSet) -> Store:
    """The index of a capture that is no longer there."""
    gone = next(file.path for file in inputs.files if file.is_missing)
    key = entries.of_path(gone)
    entry = entries.entry(key) if key else None
    store = _shared(_as_remembered(inputs, entry.manifest()), entry) if entry else None
    if store is None:
        if entry is not None:
            entry.close()
        raise UnreadableError(gone, "no such file")
    return store


def _as_remembered(inputs: InputSet, manifest: Manifest | None) -> InputSet:
    if manifest is None:
        return inputs
    return InputSet(inputs.spec, tuple(InputFile.missing(file["path"]) for file in manifest.files))


def _begin(inputs: InputSet, entry: Entry | None, background: bool, max_inflate: int) -> Store:
    """Start reading; what is not to be kept goes into memory, or where it may be large into a temporary entry."""
    # opening a finished index does without these and what they load
    from thresher.capture.ingest.sources import BlockSource, RecordSource

    loading = Loading(inputs.size)
    stream = open_stream(inputs.files[0], max_inflate, loading.enough)
    source: Source | None = None
    connection: duckdb.DuckDBPyConnection | None = None
    try:
        reader = reader_of(stream.readable_head(), inputs.files[0].path)
        is_text = isinstance(reader, TranslatingReader)
        is_block = is_text or isinstance(reader, BlockReader)
        needs_spool = is_text or (is_block and (bool(stream.compression) or inputs.files[0].is_pipe))
        if entry is None and (needs_spool or not _is_small(inputs, bool(stream.compression))):
            entry = entries.temporary()
        if isinstance(reader, BlockReader | TranslatingReader):
            spool = entry.spool if entry and needs_spool else None
            source = BlockSource(inputs.files[0], stream, reader, spool)
        else:
            if not inputs.files[0].is_pipe:
                loading.enough.set()  # records are read to the file's present end
            source = RecordSource(inputs, stream, max_inflate)
        connection = database.connect(
            entry.building if entry else None,
            temp_folder=entry.folder if entry else None,
            checkpoint=database.CHECKPOINT if is_block else database.CHECKPOINT_OF_TEXTS,
            is_of_texts=entry is not None and not is_block,
        )
        if entry is not None:
            entry.building.chmod(0o600)
        return _loading(inputs, source, connection, entry, background, loading)
    except BaseException:
        if connection is not None:
            connection.close()
        (source or stream).close()
        if entry is not None:
            entry.close()
        raise


def _loading(
    inputs: InputSet,
    source: Source,
    connection: duckdb.DuckDBPyConnection,
    entry: Entry | None,
    background: bool,
    loading: Loading,
) -> Store:
    from thresher.capture.ingest.loader import Loader

    store = Store(inputs, source.dissector, connection, loading, entry)
    try:
        if source.bytes is not None:
            store.set_bytes(source.bytes)
        loader = Loader(store, source)
        loader.prepare()
        if background:
            store.loading.start(threading.Thread(target=loader.run, name="ingest", daemon=True))
            return store
        loader.run()
        store.wait()
    except BaseException:
        store.close()
        raise
    return store


def _is_small(inputs: InputSet, is_compressed: bool) -> bool:
    """Whether the rows fit in memory; a pipe or a growing file may come to hold anything."""
    if any(file.is_live for file in inputs.files):
        return False
    return inputs.size < EVENTS_IN_MEMORY * BYTES_PER_EVENT[is_compressed]
