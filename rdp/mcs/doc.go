// Package mcs holds the messages of T.125, the Multipoint Communication
// Service, by which a Remote Desktop client and server open their session and
// send through it: Connect Initial and Connect Response (MS-RDPBCGR 2.2.1.3 and
// 2.2.1.4), in BER, and the messages of the domain after them (2.2.1.5 to
// 2.2.1.9, 2.2.2.3, 2.2.8.1.1), in aligned PER. The user data of the first two is
// a GCC message, that of Send Data anything; this package carries both as bytes.
//
// Append functions give the payload of an X.224 Data TPDU and parse functions
// want exactly that. Slices that parse functions return alias their input.
package mcs
