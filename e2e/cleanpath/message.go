package cleanpath

import (
	"encoding/asn1"
	"errors"
	"fmt"
)

// version is the only version of RDCleanPath: one SEQUENCE in DER each way, whose
// fields have explicit context tags. After it both carry RDP as it is, without
// TLS: the web socket's own protects that hop.
const version = 3390

// request is what a browser asks for.
type request struct {
	Version     int    `asn1:"explicit,tag:0"`
	Destination string `asn1:"explicit,optional,utf8,tag:2"`
	ProxyAuth   string `asn1:"explicit,optional,utf8,tag:3"`
	ServerAuth  string `asn1:"explicit,optional,utf8,tag:4"`
	PCB         string `asn1:"explicit,optional,utf8,tag:5"`
	X224        []byte `asn1:"explicit,optional,tag:6"` // its Connection Request
}

// response says that the server answered.
type response struct {
	Version    int      `asn1:"explicit,tag:0"`
	X224       []byte   `asn1:"explicit,tag:6"` // the Connection Confirm
	CertChain  [][]byte `asn1:"explicit,tag:7"` // of the server, leaf first
	ServerAddr string   `asn1:"explicit,utf8,tag:9"`
}

// The codes of a failure.
const (
	failureGeneral     = 1
	failureNegotiation = 2 // the server's own refusal is in X224
)

// failure says why there is no connection. A number of -1 is left out.
type failure struct {
	Code     int `asn1:"explicit,tag:0"`
	HTTP     int `asn1:"explicit,optional,tag:1,default:-1"`
	WSA      int `asn1:"explicit,optional,tag:2,default:-1"` // a Winsock error
	TLSAlert int `asn1:"explicit,optional,tag:3,default:-1"`
}

// failureResponse carries a failure.
type failureResponse struct {
	Version int     `asn1:"explicit,tag:0"`
	Failure failure `asn1:"explicit,tag:1"`
	X224    []byte  `asn1:"explicit,optional,omitempty,tag:6"`
}

// parseRequest reads a whole request.
func parseRequest(message []byte) (*request, error) {
	var r request
	rest, err := asn1.Unmarshal(message, &r)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cleanpath: request: %w", err)
	case len(rest) > 0:
		return nil, fmt.Errorf("cleanpath: %d bytes behind the request", len(rest))
	case r.Version != version:
		return nil, fmt.Errorf("cleanpath: version %d", r.Version)
	case len(r.X224) == 0:
		return nil, errors.New("cleanpath: no X.224 Connection Request")
	}
	return &r, nil
}

// missing says how many bytes a message that comes in pieces still lacks, 0 if it
// is whole or can never be.
func missing(message []byte) int {
	if len(message) < 2 {
		return 2 - len(message)
	}
	size, octets := int(message[1]), 0
	if size&0x80 != 0 {
		if octets = size & 0x7f; octets > 4 {
			return 0
		}
		if len(message) < 2+octets {
			return 2 + octets - len(message)
		}
		size = 0
		for _, b := range message[2 : 2+octets] {
			size = size<<8 | int(b)
		}
	}
	return max(0, 2+octets+size-len(message))
}

func appendResponse(x224 []byte, chain [][]byte, addr string) ([]byte, error) {
	return asn1.Marshal(response{version, x224, chain, addr})
}

func appendFailure(f failure, x224 []byte) ([]byte, error) {
	return asn1.Marshal(failureResponse{version, f, x224})
}
