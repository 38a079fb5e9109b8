package cleanpath

import (
	"context"
	"errors"
	"net/http"

	"github.com/coder/websocket"

	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Endpoint serves web sockets that want to one RDP server.
type Endpoint struct {
	Server       string // its address; what a browser asks for is ignored
	Domain, User string // for Network Level Authentication
	Password     []byte

	// Observe is told how each connection ended, nil if in order. Optional.
	Observe func(error)
}

// messageLimit bounds what a browser sends in one message, in bytes.
const messageLimit = 1 << 20

// ServeHTTP carries one session.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	browser, err := websocket.Accept(w, r, nil)
	if err != nil {
		e.observe(err)
		return
	}
	defer browser.CloseNow()
	browser.SetReadLimit(messageLimit)
	err = e.session(r.Context(), browser)
	e.observe(err)
	leave(browser, err)
}

// leave closes the web socket with the reason; a dropped one would tell the page
// nothing.
func leave(browser *websocket.Conn, err error) {
	if err == nil {
		browser.Close(websocket.StatusNormalClosure, "")
		return
	}
	text := err.Error()
	browser.Close(websocket.StatusInternalError, text[:min(len(text), 100)]) // a close frame has room for 123 bytes
}

func (e *Endpoint) observe(err error) {
	if e.Observe != nil {
		e.Observe(err)
	}
}

func (e *Endpoint) session(ctx context.Context, browser *websocket.Conn) error {
	if err := readRequest(ctx, browser); err != nil {
		return errors.Join(err, fail(ctx, browser, failure{failureGeneral, http.StatusBadRequest, -1, -1}, nil))
	}
	server, err := e.logOn(ctx)
	if err != nil {
		f, confirm := failureOf(err)
		return errors.Join(err, fail(ctx, browser, f, confirm))
	}
	defer server.close()
	// "TLS was selected", so that it does no CredSSP of its own.
	confirm, err := x224.AppendConnectionConfirm(nil, &x224.ConnectionConfirm{
		Negotiation: &x224.NegotiationResponse{
			Flags: x224.ResponseExtendedClientData, SelectedProtocol: x224.ProtocolSSL,
		},
	})
	if err != nil {
		return err
	}
	var chain [][]byte
	for _, certificate := range server.conn.State().PeerCertificates {
		chain = append(chain, certificate.Raw)
	}
	answer, err := appendResponse(confirm, chain, e.Server)
	if err != nil {
		return err
	}
	if err := browser.Write(ctx, websocket.MessageBinary, answer); err != nil {
		return err
	}
	return relay(ctx, browser, server)
}

// readRequest takes the browser's request, which may come in pieces.
func readRequest(ctx context.Context, browser *websocket.Conn) error {
	var message []byte
	for {
		_, piece, err := browser.Read(ctx)
		if err != nil {
			return err
		}
		if message = append(message, piece...); missing(message) == 0 || len(message) > messageLimit {
			_, err := parseRequest(message)
			return err
		}
	}
}

// failureOf says in RDCleanPath's words why there is no connection.
func failureOf(err error) (failure, []byte) {
	var refused *x224.NegotiationFailure
	if errors.As(err, &refused) {
		confirm, err := x224.AppendConnectionConfirm(nil, &x224.ConnectionConfirm{Failure: refused})
		if err == nil {
			return failure{failureNegotiation, -1, -1, -1}, confirm
		}
	}
	if kind, ok := errors.AsType[interface {
		error
		Kind() string
	}](err); ok && kind.Kind() != "network" {
		return failure{failureGeneral, http.StatusUnauthorized, -1, -1}, nil
	}
	const refusedConnection = 10061 // WSAECONNREFUSED
	return failure{failureGeneral, -1, refusedConnection, -1}, nil
}

func fail(ctx context.Context, browser *websocket.Conn, f failure, confirm []byte) error {
	message, err := appendFailure(f, confirm)
	if err != nil {
		return err
	}
	return browser.Write(ctx, websocket.MessageBinary, message)
}

// relay carries RDP both ways until one end leaves.
//
// Each frame of the server is one message: version 0.7.0 of the browser's client
// drops what stands behind the Font Map PDU in the same one.
func relay(ctx context.Context, browser *websocket.Conn, server *loggedOn) error {
	up := make(chan error, 1)
	go func() {
		up <- toServer(ctx, browser, server)
		server.close() // ends the reader below
	}()
	down := toBrowser(ctx, browser, server)
	select {
	case err := <-up: // the browser left first; what that did to the server's side says nothing
		return orderly(err)
	default:
	}
	err := orderly(down)
	leave(browser, err) // ends the other reader
	<-up
	return err
}

func toServer(ctx context.Context, browser *websocket.Conn, server *loggedOn) error {
	patched := false
	for {
		_, message, err := browser.Read(ctx)
		if err != nil {
			return err
		}
		if !patched {
			patched = patchInitial(message, server.selected)
		}
		if err := rdpio.Send(server.conn, message, 0); err != nil {
			return err
		}
	}
}

func toBrowser(ctx context.Context, browser *websocket.Conn, server *loggedOn) error {
	frames := rdpio.NewFrames(server.conn, 0)
	for {
		frame, err := frames.Next(ctx)
		if err != nil {
			return err
		}
		if err := browser.Write(ctx, websocket.MessageBinary, frame); err != nil {
			return err
		}
	}
}
