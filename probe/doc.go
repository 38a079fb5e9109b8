// Package probe looks at one Remote Desktop server from outside, without
// credentials, and reports facts.
//
// The first connection asks for HYBRID_EX, HYBRID and SSL, performs TLS if the
// server selects it, and sends one CredSSP message with an NTLM
// NEGOTIATE_MESSAGE. The answer holds the server's CredSSP version and, in the
// NTLM challenge, its names and build. There the probe ends: no AUTHENTICATE
// message is sent, so no logon is attempted, and this package has no type that
// could hold a credential.
//
// The second connection, which Options.VerdictOnly leaves out, asks for SSL
// alone to find out whether Network Level Authentication is required.
//
// To save time, TLS offers the curves P-256 and P-384 only. A server that has
// neither refuses with alert 40; then the first connection is repeated once with
// all curves, so that such a server sees one connection more.
package probe
