"""What stands in a cell: a name, numbers, e-mail addresses, accounts. And how a cell is written that no spreadsheet runs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber

from flows import networks
from flows.identity import NUMBER
from flows.networks import Manners, NotAHandle
from voice_gateway.lists import Address

EMAIL = "email"
LONGEST_NAME = 200
LONGEST_ADDRESS = 300
MOST_OF_A_KIND = 20
ID = " id"
NORTH_AMERICA = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1])
DIGITS_IN_NORTH_AMERICA = 10
JOINERS = "\u200c\u200d"
BEGIN_FORMULAS = tuple("=+-@\t\r\n＝＋－＠")

# What a network's accounts are called for ever, where a list may know it.
SUBJECTS = {"atproto": re.compile(r"did:(plc:[a-z2-7]{24}|web:[A-Za-z0-9.:%-]+)"),
            "mastodon": re.compile(r"https://[^/\s@]+/(users|ap/users)/[^/\s@]+")}

_NUMBERS_ALONE = re.compile(r"[+][0-9]+(; [+][0-9]+)*")
_BETWEEN_NUMBERS = re.compile(r"[;,|\n]+|:::|\s/\s")
_BETWEEN = re.compile(r";(?=\s|$)|[,|\n]+|:::|;(?=[a-z]+:)")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_PLAIN = re.compile(r"[+]?[0-9 ().-]{8,24}")
_PUNCTUATION = str.maketrans("", "", "+ ().-")
_ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?E[+]?[0-9]+", re.IGNORECASE)


class WrongCell(ValueError):
    """It cannot be what its column says. `do` is what to do about it."""

    def __init__(self, why: str, do: str) -> None:
        super().__init__(why)
        self.do = do


def escaped(cell: str) -> str:
    """So that a spreadsheet shows it and never works it out. A telephone number alone is harmless, and stays."""
    if cell.lstrip("'").startswith(BEGIN_FORMULAS) and not _NUMBERS_ALONE.fullmatch(cell):
        return f"'{cell}"
    return cell


def unescaped(cell: str) -> str:
    """As it was before `escaped`."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(BEGIN_FORMULAS) else cell


def clean(text: str) -> str:
    """Without what nobody sees, and one space where there were several."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if each.isspace() else each for each in unicodedata.normalize("NFC", text)
                       if each.isspace() or each in JOINERS or unicodedata.category(each) not in ("Cc", "Cf", "Co", "Cs"))
    return " ".join(text.split())


def name(text: str) -> str:
    """A name as it is kept. Raises WrongCell."""
    said = clean(text)
    if len(said) > LONGEST_NAME:
        raise WrongCell(f"is longer than {LONGEST_NAME} letters", "shorten the name")
    return said


@lru_cache(maxsize=4096)
def same_name(text: str) -> str:
    """Two names are one when these are."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if unicodedata.category(each) != "Cf")
    return " ".join(plain.split())


def numbers(text: str, region: str) -> list[Address]:
    """The numbers of a cell in E.164; how they are spelled does not matter. Raises WrongCell."""
    return [Address(NUMBER, _number(each, region)) for each in several(text, _BETWEEN_NUMBERS)]


def emails(text: str) -> list[Address]:
    """The e-mail addresses of a cell. Raises WrongCell."""
    found = []
    for each in several(text):
        said = clean(each).removeprefix("mailto:")
        if len(said) > LONGEST_ADDRESS or not _EMAIL.fullmatch(said):
            raise WrongCell("is no e-mail address", "correct it, or leave the cell empty")
        found.append(Address(EMAIL, said.lower()))
    return found


def accounts(text: str, network: str = "") -> list[Address]:
    """The accounts of a cell, on this network or on the one that each names (`bluesky: @sam.example`). Raises WrongCell."""
    return [_account(each, network) for each in several(text)]


def account_on(told: str, manners: Manners) -> Address:
    """An account there: by its name for ever if it is one, else by the handle of today. Raises WrongCell."""
    if len(told) > LONGEST_ADDRESS:
        raise WrongCell(f"is longer than {LONGEST_ADDRESS} letters", "correct it, or leave the cell empty")
    kept = SUBJECTS.get(manners.namespace)
    if kept and kept.fullmatch(told):
        return Address(manners.namespace, told)
    try:
        return Address(manners.name, manners.handle(told), is_handle=True)
    except NotAHandle as error:
        raise WrongCell(f"is no name on {manners.told}: {error}", "correct it, or leave the cell empty") from error


def network_called(text: str) -> Manners | None:
    """The network that is called so."""
    called = clean(text).casefold()
    known = networks.all_manners()
    return known.get({"twitter": "x"}.get(called, called)) or next(
        (each for each in known.values() if called in (each.told.casefold(), each.namespace)), None)


def account_written(account: Address) -> str:
    """An account as `accounts` reads it: `bluesky: @sam.example` by its handle, `x id: 123` by its name for ever."""
    if account.is_handle:
        return f"{account.namespace}: {account.subject}"
    known = networks.of_namespace(account.namespace)
    return f"{known.name if known else account.namespace}{ID}: {account.subject}"


def _account(told: str, network: str) -> Address:
    said = clean(told)
    before, _, rest = said.partition(":")
    if before.endswith(ID) and (known := network_called(before.removesuffix(ID))):
        return Address(known.namespace, rest.strip())
    for_ever = next((space for space, subjects in SUBJECTS.items() if subjects.fullmatch(said)), None)
    if for_ever and (not network or networks.of(network).namespace == for_ever):
        return Address(for_ever, said)
    manners = network_called(network or before)
    if manners is None:
        raise WrongCell("is on a network that the house does not know",
                        f"write NETWORK: NAME; the house knows {', '.join(networks.all_manners())}")
    return account_on(said if network else rest.strip(), manners)


def several(text: str, between: re.Pattern[str] = _BETWEEN) -> list[str]:
    """What stands in a cell one beside the other. Raises WrongCell where that is too much."""
    if not between.search(text):
        return [text]
    parts = [each for each in between.split(text) if each.strip()]
    if len(parts) > MOST_OF_A_KIND:
        raise WrongCell(f"holds more than {MOST_OF_A_KIND}", f"leave {MOST_OF_A_KIND} of them")
    return parts


def _number(text: str, region: str) -> str:
    said = text if text.isascii() and text.isprintable() else clean(unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    said = said.strip().removeprefix("tel:")
    for each in (said, f"+{said[2:]}") if said.startswith("00") else (said,):
        number = _valid(each, region)
        if number:
            return number
    if _ROUNDED.fullmatch(said):
        raise WrongCell("was rounded by a spreadsheet", "make the column a text there, and write the list again")
    raise WrongCell("is no telephone number", f"write it with + and the country's code; without one it is read as in {region}")


def _valid(said: str, region: str) -> str:
    return _plainly(said, region) or _read(said, region)


def _plainly(said: str, region: str) -> str:
    """The same as `_read` for a number that is written out in full, as most are, in a fifth of the time; else empty."""
    if not _PLAIN.fullmatch(said):
        return ""
    digits = said.translate(_PUNCTUATION)
    if said[0] != "+":
        return _checked(1, digits, region) if len(digits) == DIGITS_IN_NORTH_AMERICA and region in NORTH_AMERICA else ""
    return next((_checked(int(digits[:cut]), digits[cut:], region) for cut in (1, 2, 3)
                 if digits[0] != "0" and int(digits[:cut]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), "")


def _checked(country: int, national: str, region: str) -> str:
    """Most are of the list's own region, and to ask that one alone takes half the time."""
    if not national or national[0] == "0":
        return ""
    number = PhoneNumber(country_code=country, national_number=int(national))
    valid = phonenumbers.is_valid_number_for_region(number, region) or phonenumbers.is_valid_number(number)
    return f"+{country}{national}" if valid else ""


def _read(said: str, region: str) -> str:
    try:
        number = phonenumbers.parse(said, region)
    except NumberParseException:
        return ""
    if number.extension:
        raise WrongCell("has an extension, which nobody can ring by itself", "give a direct number")
    if not phonenumbers.is_valid_number(number):
        return ""
    return f"+{number.country_code}{phonenumbers.national_significant_number(number)}"
