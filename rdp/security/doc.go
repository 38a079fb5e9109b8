// Package security holds what travels behind a basic security header
// (TS_SECURITY_HEADER) when TLS or CredSSP protect a Remote Desktop connection:
// the Client Info PDU with the credentials of the user (MS-RDPBCGR 2.2.1.11),
// auto-detection (2.2.14), multitransport requests (2.2.15) and the heartbeat
// (2.2.16). Licensing messages have a package of their own.
//
// ParseHeader takes the header off; all other parse functions want what follows
// it. Slices that they return alias their input.
package security
