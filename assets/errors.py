"""Operating errors: what stops the work although the data may be right.

Findings (bad data) are values, see `assets.findings`; programmer errors are assertions. What stands here
is raised, names what a person can do, and says by its type whether trying again can help.
"""

from __future__ import annotations


class OperatingError(Exception):
    """The work cannot go on. Trying again cannot help until somebody acts."""


class TransientError(OperatingError):
    """The work cannot go on now. Trying again later can help: a lock, a full disk, a file in motion."""


class SettingsError(OperatingError):
    """The home folder or the settings make no sense; nothing is started."""


class LedgerLockedError(TransientError):
    """Another process holds the ledger longer than we wait; the message names it."""


class SourceFileChangedError(TransientError):
    """A file vanished or changed between being found and being read; nothing of it was posted."""


class LedgerLostError(OperatingError):
    """The ledger is not where it was, or is damaged; nothing is made or written in its stead."""
