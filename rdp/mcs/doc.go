// Package mcs holds the messages of T.125, the Multipoint Communication
// Service, by which a Remote Desktop client and server open their session:
// Connect Initial and Connect Response (MS-RDPBCGR 2.2.1.3 and 2.2.1.4), in
// BER. Their user data is a GCC message that this package carries as bytes.
//
// Append functions give the payload of an X.224 Data TPDU and parse functions
// want exactly that. Slices that parse functions return alias their input.
package mcs
