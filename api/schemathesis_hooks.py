"""What schemathesis cannot read from the contract."""

import os
import re
import uuid

import schemathesis

HEADER = "Idempotency-Key"
# The key that every request comes with; the id is in it in clear.
OWN_KEY = str(uuid.UUID(os.environ["QUARTERMASTER_API_KEY"][6:38]))
WEB = re.compile(r"https?://[!-~]+\Z")
NOWHERE = "http://127.0.0.1:9/hook"
WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")


def holds_nul(value):
    """Whether a name or a text somewhere in the JSON value has U+0000 in it."""
    if isinstance(value, dict):
        return any(holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(holds_nul(part) for part in value)
    return isinstance(value, str) and "\0" in value


@schemathesis.hook
def filter_body(context, body):
    """Leaves out free JSON with U+0000 in it.

    It is refused, since PostgreSQL cannot store it; OpenAPI 3.0 has no words for names and texts
    deep in a free object. The HTTP tests send it.
    """
    return not (isinstance(body, dict) and holds_nul(body.get("attributes")))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps the caller's own key, calls nobody, and gives each POST a fresh Idempotency-Key."""
    keep_own_key(case)
    call_nobody(case)
    fresh_idempotency_key(case)


def keep_own_key(case):
    """Lets nobody revoke or rotate the key that every other request comes with."""
    for name, value in (case.path_parameters or {}).items():
        if str(value).lower() == OWN_KEY and case.method.upper() != "GET":
            case.path_parameters[name] = str(uuid.uuid4())


def call_nobody(case):
    """Lets webhooks go where nobody is, on this machine, wherever they were to go."""
    if isinstance(case.body, dict) and WEB.match(str(case.body.get("url"))):
        case.body = {**case.body, "url": NOWHERE}


def fresh_idempotency_key(case):
    """Gives each POST an Idempotency-Key of its own, where the case has none or a well-formed one.

    A generator likes short values and repeats them, and a repeated key is answered with the first
    answer (or 422), so most POSTs would never reach the operation. A malformed key is what its
    case is about, so it stays.
    """
    if case.method.upper() != "POST":
        return
    given = (case.headers or {}).get(HEADER)
    if given is None or WELL_FORMED.fullmatch(str(given)):
        case.headers = {**(case.headers or {}), HEADER: str(uuid.uuid4())}
