"""Checks of `npm run fuzz` where one of Schemathesis's own knows statuses alone: what the answer says decides."""

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

# Rules of single fields that no schema of OpenAPI 3.0 can hold: (type, last word of the place) and why.
RULES = {
    ("conflict", None): "fields and parameters that exclude each other",
    ("unknown_reference", None): "ids of entities that do not exist",
    ("format", "timezone"): "the names in the IANA database, which changes",
    ("custom", "password"): "letters and digits of every script, and the passwords that are guessed first",
    ("custom", "new_password"): "the same",
    ("too_large", "period"): "months that have not begun",
    ("missing", "track"): "either a track, or devices with a span of time",
}


def _problem(response: Response) -> dict:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_known(field: dict) -> bool:
    loc = field.get("loc") or [None]
    return (field.get("type"), None) in RULES or (field.get("type"), loc[-1]) in RULES


def _depends_on_more_than_the_document(problem: dict) -> bool:
    if problem.get("error_code") in STATE:
        return True
    if problem.get("error_code") != "VALIDATION_ERROR":
        return False
    detail = problem.get("detail")
    if isinstance(detail, list):
        return all(_is_known(field) for field in detail)
    # Geometry: rings that cross themselves, enclose nothing, or are not closed.
    return "reason" in (problem.get("details") or {})


@schemathesis.check
def valid_data_is_accepted(ctx, response, case):
    if _depends_on_more_than_the_document(_problem(response)):
        return None
    return positive_data_acceptance(ctx, response, case)


@schemathesis.check
def invalid_data_is_refused(ctx, response, case):
    # OGC API - Features has a `limit` above the maximum answered as if it were the maximum.
    limit = (case.query or {}).get("limit")
    if case.path.startswith("/api/v1/ogc/") and isinstance(limit, int) and limit > 1000 and response.status_code == 200:
        return None
    return negative_data_rejection(ctx, response, case)
