"""A colleague sends it up from the talk with their customer, by the star key."""

from __future__ import annotations

from datetime import timedelta

from flows.escalation import Rule

rule = Rule("star_key", "A colleague sends it up while they talk with the customer, by the star key and a reason.",
            once_in=timedelta(0))
