// Package x224 holds the first messages of a Remote Desktop connection: the
// TPKT framing of RFC 1006, the X.224 class 0 TPDUs that RDP uses, the
// negotiation of the security protocol (MS-RDPBCGR 2.2.1.1 and 2.2.1.2), and
// the pre-connection PDU that may come before all of them (MS-RDPEPS).
//
// A driver reads four bytes. IsPreconnection tells which of the two framings
// they begin, PreconnectionSize or FrameSize how many bytes the whole message
// has, and the parse functions want exactly that many. Nothing here reads more
// than the message: what follows belongs to the next one, or to TLS.
//
// Slices that parse functions return alias their input.
package x224
