"""Pictures that come in with a text and go out with one."""

from __future__ import annotations

import pytest
from requests.exceptions import ConnectionError as NoConnection
from twilio.base.exceptions import TwilioException

from voice_gateway.sandbox import Attachment, Exchange, Unconfirmed, repro, wsgi_post

from .conftest import BASE, HOUSE, App, client_of, response

DANA = "+12025550111"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)


def sent(exchange, app: App, *media: str | Attachment) -> dict[str, str]:
    app["/sms"] = response()
    exchange.phone(DANA).texts("look", to=HOUSE, media=media)
    exchange.pass_time(1)
    return app.to("/sms")[-1]


def fetched(exchange, url: str, known: bool = True) -> tuple[int, dict[str, str], bytes]:
    auth = (exchange.account_sid, exchange.auth_token) if known else None
    with exchange.http_client().fetch(url, auth) as (status, headers, pieces):
        return status, dict(headers), b"".join(pieces)


def test_a_picture_is_told_of_and_fetched_from_the_cdn(exchange, app):
    told = sent(exchange, app, Attachment(PNG, "image/png"))
    assert (told["NumMedia"], told["MediaContentType0"], told["MessageSid"][:2]) == ("1", "image/png", "MM")
    assert told["MediaUrl0"].startswith("https://api.twilio.com/2010-04-01/Accounts/AC")
    assert fetched(exchange, told["MediaUrl0"], known=False)[0] == 401
    status, headers, body = fetched(exchange, told["MediaUrl0"])
    assert (status, body) == (307, b"")
    assert headers["Location"].startswith("https://mms.twiliocdn.com/")
    assert fetched(exchange, headers["Location"])[0] == 400, "the CDN wants no credentials"
    status, headers, body = fetched(exchange, headers["Location"], known=False)
    assert (status, headers["Content-Type"], body) == (200, "image/png", PNG)


def test_the_address_at_the_cdn_is_good_for_a_while(exchange, app):
    told = sent(exchange, app, Attachment(PNG, "image/png"))
    there = fetched(exchange, told["MediaUrl0"])[1]["Location"]
    assert fetched(exchange, there.partition("?")[0], known=False)[0] == 403
    exchange.pass_time(5 * 3600)
    assert fetched(exchange, there, known=False)[0] == 403


def test_a_carrier_that_gives_the_bytes_at_once(make, app):
    exchange = make(unconfirmed=Unconfirmed(media_redirect=0))
    told = sent(exchange, app, Attachment(PNG, "image/png"))
    assert fetched(exchange, told["MediaUrl0"])[2] == PNG


def test_media_are_listed_and_deleted(exchange, app):
    told = sent(exchange, app, Attachment(PNG, "image/png"), Attachment(b"BEGIN:VCARD", "text/x-vcard"))
    media = client_of(exchange).messages(told["MessageSid"]).media
    first, second = media.list()
    assert (first.content_type, second.content_type) == ("image/png", "text/x-vcard")
    assert first.parent_sid == told["MessageSid"]
    assert media(first.sid).delete()
    assert [one.sid for one in media.list()] == [second.sid]
    assert fetched(exchange, told["MediaUrl0"])[0] == 404
    client_of(exchange).messages(told["MessageSid"]).delete()
    assert fetched(exchange, told["MediaUrl1"])[0] == 404
    with pytest.raises(TwilioException):
        media.list()


def test_everything_that_can_be_wrong_with_a_picture(exchange, app):
    late = sent(exchange, app, Attachment(PNG, "image/png", missing=2))["MediaUrl0"]
    assert [fetched(exchange, late)[0] for _ in range(3)] == [404, 404, 307]
    false = sent(exchange, app, Attachment(b"MZ", "application/x-msdownload", called="image/jpeg"))
    assert false["MediaContentType0"] == "image/jpeg"
    there = fetched(exchange, false["MediaUrl0"])[1]["Location"]
    assert fetched(exchange, there, known=False)[1]["Content-Type"] == "application/x-msdownload"
    large = sent(exchange, app, Attachment(b"\xff\xd8\xff", size=6_000_000))["MediaUrl0"]
    there = fetched(exchange, large)[1]["Location"]
    status, headers, body = fetched(exchange, there, known=False)
    assert (status, headers["Content-Length"], len(body), body[:3]) == (200, "6000000", 6_000_000, b"\xff\xd8\xff")
    assert len(exchange.rest_log[-1].body) < 100_000, "the log keeps the beginning"
    astray = sent(exchange, app, Attachment(leads_to="http://169.254.169.254/latest/meta-data"))["MediaUrl0"]
    there = fetched(exchange, fetched(exchange, astray)[1]["Location"], known=False)[1]["Location"]
    with pytest.raises(NoConnection):
        fetched(exchange, there, known=False)
    assert "stranger" in exchange.problems[-1].message


def test_an_address_on_the_web_is_told_as_it_is(exchange, app):
    told = sent(exchange, app, "https://10.0.0.1/secret.gif")
    assert (told["MediaUrl0"], told["MediaContentType0"]) == ("https://10.0.0.1/secret.gif", "image/gif")


def test_a_picture_is_written_down_and_read_again(exchange, app):
    picture = Attachment(PNG, "image/png", called="image/jpeg", missing=1, size=99, leads_to="http://127.0.0.1/?a=b;c,d")
    assert Attachment.of(str(picture)) == picture
    assert Attachment.of("data:,hello%20there") == Attachment(b"hello there", "text/plain")
    sent(exchange, app, Attachment(b"x", "image/png"))
    assert "media=['data:image/png;base64,eA==']" in repro(exchange)
    for wrong in ("picture.jpg", "data:image/png", "data:image/png;base64,%%%"):
        with pytest.raises(AssertionError, match="data: address"):
            exchange.phone(DANA).texts("", to=HOUSE, media=[wrong])


def outcome(exchange, app, **how):
    app.asked.clear()
    sent = client_of(exchange).messages.create(
        to=DANA, from_=HOUSE, media_url=[f"{BASE}/picture"], status_callback=f"{BASE}/told", **how)
    exchange.pass_time(5)
    kept = client_of(exchange).messages(sent.sid).fetch()
    assert app.to("/told")[-1]["MessageStatus"] == kept.status
    return kept


def test_a_picture_goes_out_once_the_carrier_has_fetched_it(make, app):
    pictures = {"/picture": (b"GIF89a", "image/gif", "200 OK")}

    def gallery(environ, start):
        if environ["PATH_INFO"] not in pictures:
            return app(environ, start)
        content, kind, status = pictures[environ["PATH_INFO"]]
        start(status, [("Content-Type", kind)])
        return [content]

    exchange = Exchange(post=wsgi_post(gallery, BASE))
    exchange.own(HOUSE, sms_url=f"{BASE}/sms")
    kept = outcome(exchange, app)
    assert (kept.status, kept.num_media, kept.sid[:2]) == ("delivered", "1", "MM")
    media = client_of(exchange).messages(kept.sid).media.list()[0]
    assert media.content_type == "image/gif"
    url = f"https://api.twilio.com{media.uri.removesuffix('.json')}"
    there = fetched(exchange, url)[1]["Location"]
    assert fetched(exchange, there, known=False)[2] == b"GIF89a"
    exchange.phone(DANA).reads("")
    for (content, kind, status), code in (
        ((b"", "image/gif", "404 Not Found"), 11200), ((b"<html>", "text/html", "200 OK"), 12300),
        ((bytes(5_000_001), "image/gif", "200 OK"), 11751),
    ):  # fmt: skip
        pictures["/picture"] = (content, kind, status)
        kept = outcome(exchange, app, body="look")
        assert (kept.status, kept.error_code) == ("failed", code)
    assert exchange.loose_ends() == []
