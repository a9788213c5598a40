"""What an operator types, and what the house answers: plain words, an exit status, never a traceback."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from flows.house import Opening
from tests.house import MORNING, house_settings
from voice_gateway import clock, house_file
from voice_gateway.commands import main
from voice_gateway.gateway import open_store
from voice_gateway.gunicorn_conf import without_query
from voice_gateway.store.tables import (
    CaseRow,
    IdentifierRow,
    MessageRow,
    OrderRow,
    PostRow,
)

SAMPLE = Path(house_file.__file__).parent.parent / "demo" / "sample.toml"
ROOT = Path(__file__).parent.parent
WEEK = (Opening(frozenset({1, 2, 3, 4, 5}), 540, 1020),)
SATURDAY = (Opening(frozenset({6}), 600, 720),)


# ---- the command line ----


@pytest.fixture
def types(environment):
    def run(*words):
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return run


@pytest.fixture
def released(types, environment, new_house):
    shutil.copy(new_house, environment["DATA_DIR"])
    return types


def test_release_says_from_where_to_where(types):
    old = types("release", "--check")
    assert old.exit_code == 1
    assert "the database is at nothing, this version needs" in old.output
    assert "brought to" in types("release").output
    assert "as it should be" in types("release").output
    assert types("release", "--check").exit_code == 0


def test_the_sample_is_loaded_once(released):
    dry = released("load", "--dry-run", str(SAMPLE))
    assert "would add person Sam\n" in dry.output
    first = released("load", str(SAMPLE))
    assert first.output == dry.output.replace("would add", "added")
    again = released("load", str(SAMPLE))
    assert (again.exit_code, again.output) == (0, "")


@pytest.mark.parametrize("words", [("load", str(SAMPLE)), ("owed",)])
def test_an_old_database_is_told_plainly(types, words):
    answer = types(*words)
    assert answer.exit_code == 2
    assert answer.output.startswith("Error: the database is at nothing")


def test_a_wrong_file_is_told_plainly(released, tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_text('[house]\nname = "Acme"\n')
    answer = released("load", str(file))
    assert answer.exit_code == 2
    assert "nothing was changed" in answer.output
    assert "  house.time_zone: is missing" in answer.output
    assert "No such file" in released("load", str(tmp_path / "nowhere.toml")).output


def test_a_wrong_environment_is_told_plainly(types, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("PUBLIC_BASE_URL", "nowhere")
    answer = types("release")
    assert answer.exit_code == 2
    assert "SECRET_KEY" in answer.output
    assert "PUBLIC_BASE_URL" in answer.output


def test_a_terminal_that_knows_few_letters_hears_the_rest(environment):
    tell = "from voice_gateway.commands import main; main(['doctor'])"
    told = subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, check=False,
                          env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "latin-1", "DATA_DIR": environment["DATA_DIR"]})
    assert (told.returncode, told.stderr) == (2, b"")
    assert b"? settings      SECRET_KEY: is not set" in told.stdout


def test_a_database_that_is_away_is_told_plainly(types, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    answer = types("owed")
    assert answer.exit_code == 2
    assert "the database did not answer" in answer.output


def test_a_data_folder_that_is_a_file_is_told_plainly(types, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file"))
    assert types("release").exit_code == 2


def test_every_command_has_a_page_of_help(types):
    for name in main.commands:
        if name != "demo":
            assert types(name, "--help").exit_code == 0
    assert set(main.commands) >= {"release", "load", "owed", "provision", "doctor", "flows", "phone", "demo"}


def test_the_command_line_brings_no_client_of_the_carrier_and_no_sandbox():
    tell = "import sys; from voice_gateway.commands import main; print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"twilio.rest", "voice_gateway.sandbox", "jobs"} & set(listed.split())


# ---- what is owed ----


@pytest.fixture
def outbox(released, environment):
    """Write one order into the outbox, due `due` from now."""
    assert released("load", str(SAMPLE)).exit_code == 0
    database = f"sqlite:///{environment['DATA_DIR']}/voice_gateway.db"
    store = open_store(house_settings(database))
    with store.transaction() as memory:
        number = memory.execute(select(IdentifierRow.id, IdentifierRow.contact_id)).first()
        case_id = memory.execute(insert(CaseRow).returning(CaseRow.id), {
            "identifier_id": number.id, "contact_id": number.contact_id, "caller_name": "Dana", "about": "a refund",
            "state": "waiting", "ticket_seed": "seed", "token_hash": "hash", "opened_at": MORNING,
            "wanted_at": MORNING, "due_at": MORNING}).scalar_one()

    def owe(due, **what):
        with store.transaction() as memory:
            blank = {"case_id": case_id, "kind": "follow_up", "due_at": MORNING + due}
            memory.execute(insert(OrderRow), blank | what)

    yield owe
    store.close()


def test_nothing_is_owed(released):
    answer = released("owed")
    assert (answer.exit_code, answer.output) == (0, "nothing is owed\n")
    assert json.loads(released("owed", "--json").output)["owed"] == []


def test_a_network_that_is_not_read_is_owed_too(released, monkeypatch):
    for name, value in {"X_CONSUMER_KEY": "k", "X_CONSUMER_SECRET": "s", "X_ACCESS_TOKEN": "1-t", "X_ACCESS_TOKEN_SECRET": "a",
                        "X_BUDGET_USD": "0.01"}.items():
        monkeypatch.setenv(name, value)
    answer = released("owed")
    assert answer.output == ("nothing is owed\nx: the $0.01 for X in March are used up: nothing is read or said there before "
                             "April 1, or until X_BUDGET_USD is more\n")
    assert len(json.loads(released("owed", "--json").output)["networks"]) == 1


def test_a_dry_run_tells_what_own_rules_would_have_caught(types, outbox, tmp_path):
    outbox(timedelta(hours=1))
    file = tmp_path / "own.toml"
    file.write_text(SAMPLE.read_text() + '[[escalation.rules]]\nname = "money"\nwhen = "case.about.contains(\'refund\')"\nwhy = "it is money"\n')
    assert 'the rule "money" would have caught 1 of the last 1 case, such as T1\n' in types("load", "--dry-run", str(file)).output
    assert "would have caught" not in types("load", str(file)).output
    assert types("load", str(file)).output == ""


def test_what_was_held_back_is_told_with_its_reason(types, outbox, environment):
    assert types("owed", "--blocked").output == "nothing was held back\n"
    outbox(timedelta(hours=9), kind="text")
    store = open_store(house_settings(f"sqlite:///{environment['DATA_DIR']}/voice_gateway.db"))
    with store.transaction() as memory:
        memory.execute(insert(MessageRow), {
            "case_id": 1, "role": "customer", "phone": "+12025550121", "our_number": "+12025550100", "status": "not sent", "rank": 8,
            "body": "We ring +12025550121 at 3", "not_sent": "the call was made meanwhile", "ordered_at": MORNING})
    line, sum_ = types("owed", "--blocked").output.splitlines()
    assert line == 'T1  2026-03-04T15:00:00+00:00  to the customer: the call was made meanwhile  "We ring …21 at 3"'
    assert sum_ == "1 not sent"
    assert json.loads(types("owed", "--blocked", "--json").output)["not_sent"][0]["why"] == "the call was made meanwhile"
    with store.transaction() as memory:
        account = memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
            "namespace": "square", "subject": "jess", "first_seen": MORNING}).scalar_one()
        memory.execute(insert(PostRow), {
            "network": "square", "thread": "1", "case_id": 1, "account_id": account, "handle": "@jess", "words": "Tap, and we call you",
            "said_at": MORNING, "heard_at": MORNING + timedelta(hours=1), "inbound": False, "state": "not said", "problem": "it is over"})
    assert types("owed", "--blocked").output.splitlines()[0] == (
        'T1  2026-03-04T16:00:00+00:00  to the customer on the square: it is over  "Tap, and we call you"')
    store.close()


def test_what_is_owed_is_a_table(types, outbox):
    outbox(timedelta(minutes=10), turn="screened_callback/ask_a_colleague")
    outbox(timedelta(seconds=-5), kind="ring", claimed_at=MORNING - timedelta(seconds=3), claimed_by="host:7", attempts=1)
    outbox(timedelta(seconds=-1), kind="text", result="no answer\n from +12025550121")
    answer = types("owed")
    assert answer.exit_code == 0
    title, *lines, sum_ = answer.output.splitlines()
    assert title.split() == "WHAT CASE STATE DUE CLAIMED ATTEMPTS LAST RESULT".split()
    assert [" ".join(line.split()) for line in lines] == [
        "ring T1 claimed overdue by 5 s by host:7 since 3 s 1",
        "text T1 due overdue by 1 s 0 no answer from …21",
        "follow_up screened_callback/ask_a_colleague T1 waiting in 10 min 0",
    ]
    assert sum_ == "3 owed, 0 stuck"


def test_what_is_stuck_is_an_alarm(types, outbox, monkeypatch):
    outbox(timedelta(minutes=-65), kind="ring", attempts=3, result="gave up")
    answer = types("owed")
    assert answer.exit_code == 1
    assert "stuck  overdue by 1 h 5 min" in answer.output
    told = json.loads(types("owed", "--json").output)
    assert told["stuck"] == 1
    assert told["owed"][0]["overdue_seconds"] == 3900
    monkeypatch.setenv("CLOCK_SPEED", "60")
    assert types("owed").exit_code == 0


# ---- who is blocked ----

EVE = "+12025550177"


@pytest.fixture
def loaded(released):
    assert released("load", str(SAMPLE)).exit_code == 0
    return released


def asked_later(monkeypatch, days):
    monkeypatch.setattr(clock, "_source", lambda: MORNING + timedelta(days=days))


def test_a_block_has_a_reason_and_an_end(loaded, monkeypatch):
    assert loaded("blocked").output == "nobody is blocked\n"
    assert loaded("block", "+1 (202) 555-0177", "--why", "threats").output == f"{EVE} is blocked until {day(90)}: threats\n"
    assert loaded("blocked").output == f"{EVE}  until {day(90)}  threats\n"
    asked_later(monkeypatch, 90)
    assert loaded("blocked").output == "nobody is blocked\n"


def day(ahead):
    return f"{MORNING + timedelta(days=ahead):%Y-%m-%d}"


def test_a_block_may_be_longer_and_may_be_changed(loaded):
    loaded("block", EVE, "--why", "threats", "--days", "7")
    assert loaded("block", EVE, "--why", " more\nthreats ", "--days", "365").output == (
        f"{EVE} is still blocked until {day(365)}: more threats\n")
    assert loaded("blocked").output.count("\n") == 1


def test_a_block_can_be_lifted(loaded):
    loaded("block", EVE, "--why", "threats")
    assert loaded("unblock", EVE).output == f"{EVE} is blocked no more\n"
    again = loaded("unblock", EVE)
    assert (again.exit_code, again.output) == (0, f"{EVE} was not blocked\n")
    assert loaded("blocked").output == "nobody is blocked\n"


@pytest.mark.parametrize("words,problem", [
    (("+12025550100", "--why", "x"), "+12025550100 is a number of the house, or of somebody of it"),
    (("+12025550111", "--why", "x"), "+12025550111 is a number of the house, or of somebody of it"),
    (("2025550177", "--why", "x"), '"2025550177" is not a telephone number; it begins with +'),
    (("nobody", "--why", "x"), '"nobody" is not a telephone number'),
    ((EVE,), "Missing option '--why'"),
    ((EVE, "--why", "  "), "--why must have 1 to 200 characters"),
    ((EVE, "--why", "x" * 201), "--why must have 1 to 200 characters"),
    ((EVE, "--why", "x", "--days", "0"), "--days"),
])
def test_what_cannot_be_blocked_is_told_plainly(loaded, words, problem):
    answer = loaded("block", *words)
    assert answer.exit_code == 2
    assert problem in answer.output
    assert loaded("blocked").output == "nobody is blocked\n"


def test_who_is_blocked_in_the_file_is_shown_and_unblocked_there(loaded, tmp_path):
    file = tmp_path / "house.toml"
    file.write_text(SAMPLE.read_text() + f'\n[[contacts]]\nname = "Eve"\nphones = ["{EVE}"]\nblocked = true\n')
    assert loaded("load", str(file)).exit_code == 0
    assert loaded("blocked").output == f"{EVE}  without end  contact Eve, in the house file\n"
    answer = loaded("unblock", EVE)
    assert answer.exit_code == 2
    assert "was not blocked" in answer.output
    assert "change it there and load it" in answer.output


def test_no_log_tells_who_was_blocked(loaded, caplog):
    with caplog.at_level(logging.DEBUG):
        loaded("block", EVE, "--why", "threats")
    assert EVE not in caplog.text


# ---- flows, phone, demo ----


def test_flows_are_a_page_or_one_drawing(types):
    assert types("flows", "after_call").output.startswith("stateDiagram-v2\n")
    page = types("flows").output
    assert page.count("```mermaid\nstateDiagram-v2\n") == page.count("\n```\n") == page.count("## ") >= 4
    unknown = types("flows", "after_cal")
    assert unknown.exit_code == 2
    assert 'did you mean "after_call"?' in unknown.output


@pytest.fixture
def became(monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda program, words: started.append((program, words)))
    return started


@pytest.mark.parametrize("words,carrier", [
    ((), "http://127.0.0.1:8010"), (("--carrier", "http://127.0.0.1:9"), "http://127.0.0.1:9"),
])
def test_a_phone_is_a_program_of_the_sandbox(types, became, words, carrier):
    assert types("phone", "+12025550111", *words).exit_code == 0
    terminal = [sys.executable, "-m", "voice_gateway.sandbox.terminal", carrier, "+12025550111"]
    assert became == [(sys.executable, terminal)]


def test_a_phone_finds_the_carrier_in_the_environment(types, became, monkeypatch):
    monkeypatch.setenv("TWILIO_API_BASE_URL", "http://127.0.0.1:7")
    types("phone", "+12025550111")
    assert became[0][1][3] == "http://127.0.0.1:7"


def test_the_demo_is_given_all_its_words(types, became):
    words = ["--story", "--keep", "here", "--port", "9", "--help"]
    assert types("demo", *words).exit_code == 0
    assert became == [(sys.executable, [sys.executable, "-m", "voice_gateway.demo", *words])]


# ---- the processes of the Procfile ----


def python(*words):
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)


def gunicorn():
    return python("-m", "gunicorn", "--config", "python:voice_gateway.gunicorn_conf", "--check-config")


def test_the_procfile_names_four_processes():
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert lines == {
        "web": "gunicorn --config python:voice_gateway.gunicorn_conf",
        "worker": "python -m jobs worker",
        "clock": "TZ=UTC python -m jobs clock",
        "listener": "python -m jobs listener",
        "release": "voice-gateway release",
    }


def test_gunicorn_takes_the_doors(released):
    assert gunicorn().returncode == 0


def test_gunicorn_refuses_an_old_database_and_a_wrong_environment_in_one_message(environment, monkeypatch):
    answer = gunicorn()
    assert answer.returncode == 1
    assert answer.stderr.startswith("voice-gateway: the database is at nothing")
    monkeypatch.delenv("SECRET_KEY")
    answer = gunicorn()
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[1:] == ["  SECRET_KEY: Field required"]


def test_no_connection_is_open_when_the_workers_are_forked(released):
    tell = ("from voice_gateway import gunicorn_conf; app = gunicorn_conf.doors(); "
            "print(app.extensions['gateway'].store.engine.pool.checkedin())")
    assert python("-c", tell).stdout == "0\n"


def test_gunicorns_own_log_tells_no_query():
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, "Error handling request %s %s",
                               ("GET", "/t/x?From=%2B12025550121"), None)
    assert without_query(record)
    assert record.getMessage() == "Error handling request GET /t/x?…"
