package main

import (
	"context"
	"encoding/asn1"
	"flag"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/credssp"
)

// requestLength is the length of the TSRequest that is parsed, in bytes. It is
// typical of the client's third message, which holds more fields than any other.
const requestLength = 420

// allocationGoal is how often parsing it may allocate.
const allocationGoal = 1

// measureTSRequest compares our parser with encoding/asn1, which is strict,
// copies what it finds and is used only here.
func measureTSRequest(ctx context.Context, s *settings, r *report) error {
	message, err := thirdMessage()
	if err != nil {
		return err
	}
	parsers := []struct {
		name  string
		parse func([]byte) error
	}{
		{"credssp.ParseTSRequest", func(b []byte) error { _, err := credssp.ParseTSRequest(b); return err }},
		{"encoding/asn1", func(b []byte) error { var m asn1Request; _, err := asn1.Unmarshal(b, &m); return err }},
	}
	testing.Init()
	if err := flag.Set("test.benchtime", "200ms"); err != nil {
		return err
	}
	type figures struct{ ns, allocations, bytes []float64 }
	results := make([]figures, len(parsers))
	for range s.rounds {
		for i, p := range parsers {
			if err := ctx.Err(); err != nil {
				return err
			}
			var failed error
			b := testing.Benchmark(func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := p.parse(message); err != nil {
						failed = err
					}
				}
			})
			if failed != nil {
				return fmt.Errorf("%s: %w", p.name, failed)
			}
			f := &results[i]
			f.ns = append(f.ns, float64(b.T.Nanoseconds())/float64(b.N))
			f.allocations = append(f.allocations, float64(b.AllocsPerOp()))
			f.bytes = append(f.bytes, float64(b.AllocedBytesPerOp()))
		}
	}
	table := r.section(fmt.Sprintf("Parsing a TSRequest of %d bytes", requestLength))
	for i, p := range parsers {
		table.add(p.name, "time", "ns", results[i].ns)
		table.add(p.name, "allocations", "", results[i].allocations)
		table.add(p.name, "allocated", "bytes", results[i].bytes)
	}
	r.atMost("TSRequest", fmt.Sprintf("allocations when parsing %d bytes", requestLength), allocationGoal, "", spreadOf(results[0].allocations))
	return nil
}

// thirdMessage makes a TSRequest of requestLength bytes with negoTokens,
// pubKeyAuth and clientNonce, as the client of a version 6 exchange sends it.
func thirdMessage() ([]byte, error) {
	m := credssp.TSRequest{
		Version:     credssp.MaxVersion,
		PubKeyAuth:  make([]byte, 16+32), // signature and hash
		ClientNonce: make([]byte, credssp.NonceLength),
	}
	for token := requestLength; token > 0; token-- {
		m.NegoToken = make([]byte, token)
		if b := m.Append(nil); len(b) == requestLength {
			return b, nil
		}
	}
	return nil, fmt.Errorf("no TSRequest has %d bytes", requestLength)
}

// asn1Request is the TSRequest of MS-CSSP 2.2.1 for encoding/asn1.
type asn1Request struct {
	Version    int `asn1:"explicit,tag:0"`
	NegoTokens []struct {
		Token []byte `asn1:"explicit,tag:0"`
	} `asn1:"explicit,optional,tag:1"`
	AuthInfo    []byte `asn1:"explicit,optional,tag:2"`
	PubKeyAuth  []byte `asn1:"explicit,optional,tag:3"`
	ErrorCode   int    `asn1:"explicit,optional,tag:4"`
	ClientNonce []byte `asn1:"explicit,optional,tag:5"`
}
