"""One error tree. Each error is one plain sentence that says what is wrong and what to do."""

from collections.abc import Sequence


class KbError(Exception):
    """A failure that the product knows and can explain; anything else is a bug."""


class NotFound(KbError):
    """Something asked for by name is not there."""


class CaseStudyNotFound(NotFound):
    """No live case study has this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no published case study at “{slug}”.")
        self.slug = slug


class VersionNotFound(NotFound):
    """A case study has no version of this number that everybody may read."""

    def __init__(self, number: int) -> None:
        super().__init__(f"This case study has no version {number} to read.")


class WorkingCopyNotFound(NotFound):
    """Nobody is at work on this study."""

    def __init__(self) -> None:
        super().__init__("Nobody is at work on this case study. Open it, and choose Edit.")


class PictureNotFound(NotFound):
    """A draft has no picture of this name, or there is no such draft."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no picture “{name[:80]}”. Add it to the draft again.")
        self.name = name


class SubscriptionNotFound(NotFound):
    """A link that was signed here leads to no subscription any more."""

    def __init__(self) -> None:
        super().__init__(
            "The subscription that this link was made for is no longer here. To hear from us, "
            "subscribe anew."
        )


class IssueNotFound(NotFound):
    """An issue of the digest that is no longer kept."""

    def __init__(self) -> None:
        super().__init__("That issue of the digest is no longer kept. The next one is by mail.")


class Invalid(KbError):
    """Input or data that a person can mend."""


class Refused(KbError):
    """Something was asked for in a way that is not trusted; says how to ask anew."""


class LinkExpired(Refused):
    """A signed link was ours, and its time is over."""

    def __init__(self) -> None:
        super().__init__("This link has expired. Ask for a new one.")


class LinkBroken(Refused):
    """A signed link was altered, cut short, or made for something else."""

    def __init__(self) -> None:
        super().__init__(
            "This link is not complete, or is for something else. Copy the whole link from the "
            "message that brought it, or ask for a new one."
        )


class LinkUsed(Refused):
    """A one-time link was used, or something newer stands in its place."""

    def __init__(self) -> None:
        super().__init__("This link was used already, or is no longer valid. Ask for a new one.")


class NotAllowed(Refused):
    """Somebody asked for what their role, or two pairs of eyes, do not allow."""


class Overtaken(KbError):
    """Somebody else was quicker, and saving now would undo what they did."""


class UnknownTerm(Invalid):
    """A key that is not in its vocabulary; carries the nearest ones."""

    def __init__(self, kind: str, raw: str, nearest: Sequence[str]) -> None:
        meant = f"did you mean {', '.join(nearest)}?" if nearest else "see content/vocabulary."
        super().__init__(f"“{raw}” is not a known {kind.replace('-', ' ')}: {meant}")
        self.raw = raw
        self.nearest = tuple(nearest)


class ContentMissing(Invalid):
    """The content folder, or something it cannot do without, is not there."""


class VocabularyInvalid(Invalid):
    """A vocabulary file cannot be used as it stands."""


class CollectionInvalid(Invalid):
    """A collection of judged queries cannot be used as it stands; names file and line."""


class StorageFailed(KbError):
    """The disk or the database refused: no room, no right to write, no connection."""


class MeasurementFailed(KbError):
    """What was to be measured did not run; says why."""


class MailFailed(KbError):
    """A message was not sent; says why."""


class RelayFailed(MailFailed):
    """No message can be sent at present: the mail server is away, or refuses us."""


class MessageDeferred(MailFailed):
    """The mail server does not take this message now."""


class LineLost(MessageDeferred):
    """The connection broke; the mail server may have the message all the same."""


class MessageRejected(MailFailed):
    """The mail server will never take this message."""


class Busy(KbError):
    """Somebody else holds what only one may hold at a time."""


class IndexerError(KbError):
    """The index cannot do what was asked."""


class SnapshotMissing(IndexerError):
    """No index has been built yet, or none that is asked for is left."""

    def __init__(self, message: str = "There is no index yet. Build it with: kb index") -> None:
        super().__init__(message)


class SnapshotMismatch(IndexerError):
    """The index was built with another model or format, and is not served."""


class SnapshotDamaged(IndexerError):
    """A file of the snapshot is missing, cut short or altered."""


class ModelUnavailable(IndexerError):
    """The embedding model is missing, altered, or not what it says it is."""


class DrawingFailed(IndexerError):
    """The map of practice could not be drawn; says why."""
