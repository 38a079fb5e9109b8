// Package cleanpath lets a browser's RDP client, which has no sockets, reach a
// server: the end of RDCleanPath that sits beside the server. It is for the
// browser suite in e2e only. It trusts every server and every page of its
// own origin, so it listens on loopback, for one known server.
//
// It logs on itself: TLS and, where the server wants it, Network Level
// Authentication by this project's own credssp and ntlm. The browser is told that
// TLS was selected, and has no password for it.
package cleanpath
