// Package share holds the PDUs of a running Remote Desktop session as far as
// they travel in MCS on the I/O channel: the Share Control and Share Data headers
// (MS-RDPBCGR 2.2.8.1.1.1), Demand and Confirm Active, the finalization, the
// messages about the session, and the Enhanced Security Server Redirection PDU
// (2.2.13).
//
// NextControl splits the user data of an MCS PDU into Share Control PDUs, several
// of which may stand in one. ParseData reads the header of a Data PDU; the other
// parse functions take a Body. AppendData and the append functions whose names end
// in a Share Control PDU (AppendDemandActive, AppendConfirmActive,
// AppendDeactivateAll, AppendServerRedirection) write the whole PDU; the others
// write the body of a Data PDU. All numbers are little endian.
//
// Slices that parse functions return alias their input.
package share
