"""What people do, honest ones, crooks and colleagues: one function each, done once when its turn comes."""

from __future__ import annotations

from collections.abc import Callable

from bench.attack import at_the_doors as doors
from bench.attack.truth import AGEING, MISTYPED, Account, Number, Person
from bench.attack.world import DAY, HOUR, MINUTE, World
from voice_gateway.store.identity import challenges, evidence, links, running_out

WEAK = ("import_bare", "import_verified", "customer_declared", "profile_link", "time_coincidence")
WAYS = (challenges.TO_NUMBER, challenges.TO_ACCOUNT, challenges.SIGNED_IN)


def proves(world: World, person: Person, account: Account) -> bool:
    """Somebody who holds a number and owns an account shows it, and says truly whether the number is theirs alone."""
    number = person.number
    if number is None or number.in_hands_of() != set(number.holders):
        return False
    way = world.chance.choice(WAYS)
    sitting = f"s{world.count}" if way == challenges.SIGNED_IN else ""
    code = world.code(number.id, account.id, way, sitting)
    if not code:
        return False
    world.later(world.chance.random() * 3 * MINUTE)
    answerer = number.id if way == challenges.TO_ACCOUNT else account.id
    if way == challenges.TO_NUMBER:
        world.seen.append((code, account.id, number.id))
        del world.seen[:-50]
    if world.chance.random() < 0.1:
        world.answers("7777-7777", answerer, sitting)
    asked = len(number.holders) == 1 if way == challenges.SIGNED_IN else None
    if not world.answers(code, answerer, sitting, alone=asked):
        return False
    if asked is None:
        doors.says_whether_shared(world, number)
    person.proved.add(number.id)
    return True


# ---- the honest ----


def somebody_proves(world: World) -> None:
    person = world.anybody()
    proves(world, person, person.account(world.chance))


def somebody_asks(world: World) -> None:
    """A post or a call by somebody, and everything that the house might do because of it."""
    person = world.anybody()
    number, account = person.number, person.account(world.chance)
    if number is None:
        return
    world.asks(world.matter(person, account), "tel")
    if person in number.in_hands_of():
        called = world.matter(person, number)
        attested = world.chance.random() < 0.7
        world.asks(called, account.network, authentic=attested)
        world.asks(world.matter(person, account), "tel", authentic=attested, only=number.id)


def an_honest_proved_person_asks(world: World) -> None:
    """What the honest get: proved, with a number of their own; a new code is sent when the house asks for one."""
    person = world.anybody(crook=False)
    number = person.number
    if number is None or number.thief or len(number.holders) != 1 or number.id not in person.proved:
        return
    account = person.account(world.chance)
    world.score.honest += 1
    why = world.asks(world.matter(person, account), "tel")
    if why == "there are several":
        why = _the_old_number_is_gone(world, person, account)
    if why == "several people use this number":
        evidence.theirs_alone(world.memory, number.id, "agent", "they say that the others have gone", world.now)
    if why and proves(world, person, account):
        why = world.asks(world.matter(person, account), "tel")
    if why:
        world.score.why_not[why] = world.score.why_not.get(why, 0) + 1
    else:
        world.score.honest_granted += 1


def _the_old_number_is_gone(world: World, person: Person, account: Account) -> str:
    """Asked which number it is, they say which is theirs no more."""
    for claim in links.of_account(world.memory, account.id):
        if person.number is None or claim.tel_id != person.number.id:
            links.unlink(world.memory, claim.link_id, "customer", "not my number any more", world.now)
    return world.asks(world.matter(person, account), "tel")


def somebody_mistypes(world: World) -> None:
    """They tell a handle with a slip in it, which may be somebody's; the code goes to their own number."""
    person = world.anybody(crook=False)
    other = world.anybody().account(world.chance)
    number = person.number
    if number is None or other.owner is person or world.chance.random() > MISTYPED * 4:
        return
    world.says(number.id, other.id, "customer_declared", actor="customer")
    code = world.code(number.id, other.id)
    if code and person in number.in_hands_of():
        world.answers(code, person.account(world.chance).id)
    world.answers("2345-6789", other.id)


def somebody_is_renamed(world: World) -> None:
    """A handle is changed, and a crook takes the old one."""
    account = world.anybody(crook=False).account(world.chance)
    crook = world.anybody(crook=True).account(world.chance)
    if crook.network == account.network:
        old = account.handle
        account.handle, crook.handle = f"new{world.count}.{account.network}", old
        world.truth.handles[old], world.truth.handles[account.handle] = crook, account
        if account.owner.number is not None:
            world.says(account.owner.number.id, world.truth.handles[old].id, "customer_declared")


def a_number_is_given_up(world: World) -> None:
    person = world.chance.choice(world.truth.people)
    number = person.number
    if number is None or number.thief or world.chance.random() > 0.3:
        return
    if number.last_owned_use and world.now - number.last_owned_use < HOUR:
        world.later(HOUR)
    number.holders.remove(person)
    person.number = None
    if world.chance.random() < 0.9:
        world.leaves_whatsapp(number)
    if not number.holders:
        number.free_since = world.now
    old = [each for each in world.truth.numbers.values() if each.free_since and world.now - each.free_since > AGEING]
    world.gets(person, world.chance.choice(old) if old and world.chance.random() < 0.7 else world.new_number())


def somebody_takes_up_a_number(world: World) -> None:
    """Whoever gets a number that was another's proves it, and asks."""
    somebody_proves(world)


# ---- the crooks ----


def a_caller_id_is_forged(world: World) -> None:
    """A crook shows another's number: never fully attested. They have codes sent, guess, and ask."""
    crook, victim = world.anybody(crook=True), world.anybody()
    world.score.attacks += 1
    if victim.number is None or victim.number is crook.number:
        return
    account = crook.account(world.chance)
    case = world.chance.choice(world.truth.matters) if world.truth.matters else None
    if world.chance.random() < 0.3:
        world.code(victim.number.id, account.id)
        for _ in range(world.chance.randrange(8)):
            world.answers(f"{world.chance.randrange(10**6):06d}", account.id)
    for matter in [case] if case else []:
        world.asks(matter, account.network, authentic=False)
        world.asks(matter, "tel", authentic=False, only=victim.number.id)


def a_code_is_guessed(world: World) -> None:
    """To a victim's account goes a code that a crook would type at their own telephone."""
    crook, victim = world.anybody(crook=True), world.anybody()
    world.score.attacks += 1
    if crook.number is None or victim is crook or crook.number is victim.number:
        return
    target = victim.account(world.chance)
    if world.code(crook.number.id, target.id, challenges.TO_ACCOUNT):
        for _ in range(8):
            world.answers(f"{world.chance.randrange(10**6):06d}", crook.number.id)


def a_code_is_replayed(world: World) -> None:
    """Codes in public posts are seen by all: a crook posts them, and the network delivers a post twice."""
    world.score.attacks += 1
    if not world.seen:
        return
    code, account_id, _number_id = world.chance.choice(world.seen)
    world.answers(code, world.anybody(crook=True).account(world.chance).id)
    world.answers(code, account_id)


def two_race(world: World) -> None:
    """Two verifications at one time for one number, one of them a crook's; the code of each comes back to both."""
    victim, crook = world.anybody(crook=False), world.anybody(crook=True)
    number = victim.number
    world.score.attacks += 1
    if number is None or number.in_hands_of() != {victim}:
        return
    mine, theirs = victim.account(world.chance), crook.account(world.chance)
    codes = [world.code(number.id, mine.id), world.code(number.id, theirs.id)]
    world.answers(codes[0], theirs.id)
    if codes[0] and world.answers(codes[0], mine.id, alone=True):
        victim.proved.add(number.id)
    world.answers(codes[0], theirs.id)


def a_sim_is_stolen(world: World) -> None:
    """A crook has the SIM copied, proves the number as theirs, calls, asks; some days later the owner has it back."""
    crook, victim = world.anybody(crook=True), world.anybody(crook=False)
    number = victim.number
    world.score.attacks += 1
    if number is None or number is crook.number or number.thief or len(number.holders) != 1 or world.chance.random() > 0.15:
        return
    if number.last_owned_use and world.now - number.last_owned_use < HOUR:
        world.later(HOUR)
    number.thief = crook
    world.later(MINUTE)
    evidence.swapped(world.memory, number.id, world.now, world.now)
    account = crook.account(world.chance)
    world.later(world.chance.choice((5 * MINUTE, 5 * HOUR, 2 * DAY)))
    code = world.code(number.id, account.id)
    if code:
        world.answers(code, account.id, alone=True)
    for _ in range(3):
        world.later(world.chance.choice((MINUTE, HOUR, 20 * HOUR)))
        _thief_asks(world, number, crook, victim)
    number.thief = None
    world.later(MINUTE)
    evidence.swapped(world.memory, number.id, world.now, world.now)
    if world.chance.random() < 0.9:
        evidence.not_same(world.memory, number.id, account.id, "customer", "that was not me", world.now)
    world.asks(world.matter(victim, number), account.network)


def _thief_asks(world: World, number: Number, crook: Person, victim: Person) -> None:
    world.asks(world.matter(crook, number), crook.account(world.chance).network)
    world.asks(world.matter(crook, crook.account(world.chance)), "tel")
    world.asks(world.matter(victim, victim.account(world.chance)), "tel")
    of_number = [each for each in world.truth.matters[-500:] if each.hangs_on is number]
    if of_number:
        for network in ("atproto", "mastodon"):
            world.asks(world.chance.choice(of_number), network)


# ---- lists and colleagues ----


def a_list_lies(world: World) -> None:
    number, account = world.anybody().number, world.anybody().account(world.chance)
    world.score.attacks += 1
    if number:
        world.says(number.id, account.id, world.chance.choice(WEAK), reason="row of a list")


def a_colleague_errs(world: World) -> None:
    """They confirm the wrong one, for a case; and most put it right."""
    world.score.attacks += 1
    if not world.truth.matters:
        return
    matter, wrong = world.chance.choice(world.truth.matters[-100:]), world.anybody()
    number = matter.hangs_on if isinstance(matter.hangs_on, Number) else wrong.number
    account = matter.hangs_on if isinstance(matter.hangs_on, Account) else wrong.account(world.chance)
    if number is None:
        return
    link_id = world.says(number.id, account.id, "agent_confirmed", case_id=matter.id, actor=f"agent {world.chance.randrange(5)}",
                         reason="I think so")
    world.asks(matter, "tel" if matter.hangs_on is account else account.network)
    if link_id and world.chance.random() < 0.7:
        links.unlink(world.memory, link_id, "agent", "my mistake", world.now)


def a_colleague_undoes(world: World) -> None:
    """They say of two who are one that they are not, or undo a link that was right."""
    person = world.anybody()
    number = person.number
    if number is None or world.chance.random() > 0.3:
        return
    known = links.of_tel(world.memory, number.id)
    if known and world.chance.random() < 0.5:
        links.unlink(world.memory, world.chance.choice(known).link_id, "agent", "wrong", world.now)
    else:
        evidence.not_same(world.memory, number.id, person.account(world.chance).id, "agent", "wrong", world.now)


def anything_is_asked(world: World) -> None:
    """Any old case, in any direction."""
    if world.truth.matters:
        matter = world.chance.choice(world.truth.matters)
        for towards in ("tel", "atproto", "mastodon"):
            world.asks(matter, towards)


def something_is_sent_late(world: World) -> None:
    world.sends_late()


def days_pass(world: World) -> None:
    """And the house forgets old codes, and ends what is over, as its jobs do."""
    world.later(world.chance.choice((HOUR, DAY, 3 * DAY)))
    challenges.forget(world.memory, world.now - 2 * DAY)
    while running_out.end(world.memory, world.now):
        pass


DEEDS: tuple[tuple[int, Callable[[World], None]], ...] = (
    (10, somebody_proves), (14, somebody_asks), (16, an_honest_proved_person_asks), (4, somebody_mistypes),
    (1, somebody_is_renamed), (1, a_number_is_given_up), (2, somebody_takes_up_a_number), (8, a_caller_id_is_forged),
    (5, a_code_is_guessed), (4, a_code_is_replayed), (3, two_race), (2, a_sim_is_stolen), (6, a_list_lies),
    (5, a_colleague_errs), (1, a_colleague_undoes), (8, anything_is_asked), (8, something_is_sent_late), (2, days_pass),
    (4, doors.somebody_takes_a_link), (4, doors.a_link_is_stolen), (5, doors.somebody_is_rung_for_a_post),
    (3, doors.somebody_shares_their_contact), (2, doors.a_contact_is_forged), (1, doors.somebody_says_not_me),
    (1, doors.a_number_is_left_to_somebody), (4, doors.somebody_agrees_to_be_called),
    (1, doors.a_colleague_believes_it_is_theirs_alone), (4, doors.somebody_texts_call),
)
