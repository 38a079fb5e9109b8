package lab

import (
	"context"
	"crypto/subtle"
	"image"
	"net"
	"sync"
	"time"

	"github.com/fumidai/fumidai/internal/card"
	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// session carries the connection sequence and shows what the host has to show
// until the client leaves. A client that leaves before the sequence, as a probe
// does, has ended well.
func (s *server) session(ctx context.Context, conn net.Conn, request *x224.ConnectionRequest, e *Event) error {
	server, err := connect.NewServer(connect.ServerConfig{Requested: e.Requested, Selected: e.Selected, Desktop: s.host.Desktop})
	if err != nil {
		return err
	}
	defer server.Close()
	frames := rdpio.NewFrames(conn, stepTimeout)
	if err := rdpio.Exchange(ctx, conn, frames, server, stepTimeout); err != nil {
		return wentAway(err)
	}
	e.ConnectInitial = true
	if err := rdpio.Connect(ctx, conn, frames, server, nil, stepTimeout); err != nil {
		return wentAway(err)
	}
	e.Active, e.KeyboardLayout = true, server.Client().KeyboardLayout
	how := "by_nla"
	if info := server.TakeInfo(); e.Selected == x224.ProtocolSSL && info != nil {
		how = "claimed"
		e.typed(info)
		info.Wipe()
	} else if info != nil {
		info.Wipe()
	}
	session := screen.New(conn, frames, server, stepTimeout)
	if s.observeActive != nil {
		s.observeActive(*e, session)
	}
	return s.show(ctx, session, server, request, e, how)
}

// typed notes who a client without NLA says it is.
func (e *Event) typed(info *security.ClientInfo) {
	e.Domain, e.User = info.Domain, info.User
	want := wire.AppendUTF16(nil, Password)
	if len(info.Password) > 0 {
		e.Delegated = "client info"
		e.RightPassword = account(info.User) != nil && subtle.ConstantTimeCompare(info.Password, want) == 1
	}
}

// Screen is what a host shows to who has logged on.
type Screen int

// The screens.
const (
	ShowDesktop Screen = iota // a small desktop that echoes input
	ShowCard                  // always the card, as if the destination lacked the update
	ShowList                  // a list of hosts; a choice redirects the client to this host as that one
	ShowWaiting               // the waiting page
)

// show runs the scene of the host.
func (s *server) show(ctx context.Context, session *screen.Session, server *connect.Server, request *x224.ConnectionRequest, e *Event, how string) error {
	lang := screen.Lang(server.Client(), "", "")
	host := s.host
	if chosen, ok := s.routes.take(request.RoutingToken, who(e)); ok {
		host, e.Routed = chosen, chosen.Name
	}
	switch host.Screen {
	case ShowCard:
		return session.Run(ctx, screen.NewCard(server, labCard(), lang, nil))
	case ShowList:
		page, hosts := labList()
		return session.Run(ctx, screen.NewCard(server, page, lang, func(item int) *share.ServerRedirection {
			return &share.ServerRedirection{LoadBalanceInfo: s.routes.give(hosts[item], who(e))}
		}))
	case ShowWaiting:
		scene := screen.NewCard(server, card.Page{Waiting: &card.Waiting{Code: card.WaitingForHost, Args: map[string]any{"host": "OLD-2008R2"}}}, lang, nil)
		began := time.Now()
		stop := every(time.Second, func() {
			session.Update(func(dirty []image.Rectangle) []image.Rectangle { return scene.Elapse(dirty, time.Since(began)) })
		})
		defer stop()
		return session.Run(ctx, scene)
	}
	d := newDesktop(host, server.Client(), server.Desktop(), lang, who(e), how)
	d.tick(nil, s.now())
	stop := every(time.Minute, func() {
		session.Update(func(dirty []image.Rectangle) []image.Rectangle { return d.tick(dirty, s.now()) })
	})
	defer stop()
	return session.Run(ctx, d)
}

// now is the time of the host's clock.
func (s *server) now() time.Time { return time.Now().Add(s.host.Clock) }

func who(e *Event) string {
	if e.Domain == "" {
		return e.User
	}
	return e.Domain + `\` + e.User
}

// every calls f at a pace until it is stopped. It costs a timer, not a goroutine.
func every(d time.Duration, f func()) (stop func()) {
	var mu sync.Mutex
	var timer *time.Timer
	stopped := false
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(d, func() {
		mu.Lock()
		over := stopped
		mu.Unlock()
		if over {
			return
		}
		f()
		mu.Lock()
		defer mu.Unlock()
		if !stopped {
			timer.Reset(d)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		timer.Stop()
	}
}

// labCard is the explanation that the host CARD shows.
func labCard() card.Page {
	return card.Page{Explanation: &card.Explanation{
		Code: "credssp.server_not_updated", Args: map[string]any{"host": "OLD-2008R2"}, HelpCode: "FD-LAB-0001"}}
}

// labList offers some hosts of the standard lab.
func labList() (card.Page, []Host) {
	var items []card.Item
	var hosts []Host
	for _, h := range Hosts() {
		if h.Security != RDPOnly && h.Security != RDPBefore2008 {
			items = append(items, card.Item{Name: h.Name, Detail: h.Product})
			hosts = append(hosts, h)
		}
	}
	return card.Page{List: &card.List{TitleCode: card.TitleDestinations, Items: items}}, hosts
}
