"""A study's school and its effort in half a line each, for a card."""

from kb.domain import Effort, School


def school_in_short(school: School) -> str | None:
    """What readers compare with their own school, and the year that it is of."""
    said = [f"{school.pupils:,} pupils"] if school.pupils is not None else []
    if school.fsm6_percent is not None:
        said.append(f"{school.fsm6_percent:g}% with free school meals in six years")
    return f"{', '.join(said)} ({school.academic_year})" if said else None


def effort_in_short(effort: Effort) -> str | None:
    """What a reader with little time asks first; what the authors did not say is left out."""
    said = [effort.cost.label] if effort.cost else []
    if effort.staff is not None:
        said.append(f"{effort.staff} staff")
    if effort.minutes_per_week is not None:
        said.append(f"{effort.minutes_per_week:,} minutes a week")
    return ", ".join(said) or None
