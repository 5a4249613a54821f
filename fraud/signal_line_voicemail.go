package fraud

// lineVoicemail is a mailbox, whose PIN may be all that guards the code.
var lineVoicemail = lineSignal("LINE_VOICEMAIL", LineVoicemail, "a voice mailbox", "voice mailbox number")
