"""The alarm when nobody takes a case: whether anybody outside the house would hear of it, and whether one stands."""

from __future__ import annotations

from collections.abc import Iterator

from voice_gateway.doctor.finding import Finding, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.store import climbs, recall

NAMED = 5


def alarms(patient: Patient) -> Iterator[Finding]:
    """Who hears it; and the cases of which an alarm tells at this moment."""
    with patient.store.reading() as memory:
        line = recall.line(memory)
        standing = [f"T{row.case_id}" for row in climbs.under_way(memory) if row.alarmed_at]
    assert line is not None, "a house was loaded"
    rules = line.house.escalation
    heard = [*(["by text"] if rules.alarm_text else []), *(["at ALARM_WEBHOOK_URL"] if patient.settings.alarm_webhook_url else [])]
    if not rules.is_on:
        yield ok("the house has no ladder, so that nothing climbs")
    elif heard:
        yield ok(f"told outside the house {' and '.join(heard)}")
    else:
        yield warning("when nobody takes a case, nobody outside the house hears of it",
                      "write alarm_text in [escalation] of the house file, or set ALARM_WEBHOOK_URL and ALARM_WEBHOOK_SECRET")
    if standing:
        more = f" and {len(standing) - NAMED} more" if len(standing) > NAMED else ""
        yield warning(f"nobody has taken {', '.join(standing[:NAMED])}{more}", "voice-gateway owed")
