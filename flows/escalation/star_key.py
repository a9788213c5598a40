"""A colleague sends it up: from the talk with their customer, by the star key; by text; or on the page of its thread."""

from __future__ import annotations

from datetime import timedelta

from flows.escalation import Rule

NAME = "star_key"

rule = Rule(NAME, "A colleague sends it up with a reason: by the star key while they talk, by text, or on the thread's page.",
            once_in=timedelta(0))
