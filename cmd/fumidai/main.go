//go:debug x509negativeserial=1
//go:debug rsa1024min=0
//go:debug tlssha1=1

// Command fumidai says which side of a Remote Desktop connection lacks the
// update for CVE-2018-0886, and shows it on hosts of its own.
//
// What old Windows hosts present, crypto/tls and crypto/x509 refuse unless told
// otherwise for the whole process, which is what the directives above do. This
// program looks at such hosts; where it listens or sends credentials it sets
// its limits per connection.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{
		stdout: output(os.Stdout, codePage()), stderr: output(os.Stderr, codePage()), data: os.Stdout,
		stdin: os.Stdin, env: os.Getenv,
	}
	status := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}
