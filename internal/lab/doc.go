// Package lab runs Remote Desktop hosts at different patch levels on loopback:
// the real wire protocol (X.224, TLS, CredSSP, NTLM, the first MCS exchange)
// without Windows and without a desktop behind it.
//
// [Hosts] is the standard lab; [Groups] adds every Windows version at every level
// and a host for each fault; [Fleet] makes a reproducible mix. Each host carries
// the [Truth] about it, by which checks are judged.
//
// A lab host listens on loopback addresses only, knows a few printed accounts
// and nothing else. What it says about itself is invented; that a real Windows
// host of the same level behaves alike is what foreign clients and public
// records confirm, never the lab.
package lab
