package mcs

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// domainPDU binds the parse and append functions of one message together.
type domainPDU struct {
	t      PDUType
	parse  func([]byte) (any, error)
	append func([]byte, any) ([]byte, error)
}

func pdu[T any](t PDUType, parse func([]byte) (*T, error), appendTo func([]byte, *T) ([]byte, error)) domainPDU {
	return domainPDU{t, func(b []byte) (any, error) {
		m, err := parse(b)
		if err != nil && m != nil {
			return nil, errors.New("a message with an error")
		}
		return m, err
	}, func(dst []byte, m any) ([]byte, error) { return appendTo(dst, m.(*T)) }}
}

var (
	erectDomainPDU = pdu(ErectDomainRequestType, ParseErectDomainRequest,
		func(dst []byte, m *ErectDomainRequest) ([]byte, error) { return AppendErectDomainRequest(dst, m), nil })
	attachRequestPDU = pdu(AttachUserRequestType,
		func(b []byte) (*struct{}, error) {
			if err := ParseAttachUserRequest(b); err != nil {
				return nil, err
			}
			return &struct{}{}, nil
		},
		func(dst []byte, _ *struct{}) ([]byte, error) { return AppendAttachUserRequest(dst), nil })
	attachConfirmPDU = pdu(AttachUserConfirmType, ParseAttachUserConfirm, AppendAttachUserConfirm)
	joinRequestPDU   = pdu(ChannelJoinRequestType, ParseChannelJoinRequest, AppendChannelJoinRequest)
	joinConfirmPDU   = pdu(ChannelJoinConfirmType, ParseChannelJoinConfirm, AppendChannelJoinConfirm)
	disconnectPDU    = pdu(DisconnectProviderUltimatumType, ParseDisconnectProviderUltimatum, AppendDisconnectProviderUltimatum)
	sendRequestPDU   = pdu(SendDataRequestType, sendDataPointer(ParseSendDataRequest),
		func(dst []byte, m *SendData) ([]byte, error) { return AppendSendDataRequest(dst, *m) })
	sendIndicationPDU = pdu(SendDataIndicationType, sendDataPointer(ParseSendDataIndication),
		func(dst []byte, m *SendData) ([]byte, error) { return AppendSendDataIndication(dst, *m) })

	domainPDUs = []domainPDU{erectDomainPDU, attachRequestPDU, attachConfirmPDU, joinRequestPDU, joinConfirmPDU,
		disconnectPDU, sendRequestPDU, sendIndicationPDU}
)

func sendDataPointer(parse func([]byte) (SendData, error)) func([]byte) (*SendData, error) {
	return func(b []byte) (*SendData, error) {
		m, err := parse(b)
		if err != nil {
			return nil, err
		}
		return &m, nil
	}
}

// "4.1.5" and so on are the annotated packets of MS-RDPBCGR, without TPKT and
// X.224, also in the test data of IronRDP. The others are built from T.125.
var domainVectors = []struct {
	name, hex string
	pdu       domainPDU
	want      any
}{
	{"4.1.5", "04 0100 0100", erectDomainPDU, &ErectDomainRequest{}},
	{"large numbers", "04 0204d2 04ffffffff", erectDomainPDU, &ErectDomainRequest{1234, 1<<32 - 1}},
	{"4.1.6", "28", attachRequestPDU, &struct{}{}},
	{"4.1.7", "2e00 0006", attachConfirmPDU, &AttachUserConfirm{Initiator: 1007}},
	{"refused", "2da0", attachConfirmPDU, &AttachUserConfirm{Result: 13}},
	{"refused with a user", "2fe0 0001", attachConfirmPDU, &AttachUserConfirm{Result: ResultUserRejected, Initiator: 1002}},
	{"highest user", "2e00 fc16", attachConfirmPDU, &AttachUserConfirm{Initiator: 65535}},
	{"4.1.8.1.1", "38 0006 03ef", joinRequestPDU, &ChannelJoinRequest{1007, 1007}},
	{"4.1.8.2.1", "38 0006 03eb", joinRequestPDU, &ChannelJoinRequest{1007, 1003}},
	{"4.1.8.1.2", "3e00 0006 03ef 03ef", joinConfirmPDU, &ChannelJoinConfirm{Initiator: 1007, Requested: 1007, ChannelID: 1007}},
	{"refused", "3c60 0006 03ec", joinConfirmPDU, &ChannelJoinConfirm{Result: 3, Initiator: 1007, Requested: 1004}},
	{"refused with a channel", "3fc0 0006 03ec 03ed", joinConfirmPDU, &ChannelJoinConfirm{
		ResultUnspecifiedFailure, 1007, 1004, 1005,
	}},
	{"4.2, client ends", "2180", disconnectPDU, &DisconnectProviderUltimatum{ReasonUserRequested}},
	{"server ends", "2080", disconnectPDU, &DisconnectProviderUltimatum{ReasonProviderInitiated}},
	{"channel purged", "2200", disconnectPDU, &DisconnectProviderUltimatum{ReasonChannelPurged}},
	{"4.1.11", "68 0001 03eb 70 14 80000000 ff031000 07000000 02000000 04000000", sendIndicationPDU, &SendData{
		1002, 1003, []byte{0x80, 0, 0, 0, 0xff, 3, 16, 0, 7, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0},
	}},
	{"client's", "64 0006 03eb 70 02 aabb", sendRequestPDU, &SendData{1007, 1003, []byte{0xaa, 0xbb}}},
	{"nothing", "64 0000 0000 70 00", sendRequestPDU, &SendData{1001, 0, []byte{}}},
}

func TestDomainPDUs(t *testing.T) {
	for _, c := range domainVectors {
		name := fmt.Sprintf("%v %s", c.pdu.t, c.name)
		b := wiretest.Unhex(t, c.hex)
		if typ, err := TypeOf(b); typ != c.pdu.t || err != nil {
			t.Errorf("%s: TypeOf %v, %v", name, typ, err)
		}
		got, err := c.pdu.parse(b)
		if d := cmp.Diff(c.want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", name, err, d)
			continue
		}
		if again, err := c.pdu.append([]byte{9}, got); err != nil || !bytes.Equal(again[1:], b) || again[0] != 9 {
			t.Errorf("%s: written as % x, %v", name, again, err)
		}
	}
}

func TestDomainPDUsTruncated(t *testing.T) {
	for _, c := range domainVectors {
		b := wiretest.Unhex(t, c.hex)
		for n := range b {
			_, err := c.pdu.parse(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%v %s cut to %d", c.pdu.t, c.name, n), err)
		}
		_, err := c.pdu.parse(append(b, 0))
		wiretest.WantMalformed(t, fmt.Sprintf("%v %s and a byte", c.pdu.t, c.name), err)
		for _, other := range domainPDUs {
			if other.t != c.pdu.t {
				_, err := other.parse(b)
				wiretest.WantMalformed(t, fmt.Sprintf("%v read as %v", c.pdu.t, other.t), err)
			}
		}
	}
}

func TestDomainPDUsMalformed(t *testing.T) {
	for name, c := range map[string]struct {
		pdu domainPDU
		hex string
	}{
		"integer of no bytes":       {erectDomainPDU, "04 00 0100"},
		"integer of five bytes":     {erectDomainPDU, "04 050000000001 0100"},
		"integer of 255 bytes":      {erectDomainPDU, "04 ff00 0100"},
		"success without a user":    {attachConfirmPDU, "2c00"},
		"user above 65535":          {attachConfirmPDU, "2e00 fc17"},
		"user above 65535 joins":    {joinRequestPDU, "38 ffff 03eb"},
		"success without a channel": {joinConfirmPDU, "3c00 0006 03eb"},
		"success with channel 0":    {joinConfirmPDU, "3e00 0006 03eb 0000"},
		"user above 65535 sends":    {sendRequestPDU, "64 fc17 03eb 70 00"},
		"longer than sent":          {sendRequestPDU, "64 0006 03eb 70 03 aabb"},
		"shorter than sent":         {sendRequestPDU, "64 0006 03eb 70 01 aabb"},
		"half a length":             {sendRequestPDU, "64 0006 03eb 70 80"},
		"fragments":                 {sendRequestPDU, "64 0006 03eb 70 c1 aabb"},
		"fragments, 15 bits":        {sendRequestPDU, "64 0006 03eb 70 c000 aabb"},
		"longest, nothing sent":     {sendIndicationPDU, "68 0006 03eb 70 bfff"},
	} {
		_, err := c.pdu.parse(wiretest.Unhex(t, c.hex))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestDomainPDUsMisuse(t *testing.T) {
	for name, c := range map[string]struct {
		pdu domainPDU
		m   any
	}{
		"attach: success without a user":  {attachConfirmPDU, &AttachUserConfirm{}},
		"attach: user 1000":               {attachConfirmPDU, &AttachUserConfirm{Initiator: 1000}},
		"attach: refused user 1":          {attachConfirmPDU, &AttachUserConfirm{Result: 1, Initiator: 1}},
		"attach: result 16":               {attachConfirmPDU, &AttachUserConfirm{Result: 16}},
		"join request: user 1000":         {joinRequestPDU, &ChannelJoinRequest{Initiator: 1000}},
		"join: user 1000":                 {joinConfirmPDU, &ChannelJoinConfirm{Initiator: 1000, ChannelID: 1003}},
		"join: success without a channel": {joinConfirmPDU, &ChannelJoinConfirm{Initiator: 1001}},
		"join: result 16":                 {joinConfirmPDU, &ChannelJoinConfirm{Result: 16, Initiator: 1001}},
		"disconnect: reason 8":            {disconnectPDU, &DisconnectProviderUltimatum{8}},
		"send request: no user":           {sendRequestPDU, &SendData{}},
		"send indication: no user":        {sendIndicationPDU, &SendData{Initiator: 1000}},
		"send request: too long":          {sendRequestPDU, &SendData{Initiator: 1001, UserData: make([]byte, MaxSendData+1)}},
	} {
		out, err := c.pdu.append([]byte{9}, c.m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
}

func TestTypeOf(t *testing.T) {
	for first := range 256 {
		got, err := TypeOf([]byte{byte(first), 0, 0})
		if first == tagApplication || first>>2 > 42 {
			wiretest.WantMalformed(t, fmt.Sprintf("%#02x", first), err)
		} else if err != nil || int(got) != first>>2 {
			t.Errorf("%#02x: %v, %v", first, got, err)
		}
	}
	_, err := TypeOf(nil)
	wiretest.WantMalformed(t, "nothing", err)
	for _, name := range []string{"connect_initial_spec", "connect_response_spec"} {
		_, err := TypeOf(wiretest.Vector(t, name))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestPDUTypeString(t *testing.T) {
	for typ, want := range map[PDUType]string{
		0: "plumbDomainIndication", ErectDomainRequestType: "erectDomainRequest",
		DisconnectProviderUltimatumType: "disconnectProviderUltimatum", AttachUserRequestType: "attachUserRequest",
		AttachUserConfirmType: "attachUserConfirm", ChannelJoinRequestType: "channelJoinRequest",
		ChannelJoinConfirmType: "channelJoinConfirm", SendDataRequestType: "sendDataRequest",
		SendDataIndicationType: "sendDataIndication", 31: "tokenInhibitRequest", 42: "tokenTestConfirm", 43: "PDUType(43)",
	} {
		if typ.String() != want {
			t.Errorf("%d: %q, want %q", uint8(typ), typ, want)
		}
	}
}

func TestResultsOfConfirms(t *testing.T) {
	for result := Result(0); result <= maxResult; result++ {
		attach := &AttachUserConfirm{Result: result, Initiator: 1001}
		join := &ChannelJoinConfirm{Result: result, Initiator: 1001, Requested: 1, ChannelID: 1}
		a, err := AppendAttachUserConfirm(nil, attach)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseAttachUserConfirm(a); err != nil || *got != *attach {
			t.Errorf("%v: %+v, %v", result, got, err)
		}
		j, err := AppendChannelJoinConfirm(nil, join)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseChannelJoinConfirm(j); err != nil || *got != *join {
			t.Errorf("%v: %+v, %v", result, got, err)
		}
		wantRefused(t, attach.Refused(), result, "mcs.attach_user.refused", "mcs: server refused the user: ")
		wantRefused(t, join.Refused(), result, "mcs.channel_join.refused", "mcs: server refused the channel: ")
		wantRefused(t, (&ConnectResponse{Result: result}).Refused(), result, "mcs.connect.refused", "mcs: server refused the connection: ")
	}
}

func wantRefused(t *testing.T, err error, result Result, code, text string) {
	t.Helper()
	var e *RefusedError
	switch {
	case result == ResultSuccessful:
		if err != nil {
			t.Errorf("success: %v", err)
		}
	case !errors.As(err, &e) || e.Code() != code || e.Kind() != "refused" || e.Args()["result"] != result.String() ||
		e.Error() != text+result.String():
		t.Errorf("%v: %v", result, err)
	}
}

func TestReasons(t *testing.T) {
	for reason := Reason(0); reason <= maxReason; reason++ {
		b, err := AppendDisconnectProviderUltimatum(nil, &DisconnectProviderUltimatum{reason})
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseDisconnectProviderUltimatum(b)
		if err != nil || got.Reason != reason {
			t.Errorf("%v: %v, %v", reason, got, err)
			continue
		}
		var e *DisconnectProviderUltimatum
		if err := fmt.Errorf("step: %w", got); !errors.As(err, &e) || e.Code() != "mcs.disconnected" ||
			e.Kind() != "refused" || e.Args()["reason"] != reason.String() {
			t.Errorf("%v as an error: %v", reason, err)
		}
	}
	for reason, want := range map[Reason]string{
		0: "rn-domain-disconnected", 1: "rn-provider-initiated", 2: "rn-token-purged", 3: "rn-user-requested",
		4: "rn-channel-purged", 5: "Reason(5)",
	} {
		if reason.String() != want {
			t.Errorf("%d: %q, want %q", uint8(reason), reason, want)
		}
	}
	if s := (&DisconnectProviderUltimatum{ReasonUserRequested}).Error(); s != "mcs: peer ended the connection: rn-user-requested" {
		t.Error(s)
	}
}

func TestUnbounded(t *testing.T) {
	for _, v := range []uint32{0, 1, 255, 256, 65535, 65536, 1<<24 - 1, 1 << 24, 1<<32 - 1} {
		want := &ErectDomainRequest{SubHeight: v, SubInterval: ^v}
		got, err := ParseErectDomainRequest(AppendErectDomainRequest(nil, want))
		if err != nil || *got != *want {
			t.Errorf("%d: %+v, %v", v, got, err)
		}
	}
}

func FuzzDomainPDU(f *testing.F) {
	for _, c := range domainVectors {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Add(wiretest.Unhex(f, "68 0001 03eb 70 8002 aabb"))
	f.Fuzz(func(t *testing.T, b []byte) {
		typ, err := TypeOf(b)
		if err != nil {
			wiretest.WantMalformed(t, "type", err)
		}
		for _, p := range domainPDUs {
			m, err := p.parse(b)
			if err != nil {
				wiretest.WantMalformed(t, p.t.String(), err)
				continue
			}
			if typ != p.t {
				t.Fatalf("%v was read as %v", typ, p.t)
			}
			again, err := p.append(nil, m)
			if err != nil {
				t.Fatal(err)
			}
			m2, err := p.parse(again)
			if d := cmp.Diff(m, m2); err != nil || d != "" {
				t.Fatalf("%v %s", err, d)
			}
		}
	})
}
