// Package credssp implements the Credential Security Support Provider protocol
// of MS-CSSP, versions 2 to 6, as two machines without I/O.
//
//	Client                                       Server
//	negoTokens                  ───────────────▶
//	                            ◀───────────────  negoTokens          (as often as the
//	negoTokens + pubKeyAuth     ───────────────▶                       mechanism needs)
//	                            ◀───────────────  pubKeyAuth | errorCode
//	authInfo                    ───────────────▶  *Identity
//
// Each side states its own version in its own messages and both go on with the
// smaller one. Versions 2 to 4 prove the server's key by sealing the key and
// getting it back with its first byte incremented, which an attacker can turn
// into an oracle (CVE-2018-0886). Versions 5 and 6 seal a hash over the key and
// a nonce. Which versions an end may use and accept is decided in one place,
// Policy.
//
// A machine is driven like this: Step takes one message and returns the next
// one to send; if Need is not nil, somebody outside answers it and calls
// Resume. When Step or Resume returns an error together with a reply, the reply
// still goes out, then the connection is closed. Randomness, the TLS key and
// the mechanism are given to the machine; it has no clock.
//
// What may happen only after a check takes the proof of that check as an
// argument: the client's credentials are sealed only by a function that wants a
// *serverProof, and only a server that has verified the key, authenticated the
// user and opened the credentials makes an *Identity.
package credssp
