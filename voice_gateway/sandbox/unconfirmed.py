"""What nobody outside the real carrier knows for certain: one switch each.

The product must work either way; a test can run both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unconfirmed:
    """Behaviours on which Twilio's pages are silent or disagree. Times are in seconds."""

    screened_out_status: str = "no-answer"
    """DialCallStatus when a screened leg was hung up before the bridge (or ``completed``)."""
    silent_record_falls_through: bool = False
    """A Record that hears nothing goes to the next verb instead of its action."""
    amd_duration_in_body: bool = True
    """The asynchronous machine detection tells MachineDetectionDuration."""
    schema_error_stops: bool = True
    """An unknown verb or attribute (12200) fails the document; False skips what is unknown."""
    fallback_mid_call: bool = True
    """The number's (or API call's) fallback also serves a failed action or Redirect."""
    sending_callback: bool = False
    """Messages tell ``sending`` as well."""
    message_queue_seconds: int = 36_000
    """How long a message waits to be sent before 30036."""
    create_prefers_url: bool = True
    """Create with Url and Twiml: the Url is used (False: the Twiml)."""
    conference_callback_method: str = "POST"
    """Default statusCallbackMethod of a Conference."""
    max_media: int = 10
    """Pictures in one message."""
    hmac_sha256: bool = False
    """Sign with HMAC-SHA256 and say so in X-Twilio-Webhooks-Signature-Settings."""
    answered_url_status: str = "in-progress"
    """CallStatus in the first request for an answered outbound call."""
    failed_document_status: str = "completed"
    """How an answered call ends whose document could not be had and has no fallback."""
    leave_before_conference_end: bool = True
    """participant-leave is told before conference-end."""
    rest_participant_ends_with_room: bool = True
    """A participant added by REST has no TwiML: its leg ends when it leaves the room."""
    record_sid_in_action: bool = True
    """Record's action request carries RecordingSid."""
    join_before_start: bool = True
    """participant-join of the second person is told before conference-start."""
    record_action_after_hang_up_in_beep: bool = True
    """Record's action is requested also when the caller hung up while the beep still sounded."""
    record_action_when_redirected: bool = False
    """Record's action is requested also when the call was redirected while it recorded; the answer is lost."""
    conference_sequence_from: int = 0
    """The first SequenceNumber of a conference (that of a call is 0)."""
    queue_size: int = 1000
    """How many calls a queue holds that was made by Enqueue, or by REST without MaxSize (or 100)."""
    enqueue_action_when_lost: bool = True
    """Enqueue's action is requested also when the caller hung up or was redirected."""
    star_while_waiting: bool = True
    """hangupOnStar lets somebody leave a conference also while they wait alone with music."""
    leave_outside_a_queue_hangs_up: bool = True
    """A Leave on a call that is in no queue ends it (False: it does nothing)."""
    media_redirect: int = 307
    """The address of media sends to the CDN with this status (307 and 302 were seen; 0: the bytes at once)."""
    cdn_refuses_credentials: bool = True
    """The CDN answers 400 to whoever sends it the account's credentials as well."""
    collects_media: bool = True
    """MediaUrl is fetched before a message is sent; where it is refused the message fails with that code."""
    verify_gone_when_over_limit: bool = False
    """After five checks of a Verify code there is a 404 (False: 60202, until the code is too old)."""
    service_opt_out_at_create: bool = False
    """A Messaging Service without Advanced Opt-Out refuses who said STOP at create (False: 21610 comes later)."""
    whatsapp_user_id_field: str = "ExternalUserIdentifier"
    """Under which name a WhatsApp user's business-scoped id is told (or ``ExternalUserId``)."""
    whatsapp_too_late_status: str = "failed"
    """How a message outside the 24-hour window ends, with 63016 (or ``undelivered``)."""
    coached_must_be_there: bool = True
    """REST refuses a coach for somebody who is on hold (16027) or not in the room (16028) at once."""
    coach_is_recorded: bool = True
    """What a coach whispers is in the recording of the conference."""
