"""Gives each generated POST an Idempotency-Key of its own.

A generator likes short values and repeats them, and a repeated key is answered with the first
answer (or 422), so without this most POSTs would never reach the operation.
"""

import re
import uuid

import schemathesis

HEADER = "Idempotency-Key"
WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Replaces a well-formed key; a malformed one is what the case is about, so it stays."""
    if case.method.upper() != "POST":
        return
    given = (case.headers or {}).get(HEADER)
    if given is None or WELL_FORMED.fullmatch(str(given)):
        case.headers = {**(case.headers or {}), HEADER: str(uuid.uuid4())}
