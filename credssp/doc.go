// Package credssp implements the Credential Security Support Provider protocol
// of MS-CSSP as two machines without I/O.
package credssp
