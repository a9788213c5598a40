"""Climbs as a whole: what holds whatever the ladders, calendars and people are like."""
