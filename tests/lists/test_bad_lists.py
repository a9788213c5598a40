"""Whatever a list is, it is told plainly what is wrong with it, and nothing is taken in by halves."""

from __future__ import annotations

import csv
import tracemalloc

import pytest

from tests.lists.conftest import counted
from voice_gateway.lists.table import Table
from voice_gateway.store.identity import listing

GOOD = "name,phone\nÜnal Lee,+12025550121\n"
UNREADABLE = [
    (b"", "is empty"),
    (b"name,phone\n\x00\x01\x02", "no text at all"),
    (bytes(range(256)) * 20, "no text at all"),
    (b"name,phone\nAnn\x00,+12025550121\n", "no text at all"),
    (b"\n\n", "has no heading"),
    (b"first thing,second thing\na,b\n", "no column holds numbers"),
    (b"phone\n+12025550121\n", "no column holds names"),
    (b"name,phone,Phone,phone\nAnn,1,2,3\n", "two columns are called phone"),
    (b'name,phone\n"Ann,+12025550121\n' + b"x" * 200_000, "quotation mark there that is never closed"),
    (b"name,phone," + b"x," * 10_000 + b"\n", "the heading has 10,003 columns"),
    (b"name,phone\n" + b"x" * 2_000_000, "a line of more than"),
    (b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nBEGIN:VCARD\n", "begins within another"),
    (b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\n", "never ends"),
]
WRONG_ROWS = [
    ("Ann,12345,", "phone", '"12345" is no telephone number'),
    ("Ann,1.20256E+11,", "phone", "was rounded by a spreadsheet"),
    ("Ann,+12025550121 ext. 5,", "phone", "has an extension"),
    ("Ann,=cmd|' /C calc'!A0,", "phone", "is no telephone number"),
    ("Ann,+12025550100,", "", "is a number of the house"),
    ("Ann,,", "", "it has neither a number nor an account"),
    (",+12025550121,", "", "it has no name"),
    (f"{'A' * 300},+12025550121,", "name", "is longer than 200 letters"),
    ("Ann,,myspace: ann", "accounts", "is on a network that the house does not know"),
    ("Ann,,x: аnna_lee", "accounts", "cyrillic small letter a"),
    ("Ann,,mastodon: ann", "accounts", "is no name on Mastodon"),
    ("Ann,+12025550121,," + "x," * 10_000, "", "it has 10,004 cells, and the heading has 3"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_letters_and_delimiters_are_recognised(tmp_path, encoding, between):
    (path := tmp_path / "list.csv").write_bytes(GOOD.replace(",", between).encode(encoding))
    [ann] = Table(path, "US")
    assert (ann.name, ann.addresses[0].subject) == ("Ünal Lee", "+12025550121")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_a_first_line_may_tell_what_stands_between_cells(desk, encoding, between):
    """As one spreadsheet tells another; rows are counted as it counts them."""
    text = f"sep={between}\r\n" + "name,phone\r\nÜnal Lee,+12025550121\r\nAnn,12\r\n".replace(",", between)
    assert desk.takes(text.encode(encoding)).startswith("1 new, 0 changed, 0 same, 1 wrong")
    assert desk.wrong()[0].startswith("4,phone,")


@pytest.mark.parametrize("content", ["sep=;\n", "sep=;", "sep=:\nname:phone\n"])
def test_a_line_that_only_tells_what_stands_between_cells_is_no_list(desk, content):
    assert desk.contacts("import", desk.list_of(content)).exit_code == 2


def test_what_was_wrong_can_be_corrected_where_it_is_told_again_and_again(desk):
    """Though the list has columns that are called as those in which it is told."""
    desk.takes("row,name,What to do,phone\n7,Ann,ring,12\n", name="list.csv")
    first = desk.folder / "list.csv.errors.csv"
    assert first.read_text("utf-8-sig").splitlines()[0] == "row 2,column,what is wrong,what to do,row,name,What to do,phone"
    assert desk.takes(first.read_bytes(), name="again.csv").startswith("0 new, 0 changed, 0 same, 1 wrong")
    second = (desk.folder / "again.csv.errors.csv").read_text("utf-8-sig")
    assert desk.takes(second.replace(",12\n", ",+12025550121\n"), name="corrected.csv") == "1 new, 0 changed, 0 same, 0 wrong"


@pytest.mark.parametrize("content,told", UNREADABLE, ids=[told for _, told in UNREADABLE])
def test_what_is_no_list_is_told_and_nothing_is_taken_in(desk, memory, content, told):
    said = desk.contacts("import", desk.list_of(content))
    assert said.exit_code == 2
    assert told in said.output
    assert counted(memory) == (0, 0, 0)


def test_a_file_that_is_none(desk):
    assert "is a folder" in desk.contacts("import", str(desk.folder)).output
    assert "there is no file" in desk.contacts("import", str(desk.folder / "none.csv")).output


def test_a_list_of_nobody_is_nothing_wrong(desk):
    assert desk.takes("name,phone\n") == "0 new, 0 changed, 0 same, 0 wrong"


@pytest.mark.parametrize("row,column,why", WRONG_ROWS, ids=[why for _, _, why in WRONG_ROWS])
def test_a_wrong_row_is_told_and_the_others_are_taken_in(desk, row, column, why):
    told = desk.takes(f"name,phone,accounts\n{row}\nDana,+12025550122,\n")
    assert told.startswith("1 new, 0 changed, 0 same, 1 wrong\nwhat is wrong stands in ")
    [line] = csv.reader(desk.wrong())
    assert (line[0], line[1]) == ("2", column)
    assert why in line[2]
    assert line[3]
    assert all(not cell.startswith(("=", "@", "-")) for cell in line)
    assert (desk.folder / "list.csv.errors.csv").stat().st_mode & 0o077 == 0


def test_two_contacts_are_never_made_one_by_a_list(desk, memory):
    desk.takes("name,phone\nAnn,+12025550121\nann,+12025550122\n")
    assert counted(memory)[0] == 2
    assert desk.takes("name,phone\nAnn,+12025550121; +12025550122\n").startswith("0 new, 0 changed, 0 same, 1 wrong")
    assert "merges nobody" in desk.wrong()[0]


def test_columns_are_told_where_headings_do_not(desk, memory):
    text = "Kunde,Nr,Wo\nDana Lee,+12025550121,@danalee\n"
    assert "no column holds numbers" in desk.contacts("import", desk.list_of(text)).output
    assert desk.takes(text, "--map", "Kunde=name,Nr=phone,Wo=x").startswith("1 new")
    for told, why in (("Who=name", 'names the column "Who"'), ("Kunde=nose", 'leads "Kunde" to "nose"')):
        assert why in desk.contacts("import", desk.list_of(text), "--map", told).output


@pytest.mark.parametrize("words,why", [
    (("--verified", "passports seen"), "belong together"), (("--on", "2026-03-01"), "belong together"),
    (("--verified", "seen", "--on", "2026-04-01"), "in the future"),
    (("--verified", "seen", "--on", "2025-03-01"), "more than 90 days ago"), (("--source", " "), "1 to 100 letters")])
def test_how_it_was_verified_is_told_whole(desk, words, why):
    said = desk.contacts("import", desk.list_of(GOOD), *words)
    assert (said.exit_code, why in said.output) == (2, True)


def test_who_interrupts_has_whole_batches_and_may_go_on(desk, memory, monkeypatch):
    text = "name,phone\n" + "".join(f"P{n},+1303555{n:04d}\n" for n in range(2500))
    taken, stop = listing.take, iter([False, False, True])

    def interrupted(*given):
        done = taken(*given)
        if next(stop, False):
            raise KeyboardInterrupt
        return done
    monkeypatch.setattr(listing, "take", interrupted)
    said = desk.contacts("import", desk.list_of(text))
    assert (said.exit_code, "stopped. 2,000 new" in said.output) == (2, True)
    assert counted(memory) == (2000, 2000, 2000)
    assert desk.takes(text) == "500 new, 0 changed, 2,000 same, 0 wrong"


def test_a_long_list_never_sits_in_memory(tmp_path):
    """Rows are made as they are asked for, and none is kept."""
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("name,email\n")
        file.writelines(f"P{n},p{n}@example.com\n" for n in range(50_000))
    tracemalloc.start()
    try:
        listed = Table(path, "US")
        assert (listed.count(), sum(not isinstance(each, list) for each in listed)) == (50_000, 50_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
