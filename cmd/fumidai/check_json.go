package main

import (
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/fumidai/fumidai/verdict"
)

// checkSchema names the form of a line of `check --json`. Fields may be added
// to it; a field that changes its meaning makes a new number.
const checkSchema = "fumidai.check/1"

// jsonHost is one line of `check --json`. What was not found out is null or
// "unknown", never missing.
type jsonHost struct {
	Schema         string           `json:"schema"`
	Host           string           `json:"host"`
	Port           int              `json:"port"`
	At             time.Time        `json:"at"`
	Reachable      bool             `json:"reachable"`
	Reach          string           `json:"reach"`
	ReachDetail    *string          `json:"reach_detail"`
	CredSSPVersion *int             `json:"credssp_version"`
	Update         verdict.Update   `json:"update"`
	Reason         string           `json:"reason"`
	NLA            verdict.NLA      `json:"nla"`
	Layer          *string          `json:"layer"`
	OS             *jsonOS          `json:"os"`
	Names          *jsonNames       `json:"names"`
	TLS            *jsonTLS         `json:"tls"`
	Certificate    *jsonCertificate `json:"certificate"`

	// What a full look adds. An answer is null if the question was not asked, or
	// not answered clearly.
	Protocols       jsonProtocols    `json:"protocols"`
	RestrictedAdmin *bool            `json:"restricted_admin"`
	RemoteGuard     *bool            `json:"remote_guard"`
	RDPSecurity     *jsonRDPSecurity `json:"rdp_security"`
	TLSVersions     map[string]*bool `json:"tls_versions"`
	TLSFamilies     map[string]*bool `json:"tls_families"`
	TLSHellos       []jsonHello      `json:"tls_hellos"`

	Clients  []jsonClient  `json:"clients"`
	Findings []jsonFinding `json:"findings"`
	Actions  []jsonAction  `json:"actions"`
}

type jsonOS struct {
	Version string   `json:"version"`
	Clients []string `json:"clients"`
	Servers []string `json:"servers"`
	Doubts  []string `json:"doubts"`
	Mark    string   `json:"mark"`
}

type jsonNames struct {
	NetBIOSComputer string     `json:"netbios_computer"`
	NetBIOSDomain   string     `json:"netbios_domain"`
	DNSComputer     string     `json:"dns_computer"`
	DNSDomain       string     `json:"dns_domain"`
	DNSForest       string     `json:"dns_forest"`
	Time            *time.Time `json:"time"`
}

type jsonTLS struct {
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`
}

type jsonCertificate struct {
	Subject            string    `json:"subject"`
	Issuer             string    `json:"issuer"`
	NotBefore          time.Time `json:"not_before"`
	NotAfter           time.Time `json:"not_after"`
	SelfSigned         bool      `json:"self_signed"`
	Key                string    `json:"key"`
	KeyBits            int       `json:"key_bits"`
	SignatureAlgorithm string    `json:"signature_algorithm"`
	SHA256             string    `json:"sha256"`
	SPKISHA256         string    `json:"spki_sha256"`
	DNSNames           []string  `json:"dns_names"`
}

// jsonProtocols says what the server does with a client that asks for this
// protocol alone.
type jsonProtocols struct {
	RDP      *jsonOffer `json:"rdp"`
	SSL      *jsonOffer `json:"ssl"`
	Hybrid   *jsonOffer `json:"hybrid"`
	RDSTLS   *jsonOffer `json:"rdstls"`
	HybridEx *jsonOffer `json:"hybrid_ex"`
	RDSAAD   *jsonOffer `json:"rdsaad"`
}

type jsonOffer struct {
	Accepted bool    `json:"accepted"`
	Failure  *uint32 `json:"failure"` // failureCode of MS-RDPBCGR 2.2.1.2.2
}

type jsonRDPSecurity struct {
	Method string `json:"method"`
	Level  string `json:"level"`
}

// jsonHello is one ClientHello, with the suites of one family or of all, and
// what the server chose or how it refused.
type jsonHello struct {
	Highest     string  `json:"highest"`
	Family      *string `json:"family"`
	Version     *string `json:"version"`
	CipherSuite *string `json:"cipher_suite"`
	Refusal     *string `json:"refusal"`
}

type jsonClient struct {
	Client  string          `json:"client"`
	Outcome verdict.Outcome `json:"outcome"`
	Text    string          `json:"text"`
	Sees    *string         `json:"sees"`
}

type jsonFinding struct {
	Code       string           `json:"code"`
	Area       verdict.Area     `json:"area"`
	Side       verdict.Side     `json:"side"`
	Severity   verdict.Severity `json:"severity"`
	Confidence float64          `json:"confidence"`
	Mark       string           `json:"mark"`
	Evidence   []string         `json:"evidence"`
	Text       string           `json:"text"`
	Detail     string           `json:"detail"`
}

type jsonAction struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Detail string `json:"detail"`
}

// writeJSON writes one host as one line.
func (p *program) writeJSON(c checked) error {
	line, err := json.Marshal(p.jsonHost(c))
	if err != nil {
		return err
	}
	_, err = p.utf8().Write(append(escaped(line), '\n'))
	return err
}

func (p *program) jsonHost(c checked) jsonHost {
	f, v := c.facts, c.verdict
	h := jsonHost{
		Schema: checkSchema, Host: c.target.host, Port: c.target.port, At: f.At.UTC(),
		Reachable: f.Reach == verdict.Reached, Reach: string(f.Reach), ReachDetail: optional(f.ReachDetail),
		Update: v.Update, Reason: v.Reason, NLA: v.NLA, Layer: optional(string(f.Selected)),
		TLSHellos: []jsonHello{}, Clients: []jsonClient{}, Findings: []jsonFinding{}, Actions: []jsonAction{},
	}
	if f.CredSSP != nil {
		h.CredSSPVersion = &f.CredSSP.Version
	}
	if o := v.Products; o.Version != "" {
		h.OS = &jsonOS{o.Version, list(o.Clients), list(o.Servers), list(o.Doubts), string(o.Mark)}
	}
	if n := f.NTLM; n != nil {
		h.Names = &jsonNames{n.NetBIOSComputer, n.NetBIOSDomain, n.DNSComputer, n.DNSDomain, n.DNSForest, nil}
		if !n.Time.IsZero() {
			h.Names.Time = &n.Time
		}
	}
	if f.TLS != nil {
		h.TLS = &jsonTLS{tls.VersionName(f.TLS.Version), tls.CipherSuiteName(f.TLS.CipherSuite)}
	}
	if k := f.Certificate; k != nil {
		h.Certificate = &jsonCertificate{k.Subject, k.Issuer, k.NotBefore, k.NotAfter, k.SelfSigned, k.KeyType, k.KeyBits,
			k.SignatureAlgorithm, hex.EncodeToString(k.SHA256[:]), hex.EncodeToString(k.SPKISHA256[:]), list(k.DNSNames)}
	}
	h.addFull(f)
	for _, cell := range v.Clients {
		h.Clients = append(h.Clients, jsonClient{levelName(cell.Client), cell.Outcome, p.text(cell.Outcome.Code(), nil), optional(cell.Sees)})
	}
	for _, x := range v.Findings {
		h.Findings = append(h.Findings, jsonFinding{x.Code, x.Area, x.Side, x.Severity, x.Confidence, string(x.Mark),
			list(x.Evidence), p.text(x.Code, x.Args), p.text(x.Code+".detail", x.Args)})
	}
	for _, a := range v.Actions {
		h.Actions = append(h.Actions, jsonAction{a.Code, p.text(a.Code, a.Args), p.text(a.Code+".detail", a.Args)})
	}
	return h
}

// optional is nil for the zero value, which stands for "not known".
func optional[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// list makes an absent list an empty one, not null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
