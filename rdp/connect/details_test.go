package connect

import (
	"bytes"
	"image"
	"slices"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/capset"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Several Share Control PDUs can share an MCS message, also where one of them
// changes the state for the next.
func TestSeveralPDUsInOneMessage(t *testing.T) {
	t.Run("client", func(t *testing.T) {
		c := clientIn(t, goodSession(t), atDemand)
		message := must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{ShareID: firstShareID, Capabilities: serverCapabilities(image.Pt(320, 200), 32)}))
		message = append(message, dataPDU(serverUser, firstShareID, share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{}))...)
		message = append(message, dataPDU(serverUser, firstShareID, share.DataFontMap, nil)...)
		tile := must(update.AppendBitmapUpdate(nil, image.Pt(8, 8), bitmap.NewPixels(8, 8), 32, true))
		message = append(message, dataPDU(serverUser, firstShareID, share.DataUpdate, tile)...)
		must(c.Step(fromServer(ioChannel, message)))
		if !c.Active() || c.Events().Dirty != image.Rect(8, 8, 16, 16) {
			t.Errorf("awaits %q, dirty %v", c.Awaits(), c.Events().Dirty)
		}
		message = must(share.AppendDeactivateAll(nil, serverUser, &share.DeactivateAll{}))
		message = append(message, must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{ShareID: 7, Capabilities: serverCapabilities(image.Pt(640, 200), 32)}))...)
		must(c.Step(fromServer(ioChannel, message)))
		if c.Awaits() != atFontMap || !c.Events().Resized || c.Screen().Bounds().Dx() != 640 {
			t.Errorf("awaits %q, screen %v", c.Awaits(), c.Screen().Bounds())
		}
	})
	t.Run("server", func(t *testing.T) {
		s := serverIn(t, goodSession(t), atConfirm)
		message := must(share.AppendConfirmActive(nil, userOf, &share.ConfirmActive{ShareID: firstShareID, Capabilities: clientCapabilities(image.Pt(320, 200), 32, 0)}))
		for _, m := range []struct {
			t    share.DataType
			body []byte
		}{
			{share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{})},
			{share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlCooperate})},
			{share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlRequest})},
			{share.DataFontList, share.AppendFontList(nil)},
			{share.DataSuppressOutput, share.AppendSuppressOutput(nil, share.SuppressOutput{})},
		} {
			message = append(message, dataPDU(userOf, firstShareID, m.t, m.body)...)
		}
		reply := must(s.Step(fromClient(userOf, ioChannel, message)))
		if !s.Active() || len(split(t, reply)) != 4 || !s.Events().Suppress {
			t.Errorf("awaits %q, %d answers, %+v", s.Awaits(), len(split(t, reply)), s.Events())
		}
	})
}

// What clients say about the picture, within the desktop.
func TestServerEvents(t *testing.T) {
	c, s := connected(t)
	events := func(frame []byte) *ServerEvents {
		must(s.Step(frame))
		return s.Events()
	}
	refresh := must(c.AppendRefresh(nil, image.Rect(-5, 10, 5000, 20)))
	if e := events(refresh); !slices.Equal(e.Refresh, []image.Rectangle{image.Rect(0, 10, 320, 20)}) {
		t.Errorf("refresh %v", e.Refresh)
	}
	if _, err := c.AppendRefresh(nil, image.Rect(320, 0, 400, 20)); code(err) != "wire.misuse" {
		t.Errorf("a refresh outside: %v", err)
	}
	far := fromClient(userOf, ioChannel, dataPDU(userOf, firstShareID, share.DataRefreshRect, must(share.AppendRefreshRect(nil,
		share.RefreshRect{Areas: []share.Rect{{Left: 310, Top: 190, Right: 0xFFFF, Bottom: 0xFFFF}, {Left: 400, Right: 500}, {Left: 9, Right: 1}}}))))
	if e := events(far); !slices.Equal(e.Refresh, []image.Rectangle{image.Rect(310, 190, 320, 200), image.Rect(2, 0, 9, 1)}) {
		t.Errorf("refresh %v", e.Refresh)
	}
	suppress := func(allow bool) []byte {
		return fromClient(userOf, ioChannel, dataPDU(userOf, firstShareID, share.DataSuppressOutput, share.AppendSuppressOutput(nil, share.SuppressOutput{Allow: allow})))
	}
	if e := events(suppress(false)); !e.Suppress || e.Allow || len(e.Refresh) != 0 {
		t.Errorf("%+v", e)
	}
	if e := events(suppress(true)); e.Suppress || !e.Allow {
		t.Errorf("%+v", e)
	}
	if e := events(fromClient(userOf, firstStatic+1, []byte{1, 2})); len(e.Chunks) != 1 || e.Chunks[0].Channel != "rdpsnd" || !bytes.Equal(e.Chunks[0].Data, []byte{1, 2}) {
		t.Errorf("chunks %v", e.Chunks)
	}
	rtt := must(s.AppendRTTRequest(nil, 5))
	if e := events(must(c.Step(rtt))); !e.RTT {
		t.Error("no answer to the RTT request")
	}
}

// A channel may have no name.
func TestNamelessChannel(t *testing.T) {
	c, s := newClient(t, func(o *ClientConfig) { o.Channels = []gcc.Channel{{}} }), newServer(t)
	carry(t, c, s, noSkip)
	must(s.Step(fromClient(c.user, firstStatic, []byte{1})))
	if chunks := s.Events().Chunks; len(chunks) != 1 || chunks[0].Channel != "" {
		t.Errorf("chunks %v", chunks)
	}
}

// The user wants to leave: at once, denied, or in the middle of a reactivation.
func TestShutdown(t *testing.T) {
	c, s := connected(t)
	must(s.Step(must(c.Shutdown())))
	if !s.Events().Shutdown {
		t.Error("the wish did not arrive")
	}
	must(c.Step(must(s.DenyShutdown())))
	if !c.Events().ShutdownDenied || !c.Active() {
		t.Error("the denial did not arrive")
	}
	request := bytes.Clone(must(c.Shutdown()))
	must(s.Reactivate(image.Point{}))
	if must(s.Step(request)); !s.Events().Shutdown {
		t.Error("the wish was lost in a reactivation")
	}
	s.Close()
	for name, f := range map[string]func() ([]byte, error){
		"DenyShutdown": s.DenyShutdown, "Disconnect": func() ([]byte, error) { return s.Disconnect(0) },
		"Reactivate":       func() ([]byte, error) { return s.Reactivate(image.Point{}) },
		"Redirect":         func() ([]byte, error) { return s.Redirect(&share.ServerRedirection{}) },
		"AppendRTTRequest": func() ([]byte, error) { return s.AppendRTTRequest(nil, 1) },
		"AppendBitmap":     func() ([]byte, error) { return s.AppendBitmap(nil, image.Point{}, bitmap.NewPixels(4, 4)) },
	} {
		if b, err := f(); code(err) != "wire.misuse" || len(b) != 0 {
			t.Errorf("%s after the end: % x, %v", name, b, err)
		}
	}
	c.Close()
	for name, f := range map[string]func() ([]byte, error){
		"Shutdown": c.Shutdown, "Disconnect": c.Disconnect, "Start": c.Start,
		"AppendInput":   func() ([]byte, error) { return c.AppendInput(nil, nil) },
		"AppendRefresh": func() ([]byte, error) { return c.AppendRefresh(nil, image.Rect(0, 0, 1, 1)) },
	} {
		if b, err := f(); code(err) != "wire.misuse" || len(b) != 0 {
			t.Errorf("client: %s after the end: % x, %v", name, b, err)
		}
	}
}

// Who ends a session tells why, to clients that read it, and the machine says so
// rather than that somebody left.
func TestDisconnect(t *testing.T) {
	for _, reads := range []bool{true, false} {
		c, s := newClient(t), newServer(t)
		carry(t, c, s, settingsOf(func(d *gcc.ClientData) {
			if !reads {
				d.Core.EarlyCapabilityFlags &^= gcc.ClientSupportsErrorInfo
			}
		}))
		last := split(t, must(s.Disconnect(share.ErrorInfoIdleTimeout)))
		want := "mcs.disconnected"
		if reads {
			want = share.ErrorInfoIdleTimeout.Code()
		}
		var err error
		for _, frame := range last {
			_, err = c.Step(frame)
		}
		if code(err) != want || (c.Reason() != 0) != reads || (len(last) == 2) != reads {
			t.Errorf("reads %v: %v, reason %v, %d frames", reads, err, c.Reason(), len(last))
		}
	}
	session := goodSession(t)
	for _, state := range []string{atInitial, atUser, atInfo, atConfirm, atFontList, atInput} { // before the share there is no place for a reason
		s := serverIn(t, session, state)
		last := must(s.Disconnect(share.ErrorInfoLogoffByUser))
		want := 1
		if s := serverIn(t, session, state); s.inShare() {
			want = 2
		}
		if len(split(t, last)) != want || s.Awaits() != "" {
			t.Errorf("%s: %d frames", state, len(split(t, last)))
		}
	}
	c, s := connected(t)
	if _, err := s.Step(must(c.Disconnect())); code(err) != "mcs.disconnected" {
		t.Errorf("the client leaves: %v", err)
	}
}

// A redirection goes to clients that say they read one, of any version.
func TestRedirection(t *testing.T) {
	for flags, version := range map[gcc.ClusterFlags]int{
		0: 0, 5 << 2: 0, // without REDIRECTION_SUPPORTED the version means nothing
		gcc.RedirectionSupported: 1, gcc.RedirectionSupported | 3<<2: 4, gcc.RedirectionSupported | 5<<2: 6,
	} {
		c, s := newClient(t), newServer(t)
		carry(t, c, s, settingsOf(func(d *gcc.ClientData) { d.Cluster.Flags = flags }))
		if got := s.Client().RedirectionVersion; got != version {
			t.Errorf("flags %#x: version %d, want %d", uint32(flags), got, version)
		}
		token := []byte("Cookie: msts=secret\r\n")
		frame, err := s.Redirect(&share.ServerRedirection{LoadBalanceInfo: token, UserName: "hanako"})
		if version == 0 {
			if code(err) != "wire.misuse" || !s.Active() {
				t.Errorf("flags %#x: %v", uint32(flags), err)
			}
			continue
		}
		received := bytes.Clone(frame)
		must(c.Step(received))
		r := c.Events().Redirection
		clear(received) // the next frame comes into the same buffer
		if r == nil || !bytes.Equal(r.LoadBalanceInfo, token) || r.UserName != "hanako" || s.Awaits() != "" {
			t.Errorf("flags %#x: %v", uint32(flags), r)
		}
	}
	c, s := newClient(t), newServer(t)
	carry(t, c, s, settingsOf(func(d *gcc.ClientData) { d.Cluster = nil }))
	if s.Client().RedirectionVersion != 0 {
		t.Error("a client without TS_UD_CS_CLUSTER can be redirected")
	}
}

// What was agreed on outside TLS comes back inside; a difference is an attack.
func TestProtocolsChanged(t *testing.T) {
	c, s := newClient(t), newServer(t, func(o *ServerConfig) { o.Selected = x224.ProtocolSSL })
	if _, err := converse(t, c, s, nil); code(err) != "connect.protocols.changed" || s.Awaits() != "" {
		t.Errorf("the client was told HYBRID: %v", err)
	}
	c, s = newClient(t), newServer(t, func(o *ServerConfig) { o.Requested = x224.ProtocolSSL })
	if _, err := converse(t, c, s, nil); code(err) != "connect.protocols.changed" || c.Awaits() != "" {
		t.Errorf("the server was asked for SSL: %v", err)
	}
	c, s = newClient(t), newServer(t, func(o *ServerConfig) { o.Selected = x224.ProtocolSSL })
	carry(t, c, s, settingsOf(func(d *gcc.ClientData) { d.Core.Last = gcc.CorePad1Octet })) // an old client, which does not say
}

// Settings that make no session.
func TestSettingsRefused(t *testing.T) {
	for name, edit := range map[string]func(*gcc.ClientData){
		"no CS_CORE": func(d *gcc.ClientData) { d.Core = nil },
	} {
		if _, err := converse(t, newClient(t), newServer(t), settingsOf(edit)); code(err) != "connect.message.unexpected" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, edit := range map[string]func(*gcc.ServerData){
		"no SC_CORE": func(d *gcc.ServerData) { d.Core = nil },
		"no SC_NET":  func(d *gcc.ServerData) { d.Network = nil },
		"encryption": func(d *gcc.ServerData) {
			d.Security = &gcc.ServerSecurityData{EncryptionMethod: gcc.Encryption128Bit, EncryptionLevel: gcc.LevelHigh, ServerRandom: make([]byte, gcc.ServerRandomSize)}
		},
		"no I/O channel": func(d *gcc.ServerData) { d.Network.MCSChannelID = 0 },
	} {
		want := "connect.message.unexpected"
		if name == "no I/O channel" {
			want = "connect.channel.unknown"
		}
		c := newClient(t)
		_, err := converse(t, c, newServer(t), func(m message) [][]byte {
			if f, _ := open(m.frame); f.kind == connectPDU && !m.fromClient {
				return [][]byte{editResponse(m.frame, edit)}
			}
			return [][]byte{m.frame}
		})
		if code(err) != want || c.Awaits() != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A message that says it is encrypted is not read behind TLS.
func TestEncrypted(t *testing.T) {
	session := goodSession(t)
	checkStep(t, serverIn(t, session, atInfo), atInfo, kind{name: "Client Info", frame: infoFrame(security.Info | security.Encrypt)})
	licence := fromServer(ioChannel, append(security.AppendHeader(nil, security.License|security.Encrypt), make([]byte, 12)...))
	checkStep(t, clientIn(t, session, atLicensing), atLicensing, kind{name: "licensing", frame: licence})
	checkStep(t, clientIn(t, session, atUpdates), atUpdates, kind{name: "message channel",
		frame: fromServer(messageOf, security.AppendHeader(nil, security.Encrypt|security.HeartbeatFlag))})
	checkStep(t, serverIn(t, session, atInput), atInput, kind{name: "message channel",
		frame: fromClient(userOf, messageOf, security.AppendHeader(nil, security.Encrypt|security.AutoDetectResponseFlag))})
}

// Without a licensing message the first PDU of the share has a length where a header
// would have flags. Here it has the bit of SEC_LICENSE_PKT.
func TestNoLicensing(t *testing.T) {
	c := clientIn(t, goodSession(t), atLicensing)
	for n := range 300 {
		demand := must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{ShareID: firstShareID,
			SourceDescriptor: make([]byte, n), Capabilities: serverCapabilities(image.Pt(320, 200), 32)}))
		if demand[0]&0x80 != 0 {
			must(c.Step(fromServer(ioChannel, demand)))
			break
		}
	}
	if c.Awaits() != atFontMap {
		t.Errorf("awaits %q", c.Awaits())
	}
}

// The parameters of the domain are those of 3.3.5.3.3, not whatever the client wants.
func TestDomainParameters(t *testing.T) {
	initial := must(mcs.ParseConnectInitial(must(x224.ParseData(goodSession(t)[0].frame))))
	initial.TargetParameters.MaxMCSPDUSize, initial.TargetParameters.MaxHeight = 1<<31, 77
	s := newServer(t)
	reply := must(s.Step(must(x224.AppendData(nil, must(mcs.AppendConnectInitial(nil, initial))))))
	p := must(mcs.ParseConnectResponse(must(x224.ParseData(reply)))).DomainParameters
	if p.MaxMCSPDUSize != 65528 || p.MaxHeight != 1 || p.MaxUserIDs != 3 {
		t.Errorf("%+v", p)
	}
	initial.MinimumParameters.NumPriorities = 4
	if _, err := newServer(t).Step(must(x224.AppendData(nil, must(mcs.AppendConnectInitial(nil, initial))))); code(err) != "mcs.domain_parameters.incompatible" {
		t.Errorf("%v", err)
	}
}

// The facts follow what clients of other ages say.
func TestDepth(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*gcc.ClientCoreData)
		want int
	}{
		"32":                          {func(d *gcc.ClientCoreData) {}, 32},
		"32 wanted, not supported":    {func(d *gcc.ClientCoreData) { d.SupportedColorDepths = supports24 }, 24},
		"24":                          {func(d *gcc.ClientCoreData) { d.EarlyCapabilityFlags = 0 }, 24},
		"24 wanted, not supported":    {func(d *gcc.ClientCoreData) { d.EarlyCapabilityFlags, d.SupportedColorDepths = 0, supports16 }, 16},
		"16":                          {func(d *gcc.ClientCoreData) { d.EarlyCapabilityFlags, d.HighColorDepth = 0, 16 }, 16},
		"8":                           {func(d *gcc.ClientCoreData) { d.EarlyCapabilityFlags, d.HighColorDepth = 0, 8 }, 16},
		"RDP 5.0: 24":                 {func(d *gcc.ClientCoreData) { d.Last, d.PostBeta2ColorDepth = gcc.CorePostBeta2ColorDepth, postBeta24 }, 24},
		"RDP 5.0: 8":                  {func(d *gcc.ClientCoreData) { d.Last = gcc.CorePostBeta2ColorDepth }, 16},
		"RDP 4.0":                     {func(d *gcc.ClientCoreData) { d.Last = gcc.CoreMandatory }, 16},
		"no depths said, 24 wanted":   {func(d *gcc.ClientCoreData) { d.Last, d.HighColorDepth = gcc.CoreHighColorDepth, 24 }, 24},
		"15 is answered with 16 bits": {func(d *gcc.ClientCoreData) { d.EarlyCapabilityFlags, d.HighColorDepth = 0, 15 }, 16},
	} {
		s := newServer(t)
		must(s.Step(editInitial(goodSession(t)[0].frame, func(d *gcc.ClientData) { c.edit(d.Core) })))
		if got := s.Client().Depth; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// A client without the capability of the fast path gets none.
func TestOldClient(t *testing.T) {
	c, s := newClient(t), newServer(t)
	carry(t, c, s, confirming(func(m *share.ConfirmActive) { m.Capabilities = &capset.Sets{} }))
	p := picture(s.Desktop())
	show(t, c, s, p)
	sameAs(t, c, p, 32)
	if f := s.Client(); f.FastPath || f.NoBitmapHeader || f.MultiFragment != 0 {
		t.Errorf("%+v", f)
	}
}
