"""REST errors in Twilio's shape: {code, message, more_info, status}."""

from __future__ import annotations

from typing import Any


class RestError(Exception):
    """A refused request."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        """What the client gets."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def bad(code: int, message: str) -> RestError:
    """A 400 with one of Twilio's codes."""
    return RestError(400, code, message)


def not_found(path: str) -> RestError:
    """The 404 of a resource that is not there."""
    return RestError(404, 20404, f"The requested resource {path} was not found")
