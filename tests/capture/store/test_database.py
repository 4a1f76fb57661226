"""A connection reaches its own folder and nothing else, and typed SQL can only read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from thresher.capture import config
from thresher.capture.errors import QueryError
from thresher.capture.store.database import UserConnection, connect, single_select

FORBIDDEN = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "COPY (SELECT 1) TO '/tmp/thresher-test.csv'",
    "ATTACH '/tmp/thresher-test.db'",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "INSTALL httpfs",
    "LOAD httpfs",
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "index.duckdb"
    connection = connect(path)
    connection.execute("CREATE TABLE events AS SELECT range AS num FROM range(1000)")
    connection.close()
    return path


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("place", ["memory", "file", "read-only"])
def test_no_connection_reaches_outside(store: Path, statement: str, place: str) -> None:
    connection = connect(None if place == "memory" else store, read_only=place == "read-only")
    with pytest.raises(duckdb.Error):
        connection.execute(statement)
    connection.close()


def test_a_python_variable_is_no_table(store: Path) -> None:
    secret = pa.table({"a": [1]})
    connection = connect(store)
    with pytest.raises(duckdb.CatalogException):
        connection.execute("SELECT * FROM secret")
    assert secret.num_rows == 1
    connection.close()


def test_spilling_goes_into_the_folder_of_the_store(store: Path) -> None:
    connection = connect(store)
    found = connection.execute("SELECT current_setting('temp_directory')").fetchall()
    assert found == [(str(store.parent / "tmp"),)]
    connection.close()


def test_a_second_connection_to_the_same_file_works(store: Path) -> None:
    first = connect(store, read_only=True)
    second = connect(store, read_only=True)
    assert second.execute("SELECT count(*) FROM events").fetchall() == [(1000,)]
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1; SELECT 2", "2 statements"),
        ("", "0 statements"),
        ("DROP TABLE events", "DROP"),
        ("INSERT INTO events VALUES (1)", "INSERT"),
        ("PRAGMA version", "PRAGMA"),
        ("COPY events TO 'x'", "COPY"),
        ("SELEC 1", "syntax error"),
    ],
)
def test_only_one_select_can_be_typed(sql: str, kind: str) -> None:
    with pytest.raises(QueryError, match=kind):
        single_select(sql)


@pytest.mark.parametrize("sql", ["SELECT 1", "FROM events", "WITH a AS (SELECT 1) SELECT * FROM a", "SUMMARIZE events"])
def test_whatever_reads_is_a_select(sql: str) -> None:
    assert single_select(sql).strip() == sql


def user_connections(store: Path) -> dict[str, UserConnection]:
    writer = connect(None)
    writer.execute("CREATE TABLE events AS SELECT range AS num FROM range(1000)")
    return {
        "file": UserConnection(store, connect(store, read_only=True)),
        "memory": UserConnection(None, writer.cursor()),
    }


@pytest.mark.parametrize("place", ["file", "memory"])
def test_a_with_that_writes_is_refused(store: Path, place: str) -> None:
    connection = user_connections(store)[place]
    with pytest.raises(QueryError, match="read-only"):
        connection.execute("WITH a AS (INSERT INTO events VALUES (1) RETURNING *) SELECT * FROM a")


@pytest.mark.parametrize("place", ["file", "memory"])
def test_typed_sql_sees_the_store_and_no_files(store: Path, place: str) -> None:
    connection = user_connections(store)[place]
    assert connection.execute("SELECT count(*) FROM events").fetchall() == [(1000,)]
    with pytest.raises(QueryError, match=r"[Pp]ermission|disabled"):
        connection.execute("SELECT * FROM read_csv('/etc/passwd')")
    connection.close()


def test_an_error_in_typed_sql_is_a_query_error(store: Path) -> None:
    connection = user_connections(store)["file"]
    with pytest.raises(QueryError, match="nothing"):
        connection.execute("SELECT nothing FROM events")


def test_the_configured_memory_bounds_every_database(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "path", lambda: tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text('[memory]\nlimit = "256MiB"\n')
    connection = connect(store)
    limits = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    connection.close()
    user = UserConnection(store, connect(None).cursor())
    limits += user.execute("SELECT current_setting('memory_limit')").fetchall()
    user.close()
    assert limits == [("256.0 MiB",)] * 2
