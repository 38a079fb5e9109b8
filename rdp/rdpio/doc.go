// Package rdpio drives the protocol machines of this module over network
// connections: it reads whole messages and no byte more, sets deadlines,
// performs the TLS handshake and carries the CredSSP exchange. It is the only
// package of the protocol half that touches sockets and clocks.
//
// Every read is bounded twice: by a limit on the length a peer announces and by
// a deadline for the whole message, so that a peer that drips single bytes
// gains nothing.
package rdpio
