// Package license holds the licensing messages that a Remote Desktop server and
// client exchange after the Client Info PDU (MS-RDPBCGR 2.2.1.12 and MS-RDPELE):
// their preamble, and the one message that most servers send, the error alert
// that says that the client needs no license. The others are carried as bytes.
//
// All functions work on what follows the security header. Slices that parse
// functions return alias their input.
package license
