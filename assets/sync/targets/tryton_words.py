"""What Tryton's words of refusal mean.

Belongs here: the beginnings of its messages in English (the language in which it is asked) and their
explanations. Does not: what became of the document (`assets.sync.targets.tryton_client`).
"""

from __future__ import annotations

import re
from typing import Final

from assets.sync.errors import Explanation

_MEANINGS: Final = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"You are not allowed to|Calling button .* is not allowed", "login_refused"),
        (r"To continue, you must (create|reopen) (a|the) (period|fiscal year)", "period_closed"),
        (r"You cannot .* closed (journal-)?period", "period_closed"),
        (r"you must define a sequence on fiscal year", "period_closed"),
        (r'The value ".*" for field "Account" in record ".*" of ".*Line"', "account_unknown"),
        (r"To create a line on account", "account_unknown"),
        (r'The value ".*" for field "Journal" in', "journal_unknown"),
        (r"The .* for party .* is not valid", "vat_number_invalid"),
        (r'The tax identifier ".*" has not been validated', "vat_number_invalid"),
        (r"you must define a receivable account for party", "customer_type_wrong"),
        (r"The invoice .* is similar to invoice", "number_used"),
    )
)


def explained(words: str, subject: str | None = None) -> Explanation:
    """The explanation of a refusal, with the program's own words; of `subject`, a reference or a code."""
    for pattern, code in _MEANINGS:
        if pattern.search(words):
            return Explanation(code, words, subject)
    return Explanation("program_refused", words, subject)
