// Package coding turns text into the octets of SMPP messages and back.
//
// Split chooses the coding that needs the fewest segments, cuts the text where
// a reader does not notice (never inside an escape sequence, a surrogate pair
// or a combining sequence) and marks the segments as the carrier wants them: by
// a user data header, by SAR parameters, or not at all with message_payload.
// What cannot be sent whole is refused, never shortened.
//
// Sections are those of 3GPP TS 23.038 (alphabets), 3GPP TS 23.040 (user data
// header) and SMPP 3.4.
package coding
