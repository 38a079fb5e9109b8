package mcs

import "github.com/fumidai/fumidai/rdp/wire"

// DomainParameters are what an MCS domain can hold (T.125 section 7, part 2).
// RDP uses none of them after the connection (MS-RDPBCGR 3.2.5.3.4).
type DomainParameters struct {
	MaxChannelIDs   uint32
	MaxUserIDs      uint32
	MaxTokenIDs     uint32
	NumPriorities   uint32
	MinThroughput   uint32 // bytes per second
	MaxHeight       uint32
	MaxMCSPDUSize   uint32 // bytes
	ProtocolVersion uint32
}

// fields lists the eight INTEGERs in the order of T.125.
func (p *DomainParameters) fields() [8]struct {
	name  string
	value *uint32
} {
	return [...]struct {
		name  string
		value *uint32
	}{
		{"maxChannelIds", &p.MaxChannelIDs},
		{"maxUserIds", &p.MaxUserIDs},
		{"maxTokenIds", &p.MaxTokenIDs},
		{"numPriorities", &p.NumPriorities},
		{"minThroughput", &p.MinThroughput},
		{"maxHeight", &p.MaxHeight},
		{"maxMCSPDUsize", &p.MaxMCSPDUSize},
		{"protocolVersion", &p.ProtocolVersion},
	}
}

func readDomainParameters(r *wire.Reader, field string) DomainParameters {
	var p DomainParameters
	in := r.Into(r.Expect(field, wire.TagSequence))
	for _, f := range p.fields() {
		*f.value = readInteger(in, field+"."+f.name)
	}
	in.End()
	r.Join(in)
	return p
}

func appendDomainParameters(dst []byte, p DomainParameters) []byte {
	var content []byte
	for _, f := range p.fields() {
		content = appendInteger(content, *f.value)
	}
	return appendElement(dst, wire.TagSequence, content)
}

// MergeParameters finds the parameters that a server answers with, by the rules
// of MS-RDPBCGR 3.3.5.3.3. If there are none, the error is a *ParametersError
// and the server should drop the connection.
func (m *ConnectInitial) MergeParameters() (DomainParameters, error) {
	target, lowest, highest := m.TargetParameters, m.MinimumParameters, m.MaximumParameters
	p := DomainParameters{
		MaxTokenIDs:     target.MaxTokenIDs,
		NumPriorities:   1,
		MinThroughput:   target.MinThroughput,
		MaxHeight:       1,
		ProtocolVersion: 2,
	}
	var ok bool
	if p.MaxChannelIDs, ok = atLeast(4, target.MaxChannelIDs, highest.MaxChannelIDs); !ok {
		return DomainParameters{}, &ParametersError{"maxChannelIds"}
	}
	if p.MaxUserIDs, ok = atLeast(3, target.MaxUserIDs, highest.MaxUserIDs); !ok {
		return DomainParameters{}, &ParametersError{"maxUserIds"}
	}
	if lowest.NumPriorities > 1 {
		return DomainParameters{}, &ParametersError{"numPriorities"}
	}
	if target.MaxHeight != 1 && lowest.MaxHeight > 1 {
		return DomainParameters{}, &ParametersError{"maxHeight"}
	}
	if p.MaxMCSPDUSize, ok = mergePDUSize(target.MaxMCSPDUSize, lowest.MaxMCSPDUSize, highest.MaxMCSPDUSize); !ok {
		return DomainParameters{}, &ParametersError{"maxMCSPDUsize"}
	}
	if target.ProtocolVersion != 2 && (lowest.ProtocolVersion > 2 || highest.ProtocolVersion < 2) {
		return DomainParameters{}, &ParametersError{"protocolVersion"}
	}
	return p, nil
}

// atLeast is what the client wants if the server can work with it, else the
// least that the server needs if the client can do that much.
func atLeast(need, target, highest uint32) (uint32, bool) {
	if target >= need {
		return target, true
	}
	return need, highest >= need
}

// mergePDUSize follows the pseudo-code of MS-RDPBCGR 3.3.5.3.3, where 124 is
// the smallest and 65528 the largest size that a server works with.
func mergePDUSize(target, lowest, highest uint32) (uint32, bool) {
	const smallest, largest = 124, 65528
	switch {
	case target < smallest:
		return highest, highest >= smallest
	case target <= largest:
		return target, true
	}
	return largest, smallest <= lowest && lowest <= largest
}
