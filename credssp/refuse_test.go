package credssp

import (
	"errors"
	"fmt"
	"testing"
)

// TestRefusePoints: wherever a server under Force Updated Clients refuses an old
// client, it makes no Identity, and it tells those that can read it why.
func TestRefusePoints(t *testing.T) {
	for _, c := range []struct {
		point RefusePoint
		sent  int // messages of the client
		tells bool
	}{{RefuseAtFirstToken, 1, true}, {RefuseAfterBinding, 2, true}, {RefuseByClosing, 1, false}} {
		for version := MinVersion; version < BindingVersion; version++ {
			t.Run(fmt.Sprintf("point %d, version %d", c.point, version), func(t *testing.T) {
				e := (&exchange{
					client: newClient(t, ClientConfig{Version: version, Mechanism: ntlmClient(t, 1, password)}),
					server: newServer(t, ServerConfig{Level: ForceUpdatedClients, Mechanism: ntlmServer(t, 2), Refuses: c.point}),
				}).run()
				var policy *PolicyError
				if !errors.As(e.serverErr, &policy) || policy.Peer != version || len(e.sent) != c.sent {
					t.Errorf("after %d messages: %v", len(e.sent), e.serverErr)
				}
				if _, ok := e.server.Done(); ok {
					t.Error("an identity")
				}
				var status *StatusError
				told := errors.As(e.clientErr, &status) && status.Status == StatusNotSupported
				if want := c.tells && version >= 3; told != want {
					t.Errorf("client: %v", e.clientErr)
				}
			})
		}
		e := (&exchange{
			client: newClient(t, ClientConfig{Version: 6, Mechanism: ntlmClient(t, 1, password)}),
			server: newServer(t, ServerConfig{Level: ForceUpdatedClients, Mechanism: ntlmServer(t, 2), Refuses: c.point}),
		}).run()
		if _, ok := e.server.Done(); !ok {
			t.Errorf("point %d: an updated client: %v", c.point, e.serverErr)
		}
	}
}
