package verdict

import (
	"fmt"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/credssp"
)

// ntlmRevision is NTLMSSP_REVISION_W2K3, the only revision of the VERSION
// structure (MS-NLMP 2.2.2.10).
const ntlmRevision = 0x0F

// productsOf returns what the VERSION structure of the challenge claims, and
// what speaks against it. WinPR, the base of FreeRDP and of servers built on
// it, says 6.1.7601 on any system, and so does wallix/redemption; with CredSSP
// 6, which no Windows 7 speaks, that gives them away.
func productsOf(f Facts) Products {
	n := f.NTLM
	if n == nil || !n.VersionPresent {
		return Products{}
	}
	p := Products{
		Version: fmt.Sprintf("%d.%d.%d", n.Major, n.Minor, n.Build),
		Mark:    catalogue.Inferred,
	}
	listed, ok := catalogue.ProductOf(n.Major, n.Minor, n.Build)
	p.Clients, p.Servers = listed.Clients, listed.Servers
	switch {
	case !ok:
		p.Doubts = append(p.Doubts, doubtBuildUnknown)
	case f.CredSSP != nil && !listed.CredSSP.Speaks(min(f.CredSSP.Version, credssp.MaxVersion)):
		p.Doubts = append(p.Doubts, doubtVersionMismatch)
	}
	if n.Revision != ntlmRevision {
		p.Doubts = append(p.Doubts, doubtRevision)
	}
	return p
}
