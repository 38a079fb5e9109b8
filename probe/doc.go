// Package probe looks at one Remote Desktop server from outside, without
// credentials, and reports facts.
//
// The first connection asks for HYBRID_EX, HYBRID and SSL, performs TLS if the
// server selects it, and sends one CredSSP message with an NTLM
// NEGOTIATE_MESSAGE. The answer holds the server's CredSSP version and, in the
// NTLM challenge, its names and build. There the probe ends: no AUTHENTICATE
// message is sent, so no logon is attempted, and this package has no type that
// could hold a credential. DepthVerdict is this connection and nothing else.
//
// DepthStandard adds a second connection, which asks for SSL alone to find out
// whether Network Level Authentication is required.
//
// Both depths offer the curves P-256 and P-384 only, to save time. A server that
// has neither refuses with alert 40; then the first connection is repeated once
// with all curves, so that such a server sees one connection more.
//
// DepthFull asks everything that can be asked without credentials, on at most
// twelve connections, one after the other with a pause between: the other
// protocols, the encryption of standard RDP security, and with a ClientHello per
// connection the versions and suites of TLS. docs/probe.md lists the connections
// and their traces. What was not asked, or not answered clearly, stays unknown.
package probe
