package interop

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The object identifiers in GSSVerdict.Mech and GSSResult.Mech.
const (
	MechNTLM     = "1.3.6.1.4.1.311.2.2.10"
	MechKerberos = "1.2.840.113554.1.2.2"
)

// GSSClientOptions says how our CredSSP client over MIT GSSAPI connects.
type GSSClientOptions struct {
	User, Password, Domain string
	Version                int      // 2 to 6; 6 if zero
	Mech                   string   // "ntlm" (raw NTLMSSP), "spnego" (also if empty) or "krb5"
	Ext                    bool     // offer HYBRID_EX and read the Early User Authorization Result
	BadProof               bool     // send a wrong pubKeyAuth
	ChangeVersion          bool     // state another version from the second message on
	NoCredentials          bool     // leave instead of sending TSCredentials
	Extra                  []string // further arguments of peers/credssp-gss.py
	Env                    []string // further environment, as KRB5_CONFIG=...
}

// GSSResult is what the client met.
type GSSResult struct {
	OK          bool   `json:"ok"`           // logged in, and the credentials were sent unless told otherwise
	Peer        int    `json:"peer"`         // the version the server stated; 0 before its first message
	Mech        string `json:"mech"`         // the mechanism that was agreed
	ServerProof string `json:"server_proof"` // "none", "verified" or "wrong"
	ErrorCode   uint32 `json:"error_code"`   // the NTSTATUS the server sent, or 0
	EarlyResult int64  `json:"early_result"` // Early User Authorization Result; -1 if there was none
	Why         string `json:"why"`          // the reason of a failure
}

// GSSClient runs the CredSSP client against the server at addr.
func GSSClient(t testing.TB, addr string, o GSSClientOptions) GSSResult {
	t.Helper()
	host, port := splitLoopback(t, addr)
	args := slices.Clone(o.Extra)
	if o.Version != 0 {
		args = append(args, "--version", strconv.Itoa(o.Version))
	}
	if o.Mech != "" {
		args = append(args, "--mech", o.Mech)
	}
	args = flags(args, map[string]bool{"--ext": o.Ext, "--bad-proof": o.BadProof, "--change-version": o.ChangeVersion, "--no-credentials": o.NoCredentials})
	cmd := script(t, "credssp-gss.py", append(args, "--", host, port, o.User, o.Password, o.Domain)...)
	cmd.Env = append(cmd.Env, o.Env...)
	var out bytes.Buffer
	cmd.Stdout = &out
	log, code := run(t, 30*time.Second, cmd)
	var r GSSResult
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("interop: credssp-gss.py: exit code %d: %v:\n%s%s", code, err, &out, log)
	}
	return r
}

// GSSServerOptions says how our CredSSP server over MIT GSSAPI behaves.
type GSSServerOptions struct {
	Accounts      []string // "DOMAIN:user:password"
	Version       int      // 2 to 6; 6 if zero
	Min           int      // refuse clients below it; 2 if zero
	Error         uint32   // accept the login, then refuse it with this NTSTATUS
	BadProof      string   // a wrong pubKeyAuth: "flip" changes a bit, "echo" sends the client's own
	ChangeVersion bool     // state another version from the second message on
	Ext           bool     // select HYBRID_EX if it is offered
	EarlyResult   uint32   // with Ext: the Early User Authorization Result
	Env           []string // further environment, as KRB5_KTNAME=...
}

// GSSServer is a running CredSSP server.
type GSSServer struct {
	Addr string
	talk *talk
}

// GSSVerdict is what the server says about one connection.
type GSSVerdict struct {
	OK          bool   `json:"ok"`           // TSCredentials came
	Peer        int    `json:"peer"`         // the version the client stated; 0 before its first message
	Agreed      int    `json:"agreed"`       // the lower of both versions
	Asked       uint32 `json:"asked"`        // requestedProtocols
	Mech        string `json:"mech"`         // the mechanism that was agreed
	Initiator   string `json:"initiator"`    // the account, as the mechanism names it
	ClientProof string `json:"client_proof"` // "none", "verified" or "wrong"
	Credentials string `json:"credentials"`  // "none"; "right" if they are one of Accounts; "wrong"
	Domain      string `json:"domain"`       // of TSPasswordCreds
	User        string `json:"user"`         // of TSPasswordCreds
	Why         string `json:"why"`          // the reason of a failure
}

// StartGSSServer starts the CredSSP server on a free loopback address.
func StartGSSServer(t testing.TB, o GSSServerOptions) *GSSServer {
	t.Helper()
	host, _, _ := strings.Cut(FreeAddress(t), ":")
	args := []string{"--bind", host}
	if o.Version != 0 {
		args = append(args, "--version", strconv.Itoa(o.Version))
	}
	if o.Min != 0 {
		args = append(args, "--min", strconv.Itoa(o.Min))
	}
	if o.Error != 0 {
		args = append(args, "--error", strconv.FormatUint(uint64(o.Error), 10))
	}
	if o.BadProof != "" {
		args = append(args, "--bad-proof", o.BadProof)
	}
	if o.Ext {
		args = append(args, "--ext", "--early-result", strconv.FormatUint(uint64(o.EarlyResult), 10))
	}
	args = flags(args, map[string]bool{"--change-version": o.ChangeVersion})
	cmd := script(t, "credssp-gss-server.py", append(args, "0")...)
	accounts(t, cmd, o.Accounts)
	cmd.Env = append(cmd.Env, o.Env...)
	s := &GSSServer{talk: startTalk(t, cmd)}
	var first struct{ Addr string }
	s.talk.next(t, &first)
	s.Addr = first.Addr
	return s
}

// Verdict waits for the server's word about the next connection, in their
// order. A client may make several: xfreerdp 3 tries again when a server closes
// without an errorCode.
func (s *GSSServer) Verdict(t testing.TB) GSSVerdict {
	t.Helper()
	var v GSSVerdict
	s.talk.next(t, &v)
	return v
}

// flags appends those that are set.
func flags(args []string, set map[string]bool) []string {
	for name, on := range set {
		if on {
			args = append(args, name)
		}
	}
	return args
}
