package share

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

func TestErrorInfo(t *testing.T) {
	for _, c := range []struct {
		e                ErrorInfo
		name, code, kind string
	}{
		{ErrorInfoNone, "ERRINFO_NONE", "none", "refused"},
		{ErrorInfoRPCInitiatedDisconnect, "ERRINFO_RPC_INITIATED_DISCONNECT", "rpc_initiated_disconnect", "refused"},
		{ErrorInfoRPCInitiatedLogoff, "ERRINFO_RPC_INITIATED_LOGOFF", "rpc_initiated_logoff", "refused"},
		{ErrorInfoIdleTimeout, "ERRINFO_IDLE_TIMEOUT", "idle_timeout", "refused"},
		{ErrorInfoLogonTimeout, "ERRINFO_LOGON_TIMEOUT", "logon_timeout", "refused"},
		{ErrorInfoDisconnectedByOtherConnection, "ERRINFO_DISCONNECTED_BY_OTHERCONNECTION", "disconnected_by_other_connection", "refused"},
		{ErrorInfoOutOfMemory, "ERRINFO_OUT_OF_MEMORY", "out_of_memory", "misbehaved"},
		{ErrorInfoServerDeniedConnection, "ERRINFO_SERVER_DENIED_CONNECTION", "server_denied_connection", "denied"},
		{ErrorInfoServerInsufficientPrivileges, "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES", "server_insufficient_privileges", "denied"},
		{ErrorInfoFreshCredentialsRequired, "ERRINFO_SERVER_FRESH_CREDENTIALS_REQUIRED", "server_fresh_credentials_required", "denied"},
		{ErrorInfoRPCInitiatedDisconnectByUser, "ERRINFO_RPC_INITIATED_DISCONNECT_BYUSER", "rpc_initiated_disconnect_by_user", "refused"},
		{ErrorInfoLogoffByUser, "ERRINFO_LOGOFF_BY_USER", "logoff_by_user", "refused"},
		{ErrorInfoServerShutdown, "ERRINFO_SERVER_SHUTDOWN", "server_shutdown", "refused"},
		{ErrorInfoServerReboot, "ERRINFO_SERVER_REBOOT", "server_reboot", "refused"},
		{ErrorInfoLicenseInternal, "ERRINFO_LICENSE_INTERNAL", "license_internal", "misbehaved"},
		{ErrorInfoLicenseNoLicenseServer, "ERRINFO_LICENSE_NO_LICENSE_SERVER", "license_no_license_server", "refused"},
		{ErrorInfoLicenseNoLicense, "ERRINFO_LICENSE_NO_LICENSE", "license_no_license", "refused"},
		{0x0412, "ERRINFO_CB_SESSION_ONLINE_VM_SESSMON_FAILED", "cb_session_online_vm_sessmon_failed", "refused"},
		{0x10D4, "ERRINFO_CONFIRMACTIVEWRONGSHAREID", "confirm_active_wrong_share_id", "bug"},
		{0x1111, "ERRINFO_SECURITYDATATOOSHORT2", "security_data_too_short2", "bug"},
		{0x1126, "ERRINFO_SECURITYDATATOOSHORT23", "security_data_too_short23", "bug"},
		{0x112D, "ERRINFO_GRAPHICSMODENOTSUPPORTED", "graphics_mode_not_supported", "incompatible"},
		{0x1195, "ERRINFO_DECRYPTFAILED2", "decrypt_failed2", "bug"},
	} {
		var err error = c.e
		if c.e.String() != c.name || c.e.Code() != "rdp.error_info."+c.code || c.e.Kind() != c.kind ||
			!strings.Contains(err.Error(), c.name) {
			t.Errorf("%#x: %v, %s, %s", uint32(c.e), err, c.e.Code(), c.e.Kind())
		}
	}
	unknown := ErrorInfo(0x1C)
	if unknown.String() != "ErrorInfo(0x0000001C)" || unknown.Code() != "rdp.error_info.unknown" || unknown.Kind() != "refused" {
		t.Errorf("%v, %s, %s", unknown, unknown.Code(), unknown.Kind())
	}
	want := map[string]any{"code": "0x00000019", "name": "ERRINFO_SERVER_SHUTDOWN"}
	if d := cmp.Diff(want, ErrorInfoServerShutdown.Args()); d != "" {
		t.Error(d)
	}
}

// Every code of the specification is there once, and its words are those of its
// name: only where they are divided is ours.
func TestErrorInfoTable(t *testing.T) {
	// The codes of FreeRDP 3, include/freerdp/error.h, without the two that are its
	// own, and SERVER_SHUTDOWN and SERVER_REBOOT, which it lacks.
	if n := len(errorInfos); n != 120 {
		t.Errorf("%d codes", n)
	}
	kinds := map[string]bool{"refused": true, "denied": true, "misbehaved": true, "incompatible": true, "bug": true}
	code := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for e, info := range errorInfos {
		squeezed := strings.ReplaceAll(strings.TrimPrefix(info.name, "ERRINFO_"), "_", "")
		ours := strings.ToUpper(strings.ReplaceAll(info.code, "_", ""))
		switch e {
		case 0x10E3: // BADSUPRESSOUTPUTPDU
			ours = strings.Replace(ours, "PP", "P", 1)
		case 0x10EC: // VIRTUALCHANNELDECOMPRESSIONERR
			ours += "ERR"
		}
		if squeezed != ours || !code.MatchString(info.code) || !kinds[info.kind] || seen[info.code] {
			t.Errorf("%#x: %+v", uint32(e), info)
		}
		seen[info.code] = true
	}
}

func TestSetErrorInfo(t *testing.T) {
	b := AppendSetErrorInfo([]byte{9}, ErrorInfoServerReboot)
	if !bytes.Equal(b, wiretest.Unhex(t, "09 1a000000")) {
		t.Errorf("% x", b)
	}
	for n := range 4 {
		_, err := ParseSetErrorInfo(b[1:][:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
	if e, err := ParseSetErrorInfo(b[1:]); err != nil || e != ErrorInfoServerReboot {
		t.Errorf("%v, %v", e, err)
	}
}
