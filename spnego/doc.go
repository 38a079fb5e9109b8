// Package spnego implements SPNEGO, the Simple and Protected GSS-API
// Negotiation Mechanism of RFC 4178 with the extensions of MS-SPNG, for both
// roles and without I/O. CredSSP carries its tokens in negoTokens (MS-CSSP
// 2.2.1.1).
//
// An [Initiator] lists its mechanisms and sends, unasked, the first token of
// the first one. An [Acceptor] selects one of the list. Then the tokens of
// that mechanism go back and forth inside NegTokenResp, and at the end both
// sides prove to each other, with a mechListMIC, that they saw the same list.
//
// # Which mechanism is selected
//
// The acceptor takes the first mechanism of the received list that it has an
// offer for, as MIT and FreeRDP do. The two object identifiers of Kerberos
// count as one mechanism: Windows lists both, and some acceptors answer with
// the one that was not sent. NegoEx is known by name only and never selected.
// Late Fallback (MS-SPNG 3.1.5.4), which changes what the mechListMIC covers if
// both sides list it, is never listed nor selected.
//
// The optimistic token is used only if the first mechanism of the list was
// selected. Otherwise the acceptor drops it, answers request-mic, and the
// initiator starts the selected mechanism from its beginning.
//
// An initiator whose first mechanism fails by itself (no ticket, say) does not
// fall back to the next one: that is for the caller to decide, who then makes
// a new Initiator with fewer offers.
//
// # When the mechListMIC is exchanged
//
// RFC 4178 section 5 makes the exchange optional if the selected mechanism is
// the first choice of both sides, and required otherwise. On top of that the
// rule here is:
//
//   - An initiator requires the exchange if the acceptor selected anything but
//     its first offer, or said request-mic. It does so even if the acceptor did
//     not say request-mic, because that is what an attacker would suppress.
//     (MIT tolerates the omission for NTLM, for the sake of Windows Server
//     2003, which has no CredSSP.)
//   - An acceptor requires the exchange if it selected anything but the first
//     mechanism of the list, or if its own first offer is another one.
//   - The side that receives the last mechanism token without sending one
//     sends its mechListMIC after the other side's. The initiator that sends
//     the last token (NTLM) always adds its mechListMIC, also where it is
//     optional: since Vista, Windows demands one if the NTLM AUTHENTICATE message
//     carries a MIC of its own (MS-SPNG 3.1.5.1, note <8>; gss-ntlmssp and
//     pyspnego act on it). Our acceptor does not look into NTLM and keeps to
//     RFC 4178. The acceptor that sends the last token (Kerberos with mutual
//     authentication) adds it only if required.
//   - Who has sent a mechListMIC wants one back. Who has received one verifies
//     it, required or not, and sends one back, unless the acceptor already said
//     accept-completed (FreeRDP behaves the same).
//   - A mechListMIC before the mechanism is established is an error, except one
//     that merely repeats the responseToken: old SPNEGO servers do that, and it
//     counts as absent (known from pyspnego).
//
// Windows XP and Server 2003 make and read no mechListMIC (note <8>). An XP
// client therefore gets through an Acceptor with its first choice or with raw
// NTLM, and not otherwise.
//
// So a list that was changed on its way is found out whenever the change made
// a difference to the selection, and always with NTLM. All mechanisms used
// here can sign; a mechanism that cannot makes the negotiation fail where a
// mechListMIC is due.
//
// The mechListMIC covers the encoding of MechTypeList byte for byte as it was
// sent, whether or not it is DER.
//
// # RC4 state
//
// MS-SPNG 3.2.5.1 and 3.3.5.1: with NTLM the RC4 state after the mechListMIC
// exchange is the one from before it, while the sequence numbers have moved
// on. [Mechanism.ResetSealing] is called once, when the exchange has ended, for
// both directions.
//
// # Raw NTLM
//
// A client of CredSSP may send NTLM messages without SPNEGO around them
// (MS-CSSP 2.2.1.1), and mstsc does so when Kerberos is not possible. An
// Acceptor that sees "NTLMSSP" first hands every token to its NTLM offer:
// nothing was negotiated, so there is no mechListMIC and no reset.
//
// # Sources
//
// Confirmed by reading: MS-SPNG v20260427; the rule of RFC 4178 section 5 for
// when the exchange is optional; FreeRDP winpr negotiate.c (9626564); MIT krb5
// spnego_mech.c (473b51b); pyspnego _negotiate.py (57ff8d2). Recalled, and the
// same in those programs: which side sends its mechListMIC in which message.
// Nothing was tried against Windows.
//
// Left out: the server's NegTokenInit2 before the client's first token, which
// CredSSP does not use, and the fragments of MS-SPNG 3.1.5.8.
package spnego
