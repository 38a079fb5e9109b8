package connect

import (
	"bytes"
	"testing"

	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/wire"
)

// The password of the Client Info PDU is in few places, and in none of them longer
// than it is needed there.

var wideSecret = wire.AppendUTF16(nil, secret)

func holds(b []byte) bool {
	b = b[:cap(b)]
	return bytes.Contains(b, wideSecret) || bytes.Contains(b, secret)
}

func TestClientForgetsThePassword(t *testing.T) {
	session := goodSession(t)
	after := map[string]func(c *Client){
		"the next step": func(c *Client) { must(c.Step(fromServer(firstStatic, nil))) },
		"Close":         func(c *Client) { c.Close() },
		"Disconnect": func(c *Client) {
			if _, err := c.Disconnect(); err != nil {
				t.Error(err)
			}
		},
		"an error": func(c *Client) {
			if _, err := c.Step(nil); err == nil {
				t.Error("no error")
			}
		},
	}
	for name, then := range after {
		c := newClient(t)
		info := c.config.Info
		must(c.Start())
		for _, m := range session {
			if c.Awaits() == atLicensing {
				break
			}
			if !m.fromClient {
				must(c.Step(bytes.Clone(m.frame)))
			}
		}
		out := c.out
		if !holds(out) {
			t.Fatal("this test looks in the wrong place")
		}
		if len(bytes.Trim(info.Password, "\x00")) > 0 || c.config.Info != nil {
			t.Errorf("%s: the password is still in what the caller gave", name)
		}
		if then(c); holds(out) {
			t.Errorf("the password is in the reply after %s", name)
		}
	}
	for name, end := range map[string]func(*Client){
		"Close": (*Client).Close,
		"error": func(c *Client) { c.Step(nil) },
	} {
		for _, state := range []string{"", atResponse, atJoin} {
			c := newClient(t)
			info := c.config.Info
			if state != "" {
				c = clientIn(t, session, state)
				info = c.config.Info
			} else if name == "error" {
				continue // not begun: a step is the caller's mistake
			}
			if end(c); len(bytes.Trim(info.Password, "\x00")) > 0 {
				t.Errorf("%s in %q leaves the password", name, state)
			}
		}
	}
}

func TestServerForgetsThePassword(t *testing.T) {
	session := goodSession(t)
	for _, flags := range []security.InfoFlags{security.InfoUnicode, 0} {
		info := clientInfo()
		info.Flags = flags
		info.Extended = &security.ExtendedInfo{AddressFamily: security.AddressFamilyINET, Last: security.ExtendedAutoReconnectCookie,
			AutoReconnectCookie: bytes.Repeat([]byte{7}, security.AutoReconnectCookieSize)}
		frame := fromClient(userOf, ioChannel, must(security.AppendClientInfo(security.AppendHeader(nil, security.Info), info)))
		if !holds(frame) {
			t.Fatal("this test looks in the wrong place")
		}
		s := serverIn(t, session, atInfo)
		must(s.Step(frame))
		if holds(frame) {
			t.Error("the password is still in the frame")
		}
		held := s.info
		if held == nil || !bytes.Equal(held.Password, wideSecret) || held.User != "hanako" || !bytes.Equal(held.Extended.AutoReconnectCookie, info.Extended.AutoReconnectCookie) {
			t.Fatalf("info %v", held)
		}
		s.Close()
		if holds(held.Password) || bytes.ContainsRune(held.Extended.AutoReconnectCookie, 7) || s.TakeInfo() != nil {
			t.Error("Close leaves the credentials")
		}
		s = serverIn(t, session, atInfo)
		must(s.Step(fromClient(userOf, ioChannel, must(security.AppendClientInfo(security.AppendHeader(nil, security.Info), info)))))
		taken := s.TakeInfo()
		if s.Close(); !holds(taken.Password) || s.TakeInfo() != nil {
			t.Error("what was taken belongs to who took it")
		}
	}
	// Also if it does not parse.
	body := must(security.AppendClientInfo(security.AppendHeader(nil, security.Info), clientInfo()))
	frame := fromClient(userOf, ioChannel, body[:len(body)-3])
	s := serverIn(t, session, atInfo)
	if _, err := s.Step(frame); code(err) != "wire.malformed" || holds(frame) {
		t.Errorf("%v, the password is in the frame: %v", err, holds(frame))
	}
}

// A parsed password that is no part of the body leaves nothing behind there.
func TestOwnInfo(t *testing.T) {
	for _, flags := range []security.InfoFlags{security.InfoUnicode, 0} {
		info := clientInfo()
		info.Flags = flags
		body := must(security.AppendClientInfo(nil, info))
		own, err := ownInfo(body)
		if err != nil {
			t.Fatal(err)
		}
		own.Wipe()
		if holds(body) || holds(own.Password) {
			t.Errorf("flags %#x: something is left", uint32(flags))
		}
	}
}

// What a server sends of credentials goes to the caller and nowhere else.
func TestServersCredentials(t *testing.T) {
	c := clientIn(t, goodSession(t), atUpdates)
	redirect := fromServer(ioChannel, must(share.AppendServerRedirection(nil, serverUser, &share.ServerRedirection{Password: append(bytes.Clone(wideSecret), 0, 0)})))
	must(c.Step(redirect))
	if r := c.Events().Redirection; holds(redirect) || !holds(r.Password) {
		t.Error("the password of the redirection is in the frame, or gone")
	}
	for range 2 { // the second of one frame replaces the first
		first := c.events.Redirection.Password
		pdu, _, err := share.NextControl(must(share.AppendServerRedirection(nil, serverUser, &share.ServerRedirection{Password: []byte{'x', 0, 0, 0}})))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.redirected(pdu.Body); err != nil || len(bytes.Trim(first, "\x00")) > 0 || c.events.Redirection.Password[0] != 'x' {
			t.Errorf("% x is left, %v", first, err)
		}
	}
	cookie := bytes.Repeat([]byte{9}, share.AutoReconnectCookieSize)
	logon := fromServer(ioChannel, dataPDU(serverUser, firstShareID, share.DataSaveSessionInfo,
		must(share.AppendSaveSessionInfo(nil, &share.SaveSessionInfo{Type: share.InfoExtendedInfo, AutoReconnectCookie: cookie}))))
	must(c.Step(logon))
	if bytes.Contains(logon, cookie) || !c.Events().LoggedOn {
		t.Error("the cookie is in the frame, or the logon went unnoticed")
	}
}
