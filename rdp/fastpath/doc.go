// Package fastpath holds the framing of the fast-path PDUs, which carry nearly
// all of a Remote Desktop session once it is active: input from the client
// (MS-RDPBCGR 2.2.8.1.2) and screen updates from the server (2.2.9.1.2).
//
// A driver reads one byte. Is tells whether a fast-path frame or a TPKT packet
// begins there, FrameSize how many bytes the frame has, and ParseInput or
// ParseOutput want exactly that many. What the events and the updates mean is
// the business of others: here they are bytes.
//
// Only the form used under TLS exists here. There the security fields are
// absent, and a frame that says it is encrypted is an error.
//
// Slices that parse functions return alias their input. Nothing allocates,
// other than a Reassembler that grows.
package fastpath
