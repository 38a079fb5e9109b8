package ntlm

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Under GODEBUG=fips140=only RC4 is an error and MD5 a panic: both
// constructors must say so before either is reached. GODEBUG is read when a
// process starts, so the test runs itself in another one.
func TestFIPS(t *testing.T) {
	if os.Getenv("NTLM_TEST_FIPS") != "" {
		for name, err := range constructors() {
			fmt.Println(name, code(err))
		}
		return
	}
	for mode, want := range map[string]string{"only": "ntlm.fips", "on": "none"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFIPS$")
		cmd.Env = append(os.Environ(), "NTLM_TEST_FIPS=1", "GODEBUG=fips140="+mode)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("fips140=%s: %v\n%s", mode, err, out)
		}
		for name := range constructors() {
			if !strings.Contains(string(out), name+" "+want+"\n") {
				t.Errorf("fips140=%s: want %s of %s, got\n%s", mode, want, name, out)
			}
		}
	}
}

func constructors() map[string]error {
	_, client := NewClient(ClientConfig{Hash: HashPassword([]byte("x")), Rand: predictable(1), Now: clock(noon)})
	_, acceptor := NewAcceptor(AcceptorConfig{NetBIOSComputer: "S", Rand: predictable(1), Now: clock(noon)})
	return map[string]error{"NewClient": client, "NewAcceptor": acceptor}
}

func code(err error) string {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Code()
	}
	return "none"
}
