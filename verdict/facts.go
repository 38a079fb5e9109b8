package verdict

import (
	"time"

	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Facts is what one look at one Remote Desktop server yielded. The zero value
// of every field means "not checked".
type Facts struct {
	Reach       Reach
	ReachDetail string // dotted code of the underlying error, for evidence

	// What the server selected when asked for HYBRID_EX, HYBRID and SSL at once
	// (MS-RDPBCGR 2.2.1.1.1), or the code with which it refused.
	Selected      Layer
	Failure       uint32 // failureCode of RDP_NEG_FAILURE, 0 = none
	ResponseFlags uint8  // flags of RDP_NEG_RSP

	// A second connection that asked for TLS alone. Yes: accepted. No: refused,
	// with TLSAloneFailure as failureCode.
	TLSAlone        Tri
	TLSAloneFailure uint32

	TLS         *TLS         // nil = not checked, or failed
	TLSFailure  string       // dotted code of a failed TLS handshake
	Certificate *Certificate // nil = none seen

	// The server's first TSRequest. If there was none, CredSSPFailure is the
	// dotted code of why; one that ends in ".closed" or ".reset" says that the
	// connection ended instead.
	CredSSP        *CredSSP
	CredSSPFailure string

	NTLM *NTLM     // its CHALLENGE_MESSAGE; nil = none received
	At   time.Time // when the host was looked at

	// InstalledKBs are the KB numbers of the updates that somebody with access
	// to the host found installed. They never decide whether the fix is in
	// force; they explain why it is not. Nil = not checked.
	InstalledKBs []string

	// The answers to requests for one protocol alone, other than SSL. A protocol
	// that is missing was not checked, or the answer was not clear; [Facts.Offer]
	// adds what the other facts say.
	Alone map[x224.Protocol]Offer

	RDPSecurity *RDPSecurity // nil = not checked, or not accepted
	Hellos      []Hello      // in the order in which they were sent
}

// Offer is a server's answer to a request for one protocol alone.
type Offer struct {
	Accepted Tri
	Failure  x224.FailureCode // of the refusal, 0 = none given
}

// RDPSecurity is what a server chose for standard RDP security when it was
// offered every encryption method (MS-RDPBCGR 5.3.2).
type RDPSecurity struct {
	Method gcc.EncryptionMethod
	Level  gcc.EncryptionLevel
}

// Reach says how far a connection got.
type Reach string

// The kinds of reach.
const (
	ReachNotChecked Reach = ""
	Reached         Reach = "reached"     // an X.224 answer came
	Refused         Reach = "refused"     // TCP refused
	Timeout         Reach = "timeout"     // no TCP connection in time
	Unresolved      Reach = "unresolved"  // the name has no address
	Unreachable     Reach = "unreachable" // no route
	Closed          Reach = "closed"      // TCP accepted, then closed or reset without an answer
	Silent          Reach = "silent"      // TCP accepted, no answer in time
	NotRDP          Reach = "not_rdp"     // the answer was not X.224
)

// Code returns the dotted code of the word for r.
func (r Reach) Code() string {
	if r == ReachNotChecked {
		return "reach.not_checked"
	}
	return "reach." + string(r)
}

// Layer is the security that a server selected.
type Layer string

// The layers. LayerRDP covers the three ways to say it: a confirm without
// negotiation data, PROTOCOL_RDP, and SSL_NOT_ALLOWED_BY_SERVER.
const (
	LayerNone  Layer = ""       // not checked, or no answer
	LayerRDP   Layer = "rdp"    // standard RDP security
	LayerTLS   Layer = "tls"    // TLS without CredSSP
	LayerNLA   Layer = "nla"    // PROTOCOL_HYBRID
	LayerNLAEx Layer = "nla_ex" // PROTOCOL_HYBRID_EX
	LayerOther Layer = "other"
)

// Tri is an answer that may be missing.
type Tri int8

// The three answers.
const (
	Unknown Tri = iota
	Yes
	No
)

func (t Tri) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "unknown"
}

// TLS is what the handshake agreed on, as the numbers of the TLS registry.
type TLS struct {
	Version     uint16
	CipherSuite uint16
}

// Certificate is what the server's certificate says about itself.
type Certificate struct {
	Subject, Issuer     string
	NotBefore, NotAfter time.Time
	SelfSigned          bool
	KeyType             string // "RSA", "ECDSA", ...
	KeyBits             int    // 0 = not known
	SignatureAlgorithm  string // "SHA256-RSA", ...
	SHA256              [32]byte
	SPKISHA256          [32]byte
	DNSNames            []string
}

// CredSSP is the server's first TSRequest (MS-CSSP 2.2.1).
type CredSSP struct {
	Version   int
	ErrorCode *uint32  // NTSTATUS; nil = no such field
	Oddities  []string // dotted codes of what was unusual about its encoding
}

// NTLM is what the CHALLENGE_MESSAGE tells (MS-NLMP 2.2.1.2).
type NTLM struct {
	NetBIOSComputer, NetBIOSDomain    string
	DNSComputer, DNSDomain, DNSForest string

	VersionPresent bool // whether the VERSION structure was negotiated
	Major, Minor   byte
	Build          uint16
	Revision       byte // NTLMRevisionCurrent

	Time time.Time // the server's clock, MsvAvTimestamp; zero = not given
}
