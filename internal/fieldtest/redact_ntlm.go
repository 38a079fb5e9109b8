package fieldtest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/wire"
)

const ntlmSignature = "NTLMSSP\x00"

// ntlmLayout says where in the fixed part of an NTLM message things stand
// (MS-NLMP 2.2.1).
type ntlmLayout struct {
	fixed   int   // no payload begins before this
	others  []int // descriptors of fields that hold no name
	names   []ntlmName
	flags   int
	version int
}

// ntlmName is the descriptor of a field with a name.
type ntlmName struct {
	at   int
	role string
}

var ntlmLayouts = map[uint32]ntlmLayout{
	1: {fixed: 32, names: []ntlmName{{16, "DOMAIN"}, {24, "WORKSTATION"}}, flags: 12, version: 32},
	2: {fixed: 32, names: []ntlmName{{12, "TARGET"}}, flags: 20, version: 48},
	3: {fixed: 64, names: []ntlmName{{28, "DOMAIN"}, {36, "USER"}, {44, "WORKSTATION"}}, others: []int{12, 20, 52}, flags: 60, version: 64},
}

// targetInfoAt is the descriptor of TargetInfo in a CHALLENGE_MESSAGE, which old
// servers leave out.
const targetInfoAt = 40

// avNames are the AV_PAIRs that hold names (MS-NLMP 2.2.2.1).
var avNames = map[ntlm.AvID]string{
	ntlm.AvNbComputerName: "COMPUTER", ntlm.AvNbDomainName: "DOMAIN", ntlm.AvDNSComputerName: "HOST",
	ntlm.AvDNSDomainName: "ZONE", ntlm.AvDNSTreeName: "FOREST", ntlm.AvTargetName: "SERVICE",
}

// ntlm redacts an NTLM message in place: the fixed part without challenge and
// MIC stays, names become placeholders. Challenge, responses, session key,
// times and whatever stands in the gaps are zeroed.
func (p *placeholders) ntlm(b []byte) {
	old := bytes.Clone(b)
	clear(b)
	if len(old) < 12 {
		return
	}
	copy(b, old[:12]) // signature and type
	kind := binary.LittleEndian.Uint32(old[8:])
	layout, ok := ntlmLayouts[kind]
	if !ok || len(old) < layout.flags+4 {
		return
	}
	copy(b[layout.flags:], old[layout.flags:layout.flags+4])
	flags := ntlm.Flags(binary.LittleEndian.Uint32(old[layout.flags:]))
	start := len(old) // of the payload
	var used [][2]int
	content := func(at int) (from, to int) {
		if at+8 > len(old) {
			return 0, 0
		}
		copy(b[at:], old[at:at+8])
		length, offset := int(binary.LittleEndian.Uint16(old[at:])), int(binary.LittleEndian.Uint32(old[at+4:]))
		if length == 0 || offset < layout.fixed || offset > len(old) || length > len(old)-offset {
			return 0, 0
		}
		start = min(start, offset)
		for _, other := range used {
			if offset < other[1] && other[0] < offset+length {
				return 0, 0 // no honest message has fields that overlap
			}
		}
		used = append(used, [2]int{offset, offset + length})
		return offset, offset + length
	}
	for _, at := range layout.others {
		content(at)
	}
	for _, n := range layout.names {
		from, to := content(n.at)
		copy(b[from:to], p.name(n.role, old[from:to], kind != 1 && flags.Has(ntlm.FlagUnicode)))
	}
	if kind == 2 && flags.Has(ntlm.FlagTargetInfo) && start >= targetInfoAt+8 {
		from, to := content(targetInfoAt)
		copy(b[from:to], p.targetInfo(old[from:to]))
	}
	if at := layout.version; flags.Has(ntlm.FlagVersion) && at+8 <= start {
		copy(b[at:], old[at:at+8])
	}
}

// targetInfo rebuilds a list of AV_PAIRs up to its end or to what is no pair.
func (p *placeholders) targetInfo(info []byte) []byte {
	out := make([]byte, len(info))
	for at := 0; at+4 <= len(info); {
		id, n := ntlm.AvID(binary.LittleEndian.Uint16(info[at:])), int(binary.LittleEndian.Uint16(info[at+2:]))
		if id == ntlm.AvEOL || n > len(info)-at-4 {
			break
		}
		copy(out[at:], info[at:at+4])
		value := info[at+4 : at+4+n]
		switch role := avNames[id]; {
		case role != "":
			copy(out[at+4:], p.name(role, value, true))
		case id == ntlm.AvFlags && n == 4:
			copy(out[at+4:], value)
		}
		at += 4 + n
	}
	return out
}

// placeholders remembers which name got which placeholder in one result, so that
// equal names stay equal.
type placeholders struct {
	run       int
	given     map[string]string // name in lower case → placeholder
	taken     map[string]bool
	originals []string
}

func newPlaceholders(run int) *placeholders {
	return &placeholders{run: run, given: map[string]string{}, taken: map[string]bool{}}
}

// name is the placeholder for a name as it is on the wire, of the same length in
// bytes.
func (p *placeholders) name(role string, b []byte, unicode bool) []byte {
	if len(b) == 0 {
		return nil
	}
	text, units := string(b), len(b)
	if unicode {
		text, units = wire.DecodeUTF16(b), len(b)/2
	}
	// Names of different lengths that look alike get different placeholders.
	key := fmt.Sprint(units, strings.ToLower(text))
	out, ok := p.given[key]
	if !ok {
		out = p.make(role, units)
		p.given[key], p.taken[out] = out, true
		p.originals = append(p.originals, text)
	}
	if unicode {
		return wire.AppendUTF16(nil, out)
	}
	return []byte(out)
}

// make is "ROLE-run ROLE-run …", cut to length; if another name has that already,
// with another first letter.
func (p *placeholders) make(role string, length int) string {
	word := fmt.Sprintf("%s-%d ", role, p.run)
	out := strings.Repeat(word, length/len(word)+1)[:length]
	for first := 'a'; first <= 'z' && p.taken[out] && length > 0; first++ {
		out = string(first) + out[1:]
	}
	return out
}
