// Package input holds what a person at a Remote Desktop client does: keys, mouse
// and lock keys, as they travel in an Input Event PDU on the slow path (MS-RDPBCGR
// 2.2.8.1.1.3) and on the fast path (2.2.8.1.2). Both give the same Event values.
//
// The framing of the fast path is package rdp/fastpath, the headers of the slow
// path are package rdp/share. TypeText, Key and Chord make the events of a person
// who types; Rune reads a scan code as a US keyboard has it.
package input
