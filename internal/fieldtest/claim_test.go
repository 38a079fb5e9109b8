package fieldtest

import (
	"testing"

	"github.com/fumidai/fumidai/credssp"
)

// answered is a connection in which a peer answered with these messages.
func answered(stated int, end string, messages ...credssp.TSRequest) Connection {
	c := Connection{Stated: stated, End: end}
	for _, m := range messages {
		c.Messages = append(c.Messages, Message{Peer: true, Bytes: m.Append(nil)})
	}
	return c
}

// A server that states its own number, one that states the smaller of both, and
// what cannot be told apart.
func TestOwnNumber(t *testing.T) {
	for _, c := range []struct {
		name   string
		states map[int]int // ours → theirs
		want   string
	}{
		{"its own, 6", map[int]int{6: 6, 5: 6, 4: 6, 3: 6, 2: 6}, "own"},
		{"its own, 4", map[int]int{6: 4, 4: 4, 2: 4}, "own"},
		{"the smaller, has 6", map[int]int{6: 6, 5: 5, 4: 4, 3: 3, 2: 2}, "smaller"},
		{"the smaller, has 4", map[int]int{6: 4, 5: 4, 4: 4, 3: 3, 2: 2}, "smaller"},
		{"now and then smaller", map[int]int{6: 6, 5: 3, 4: 4}, "neither"},
		{"something else", map[int]int{6: 6, 5: 5, 2: 6}, "neither"},
		{"has 2, either way", map[int]int{6: 2, 4: 2, 2: 2}, ""},
		{"too few answers", map[int]int{6: 6, 5: 6}, ""},
	} {
		r := Result{Step: "look-patched"}
		for ours, theirs := range c.states {
			r.Connections = append(r.Connections, answered(ours, endOurs, credssp.TSRequest{Version: theirs, NegoToken: []byte("x")}))
		}
		r.Connections = append(r.Connections, answered(3, "conn.closed"))
		if got := value(r, "version.own_number", ""); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// When and with what a server refused, as far as its messages tell.
func TestRefusal(t *testing.T) {
	challenge := credssp.TSRequest{Version: 6, NegoToken: []byte("x")}
	status := credssp.TSRequest{Version: 6, HasErrorCode: true, ErrorCode: credssp.StatusNotSupported}
	proof := credssp.TSRequest{Version: 6, PubKeyAuth: []byte("x")}
	for want, c := range map[string]Connection{
		"before_challenge STATUS_NOT_SUPPORTED":     answered(4, "credssp.status", status),
		"after_binding STATUS_NOT_SUPPORTED":        answered(4, "credssp.status", challenge, status),
		"before_challenge conn.closed":              answered(2, "conn.closed"),
		"after_binding tls.alert.access_denied":     answered(2, "tls.alert.access_denied", challenge),
		"accepted":                                  answered(4, endHeld, challenge, proof),
		"after_binding credssp.binding.mismatch":    answered(4, "credssp.binding.mismatch", challenge, proof),
		"before_challenge tls.alert.internal_error": answered(4, "tls.alert.internal_error"),
	} {
		if got := refusal(&c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
