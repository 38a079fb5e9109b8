// Package ntlm implements the NT LAN Manager authentication protocol of
// MS-NLMP as two machines without I/O: a Client and an Acceptor, both
// connection-oriented, both NTLMv2 only.
//
//	Client                                   Acceptor
//	NEGOTIATE_MESSAGE     ───────────────▶
//	                      ◀───────────────   CHALLENGE_MESSAGE (always with a timestamp)
//	AUTHENTICATE_MESSAGE  ───────────────▶
//	                                         Need: verify this response
//	                                         Resume
//	Seal, Sign            ◀──────────────▶   Unseal, Verify
//
// The Acceptor holds no accounts. When it has read the AUTHENTICATE_MESSAGE it
// has a *Need: user, domain, challenge and response. Whoever drives it answers
// with the session base key or with an NTSTATUS, which a list of NT hashes can
// do (Need.AnswerFrom) and a domain controller can do just as well, and calls
// Resume.
//
// NTLMv1 and LM responses are recognised and refused. NTLM rests on RC4, MD4
// and MD5; in a process that allows only FIPS 140 algorithms NewClient and
// NewAcceptor return an error.
package ntlm
