"""What one person may do with a working copy as it stands, for the buttons of its page.

Nothing is decided here: each act asks again for itself, in its own transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass

from kb.desk.values import SETTLED, CopyState, WorkingCopy
from kb.domain import PersonId, Role
from kb.people import Person


@dataclass(frozen=True, slots=True)
class Options:
    """Each is whether the act would be let through now.

    Attributes:
        write: change the text, give it up, take over what is live.
        submit: hand it in.
        take_back: make it a draft again.
        decide: ask for changes.
        approve: agree to it; nobody does to what they wrote, or while comments are open.
        publish: bring it live, or set a time.
        publish_alone: bring it live although nobody else agreed, with a reason.
        unschedule: take the time back.
        ask_school: have the school asked.
        wrote: whether they wrote some of it.
        open_points: comments that wait to be resolved.
    """

    write: bool
    submit: bool
    take_back: bool
    decide: bool
    approve: bool
    publish: bool
    publish_alone: bool
    unschedule: bool
    ask_school: bool
    wrote: bool
    open_points: int


def options(
    person: Person, copy: WorkingCopy, writers: Collection[PersonId], open_points: int
) -> Options:
    """For somebody who may see the copy."""
    is_settled, in_review = copy.state in SETTLED, copy.state is CopyState.IN_REVIEW
    is_editor, is_admin = (person.role.may_act_as(role) for role in (Role.EDITOR, Role.ADMIN))
    decides = is_editor and in_review
    return Options(
        write=not is_settled,
        submit=copy.state in {CopyState.DRAFT, CopyState.CHANGES_ASKED},
        take_back=is_settled or in_review,
        decide=decides,
        approve=decides and person.id not in writers and not open_points,
        publish=is_editor and is_settled,
        publish_alone=is_admin and not is_settled,
        unschedule=is_editor and copy.state is CopyState.SCHEDULED,
        ask_school=is_editor,
        wrote=person.id in writers,
        open_points=open_points,
    )
