// Package wire holds the byte-level tools that every protocol package of this
// module shares: a bounds-checked cursor over a received message, a tolerant
// reader for BER and DER elements, the PER scraps that T.124 needs, and UTF-16LE
// text.
//
// Nothing here panics on hostile input and nothing allocates in proportion to
// a length that a peer merely announced.
package wire
