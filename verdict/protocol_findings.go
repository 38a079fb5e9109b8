package verdict

import (
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/x224"
)

// protocolFindings are about what a server accepts beside its first choice.
func protocolFindings(f Facts) []Finding {
	var findings []Finding
	add := func(stated bool, code string, s Severity, evidence string) {
		if stated {
			findings = append(findings, observed(AreaNLA, code, SideServer, s, evidence))
		}
	}
	add(f.Selected != LayerRDP && f.Offer(x224.ProtocolRDP).Accepted == Yes, nlaRDPSecurityAccepted, Warning, "x224.rdp_alone=yes")
	add(f.Offer(x224.ProtocolRDSTLS).Accepted == Yes, nlaRDSTLSAccepted, Info, "x224.rdstls_alone=yes")
	add(f.Offer(x224.ProtocolRDSAAD).Accepted == Yes, nlaRDSAADAccepted, Info, "x224.rdsaad_alone=yes")
	add(f.RestrictedAdmin() == Yes, nlaRestrictedAdmin, Info, responseFlags(f))
	add(f.RemoteGuard() == Yes, nlaRemoteGuard, Info, responseFlags(f))
	return append(findings, rdpSecurityFindings(f)...)
}

// rdpSecurityFindings names encryption that is weak even as RC4 goes: keys below
// 128 bits, or nothing at all from the server to the client (MS-RDPBCGR 5.3.1).
func rdpSecurityFindings(f Facts) []Finding {
	s := f.RDPSecurity
	if s == nil {
		return nil
	}
	strongKey := s.Method == gcc.Encryption128Bit || s.Method == gcc.EncryptionFIPS
	if strongKey && s.Level != gcc.LevelNone && s.Level != gcc.LevelLow {
		return nil
	}
	weak := observed(AreaRDP, rdpEncryptionWeak, SideServer, Warning,
		fact("rdp.encryption_method", s.Method), fact("rdp.encryption_level", s.Level))
	weak.Args = map[string]any{"method": s.Method.String(), "level": s.Level.String()}
	return []Finding{weak}
}
