"""Which parameters each REST resource takes, as Twilio's OpenAPI of v2010, Lookup v2 and Verify v2 has it."""

from __future__ import annotations

PAGING = "Page PageSize PageToken"
DATES = "DateCreated DateCreated< DateCreated>"
NUMBER = (
    "ApiVersion FriendlyName SmsApplicationSid SmsFallbackMethod SmsFallbackUrl SmsMethod SmsUrl "
    "StatusCallback StatusCallbackMethod VoiceApplicationSid VoiceCallerIdLookup "
    "VoiceFallbackMethod VoiceFallbackUrl VoiceMethod VoiceUrl EmergencyStatus "
    "EmergencyAddressSid TrunkSid VoiceReceiveMode IdentitySid AddressSid BundleSid"
)
SERVICE = (
    "FriendlyName CodeLength LookupEnabled SkipSmsToLandlines DtmfInputRequired TtsName Psd2Enabled "
    "DoNotShareWarningEnabled CustomCodeEnabled Push.IncludeDate Push.ApnCredentialSid "
    "Push.FcmCredentialSid Totp.Issuer Totp.TimeStep Totp.CodeLength Totp.Skew DefaultTemplateSid "
    "Whatsapp.MsgServiceSid Whatsapp.From Passkeys.RelyingParty.Id Passkeys.RelyingParty.Name "
    "Passkeys.RelyingParty.Origins Passkeys.AuthenticatorAttachment Passkeys.DiscoverableCredentials "
    "Passkeys.UserVerification VerifyEventSubscriptionEnabled"
)

ACCEPTED: dict[str, frozenset[str]] = {
    key: frozenset(words.split())
    for key, words in {
        "list accounts": f"FriendlyName Status {PAGING}",
        "create calls": (
            "To From Method FallbackUrl FallbackMethod StatusCallback StatusCallbackEvent "
            "StatusCallbackMethod SendDigits Timeout Record RecordingChannels "
            "RecordingStatusCallback RecordingStatusCallbackMethod SipAuthUsername "
            "SipAuthPassword MachineDetection MachineDetectionTimeout "
            "RecordingStatusCallbackEvent Trim CallerId MachineDetectionSpeechThreshold "
            "MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AsyncAmd "
            "AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod Byoc CallReason CallToken "
            "RecordingTrack TimeLimit ClientNotificationUrl Url Twiml ApplicationSid"
        ),
        "list calls": (
            f"To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime< EndTime> {PAGING}"
        ),
        "update calls": (
            "Url Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod Twiml TimeLimit"
        ),
        "create messages": (
            "To StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt ValidityPeriod "
            "ForceDelivery ContentRetention AddressRetention SmartEncoded PersistentAction "
            "TrafficType ShortenUrls ScheduleType SendAt SendAsMms ContentVariables RiskCheck "
            "From FallbackFrom MessagingServiceSid Body MediaUrl ContentSid"
        ),
        "list media": f"{DATES} {PAGING}",
        "list messages": f"To From DateSent DateSent< DateSent> {PAGING}",
        "update messages": "Body Status",
        "list conferences": (f"{DATES} DateUpdated DateUpdated< DateUpdated> FriendlyName Status {PAGING}"),
        "update conferences": "Status AnnounceUrl AnnounceMethod",
        "create participants": (
            "From To StatusCallback StatusCallbackMethod StatusCallbackEvent Label Timeout Record "
            "Muted Beep StartConferenceOnEnter EndConferenceOnExit WaitUrl WaitMethod EarlyMedia "
            "MaxParticipants ConferenceRecord ConferenceTrim ConferenceStatusCallback "
            "ConferenceStatusCallbackMethod ConferenceStatusCallbackEvent RecordingChannels "
            "RecordingStatusCallback RecordingStatusCallbackMethod SipAuthUsername "
            "SipAuthPassword Region ConferenceRecordingStatusCallback "
            "ConferenceRecordingStatusCallbackMethod RecordingStatusCallbackEvent "
            "ConferenceRecordingStatusCallbackEvent Coaching CallSidToCoach JitterBufferSize Byoc "
            "CallerId CallReason RecordingTrack TimeLimit MachineDetection "
            "MachineDetectionTimeout MachineDetectionSpeechThreshold "
            "MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AmdStatusCallback "
            "AmdStatusCallbackMethod Trim CallToken ClientNotificationUrl CallerDisplayName"
        ),
        "list participants": f"Muted Hold Coaching {PAGING}",
        "update participants": (
            "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod WaitUrl WaitMethod "
            "BeepOnExit EndConferenceOnExit Coaching CallSidToCoach"
        ),
        "list transcriptions": PAGING,
        "list queues": PAGING,
        "create queues": "FriendlyName MaxSize",
        "update queues": "FriendlyName MaxSize",
        "list members": PAGING,
        "update members": "Url Method",
        "list recordings": f"{DATES} CallSid ConferenceSid IncludeSoftDeleted {PAGING}",
        "fetch recordings": "IncludeSoftDeleted",
        "media recordings": "RequestedChannels Download",
        "create call-recordings": (
            "RecordingStatusCallbackEvent RecordingStatusCallback RecordingStatusCallbackMethod "
            "Trim RecordingChannels RecordingTrack"
        ),
        "list call-recordings": f"{DATES} {PAGING}",
        "update call-recordings": "Status PauseBehavior",
        "list conference-recordings": f"{DATES} {PAGING}",
        "update conference-recordings": "Status PauseBehavior",
        "list outgoing_caller_ids": f"PhoneNumber FriendlyName {PAGING}",
        "create outgoing_caller_ids": (
            "PhoneNumber FriendlyName CallDelay Extension StatusCallback StatusCallbackMethod"
        ),
        "update outgoing_caller_ids": "FriendlyName",
        "fetch phone_numbers": (
            "Fields CountryCode FirstName LastName AddressLine1 AddressLine2 City State PostalCode "
            "AddressCountryCode NationalId DateOfBirth LastVerifiedDate VerificationSid PartnerSubId"
        ),
        "list services": PAGING,
        "create services": SERVICE,
        "update services": SERVICE,
        "create verifications": (
            "To Channel CustomFriendlyName CustomMessage SendDigits Locale CustomCode Amount Payee "
            "RateLimits ChannelConfiguration AppHash TemplateSid TemplateCustomSubstitutions "
            "DeviceIp EnableSnaClientToken RiskCheck Tags"
        ),
        "update verifications": "Status",
        "create verification_check": "Code To VerificationSid Amount Payee SnaClientToken",
        "list incoming_phone_numbers": f"Beta FriendlyName PhoneNumber Origin {PAGING}",
        "create incoming_phone_numbers": f"{NUMBER} PhoneNumber AreaCode",
        "update incoming_phone_numbers": f"{NUMBER} AccountSid",
    }.items()
}


def unknown(verb: str, resource: str, names: set[str]) -> list[str]:
    """Parameters that Twilio does not know here."""
    return sorted(names - ACCEPTED.get(f"{verb} {resource}", frozenset()))
