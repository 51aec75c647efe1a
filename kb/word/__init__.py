"""Word documents that become drafts."""

from kb.word.package import MAX_MEGABYTES
from kb.word.reading import FOLDER, Imported, read_word

__all__ = ["FOLDER", "MAX_MEGABYTES", "Imported", "read_word"]
