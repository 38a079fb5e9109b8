// Package capset holds the capability sets that a server and a client show each
// other in the Demand Active and the Confirm Active PDU (MS-RDPBCGR 2.2.7).
//
// Parse reads the array of sets into a Sets, Append writes it. A set that nobody
// sent is nil; a set that this package does not know is kept as it is in Others.
// All numbers are little endian. Padding is ignored and written as zeros.
//
// Slices that Parse returns alias its input.
package capset
