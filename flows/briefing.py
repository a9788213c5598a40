"""What a manager is told of a case that climbs: in one breath on the telephone, in one line of a text.

Who, what, since when, how often, what it does to their life, what was promised, why it came to them. All of it is this
case's and this address's own; nothing that is known of them elsewhere.
"""

from __future__ import annotations

from flows.facts import Agent, Call, Contact, spoken
from flows.listening import urgency

MOST_WORDS = 40  # fifteen seconds at 165 words a minute
MOST_LETTERS = 215  # and at fifteen letters a second
SHORTEST = 3  # words that are left of what somebody said
LEADS = (("they say", "They say:"), ("we said", "We said that"), ("why", "Why:"))


def spoken_facts(call: Call) -> str:
    """At most fifteen seconds. What people said in their own words is shortened, the longest first."""
    whole = {"about": call.case.about, "they say": call.case.impact, "we said": promise(call),
             "why": call.climb.why if call.climb else ""}
    kept = {what: said.split() for what, said in whole.items() if said}
    while _is_too_long(told := _in_words(call, kept)):
        longest = max(kept.values(), key=len, default=[])
        if len(longest) <= SHORTEST:
            return _cut(told)
        longest.pop()
    return told


def _is_too_long(told: str) -> bool:
    return len(told.split()) > MOST_WORDS or len(told) > MOST_LETTERS


def _cut(told: str) -> str:
    """Whatever somebody calls themselves, it ends."""
    return " ".join(told[:MOST_LETTERS].split()[:MOST_WORDS])


def _in_words(call: Call, kept: dict[str, list[str]]) -> str:
    said = {what: " ".join(words).rstrip(" .,;:!?") for what, words in kept.items()}
    about = f", about {said['about']}" if "about" in said else ""
    sentences = [call.house.name, f"{who(call.contact)}{about}, for {spoken(call.waiting)}", *how_often(call), *read_by(call)]
    sentences += [f"{lead} {said[what]}" for what, lead in LEADS if what in said]
    return " ".join(f"{each}." for each in (*sentences, *how_many(call)))


def who(contact: Contact) -> str:
    """A name, as long as a breath allows."""
    return " ".join(contact.name.split()[:3]) or "Somebody"


def how_often(call: Call) -> list[str]:
    times = call.history.times + 1
    return [f"They asked {times} times this month"] if times > 1 else []


def read_by(call: Call) -> list[str]:
    """How many people a public post may have reached."""
    told = urgency.of(call.mention).read_by.rstrip(".") if call.mention and not call.mention.post.private else ""
    return [told] if told else []


def how_many(call: Call) -> list[str]:
    """Of the others that are brought at once."""
    others = call.climb.how_many - 1 if call.climb else 0
    return [f"And {others} other case{'s' if others > 1 else ''}"] if others > 0 else []


def others(call: Call) -> str:
    """What was brought with this case and still climbs: the first of it, and how many more."""
    waiting = [each for each in call.climb.cases if each.case_id != call.case.id] if call.climb else []
    if not waiting:
        return ""
    first, more = waiting[0], len(waiting) - 1 + (call.climb.others if call.climb else 0)
    about = f", about {' '.join(first.about.split()[:8])}," if first.about else ""
    return f"{first.name}{about}{f' and {more} more need' if more else ' needs'} somebody."


def promise(call: Call) -> str:
    return call.history.last_promise if call.history.times else ""


def written_facts(call: Call) -> str:
    """The same for a text or a page, whole."""
    about = f", about {call.case.about}" if call.case.about else ""
    impact = f" They say: {call.case.impact}" if call.case.impact else ""
    promised = f" We said that {promise(call)}." if promise(call) else ""
    why = f" Why: {call.climb.why}." if call.climb else ""
    often = "".join(f" {each}." for each in (*how_often(call), *read_by(call)))
    return f"{call.case.ticket} {call.contact.name}{about}, for {spoken(call.waiting)}.{often}{impact}{promised}{why}"


def somebody_has_it(call: Call, me: Agent) -> str:
    """Why there is nothing to do any more, with who has it, as it stands at this moment; empty while it climbs."""
    climb = call.climb
    if call.case.is_over:
        return f"{call.case.ticket} is closed already."
    if climb and climb.is_open:
        return ""
    if climb and climb.acknowledged_by == me:
        return f"{call.case.ticket} is yours already."
    if climb and climb.acknowledged_by:
        since = f", since {call.wall_time(climb.acknowledged_at)}" if climb.acknowledged_at else ""
        return f"{climb.acknowledged_by.first_name} has {call.case.ticket} already{since}."
    return f"{call.case.ticket} was settled meanwhile."
