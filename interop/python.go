package interop

import (
	"bufio"
	"embed"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// python is Debian's own interpreter, for which the packages are; another one
// may come first on PATH.
const python = "/usr/bin/python3"

//go:embed peers/*.py
var scripts embed.FS

// script prepares one of the programs in peers/.
func script(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := command(t, python)
	if err := os.CopyFS(cmd.Dir, scripts); err != nil {
		t.Fatal(err)
	}
	cmd.Args = append(append(cmd.Args, "peers/"+name), args...)
	cmd.Env = append(cmd.Env, "PYTHONDONTWRITEBYTECODE=1")
	return cmd
}

// accounts writes the account file of gss-ntlmssp for a script that accepts
// logins, from lines "DOMAIN:user:password".
func accounts(t testing.TB, cmd *exec.Cmd, lines []string) {
	t.Helper()
	var file []byte
	for _, l := range lines {
		file = append(append(file, l...), '\n')
	}
	if err := os.WriteFile(cmd.Dir+"/accounts", file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, "NTLM_USER_FILE="+cmd.Dir+"/accounts")
}

// talk is a script that runs in the background and prints lines of JSON.
type talk struct {
	*process
	in    io.WriteCloser
	lines chan []byte
}

func startTalk(t testing.TB, cmd *exec.Cmd) *talk {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	cmd.Stdout = w
	p := &talk{process: start(t, cmd), in: in, lines: make(chan []byte, 256)}
	go func() {
		<-p.done
		w.Close()
	}()
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			p.lines <- append([]byte{}, s.Bytes()...)
		}
	}()
	return p
}

// next decodes the next line of the script; it fails the test if none comes
// in time.
func (p *talk) next(t testing.TB, v any) {
	t.Helper()
	select {
	case line, ok := <-p.lines:
		if !ok {
			t.Fatalf("interop: %s ended:\n%s", programName(p.cmd), p.log)
		}
		if err := json.Unmarshal(line, v); err != nil {
			t.Fatalf("interop: %s: %v: %s", programName(p.cmd), err, line)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("interop: %s says nothing:\n%s", programName(p.cmd), p.log)
	}
}
