package fieldtest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fumidai/fumidai/credssp"
)

// versions are the numbers the peer states, under the answer to a question.
func versions(question string) func(Step, *Result) []Finding {
	return func(_ Step, r *Result) (all []Finding) {
		under := ""
		if question != "" {
			under = question + " " + r.Answers[question]
			if r.Answers[question] == "" {
				return nil
			}
		}
		for i := range r.Connections {
			if v := r.Connections[i].reading().Version; v != 0 {
				all = append(all, Finding{Under: under, Value: strconv.Itoa(v)})
			}
		}
		return all
	}
}

// ownNumber tells a server that states its own number from one that states the
// smaller of both.
func ownNumber(_ Step, r *Result) []Finding {
	stated := map[int]int{}
	highest := 0
	for i := range r.Connections {
		if v := r.Connections[i].reading().Version; v != 0 {
			stated[r.Connections[i].Stated] = v
			highest = max(highest, v)
		}
	}
	if len(stated) < 3 || highest <= credssp.MinVersion {
		return nil
	}
	own, smaller := true, true
	for ours, theirs := range stated {
		own = own && theirs == highest
		smaller = smaller && theirs == min(ours, highest)
	}
	switch {
	case own:
		return []Finding{{Value: "own"}}
	case smaller:
		return []Finding{{Value: "smaller"}}
	}
	return []Finding{{Value: "neither"}}
}

// firstAnswers are those of a server under Force Updated Clients to the first
// token of each version.
func firstAnswers(_ Step, r *Result) (all []Finding) {
	if r.Answers["policy"] != "0" {
		return nil
	}
	for i := range r.Connections {
		c := &r.Connections[i]
		value := "challenge"
		switch reading := c.reading(); {
		case reading.HasStatus:
			value = credssp.StatusName(reading.Status)
		case !reading.Challenge:
			value = c.End
		}
		all = append(all, Finding{Under: fmt.Sprint("client ", c.Stated), Value: value})
	}
	return all
}

// refusal says when a server refused a logon, and with what.
func refusal(c *Connection) string {
	reading := c.reading()
	moment := "before_challenge "
	if reading.Challenge {
		moment = "after_binding "
	}
	switch {
	case reading.HasStatus && reading.StatusAt == 1:
		return "before_challenge " + credssp.StatusName(reading.Status)
	case reading.HasStatus:
		return "after_binding " + credssp.StatusName(reading.Status)
	case reading.Proof && (c.End == endHeld || c.End == endOurs):
		return "accepted"
	}
	return moment + c.End
}

func refusals(of func(stated int) bool) func(Step, *Result) []Finding {
	return func(_ Step, r *Result) (all []Finding) {
		for i := range r.Connections {
			if c := &r.Connections[i]; of(c.Stated) {
				all = append(all, Finding{Under: fmt.Sprint("client ", c.Stated), Value: refusal(c)})
			}
		}
		return all
	}
}

// serverRestart says whether a new policy was in force without a restart. A
// wrong password says nothing.
func serverRestart(_ Step, r *Result) []Finding {
	for i := range r.Connections {
		switch what := refusal(&r.Connections[i]); {
		case what == "accepted":
			return []Finding{{Value: "not_at_once"}}
		case !strings.HasSuffix(what, credssp.StatusName(credssp.StatusLogonFailure)):
			return []Finding{{Under: what, Value: "at_once"}}
		}
	}
	return nil
}

// recorded says that words of a person are in the file.
func recorded(keys ...string) func(Step, *Result) []Finding {
	return func(_ Step, r *Result) (all []Finding) {
		for _, key := range keys {
			switch r.Answers[key] {
			case "":
			case "none":
				all = append(all, Finding{Under: key, Value: "none"})
			default:
				all = append(all, Finding{Under: key, Value: "recorded"})
			}
		}
		return all
	}
}

func earlyAuthorization(_ Step, r *Result) (all []Finding) {
	for i := range r.Connections {
		if c := &r.Connections[i]; c.Early != nil && r.Answers["member"] != "" {
			all = append(all, Finding{Value: fmt.Sprint(r.Answers["member"], " ", *c.Early)})
		}
	}
	return all
}

func accountStatus(_ Step, r *Result) (all []Finding) {
	for i := range r.Connections {
		if account := r.Answers["account"]; account != "" {
			what := strings.TrimPrefix(refusal(&r.Connections[i]), "after_binding ")
			all = append(all, Finding{Value: account + " " + what})
		}
	}
	return all
}

// usesEC reports whether an elliptic-curve key was bound.
func usesEC(c *Connection) bool { return c.TLS != nil && strings.HasPrefix(c.TLS.Key, "ECDSA") }

func ecServer(_ Step, r *Result) (all []Finding) {
	for i := range r.Connections {
		if c := &r.Connections[i]; usesEC(c) {
			all = append(all, Finding{Under: fmt.Sprint("client ", c.Stated), Value: refusal(c)})
		}
	}
	return all
}

// tls10 says nothing of a server that does not speak TLS 1.0.
func tls10(step Step, r *Result) (all []Finding) {
	for i := range r.Connections {
		c := &r.Connections[i]
		switch {
		case c.TLS == nil && step.Kind != Listen:
		case c.TLS != nil && c.TLS.Version == "TLS 1.0" && c.reading().Version != 0:
			all = append(all, Finding{Value: "answered"})
		default:
			all = append(all, Finding{Value: c.End})
		}
	}
	return all
}
