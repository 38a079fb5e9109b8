package fieldtest

import (
	"slices"
	"strconv"

	"github.com/fumidai/fumidai/credssp"
)

// byHost runs see for each host of a listening step that had visitors: clients
// often connect once to see the certificate and again to log on.
func byHost(step Step, r *Result, see func(h Host, visits []Reading) string) (all []Finding) {
	for _, h := range step.Hosts {
		var visits []Reading
		for i := range r.Connections {
			if c := &r.Connections[i]; c.Host == h.ID {
				if reading := c.reading(); reading.Count > 0 {
					visits = append(visits, reading)
				}
			}
		}
		if len(visits) == 0 {
			continue
		}
		if value := see(h, visits); value != "" {
			all = append(all, Finding{Under: h.ID, Value: value})
		}
	}
	return all
}

func authenticated(visits []Reading) bool {
	return slices.ContainsFunc(visits, func(v Reading) bool { return v.Authenticate })
}

// clientAt says whether clients send an AUTHENTICATE_MESSAGE to hosts without
// the fix.
func clientAt(stops, goesOn string) func(Step, *Result) []Finding {
	return func(step Step, r *Result) []Finding {
		return byHost(step, r, func(h Host, visits []Reading) string {
			switch {
			case h.Version >= credssp.BindingVersion:
				return ""
			case authenticated(visits):
				return goesOn
			}
			return stops
		})
	}
}

func clientRestart(step Step, r *Result) (all []Finding) {
	for _, f := range clientAt("not_at_once", "at_once")(step, r) {
		all = append(all, Finding{Value: f.Value})
	}
	return all
}

func clientGoesOn(_ Step, r *Result) (all []Finding) {
	for i := range r.Connections {
		if c := &r.Connections[i]; c.Host == hostGrants.ID && c.Early != nil {
			value := c.End
			if c.WentOn {
				value = "goes_on"
			}
			all = append(all, Finding{Value: value})
		}
	}
	return all
}

// ecClient asks whether the client sent its credentials: it does so only after
// both proofs of the key were found right.
func ecClient(_ Step, r *Result) (all []Finding) {
	for i := range r.Connections {
		c := &r.Connections[i]
		switch reading := c.reading(); {
		case !usesEC(c) || !reading.Authenticate:
		case reading.Credentials:
			all = append(all, Finding{Value: "accepted"})
		default:
			all = append(all, Finding{Value: c.End})
		}
	}
	return all
}

func nonces(step Step, r *Result) []Finding {
	return byHost(step, r, func(h Host, visits []Reading) string {
		for _, v := range visits {
			switch {
			case !v.Authenticate || h.Version < credssp.BindingVersion:
			case v.Nonce == "":
				return "nowhere"
			default:
				return v.Nonce
			}
		}
		return ""
	})
}

func mechanisms(_ Step, r *Result) (all []Finding) {
	for i := range r.Connections {
		if m := r.Connections[i].reading().Mechanism; m != "" {
			all = append(all, Finding{Value: m})
		}
	}
	return all
}

// messages are the dialogs that a person saw, of certain hosts of ours or of a
// real server.
func messages(of func(Host) bool) func(Step, *Result) []Finding {
	return func(step Step, r *Result) (all []Finding) {
		for _, a := range step.Asks(nil) {
			if a.ID != "message" || step.Kind == Listen && !of(step.host(a.Host)) {
				continue
			}
			if answer := r.Answers[a.Key]; answer != "" {
				all = append(all, Finding{Under: a.Host, Value: choiceOr(a.Question, answer)})
			}
		}
		return all
	}
}

// events compares the version in event 6041 with that of the host, where it is
// a host of ours; a real server's is not known here.
func events(step Step, r *Result) (all []Finding) {
	for _, a := range step.Asks(nil) {
		answer := r.Answers[a.Key]
		own := step.host(a.Host).Version
		if a.ID != "event" || answer == "" || step.Kind == Listen && own >= credssp.BindingVersion {
			continue
		}
		value := choiceOr(a.Question, answer)
		switch {
		case step.Kind == Listen && value == strconv.Itoa(own):
			value = "same"
		case step.Kind == Listen && value != "none" && value != "other":
			value = "not the same"
		}
		all = append(all, Finding{Under: a.Host, Value: value})
	}
	return all
}

// choiceOr is the choice, or "other" for words.
func choiceOr(q Question, answer string) string {
	if slices.Contains(q.Choices, answer) {
		return answer
	}
	return "other"
}
