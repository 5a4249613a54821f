// Package osmomsc asks an osmo-msc where a subscriber is, over its command line
// (VTY: OsmoMSC User Manual, "The Osmocom VTY Interface"), because no other
// interface of it tells. It gives the location area and cell, the IMEI, and
// whether the handset can be reached.
//
// It does not give the IMSI, although the command line shows it: a VLR keeps
// the number that it was told at the last location update, so that after a swap
// it still names the old SIM. Whose number it is, the HLR knows.
//
// An MSC knows who is attached to it. A number that it does not know is served
// elsewhere or switched off: it is not covered, and never absent.
package osmomsc
