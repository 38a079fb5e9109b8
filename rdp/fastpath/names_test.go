package fastpath

import "testing"

func TestNames(t *testing.T) {
	for v, want := range map[interface{ String() string }]string{
		UpdateOrders:          "FASTPATH_UPDATETYPE_ORDERS",
		UpdateSurfaceCommands: "FASTPATH_UPDATETYPE_SURFCMDS",
		UpdateLargePointer:    "FASTPATH_UPDATETYPE_LARGE_POINTER",
		UpdateCode(7):         "UpdateCode(7)",
		UpdateCode(200):       "UpdateCode(200)",
		Single:                "FASTPATH_FRAGMENT_SINGLE",
		Next:                  "FASTPATH_FRAGMENT_NEXT",
		Fragment(4):           "Fragment(4)",
	} {
		if got := v.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
