// Package gcc holds the settings that a Remote Desktop client and server
// exchange at the start of a session: the GCC Conference Create Request and
// Response of T.124, in the little of aligned PER that they need, and the blocks
// in their user data (MS-RDPBCGR 2.2.1.3 and 2.2.1.4).
//
// There are two layers. ParseConferenceCreateRequest and
// ParseConferenceCreateResponse unwrap the user data; ParseClientData and
// ParseServerData, or ParseBlocks for those who need the raw blocks in their
// order, read what is in it. The append functions go the other way.
//
// Slices that parse functions return alias their input, so that a single field
// can be patched in place.
package gcc
