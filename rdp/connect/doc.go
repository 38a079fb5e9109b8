// Package connect holds the connection sequence of Remote Desktop after the
// security layer stands (MS-RDPBCGR 1.3.1.1) and the session that follows it, as
// two machines, Client and Server. Both take whole frames and return the bytes to
// send: no socket, no clock.
//
//	client                                        server
//	MCS Connect Initial          →                           awaits Connect Initial
//	                             ←   MCS Connect Response
//	Erect Domain, Attach User    →
//	                             ←   Attach User Confirm
//	Channel Join Request         →   (once per channel, or skipped by both)
//	                             ←   Channel Join Confirm
//	Client Info                  →
//	                             ←   Licensing, Demand Active
//	Confirm Active, Synchronize,
//	Control, Font List           →
//	                             ←   Synchronize, Control, Font Map
//	input                        ↔   updates                 Active
//
// A server may go back to Demand Active at any time (deactivation and
// reactivation, 1.3.1.3), with a new share id.
//
// Neither machine does Standard RDP Security: they stand behind TLS or CredSSP.
package connect
