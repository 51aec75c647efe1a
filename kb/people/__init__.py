"""Who may do what: accounts, signing in, and what was done by whom."""

from kb.people import audit
from kb.people.accounts import Account, Accounts
from kb.people.person import Person

__all__ = ["Account", "Accounts", "Person", "audit"]
