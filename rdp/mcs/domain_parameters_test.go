package mcs

import (
	"errors"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// The client of MS-RDPBCGR 4.1.3 gets the answer of 4.1.4.
func TestMergeParameters(t *testing.T) {
	m, err := ParseConnectInitial(wiretest.Vector(t, "connect_initial_spec"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := ParseConnectResponse(wiretest.Vector(t, "connect_response_spec"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.MergeParameters()
	if err != nil || got != answer.DomainParameters {
		t.Errorf("%+v, want %+v, %v", got, answer.DomainParameters, err)
	}
}

// Every branch of the pseudo-code in MS-RDPBCGR 3.3.5.3.3.
func TestMergeParametersRules(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(target, lowest, highest *DomainParameters)
		refuse string // the parameter, empty if the merge succeeds
		check  func(DomainParameters) bool
	}{
		{
			"channels raised to 4", func(t, _, _ *DomainParameters) { t.MaxChannelIDs = 3 },
			"", func(p DomainParameters) bool { return p.MaxChannelIDs == 4 },
		},
		{"too few channels", func(t, _, h *DomainParameters) { t.MaxChannelIDs, h.MaxChannelIDs = 3, 3 }, "maxChannelIds", nil},
		{
			"users kept", func(t, _, _ *DomainParameters) { t.MaxUserIDs = 5 },
			"", func(p DomainParameters) bool { return p.MaxUserIDs == 5 },
		},
		{"too few users", func(_, _, h *DomainParameters) { h.MaxUserIDs = 2 }, "maxUserIds", nil},
		{
			"tokens and throughput copied", func(t, _, _ *DomainParameters) { t.MaxTokenIDs, t.MinThroughput = 6, 7 },
			"", func(p DomainParameters) bool { return p.MaxTokenIDs == 6 && p.MinThroughput == 7 },
		},
		{"priorities", func(_, l, _ *DomainParameters) { l.NumPriorities = 2 }, "numPriorities", nil},
		{
			"height by the target", func(_, l, _ *DomainParameters) { l.MaxHeight = 2 },
			"", func(p DomainParameters) bool { return p.MaxHeight == 1 },
		},
		{
			"height by the minimum", func(t, _, _ *DomainParameters) { t.MaxHeight = 2 },
			"", func(p DomainParameters) bool { return p.MaxHeight == 1 },
		},
		{"height", func(t, l, _ *DomainParameters) { t.MaxHeight, l.MaxHeight = 2, 2 }, "maxHeight", nil},
		{
			"PDU size kept", func(t, _, _ *DomainParameters) { t.MaxMCSPDUSize = 124 },
			"", func(p DomainParameters) bool { return p.MaxMCSPDUSize == 124 },
		},
		{
			"PDU size from the maximum", func(t, _, h *DomainParameters) { t.MaxMCSPDUSize, h.MaxMCSPDUSize = 123, 999 },
			"", func(p DomainParameters) bool { return p.MaxMCSPDUSize == 999 },
		},
		{"PDU size too small", func(t, _, h *DomainParameters) { t.MaxMCSPDUSize, h.MaxMCSPDUSize = 123, 123 }, "maxMCSPDUsize", nil},
		{"PDU size, minimum too small", func(_, l, _ *DomainParameters) { l.MaxMCSPDUSize = 123 }, "maxMCSPDUsize", nil},
		{"PDU size, minimum too large", func(_, l, _ *DomainParameters) { l.MaxMCSPDUSize = 65529 }, "maxMCSPDUsize", nil},
		{
			"version in the range", func(t, l, h *DomainParameters) {
				t.ProtocolVersion, l.ProtocolVersion, h.ProtocolVersion = 1, 1, 3
			},
			"", func(p DomainParameters) bool { return p.ProtocolVersion == 2 },
		},
		{"version below", func(t, _, h *DomainParameters) { t.ProtocolVersion, h.ProtocolVersion = 1, 1 }, "protocolVersion", nil},
		{"version above", func(t, l, _ *DomainParameters) { t.ProtocolVersion, l.ProtocolVersion = 3, 3 }, "protocolVersion", nil},
	} {
		m := NewConnectInitial(nil)
		c.change(&m.TargetParameters, &m.MinimumParameters, &m.MaximumParameters)
		p, err := m.MergeParameters()
		if c.refuse == "" {
			if err != nil || !c.check(p) {
				t.Errorf("%s: %+v, %v", c.name, p, err)
			}
			continue
		}
		var e *ParametersError
		if !errors.As(err, &e) || e.Parameter != c.refuse || p != (DomainParameters{}) {
			t.Errorf("%s: %+v, %v", c.name, p, err)
			continue
		}
		if e.Code() != "mcs.domain_parameters.incompatible" || e.Kind() != "incompatible" ||
			e.Args()["parameter"] != c.refuse || e.Error() != "mcs: no common value of "+c.refuse {
			t.Errorf("%s: %q %q %v %q", c.name, e.Code(), e.Kind(), e.Args(), e.Error())
		}
	}
}
