"""Word documents that become drafts."""

from kb.word.reading import FOLDER, Imported, read_word

__all__ = ["FOLDER", "Imported", "read_word"]
