"""Checks of `npm run fuzz` where one of Schemathesis's own knows statuses alone: what the answer says decides."""

import re

import schemathesis
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# Refusals of well-formed requests that depend on what is stored, or on what only the server knows.
STATE = {
    # Its largest batch is a setting of the workspace.
    "BATCH_TOO_LARGE",
    # No pattern can tell whether a certificate request is valid and signed by its own key.
    "CSR_INVALID",
    "CURSOR_INVALID",
    # The largest file is one of the plan.
    "FILE_TOO_LARGE",
    "IDEMPOTENCY_KEY_REUSED",
    "INVALID_CREDENTIALS",
    "ONE_TIME_TOKEN_INVALID",
    "PASSWORD_INCORRECT",
    "PRECONDITION_FAILED",
    "QUOTA_EXCEEDED",
    "REGISTRATION_TOKEN_EXPIRED",
    "REGISTRATION_TOKEN_REVOKED",
    # The rules of a form, and the data that they refuse.
    "SCHEMA_INVALID",
    "SUBMISSION_INVALID",
    # The first bytes of a file, and the syntax of media types.
    "UNSUPPORTED_MEDIA_TYPE",
    # The addresses of a host in DNS.
    "URL_FORBIDDEN",
}

# Rules that no schema of OpenAPI 3.0 can express, by the sentence of the refusal.
RULES = [
    # Fields and parameters that exclude or require each other. Null counts as absent, so a minimum number of fields does
    # not help.
    r"Send (either|both|exactly one of) ",
    r"Field required,? (unless|with|for) ",
    r"Should not be exactly 0,0 without accuracyMeters",
    r"Names a version of no profile",
    r"Say in which scope to delete",
    r"Should hold at least one condition",
    r"Should hold a name or a schema",
    r"Should have a field to set",
    r'Should have "field" and "op"',
    r'Should be "stop" or the id of a later step',
    # What is stored: the plan, the workspace's settings, and whether a key was rotated or has expired.
    r"Should be at most \d+, the limit of the plan",
    r"Should be at most .* after the key was made, as this workspace demands",
    r"The key (was replaced by|has expired) ?",
    # Also stored: an operator may have set a larger cap of bulk requests, which may be sent back.
    r"Should be at most 1000$",
    # Also stored: half of a new centre means something for a circle, and nothing for a polygon.
    r"The fence is a polygon: send latitude and longitude, both of them",
    # Limits on all items of a list together.
    r"Should name at most \d+ channels in all",
    # Ids of entities that do not exist, and versions of them.
    r"No \w[\w ]* has this id",
    r"The \w[\w ]* has no version ",
    # Patterns with the letters, digits or invisible characters of every script, which dialects write differently.
    r"Should be 1 to 64 letters of any script",
    r"Should hold a character that can be seen",
    r"Should neither begin nor end with white space",
    r"Should not be blank",
    r"Should have at least one (letter|digit)",
    # Lists that change: types of events, time zones, countries, and passwords that are guessed first.
    r"Should be an event type such as ",
    r"Should be an IANA time zone",
    r"Should be an ISO 3166-1 alpha-3 code",
    r"Is one of the passwords that are guessed first",
    # Grammars: of times in cron, and of RFCs for URLs, language tags and networks of IPv6.
    r"Should be a URL such as ",
    r"Should be the name of a header",
    r"Should be (printable|visible) ASCII",
    # Files are texts to OpenAPI, which may be empty.
    r"Should hold a byte",
    r"Should have five fields",
    r"Should be a BCP 47 language tag",
    r"Should be a network such as",
    # The clock.
    r"Should be a month that has begun",
    r"Should be in the future",
    r"Should not be in the future",
    # An instant is a text, whose lexical order is not that of time.
    r"Should not be before (1|1970)",
    # Filters that depend on the value of a path parameter: each collection has its own.
    r"No filter of ",
    # The calendar: how many days a month has, and that a span does not end before it begins.
    r"Should be an instant such as .*, or a date",
    r"Should be an instant, or two with /",
    r'Should be at most \d+ days after "from"',
    r"Should make at most \d+ buckets of the span",
    # The size and order of numbers within one text: the south of a box is at most its north. In OGC API Features a box
    # is a list of 4 or 6 numbers, never 5.
    r"Should be (west,south,east,north|minLng,minLat,maxLng,maxLat|lat,lng)",
    # A circle has a radius of up to 100 km. A polygon shows the radius around it, up to half the globe, which may be sent back.
    r"Should be at most 100000\b",
]

ANSWERED_ONE_BY_ONE = ("/check/batch", "/locations", "/locations/batch", "/submissions/bulk")
ITEM_FAULTS = ("POINT_INVALID", "TIMESTAMP_IN_FUTURE", "DEVICE_UNKNOWN", "VALIDATION_ERROR")

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _problem(response: Response) -> dict:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_known(field: dict, all_fields: list) -> bool:
    message = field.get("msg", "")
    # Conditions between fields, which OpenAPI 3.0 does not have.
    if field.get("type") == "conflict":
        return True
    # The geometry of "either a geometry, or latitude and longitude" is said to be missing in the usual words.
    if message.startswith("Field required") and field.get("loc", [None])[-1] == "geometry":
        return any("unless geometry is given" in other.get("msg", "") for other in all_fields)
    # Which fields the `auth` of a webhook has depends on its type.
    if message == "Field required" and field.get("loc", [])[:2] == ["body", "auth"]:
        return True
    # Which `values` an annotation has depends on its class.
    if message.startswith("Unknown field") and field.get("loc", [])[:2] == ["body", "values"]:
        return True
    # Stateful tests put fields of one kind of step into another, which the schema of the step forbids.
    if message.startswith("Unknown field") and field.get("loc", [])[:2] == ["body", "steps"]:
        return True
    return any(re.match(rule, message) for rule in RULES)


def _depends_on_more_than_the_document(problem: dict) -> bool:
    if problem.get("error_code") in STATE:
        return True
    if problem.get("error_code") != "VALIDATION_ERROR":
        return False
    detail = problem.get("detail")
    if isinstance(detail, list):
        return all(_is_known(field, detail) for field in detail)
    # Geometry: rings that cross themselves, enclose nothing, or are not closed.
    return "reason" in (problem.get("details") or {})


@schemathesis.check
def valid_data_is_accepted(ctx, response, case):
    if _depends_on_more_than_the_document(_problem(response)):
        return None
    return positive_data_acceptance(ctx, response, case)


def _number(text) -> int:
    try:
        return int(str(text))
    except ValueError:
        return 0


def _filters_by_unknown_id(case) -> bool:
    ids = [one.name for one in case.operation.query if one.definition.get("schema", {}).get("format") == "uuid"]
    sent = case.query or {}
    return any(name in sent and not UUID.fullmatch(str(sent[name])) for name in ids)


@schemathesis.check
def invalid_data_is_refused(ctx, response, case):
    # OGC API - Features has a `limit` above the maximum answered as if it were the maximum.
    if "/ogc/" in case.path and _number((case.query or {}).get("limit")) > 1000 and response.status_code == 200:
        return None
    # Filters by an id are declared as UUIDs, for typed clients pass on those they have. Any other text is an unknown id:
    # nothing has it.
    if _filters_by_unknown_id(case) and (response.text == "[]" or _problem(response).get("data") == []):
        return None
    # The items of a batch are answered one by one, also invalid ones. One point of a device may be sent without a list.
    if case.path.endswith(ANSWERED_ONE_BY_ONE) and any(fault in response.text for fault in ITEM_FAULTS):
        return None
    if case.path.endswith("/locations") and isinstance(case.body, dict):
        return None
    return negative_data_rejection(ctx, response, case)
