// Package matrix runs every cell of Microsoft's client and server table of
// CVE-2018-0886 on the wire and holds the outcome against the published table.
//
// The ends of a cell are the lab's: each knows its own state and what it reads,
// nothing of the other's. The published table is a file that only this package
// reads; neither the machines nor the verdict know it.
package matrix
