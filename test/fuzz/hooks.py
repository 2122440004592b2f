"""Checks of `npm run fuzz` where one of Schemathesis's own knows statuses alone: what the answer says decides."""

import re

import schemathesis
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# Refusals of well-formed requests: they depend on what is stored, on the clock, or on what only the server knows.
STATE = {
    "CURSOR_INVALID",
    "IDEMPOTENCY_KEY_REUSED",
    "INVALID_CREDENTIALS",
    "ONE_TIME_TOKEN_INVALID",
    "PRECONDITION_FAILED",
    "QUOTA_EXCEEDED",
}

# What no schema of OpenAPI 3.0 can hold, by the sentence in which the answer says it.
RULES = [
    # Fields and parameters of which one excludes, or demands, another.
    r"Send either ",
    r"Field required unless geometry is given",
    r"Should hold at least one condition",
    # Ids of entities that do not exist.
    r"No \w[\w ]* has this id",
    # Patterns with the letters, digits or invisible characters of every script, which dialects write differently.
    r"Should be 1 to 64 letters of any script",
    r"Should hold a character that can be seen",
    r"Should neither begin nor end with white space",
    r"Should not be blank",
    r"Should have at least one (letter|digit)",
    # Lists that change: time zones, and passwords that are guessed first.
    r"Should be an IANA time zone",
    r"Is one of the passwords that are guessed first",
    # Language tags, which Intl reads.
    r"Should be a BCP 47 language tag",
    # Months that have not begun.
    r"Should be a month that has begun",
    # Numbers in one text, and their order.
    r"Should be (west,south,east,north|minLng,minLat,maxLng,maxLat|lat,lng)",
    # A circle's radius is limited only if the body makes it a circle.
    r"Should be at most 100000\b",
]


def _problem(response: Response) -> dict:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_known(field: dict, all_fields: list) -> bool:
    message = field.get("msg", "")
    # The geometry of "either a geometry, or latitude and longitude" is said to be missing in the usual words.
    if message.startswith("Field required") and field.get("loc", [None])[-1] == "geometry":
        return any("unless geometry is given" in other.get("msg", "") for other in all_fields)
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


@schemathesis.check
def invalid_data_is_refused(ctx, response, case):
    # OGC API - Features has a `limit` above the maximum answered as if it were the maximum.
    if "/ogc/" in case.path and _number((case.query or {}).get("limit")) > 1000 and response.status_code == 200:
        return None
    # The points of a batch are answered one by one, wrong ones too.
    if case.path.endswith("/check/batch") and "POINT_INVALID" in response.text:
        return None
    return negative_data_rejection(ctx, response, case)
