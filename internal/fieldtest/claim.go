package fieldtest

import (
	"slices"

	"github.com/fumidai/fumidai/credssp"
)

// Claim is something this project says of Windows, or would like to know.
type Claim struct {
	ID     string
	Expect []string // values that agree with what is said today; nil: an open question
	see    func(Step, *Result) []Finding
}

// Code is the code of the claim's text.
func (c Claim) Code() string { return "fieldtest.claim." + c.ID }

// Finding is what one result says about a claim.
type Finding struct {
	Claim string
	Under string // a circumstance, such as "policy 0"; may be empty
	Value string
}

// Agrees reports whether a finding is what the claim expects. An open question
// expects nothing.
func (f Finding) Agrees() bool { return slices.Contains(FindClaim(f.Claim).Expect, f.Value) }

// Claims lists what the field test is to settle.
func Claims() []Claim {
	old, updated := []string{"2", "3", "4"}, []string{"5", "6"}
	return []Claim{
		{"version.unpatched", old, versions("")},
		{"version.not_restarted", old, versions("")},
		{"version.patched", updated, versions("")},
		{"version.policy", updated, versions("policy")},
		{"version.own_number", []string{"own"}, ownNumber},
		{"force.first_answer", nil, firstAnswers},
		{"force.moment", nil, refusals(func(stated int) bool { return stated < credssp.BindingVersion })},
		{"force.accepts_5", []string{"accepted"}, refusals(func(stated int) bool { return stated == credssp.BindingVersion })},
		{"force.server_log", nil, recorded("server_log")},
		{"restart.server", nil, serverRestart},
		{"restart.client", nil, clientRestart},
		{"early.server", []string{"member 0", "not_member 5"}, earlyAuthorization},
		{"early.client", []string{"goes_on"}, clientGoesOn},
		{"ec.server", []string{"accepted"}, ecServer},
		{"ec.client", []string{"accepted"}, ecClient},
		{"tls10.server", []string{"answered"}, tls10},
		{"tls10.client", []string{"answered"}, tls10},
		{"account.status", []string{"disabled STATUS_ACCOUNT_DISABLED", "password_expired STATUS_PASSWORD_EXPIRED",
			"must_change STATUS_PASSWORD_MUST_CHANGE", "locked_out STATUS_ACCOUNT_LOCKED_OUT"}, accountStatus},
		{"account.text", nil, recorded("text_disabled", "text_expired", "text_must_change")},
		{"client.version", updated, versions("")},
		{"client.unpatched_version", old, versions("")},
		{"client.refuses", []string{"before_authenticate"}, clientAt("before_authenticate", "goes_on")},
		{"client.falls_back", []string{"goes_on"}, clientAt("before_authenticate", "goes_on")},
		{"client.message", []string{"long"}, messages(func(h Host) bool { return h.Version < credssp.BindingVersion })},
		{"client.short_message", []string{"short"}, messages(func(h Host) bool { return h.Level == credssp.ForceUpdatedClients })},
		{"client.event", []string{"same", "2", "3", "4"}, events},
		{"client.nonce", []string{"with_binding"}, nonces},
		{"client.mechanism", []string{"ntlm"}, mechanisms},
	}
}

// FindClaim returns the claim of this name; the zero Claim if there is none.
func FindClaim(id string) Claim {
	for _, c := range Claims() {
		if c.ID == id {
			return c
		}
	}
	return Claim{}
}

// Findings is what a result says, each thing once.
func (r *Result) Findings() []Finding {
	step, _ := FindStep(r.Step)
	var all []Finding
	for _, id := range step.Claims {
		c := FindClaim(id)
		for _, f := range c.see(step, r) {
			f.Claim = id
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all
}

// reading is Read for a file that was checked.
func (c *Connection) reading() Reading {
	r, _ := c.Read()
	return r
}
