"""The floor of a job: one that does nothing. It stands alone, so that a work-horse imports nothing for it."""


def nothing(_case_ids: list[int]) -> None:
    """Do nothing."""
