package connect

import (
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/capset"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

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
	if f := s.Client(); f.FastPath || f.NoBitmapHeader || f.Resizes {
		t.Errorf("%+v", f)
	}
}
