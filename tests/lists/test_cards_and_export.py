"""vCards are read as other programs write them, and what is written out reads in as the same."""

from __future__ import annotations

import csv
import io
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from voice_gateway.lists import PAGE, Address, Entry, cells
from voice_gateway.lists.cards import Cards
from voice_gateway.lists.table import Table
from voice_gateway.lists.writing_out import as_cards, as_table

CARDS = """BEGIN:VCARD\r
VERSION:3.0\r
N:Lee;Dana;;;\r
FN:Dana Lee who has a name so long that it is fold\r
 ed\r
TEL;TYPE=cell:+1 202 555 0121\r
TEL;TYPE=work:(202) 555-0123\r
item1.EMAIL;TYPE=INTERNET:Dana@Example.com\r
X-SOCIALPROFILE;TYPE=twitter:https://twitter.com/danalee\r
X-SOCIALPROFILE;TYPE=linkedin:https://www.linkedin.com/in/danalee\r
item2.URL:https://dana.example/\r
URL:http://10.0.0.7/\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:4.0\r
FN:Sam Roe\r
TEL;VALUE=uri:tel:+1-202-555-0122\r
IMPP:mastodon:@sam@mastodon.example\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:2.1\r
FN;ENCODING=QUOTED-PRINTABLE:=4F=\r
=6C=64\r
TEL:+12025550124\r
END:VCARD\r
"""
NUMBERS = some.integers(0, 99).map(lambda n: Address("tel", f"+120255501{n:02d}"))
EMAILS = some.from_regex(r"[a-z+=-][a-z0-9]{0,8}@[a-z]{1,8}\.example", fullmatch=True).map(lambda text: Address("email", text))
ACCOUNTS = some.one_of(
    some.text("abcdefghijklmnopqrstuvwxyz234567", min_size=24, max_size=24).map(lambda text: Address("atproto", f"did:plc:{text}")),
    some.text(string.ascii_lowercase, min_size=1, max_size=9).map(
        lambda text: Address("mastodon", f"https://mastodon.example/users/{text}")),
    some.text(string.ascii_lowercase, min_size=5, max_size=9).map(lambda text: Address("x", f"@{text}", is_handle=True)),
    some.text(string.digits, min_size=5, max_size=9).map(lambda text: Address("x", text)),
    some.from_regex(r"https://[a-z]{1,9}\.example/[a-z0-9~,;&?=.-]{0,9}[a-z0-9]", fullmatch=True).map(lambda text: Address(PAGE, text, is_handle=True)),
)
NAMES = some.one_of(some.text(min_size=1, max_size=40), some.sampled_from(
    ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "'=x", "''", "O'Neil", 'a"b', "a;b,c", "Ünal 李"])).map(cells.clean).filter(bool)
ADDRESSES = some.lists(some.one_of(NUMBERS, EMAILS, ACCOUNTS), min_size=1, max_size=5, unique=True)
PEOPLE = some.lists(some.tuples(NAMES, ADDRESSES.filter(lambda found: any(each.namespace != PAGE for each in found))),
                    min_size=1, max_size=4)


def test_cards_are_read_as_other_programs_write_them(tmp_path):
    (path := tmp_path / "cards.vcf").write_text(CARDS, newline="")
    dana, sam, old = Cards(path, "US")
    assert isinstance(dana, Entry)
    assert dana.name == "Dana Lee who has a name so long that it is folded"
    assert dana.addresses == (Address("tel", "+12025550121"), Address("tel", "+12025550123"),
                              Address("email", "dana@example.com"), Address("x", "@danalee", is_handle=True),
                              Address(PAGE, "https://dana.example/", is_handle=True))
    assert isinstance(sam, Entry)
    assert sam.addresses == (Address("tel", "+12025550122"), Address("mastodon", "@sam@mastodon.example", is_handle=True))
    assert isinstance(old, list)
    assert (old[0].row, old[0].do) == (3, "write the list as vCard 3 or 4")


def test_what_is_there_already_is_not_written_over(desk):
    told = desk.contacts("export", "--to", desk.list_of("mine", "all.csv"))
    assert (told.exit_code, told.output.endswith("all.csv is there already; name a new file\n")) == (2, True)
    assert (desk.folder / "all.csv").read_text() == "mine"


def test_cards_below_empty_lines_are_cards(desk):
    assert desk.takes(f"\r\n\r\n{CARDS}", name="cards.vcf").startswith("2 new, 0 changed, 0 same, 1 wrong")


@settings(max_examples=15, deadline=None)
@given(people=PEOPLE)
def test_what_is_written_out_reads_in_as_the_same(people, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    for name, write, read in (("a.csv", as_table, Table), ("a.vcf", as_cards, Cards)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            assert write(people, file) == len(people)
        back = [(each.name, set(each.addresses)) for each in read(folder / name, "US")]
        assert back == [(name, set(addresses)) for name, addresses in people]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "＝1", "\t=1", "+1; =2"])
def test_no_cell_that_is_written_out_is_ever_worked_out(cell):
    out = io.StringIO()
    as_table([(cell, [Address("tel", "+12025550121")])], out)
    name, phone, *_ = list(csv.reader(io.StringIO(out.getvalue())))[1]
    assert (name, phone) == (f"'{cell}", "+12025550121")


def test_the_whole_house_goes_out_and_comes_back(desk, memory):
    desk.takes("name,phone,email,x,accounts,website\n=Dana,+12025550121; +12025550123,d@example.com,@danalee,,https://dana.example/?a=1\n"
               "Ann,+12025550124,,,did:plc:aaaaaaaaaaaaaaaaaaaaaaaa,\nBob,+12025550124,,,,\n")
    for way in ("csv", "vcard"):
        first = desk.contacts("export", "--as", way).output
        name = f"again.{way}"
        assert desk.takes(first, "--source", "list.csv", name=name) == "0 new, 0 changed, 3 same, 0 wrong"
        assert desk.contacts("export", "--as", way, "--to", str(desk.folder / f"out.{way}")).output.startswith("3 contacts in")
        assert desk.contacts("export", "--as", way, "--to", str(desk.folder / f"out.{way}")).exit_code == 2
