package cleanpath

import (
	"bytes"
	"context"
	"encoding/asn1"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/x224"
)

// connect opens a web socket to an endpoint and sends the browser's request in two
// pieces.
func connect(t *testing.T, e *Endpoint) (context.Context, *websocket.Conn) {
	t.Helper()
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	for _, piece := range [][]byte{browserRequest[:10], browserRequest[10:]} {
		send(t, ctx, conn, piece)
	}
	return ctx, conn
}

func send(t *testing.T, ctx context.Context, conn *websocket.Conn, message []byte) {
	t.Helper()
	if err := conn.Write(ctx, websocket.MessageBinary, message); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, ctx context.Context, conn *websocket.Conn) []byte {
	t.Helper()
	_, message, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func TestEndpoint(t *testing.T) {
	for _, c := range []struct {
		peer  string
		start func(t *testing.T) string
	}{
		{"xrdp", func(t *testing.T) string { return interop.XRDP(t) }},
		{"shadow-2", func(t *testing.T) string { addr, _ := interop.ShadowPicture(t, 2); return addr }},
		{"shadow-3", func(t *testing.T) string { addr, _ := interop.ShadowPicture(t, 3); return addr }},
	} {
		t.Run(c.peer, func(t *testing.T) {
			interop.Need(t, c.peer)
			ended := make(chan error, 1)
			ctx, conn := connect(t, &Endpoint{Server: c.start(t), User: interop.ShadowUser,
				Password: []byte(interop.ShadowPassword), Observe: func(err error) { ended <- err }})
			var answer response
			if rest, err := asn1.Unmarshal(receive(t, ctx, conn), &answer); err != nil || len(rest) > 0 {
				t.Fatalf("answer: %v", err)
			}
			confirm, err := x224.ParseConnectionConfirm(answer.X224)
			if err != nil || confirm.Negotiation == nil || confirm.Negotiation.SelectedProtocol != x224.ProtocolSSL {
				t.Errorf("confirm: %+v, %v", confirm, err)
			}
			if len(answer.CertChain) == 0 {
				t.Error("no certificate")
			}
			send(t, ctx, conn, initial(t))
			payload, err := x224.ParseData(receive(t, ctx, conn))
			if err != nil {
				t.Fatal(err)
			}
			accepted, err := mcs.ParseConnectResponse(payload)
			if err != nil {
				t.Fatal(err)
			}
			if err := accepted.Refused(); err != nil {
				t.Error(err)
			}
			conn.Close(websocket.StatusNormalClosure, "")
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("it ended with %v", err)
				}
			case <-time.After(10 * time.Second):
				t.Error("it does not end")
			}
		})
	}
}

func TestEndpointRefuses(t *testing.T) {
	for _, c := range []struct {
		name     string
		endpoint func(t *testing.T) *Endpoint
		want     failure
	}{
		{"nobody there", func(t *testing.T) *Endpoint { return &Endpoint{Server: interop.FreeAddress(t)} },
			failure{failureGeneral, -1, 10061, -1}},
		{"wrong password", func(t *testing.T) *Endpoint {
			interop.Need(t, "shadow-3")
			addr, _ := interop.ShadowPicture(t, 3)
			return &Endpoint{Server: addr, User: interop.ShadowUser, Password: []byte("wrong")}
		}, failure{failureGeneral, 401, -1, -1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, conn := connect(t, c.endpoint(t))
			message := receive(t, ctx, conn)
			want, err := appendFailure(c.want, nil)
			if err != nil || !bytes.Equal(message, want) {
				t.Errorf("%x, want %x", message, want)
			}
			if _, _, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusInternalError {
				t.Errorf("it goes on with %v", err)
			}
		})
	}
}
