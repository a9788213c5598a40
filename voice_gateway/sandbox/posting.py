"""Two ways for a webhook to reach an application: straight into WSGI, or over a socket."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests

from .webhooks import Post, WebhookAnswer, WebhookRequest, form_text

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def wsgi_post(app: WsgiApp, base_url: str) -> Post:
    """Deliver to a WSGI application in this process.

    A webhook for any other host than ``base_url``'s meets nobody (11210).
    """
    home = urlsplit(base_url).netloc

    def post(request: WebhookRequest, on_answer: Callable[[WebhookAnswer], None]) -> None:
        if urlsplit(request.url).netloc != home:
            on_answer(WebhookAnswer(failure="host"))
            return
        on_answer(_call(app, request))

    return post


def _call(app: WsgiApp, request: WebhookRequest) -> WebhookAnswer:
    parts = urlsplit(request.url)
    raw = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = form_text(request.params).encode() if request.method == "POST" else b""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "RAW_URI": raw,
        "REQUEST_URI": raw,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    said: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        said["status"], said["headers"] = int(status.split(maxsplit=1)[0]), dict(headers)
        return lambda data: None

    chunks = app(environ, start_response)
    try:
        content = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return WebhookAnswer(said["status"], said["headers"], content)


def http_post(threads: int = 16) -> Post:
    """Deliver over real sockets, from a pool of threads; the limits stay in wall seconds."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="sandbox-webhook")
    session = requests.Session()
    session.trust_env = False

    def send(request: WebhookRequest) -> WebhookAnswer:
        try:
            answer = session.request(
                request.method,
                request.url,
                data=form_text(request.params) if request.method == "POST" else None,
                headers=request.headers,
                timeout=(5, 15),
                allow_redirects=False,
            )
        except requests.exceptions.SSLError:
            return WebhookAnswer(failure="tls")
        except requests.exceptions.ReadTimeout:
            return WebhookAnswer(failure="timeout")
        except requests.exceptions.RequestException:
            return WebhookAnswer(failure="connect")
        return WebhookAnswer(answer.status_code, dict(answer.headers), answer.content)

    def post(request: WebhookRequest, on_answer: Callable[[WebhookAnswer], None]) -> None:
        pool.submit(lambda: on_answer(send(request)))

    return post
